"""DATABASE_URL, read strictly: what cannot work is refused in one line."""

import warnings
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

ENGINES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")
EXAMPLE = "write postgres://user:password@host:5432/name"


def read_database_url(env: Any, *, default: str) -> dict[str, Any]:
    """Django's settings for the database. Raises ImproperlyConfigured, never naming a password."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # we say it better below
            database: dict[str, Any] = env.db_url("DATABASE_URL", default=default)
    except (environ.ImproperlyConfigured, ValueError, KeyError):
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read; {EXAMPLE}") from None
    if not database.get("ENGINE"):
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read; {EXAMPLE}")
    if database["ENGINE"] not in ENGINES:
        kind = database["ENGINE"].rsplit(".", 1)[-1]
        raise ImproperlyConfigured(
            f"DATABASE_URL names {kind}, but the portal runs on PostgreSQL (or SQLite, to try "
            f"out); {EXAMPLE}"
        )
    if not database.get("NAME"):
        raise ImproperlyConfigured(f"DATABASE_URL names no database; {EXAMPLE}")
    return database
