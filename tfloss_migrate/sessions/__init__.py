"""Programs with sessions become eager code and steps that train.

A text goes through the rooms in this order, and each knows only those before it: `text` (lines and trees),
`counterparts` (what TF1 has, and Keras for it), `reading` (what a program does with its sessions), `plain` (takes away
what hides a graph), `obstacles` (what keeps a program in its session), `writing` (code without sessions). The files
beside them are the doors.
"""
