"""What a program does with its sessions: what it feeds, fetches, trains and saves."""
