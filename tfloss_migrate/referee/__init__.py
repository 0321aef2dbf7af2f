"""The referee: runs old and new and compares."""
