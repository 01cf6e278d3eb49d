#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import InternalError, OperationalError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refused:
        # Settings say in one line what is wrong; where they noticed helps nobody.
        sys.exit(f"manage.py: {refused}")
    except (OperationalError, InternalError) as broken:
        # Its disk is full, it is starting, it is not there: what to do is at its end.
        if "--traceback" in sys.argv:
            raise
        what = str(broken).partition("\n")[0]
        sys.exit(f"manage.py: The database could not do it; what was under way is undone: {what}")
