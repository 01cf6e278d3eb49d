"""Is everything that was due raised, and everything raised on its way?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications import promises


class Command(BaseCommand):
    help = (
        "Prove from the tables that every alert that was due has been raised, and that every mail "
        "is sent, cancelled with a reason, or seen to fail. Exits with 1 otherwise."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for line in promises.failing():
            self.stdout.write(line)
        broken = promises.broken()
        if broken:
            raise CommandError("\n".join(broken))
        self.stdout.write("Every promise is kept.")
