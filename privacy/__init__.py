"""A person's data: who looked at it, what is kept and how long, taking it along, leaving."""
