"""Entries in the additional information column of the card (G5①)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from cards.models import AdditionalInfoEntry, Card
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_no_individual_number
from cards.rules.kinds import InfoKind

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
) -> None:
    """Keep the entries; `column_full` says that the last of them filled the column.

    A step of operations that record a card's update, inside their transaction. Raises
    OperationRefused for a full column, an empty or too long text, one that holds an Individual
    Number, and for a column that is full without an entry.
    """
    require_room(card)
    if column_full and not written:
        raise OperationRefused(
            _("Enter what was written: the column is filled by an entry."), field="column_full"
        )
    for number, one in enumerate(written, start=1):
        text = " ".join(one.text.split())
        field = f"written_{one.kind.value}"
        if not text or len(text) > LONGEST_ENTRY:
            raise OperationRefused(
                _("Enter what was written, in 200 characters at most."), field=field
            )
        require_no_individual_number(text, field)
        AdditionalInfoEntry.objects.create(
            card=card,
            kind=one.kind.value,
            text=text,
            entered_on=entered_on,
            fills_column=column_full and number == len(written),
        )
