"""People: users, residents, offices, and whose cards they see."""
