"""Entries in the additional information column of the card (G5①)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from cards.models import AdditionalInfoEntry, Card, Move
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_no_individual_number
from cards.rules.kinds import InfoKind
from portal import clock

COLUMN_FULL = _(
    "The additional information column of this card is full, so nothing more can be written on "
    "it. A new card has to be issued (reason: column full)."
)
LONGEST_ENTRY = 200


@dataclass(frozen=True, slots=True)
class Written:
    """What the counter wrote in the column, as it stands there."""

    kind: InfoKind
    text: str


def has_full_column(card: Card) -> bool:
    """Whether an entry has filled the column."""
    return any(entry.fills_column for entry in card.info_entries.all())


def require_room(card: Card) -> None:
    """Raise OperationRefused when the column is full: then only a new card has room (G5①)."""
    if has_full_column(card):
        raise OperationRefused(COLUMN_FULL)


def write_column(
    card: Card, written: Sequence[Written], *, entered_on: date, column_full: bool
) -> list[AdditionalInfoEntry]:
    """Keep the entries, and give them; `column_full` says that the last of them filled the column.

    A step of operations that record a card's update, inside their transaction. Raises
    OperationRefused for a full column, an empty or too long text, one that holds an Individual
    Number, and for a column that is full without an entry.
    """
    require_room(card)
    if column_full and not written:
        raise OperationRefused(
            _("Enter what was written: the column is filled by an entry."), field="column_full"
        )
    entries = []
    for number, one in enumerate(written, start=1):
        text = " ".join(one.text.split())
        field = f"written_{one.kind.value}"
        if not text or len(text) > LONGEST_ENTRY:
            raise OperationRefused(
                _("Enter what was written, in 200 characters at most."), field=field
            )
        require_no_individual_number(text, field)
        entries.append(
            AdditionalInfoEntry.objects.create(
                card=card,
                kind=one.kind.value,
                text=text,
                entered_on=entered_on,
                fills_column=column_full and number == len(written),
            )
        )
    return entries


def take_back_entries(move: Move) -> dict[str, Any]:
    """Take back what was written with `move` alone, and the full mark that came with it.

    A step of operations after which nothing was written for this move. What was written for
    several moves stays while one of them counts as written. Gives what the event tells of it.
    """
    gone = [
        entry
        for entry in move.info_entries.filter(withdrawn_at=None)
        if not entry.moves.filter(withdrawn_at=None, card_updated_on__isnull=False).exists()
    ]
    column_free = any(entry.fills_column for entry in gone)
    for entry in gone:
        entry.withdrawn_at, entry.fills_column = clock.now(), False
        entry.save(update_fields=["withdrawn_at", "fills_column"])
    return {
        **({"taken_back": [entry.kind for entry in gone]} if gone else {}),
        **({"column_free": True} if column_free else {}),
    }
