"""Read cards from the office's CSV file: all rows or none."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from cards.importing import (
    ImportBusy,
    ImportOvertaken,
    RefusedByDatabase,
    Summary,
    import_cards,
)

# Without a terminal, one line each so many rows.
_LINE_EVERY = 50_000


class Command(BaseCommand):
    help = (
        "Read cards from a CSV file (UTF-8 or CP932): all of its rows, or none if any is refused. "
        "Rows that say nothing new change nothing. What is wrong is told by line, column and "
        "reason in NAME.errors.csv beside the file (of a dry run in NAME.dry-run.errors.csv). "
        "While one import is running, a second is "
        "refused (SQLite first waits 20 seconds for it)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would change, and change nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        shown = sys.stderr.isatty() and options["verbosity"] > 0
        with tqdm(
            total=path.stat().st_size if path.is_file() else 0,
            unit="B",
            unit_scale=True,
            disable=not shown,
            leave=False,
        ) as bar:

            def progress(done: int, size: int, rows: int) -> None:
                bar.update(done - bar.n)
                if not shown and options["verbosity"] > 0 and rows % _LINE_EVERY == 0:
                    self.stdout.write(_("%(rows)s rows read") % {"rows": rows})

            try:
                summary = import_cards(path, dry_run=options["dry_run"], progress=progress)
            except ImportBusy:
                raise CommandError(_("Another import is running. Try again after it.")) from None
            except ImportOvertaken:
                raise CommandError(
                    _(
                        "Nothing was imported: somebody registered one of these cards in the "
                        "meantime. Import the file again."
                    )
                ) from None
            except RefusedByDatabase as refused:
                raise CommandError(
                    _(
                        "Nothing was imported: the database refused what the file would write "
                        "(%(rule)s). Trying again will not help until that is settled."
                    )
                    % {"rule": refused.rule}
                ) from None
            except OSError as broken:
                what = broken.strerror or str(broken)
                raise CommandError(f"{what.rstrip('.')}: {broken.filename or path}") from None
        if summary.refused:
            self._refuse(summary)
        if options["verbosity"] > 0:
            self._tell(summary)

    def _refuse(self, summary: Summary) -> None:
        for problem in summary.first_problems:
            self.stderr.write(str(problem))
        raise CommandError(
            _("Nothing was imported: %(refused)s lines refused. All reasons are in %(report)s.")
            % {"refused": summary.refused, "report": summary.report}
        )

    def _tell(self, summary: Summary) -> None:
        words = (
            _("%(new)s cards would be new, %(changed)s changed, %(unchanged)s unchanged.")
            if summary.dry_run
            else _("%(new)s cards are new, %(changed)s changed, %(unchanged)s unchanged.")
        )
        self.stdout.write(
            words
            % {
                "new": summary.new,
                "changed": summary.changed,
                "unchanged": summary.unchanged,
            }
        )
        if summary.replaced:
            self.stdout.write(
                _("%(replaced)s rows are of cards that were replaced; those stay as they are.")
                % {"replaced": summary.replaced}
            )
