"""Mail sent while trying out, kept on this machine and readable in the browser."""
