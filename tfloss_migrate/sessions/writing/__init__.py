"""Writes code without sessions."""
