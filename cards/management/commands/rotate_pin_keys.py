"""`manage.py rotate_pin_keys`: after a new key was put first in PIN_KEYS."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import factors
from cards.operations.rotate_pin_keys import rotate_pin_keys


class Command(BaseCommand):
    help = (
        "Seal PINs and second factors with the first key of PIN_KEYS. Knows no PIN, and may be "
        "run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        moved = moved_factors = 0
        try:
            for moved in rotate_pin_keys():
                self.stdout.write(f"{moved} PINs sealed anew")
            for moved_factors in factors.seal_anew():
                self.stdout.write(f"{moved_factors} second factors sealed anew")
        except KeyError as missing:
            raise CommandError(
                f"Something is sealed with the key {missing}, which PIN_KEYS does not hold."
            ) from None
        self.stdout.write(
            f"Done: {moved + moved_factors} moved to the key “{next(iter(settings.PIN_KEYS))}”."
        )
