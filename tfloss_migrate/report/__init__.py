"""Outcomes to text, diff and JSON."""
