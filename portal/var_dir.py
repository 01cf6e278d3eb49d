"""VAR_DIR, where all run-time state of a trial lies: there and writable, or refused in one line."""

import errno
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def made_usable(directory: Path) -> Path:
    """The directory, made if it was not there. Raises ImproperlyConfigured, saying why not."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        why = os.strerror(errno.ENOTDIR)
    except OSError as refused:
        why = refused.strerror or type(refused).__name__
    else:
        if os.access(directory, os.W_OK | os.X_OK):
            return directory
        why = os.strerror(errno.EACCES)
    raise ImproperlyConfigured(
        f"VAR_DIR cannot be {directory} ({why}). Name a directory that can be written to."
    )
