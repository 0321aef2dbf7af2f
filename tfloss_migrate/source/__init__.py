"""Files: finding them, reading them, writing them without loss."""
