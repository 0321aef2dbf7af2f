"""A language server: what editors show of a file while it is written."""
