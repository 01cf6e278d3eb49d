"""Real servers for tests, started when first asked for and stopped with the session."""
