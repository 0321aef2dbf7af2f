"""Texts as lines and trees, and how statements are taken out and moved."""
