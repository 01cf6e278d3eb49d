"""What a row of a file says beside what is known of its card."""

from datetime import date
from typing import Any

from cards.importing.columns import MOVE_DAYS
from cards.importing.moves import NO_MOVE, says, stays_without_days
from cards.importing.rows import Row
from cards.models import Card
from cards.rules.moves import MoveDates

RESIDENT_COLUMNS = (
    "name",
    "birth_date",
    "address",
    "residence_status",
    "period_of_stay_ends_on",
    "email",
    "language",
)
CARD_COLUMNS = ("variant", "issued_on", "expires_on")
# Where it is kept what the files said before the counter changed a column.
IN_FILES = {
    "name": "name_in_files",
    "period_of_stay_ends_on": "stay_in_files",
    "email": "email_in_files",
    "language": "language_in_files",
    "expires_on": "expiry_in_files",
    "variant": "variant_in_files",
}
RESIDENT_IN_FILES = ("name_in_files", "stay_in_files", "email_in_files", "language_in_files")
CARD_IN_FILES = ("expiry_in_files", "variant_in_files")
# What stands there while nothing is kept; else None, as a file may say that there is no address.
NOTHING_KEPT = {"name": "", "variant": ""}
# A change in one of these ends the signature certificate (G5①).
ON_THE_CARD = frozenset({"name", "birth_date", "address"})
# These tell that the office has learned of a move, which ends it as well.
TOLD_BY = frozenset({"notified_on", "card_updated_on"})
# The history tells of these from what to what; of the others only that they changed.
_TOLD_WITH_VALUES = frozenset(
    {"period_of_stay_ends_on", "variant", "issued_on", "expires_on", *MOVE_DAYS}
)


def says_the_same(row: Row, facts: dict[str, Any], today: date) -> bool:
    """Whether the row tells nothing that is not known on `today`, as far as one look can say."""
    for prefix, columns in (("", CARD_COLUMNS), ("resident__", ("office_id", *RESIDENT_COLUMNS))):
        for column in columns:
            if (value := getattr(row, column)) is None:
                continue
            said = facts[prefix + column]
            if in_files := IN_FILES.get(column):
                kept = facts[prefix + in_files]
                said = said if kept == NOTHING_KEPT.get(column) else kept
            if value != said:
                return False
    if row.moves is None:
        return True
    if facts["imported__id"] is None or facts["imported__withdrawn_at"]:
        return row.moves == NO_MOVE
    known = MoveDates(*(facts[f"imported__{name}"] for name in MOVE_DAYS))
    if row.moves == NO_MOVE:
        return stays_without_days(known, today)
    return says(row.moves, known)


def as_in_files(card: Card) -> tuple[Any, ...]:
    """What the files said last of columns that the counter changed since."""
    kept = [getattr(card, name) for name in CARD_IN_FILES]
    return *kept, *(getattr(card.resident, name) for name in RESIDENT_IN_FILES)


def expires_on_after(row: Row, card: Card) -> date:
    """The card's last day after this row."""
    if row.expires_on is None or row.expires_on == card.expiry_in_files:
        return card.expires_on
    return row.expires_on


def told_to_the_history(told: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    """Changed columns as the history keeps them: no names, no addresses."""
    return {
        "columns": list(told),
        "changes": {
            column: [str(value) if value else None for value in told[column]]
            for column in told
            if column in _TOLD_WITH_VALUES or column == "office_code"
        },
    }
