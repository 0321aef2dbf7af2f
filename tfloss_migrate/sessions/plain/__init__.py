"""Rewrites that come before the reading: each takes away one thing that hides the graph of a program."""
