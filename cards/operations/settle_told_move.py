"""What becomes of a told move once staff record one."""

from cards.models import Card
from cards.rules.moves import MoveDates, still_told
from portal import clock


def settle_told_move(card: Card, recorded: MoveDates) -> int | None:
    """Close the move that the holder told of; its id, or None if there was none to close.

    A step of operations that record a move, inside their transaction: from then on the recorded
    days count, and reminders of what was only told would be untrue (G5②). It stays open where it
    says more than `recorded` does: another move, or the move-in day that follows.
    """
    told = card.planned_moves.filter(closed_at=None).first()
    if told is None or still_told(told.dates, recorded):
        return None
    told.closed_at = clock.now()
    told.save(update_fields=["closed_at"])
    return int(told.pk)
