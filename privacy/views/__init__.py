"""Pages about one's own data: one file each."""
