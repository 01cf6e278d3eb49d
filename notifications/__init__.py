"""Alerts: what is due, what must leave, and what it says."""
