"""Read what came back: reports of mail servers that a mail could not be delivered."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from notifications.bounces import mailbox


class Command(BaseCommand):
    help = (
        "Read reports of undelivered mail (RFC 3464) from BOUNCE_MAILBOX, a Maildir or standard "
        "input, and flag the addresses. Safe to run again, and beside another run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group()
        source.add_argument(
            "--maildir", type=Path, metavar="PATH", help="a Maildir on this machine"
        )
        source.add_argument("--stdin", action="store_true", help="one mail, from a mail server")

    def handle(
        self, *args: Any, maildir: Path | None = None, stdin: bool = False, **options: Any
    ) -> None:
        try:
            done = self.read(maildir, stdin)
        except mailbox.MailboxTrouble as trouble:
            raise CommandError(str(trouble)) from None
        self.stdout.write(f"{done.reports} reports read, {done.others} other mails left alone.")

    def read(self, maildir: Path | None, stdin: bool) -> mailbox.Read:
        if stdin:
            return mailbox.read_one(sys.stdin.buffer.read())
        if maildir:
            return mailbox.read_maildir(maildir)
        if settings.BOUNCE_MAILBOX:
            return mailbox.read_imap(settings.BOUNCE_MAILBOX)
        raise CommandError("Set BOUNCE_MAILBOX, or say --maildir PATH or --stdin.")
