"""The site: settings, addresses, background jobs, and what stands around the apps."""
