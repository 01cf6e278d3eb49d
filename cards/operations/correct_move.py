"""Days of a move that were recorded wrongly, or became known later (G5)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, Move
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_issued_by, require_not_replaced, require_worked_on
from cards.operations.record import record
from cards.operations.record_move import (
    as_data,
    as_fields,
    require_days_of,
    require_possible,
)
from cards.operations.refresh import refresh_deadlines
from cards.operations.revoke_signature import revoke_signature
from cards.operations.write_column import require_room, take_back_entries
from cards.rules.kinds import EventKind, MoveKind, MoveSource
from cards.rules.moves import MoveDates


@transaction.atomic
def correct_move(move: Move, *, dates: MoveDates, by: User) -> Move:
    """Give a move its right days; every clock is worked out anew, the old days stay in the history.

    A move that the office's system told of is from now on the counter's. If the card was not
    updated after all, what was written with the move is taken back. A notification submitted
    after its clock ran out does not revive the card: that follows from the days themselves.
    Raises OperationRefused for a replaced card, for a move that was withdrawn, for days that
    contradict each other or cannot be of this holder and this card, and for a day on which nothing
    can have been written on the card because it was not issued yet, was suspended, had expired or
    had lapsed.
    """
    card = Card.objects.locked(move.card)
    require_not_replaced(card)
    require_possible(card, dates)
    move = card.moves.get(pk=move.pk)
    if move.withdrawn_at is not None:
        raise OperationRefused(_("This move was withdrawn. Record the move anew."))
    before = move.dates
    if before == dates:
        return move
    require_days_of(MoveKind(move.kind), _new(dates, before))
    if dates.card_updated_on and dates.card_updated_on != before.card_updated_on:
        require_issued_by(card, dates.card_updated_on, "card_updated_on")
    if dates.card_updated_on and not before.card_updated_on:
        require_room(card)
    for name, day in as_fields(dates).items():
        setattr(move, name, day)
    move.source = MoveSource.COUNTER.value
    move.save()
    unwritten = before.card_updated_on and not dates.card_updated_on
    if before.card_updated_on and dates.card_updated_on:
        # What was written with it was written on that day.
        move.info_entries.filter(entered_on=before.card_updated_on).update(
            entered_on=dates.card_updated_on
        )
    record(
        card,
        EventKind.MOVE_CORRECTED,
        by=by,
        move=move.pk,
        before=as_data(before),
        **as_data(dates),
        **(take_back_entries(move) if unwritten else {}),
    )
    if dates.told_on and not before.told_on:
        revoke_signature(card, by=by)
    refresh_deadlines(card)
    # Asked of the card as these days have it: they may have stopped a clock in time.
    if dates.card_updated_on and dates.card_updated_on != before.card_updated_on:
        require_worked_on(card, dates.card_updated_on, "card_updated_on")
    return move


def _new(dates: MoveDates, before: MoveDates) -> MoveDates:
    """The days that were not there before: what stood there may stay, corrected."""
    known = as_fields(before)
    return MoveDates(
        **{name: day if known[name] is None else None for name, day in as_fields(dates).items()}
    )
