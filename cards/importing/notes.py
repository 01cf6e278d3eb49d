"""What an import does, told row by row: for the preview, the result and the report."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import IO, Any

from django.utils.translation import gettext as _

from accounts.spreadsheets import guarded
from cards.importing.rows import Row

# How many rows of each kind are kept to be shown; the report has all.
SHOWN = 100
# The column of the report for a move that the row takes back.
WITHDRAWN = "withdrawn"


@dataclass(slots=True)
class Shown:
    """Some rows to show: each new one, and each changed one with its columns before and after."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)


class Notes:
    """Written to `file` as rows are handled, without holding more than SHOWN of each kind.

    Two runs have the same `digest` only if they do the same to the same rows: that is how an
    import is known to do what its preview showed.
    """

    def __init__(self, file: IO[str]) -> None:
        self.shown = Shown()
        self._digest = blake2b(digest_size=16)
        self._writer = csv.writer(file)
        self._writer.writerow(
            [_("line"), _("reference"), _("what"), _("column"), _("before"), _("after")]
        )

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def new(self, rows: Iterable[Row]) -> None:
        """Rows of cards that are not known yet."""
        for row in rows:
            if len(self.shown.new) < SHOWN:
                self.shown.new.append(_about(row))
            self._put(row, _("new"), "", "", "")

    def changed(self, row: Row, told: Mapping[str, tuple[Any, Any]], *, withdrawn: bool) -> None:
        """A row that changes a known card: what stood in each column, and what will."""
        columns = [[name, *map(_cell, told[name])] for name in told]
        if withdrawn:
            columns.append([WITHDRAWN, "", ""])
        if len(self.shown.changed) < SHOWN:
            self.shown.changed.append(_about(row) | {"columns": columns})
        for column, before, after in columns:
            self._put(row, _("changed"), column, before, after)

    def _put(self, row: Row, what: str, column: str, before: str, after: str) -> None:
        told = [row.reference, column, before, after]
        self._digest.update(repr((row.line, told)).encode())
        cells = [row.line, told[0], what, *told[1:]]
        self._writer.writerow([guarded(str(cell)) for cell in cells])


def _about(row: Row) -> dict[str, Any]:
    return {"line": row.line, "reference": row.reference, "name": row.name}


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
