"""Programs with sessions become eager code and steps that train."""
