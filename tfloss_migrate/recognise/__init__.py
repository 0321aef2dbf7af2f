"""From a parsed file to findings."""
