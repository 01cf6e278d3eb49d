"""Pages about a card: one file a journey. Doors to the operations, nothing more."""
