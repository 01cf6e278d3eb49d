"""The sheet that the offices' own systems would hand over: one row a card."""

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One card and its holder. The fields are the columns of `import_cards`, in their order."""

    reference: str
    office_code: str
    name: str
    birth_date: date
    address: str
    residence_status: str
    period_of_stay_ends_on: date
    variant: str
    issued_on: date
    expires_on: date
    email: str = ""
    language: str = "en"
    expected_move_out_on: date | None = None
    moved_in_on: date | None = None
    notified_on: date | None = None
    card_updated_on: date | None = None


def write_sheet(rows: Iterable[Row], path: Path) -> None:
    """Write the rows as UTF-8 CSV; days as YYYY-MM-DD, nothing for what is not known."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file, lineterminator="\n")
        sheet.writerow(field.name for field in fields(Row))
        for row in rows:
            sheet.writerow("" if cell is None else str(cell) for cell in astuple(row))
