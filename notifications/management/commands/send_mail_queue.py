"""Send what is queued, by hand or by cron alone. Beat does the same every few seconds."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notifications.outbox import send_queue
from notifications.outbox.account_mails import send_account_mails
from notifications.planner import remind_again, tell_events


class Command(BaseCommand):
    help = (
        "Send every mail that may leave now: codes and news about accounts, then what happened to "
        "a card, then alerts. By cron alone, without worker and broker, all mail leaves. Safe to "
        "run beside another sender."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seconds", type=float, default=300.0, help="stop after so long (default: 300)"
        )

    def handle(self, *args: Any, seconds: float, **options: Any) -> None:
        stop_at = time.monotonic() + seconds
        accounts = send_account_mails(seconds=seconds)
        tell_events()
        remind_again()
        cards = send_queue(seconds=stop_at - time.monotonic())
        self.stdout.write(
            f"{accounts.sent + cards.sent} sent, "
            f"{accounts.cancelled + cards.cancelled} no longer needed, "
            f"{accounts.failed + cards.failed} failed, "
            f"{accounts.later + cards.later} to be tried again."
        )
        if trouble := cards.trouble or accounts.trouble:
            self.stderr.write(f"The mail server does not take mail: {trouble}")
