"""What keeps a program in its session."""
