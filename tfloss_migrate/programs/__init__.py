"""Whole programs, run before and after by their interpreters, and what they print."""
