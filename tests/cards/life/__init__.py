"""Random lives of a card: a small model of it, and every operation as a step of a life."""
