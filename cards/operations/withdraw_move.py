"""A move that was recorded by mistake."""

from django.db import transaction

from accounts.models import User
from cards.models import Card, CardEvent, Move
from cards.operations.guards import require_not_replaced
from cards.operations.record import record
from cards.operations.refresh import refresh_deadlines
from cards.operations.write_column import take_back_entries
from cards.rules.kinds import EventKind, MoveSource
from portal import clock


@transaction.atomic
def withdraw_move(move: Move, *, by: User) -> CardEvent:
    """Count a wrongly recorded move no longer. It stays in the history; its clocks end.

    What was written in the additional information column with it is taken back, and so is the
    column's being full by it. What the holder had told of, and this move had settled, is open
    again and reminds again. Withdrawing twice is harmless. Raises OperationRefused for a replaced
    card.
    """
    card = Card.objects.locked(move.card)
    require_not_replaced(card)
    move = card.moves.get(pk=move.pk)
    if move.withdrawn_at is None:
        move.withdrawn_at, move.source = clock.now(), MoveSource.COUNTER.value
        move.save(update_fields=["withdrawn_at", "source"])
        reopened = _reopen_told(card, move)
        event = record(
            card,
            EventKind.MOVE_WITHDRAWN,
            by=by,
            move=move.pk,
            **({"reopens": reopened} if reopened else {}),
            **take_back_entries(move),
        )
        refresh_deadlines(card)
        return event
    return card.events.filter(kind=EventKind.MOVE_WITHDRAWN.value, data__move=move.pk).latest("id")


def _reopen_told(card: Card, move: Move) -> int | None:
    """Open the told move that recording `move` settled, unless another was told of since."""
    recorded = card.events.filter(
        kind=EventKind.MOVE_RECORDED.value, data__move=move.pk, data__settles__isnull=False
    ).first()
    if recorded is None or card.planned_moves.filter(closed_at=None).exists():
        return None
    told = int(recorded.data["settles"])
    return told if card.planned_moves.filter(pk=told).update(closed_at=None) else None
