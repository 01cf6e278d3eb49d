"""Tell the offices what waits for them, by hand or by cron alone. Beat does so on weekdays."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.digest import tell_offices


class Command(BaseCommand):
    help = (
        "Queue each office's mail of what waits for it: on weekdays, once a day, and only if "
        "something does. Safe to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tell_offices()} offices told.")
