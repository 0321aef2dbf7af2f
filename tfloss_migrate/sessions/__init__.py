"""Sessions that only evaluate become eager code."""
