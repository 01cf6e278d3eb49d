"""Pages about people: one file a journey."""
