"""Look at the mails that were set aside, and say what becomes of them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notifications.outbox import set_aside


class Command(BaseCommand):
    help = (
        "List the mails that were set aside. With --send-again they are queued anew, with --leave "
        "they stay failed and are shown no more; without numbers, all of them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--send-again", nargs="*", type=int, metavar="NUMBER")
        what.add_argument("--leave", nargs="*", type=int, metavar="NUMBER")

    def handle(
        self,
        *args: Any,
        send_again: list[int] | None,
        leave: list[int] | None,
        **options: Any,
    ) -> None:
        if send_again is not None:
            self.stdout.write(f"{set_aside.send_again(send_again)} mails are queued again.")
        elif leave is not None:
            self.stdout.write(f"{set_aside.leave(leave)} mails are left.")
        else:
            lines = list(set_aside.listed())
            self.stdout.write("\n".join(lines) if lines else "Nothing is set aside.")
