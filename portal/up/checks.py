"""What must be right before anything is started; each refusal is one line."""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.core.management import CommandError
from django.db import DatabaseError, connection


def port_number(name: str, default: int) -> int:
    """The port named by an environment variable. Raises CommandError."""
    written = os.environ.get(name) or str(default)
    if written.isascii() and written.isdigit() and 0 < int(written) < 65536:
        return int(written)
    raise CommandError(f"{name} must be a port number, not {written!r}.")


def listening(host: str, port: int) -> socket.socket | None:
    """A socket that listens there, or None when somebody else does.

    The child that serves inherits it: between asking for a port and serving on it nobody can
    come in between. Raises CommandError for a host that is none of ours.
    """
    asking = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        asking.bind((host, port))
        asking.listen(128)
    except OSError as refused:
        asking.close()
        if isinstance(refused, PermissionError):
            raise CommandError(
                f"Port {port} is kept for the administrator; try PORT=8000."
            ) from None
        if isinstance(refused, socket.gaierror):
            raise CommandError(f"HOST must be an address of this machine, not {host!r}.") from None
        if refused.errno == errno.EADDRNOTAVAIL:
            raise CommandError(f"HOST {host} is no address of this machine.") from None
        return None
    return asking


def database_answers() -> None:
    """Raises CommandError, in one line, when the database cannot be reached."""
    try:
        connection.ensure_connection()
    except DatabaseError as trouble:
        reason = " ".join(str(trouble).split())
        raise CommandError(f"The database of DATABASE_URL does not answer: {reason}") from None
    finally:
        with suppress(DatabaseError):
            connection.close()


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold the lock file. Raises CommandError when another process holds it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            pid = held.read().strip() or "?"
            raise CommandError(f"The portal is already running here (process {pid}).") from None
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        yield
