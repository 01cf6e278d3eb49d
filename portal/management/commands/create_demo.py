"""Invented offices, residents and accounts to try the portal with."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demo.accounts import DEMO_ACCOUNTS
from portal.demo.create import create_demo, is_there


class Command(BaseCommand):
    help = "Make the demo data: two offices, a thousand residents, an account for each role."

    def handle(self, *, verbosity: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "create_demo makes accounts whose passwords everyone knows; it needs DEBUG=1."
            )
        if is_there():
            self.stdout.write("The demo data is there already; nothing was changed.")
            return
        sheet = settings.VAR_DIR / "demo" / "cards.csv"
        create_demo(sheet)
        self.stdout.write(f"The demo data is there. Its residents came from {sheet}")
        for account in DEMO_ACCOUNTS if verbosity else ():
            self.stdout.write(f"  {account.role}: {account.email}  {account.password}")
