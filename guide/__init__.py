"""What the guide explains, kept by staff in every language."""
