"""The whole portal in one process tree, for trying out: what `manage.py up` starts and stops."""
