"""How dates are written, where Django's own choice is too short for a deadline."""
