"""What is older than it may be kept."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from privacy.retention import remove_old


class Command(BaseCommand):
    help = "Remove what is kept no longer (docs/privacy.md). Beat does it every night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count, remove nothing")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        total = 0
        for done in remove_old(dry_run=dry_run, seconds=float("inf")):
            total += done.rows
            self.stdout.write(f"{done.rows:>9}  {done.rule.name} (kept {done.rule.days} days)")
        what = "would be removed" if dry_run else "removed or emptied"
        self.stdout.write(f"{total:>9}  in all {what}")
