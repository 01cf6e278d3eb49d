"""Invented offices, residents and accounts, for trying the portal out. Nobody in here exists."""
