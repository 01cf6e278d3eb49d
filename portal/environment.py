"""The environment's variables; one that cannot be read is named in one line, without its value."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment(environ.Env):  # type: ignore[misc]
    """As django-environ reads it. What holds no number, or no URL, raises ImproperlyConfigured."""

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError:
            raise ImproperlyConfigured(f"{var} cannot be read: it must be a number.") from None

    def email_url(self, var: str = "EMAIL_URL", *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Django's settings for mail, from smtp+tls://user:password@host:587 and the like."""
        try:
            read: dict[str, Any] = super().email_url(var, *args, **kwargs)
        except (environ.ImproperlyConfigured, ValueError, KeyError):
            raise ImproperlyConfigured(
                f"{var} cannot be read; write smtp+tls://user:password@host:587"
            ) from None
        return read
