"""Django's own, that takes no Individual Number for a name to sign in with (G1)."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from cards.rules import individual_number


class Command(createsuperuser.Command):
    def _validate_username(self, username: str, *more: Any) -> str | None:
        """What is wrong with this address, however it was given; None if nothing is."""
        if individual_number.contains(username or ""):
            return "There is an Individual Number in this address. It may not be kept: use another."
        wrong: str | None = super()._validate_username(username, *more)  # type: ignore[misc]
        return wrong
