"""What is wrong with a file, line by line, and the report of it."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.spreadsheets import guarded

if TYPE_CHECKING:
    from _csv import Writer

# How many are kept for the console; the report has all.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `line` counts from 1, the header's; `column` is empty for a whole line.

    `reason` never repeats what stands in the cell: it may be what must not be written down.
    """

    line: int
    column: str
    reason: str | Promise
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        where = {"line": self.line, "column": self.column, "reason": self.words}
        if self.column:
            return _("Line %(line)s, column %(column)s: %(reason)s") % where
        return _("Line %(line)s: %(reason)s") % where

    @property
    def words(self) -> str:
        """The reason, in the active language."""
        return str(self.reason) % self.values


class Report:
    """The problems of one run, written to `path` as they are found.

    The file (UTF-8 with BOM, as spreadsheets want it) takes the place of an earlier one at the
    first problem. Where there is none, `settle` removes the earlier one, and those that are out of
    date with it. Without a path they are written to `file`, which is open for writing and stays
    open.
    """

    def __init__(
        self,
        path: Path | None = None,
        file: IO[str] | None = None,
        shown: int = SHOWN,
        *,
        out_of_date: Sequence[Path] = (),
    ) -> None:
        self.path = path
        self._out_of_date = out_of_date if path is None else (path, *out_of_date)
        self.first: list[Problem] = []
        self.lines = 0
        self._shown = shown
        self._last_line = 0
        self._file = file
        self._writer: Writer | None = None

    def __bool__(self) -> bool:
        return self.lines > 0

    def add(self, problem: Problem) -> None:
        """Write one problem down. `lines` counts the lines that have any."""
        if self._writer is None:
            if self.path is not None:
                self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            assert self._file is not None  # noqa: S101 - one of the two was given
            self._writer = csv.writer(self._file)
            self._writer.writerow([_("line"), _("column"), _("reason")])
        if problem.line != self._last_line:
            self.lines, self._last_line = self.lines + 1, problem.line
        if len(self.first) < self._shown:
            self.first.append(problem)
        self._writer.writerow([problem.line, guarded(problem.column), guarded(problem.words)])

    def settle(self) -> None:
        """Remove the reports of earlier runs: this one found nothing wrong."""
        for path in self._out_of_date:
            path.unlink(missing_ok=True)

    def close(self) -> None:
        if self._file is not None and self.path is not None:
            self._file.close()
