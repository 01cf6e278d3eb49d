"""Files of cards for the tests of the import."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

from cards.importing import Summary, import_cards
from cards.importing.columns import COLUMNS
from cards.models import Card, CardEvent, Certificate, Deadline, Move, UntoldEvent

NUMBER = "123456789018"
PLAIN = {
    "reference": "H-0001",
    "office_code": "900001",
    "name": "NGUYEN THI LAN",
    "birth_date": "1994-03-09",
    "address": "2-3-4 Minami, Hinode City",
    "residence_status": "Engineer",
    "period_of_stay_ends_on": "2028-03-31",
    "variant": "standard",
    "issued_on": "2025-04-01",
    "expires_on": "2028-03-31",
    "email": "lan@example.org",
    "language": "vi",
    "expected_move_out_on": "",
    "moved_in_on": "",
    "notified_on": "",
    "card_updated_on": "",
}


def line(**cells: str) -> dict[str, str]:
    """One row: PLAIN, but for the cells given."""
    return PLAIN | cells


def until(day: str) -> dict[str, str]:
    """The cells of a card that ends on this day, as the stay does (G4)."""
    return {"period_of_stay_ends_on": day, "expires_on": day}


def written(
    path: Path, *rows: dict[str, str], columns: Any = COLUMNS, encoding: str = "utf-8"
) -> Path:
    """A file of these rows, every cell quoted that needs it."""
    lines = [",".join(columns)]
    for row in rows:
        cells = [row[name] for name in columns]
        lines.append(
            ",".join(
                f'"{cell.replace(chr(34), chr(34) * 2)}"' if "," in cell else cell for cell in cells
            )
        )
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def imported(path: Path, *rows: dict[str, str], **options: Any) -> Summary:
    """Write these rows to `path` and import them."""
    return import_cards(written(path, *rows, **options))


def open_deadlines(reference: str = "H-0001") -> set[tuple[str, date]]:
    """Kind and last day of what the card is reminded of."""
    rows = Deadline.objects.filter(card__reference=reference, closed_at=None)
    return set(rows.values_list("kind", "last_day"))


def whole_database() -> list[Any]:
    """Every row that an import may touch, to compare before and after."""
    from accounts.models import Resident

    return [
        list(model.objects.order_by("pk").values())
        for model in (Resident, Card, Certificate, Move, Deadline, CardEvent, UntoldEvent)
    ]


def reported(path: Path) -> list[tuple[int, str, str]]:
    """The report beside the file: (line, column, reason) of each problem."""
    text = path.with_name(f"{path.stem}.errors.csv").read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["line", "column", "reason"]
    return [(int(number), column, reason) for number, column, reason in rows[1:]]


def refusal_of(path: Path) -> list[tuple[int, str, str]]:
    """Import a file that must be refused; what the report says."""
    before = whole_database()
    summary = import_cards(path)
    assert summary.refused > 0
    assert (summary.new, summary.changed) == (0, 0)
    assert whole_database() == before
    return reported(path)
