"""What becomes of a told move once staff record one."""

from cards.models import Card
from portal import clock


def settle_told_move(card: Card) -> int | None:
    """Close the move that the holder told of; its id, or None if there was none open.

    A step of operations that record a move, inside their transaction: from then on the recorded
    days count, and reminders of what was only told would be untrue (G5②).
    """
    told = card.planned_moves.filter(closed_at=None).first()
    if told is None:
        return None
    told.closed_at = clock.now()
    told.save(update_fields=["closed_at"])
    return int(told.pk)
