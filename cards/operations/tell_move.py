"""A move that the holder tells the portal of, planned or past (G5②)."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, PlannedMove
from cards.operations.errors import OperationRefused
from cards.operations.guards import FAR_AWAY, require_not_ended
from cards.operations.record import record
from cards.operations.record_move import as_data, require_no_move_out_within
from cards.operations.refresh import refresh_deadlines
from cards.rules.kinds import EventKind, MoveKind
from cards.rules.moves import MoveDates
from cards.rules.possible_moves import REACH_DAYS
from portal import clock

REACH = timedelta(REACH_DAYS)


@transaction.atomic
def tell_move(card: Card, *, kind: MoveKind, dates: MoveDates, by: User | None) -> PlannedMove:
    """Keep a told move and start its reminders; it lapses no card (G5②).

    One open told move a card: telling anew replaces the earlier one, telling the same again
    changes nothing. `dates` has the expected move-out day, the move-in day or both. Raises
    OperationRefused for a card that is expired, lapsed or replaced (nothing is left to update;
    a suspended card's clocks run on, so it may be told of), for no day at all, for a move-out
    day within the municipality, and for days more than a year away.
    """
    card = Card.objects.locked(card)
    require_not_ended(card)
    require_tellable(kind, dates)
    told = card.planned_moves.filter(closed_at=None).first()
    if told and (told.kind, told.dates) == (kind.value, dates):
        return told
    data: dict[str, Any] = {"move_kind": kind.value, **as_data(dates)}
    if told:
        told.closed_at = clock.now()
        told.save(update_fields=["closed_at"])
        data["before"] = {"move_kind": told.kind, **as_data(told.dates)}
    move = PlannedMove.objects.create(
        card=card,
        kind=kind.value,
        expected_move_out_on=dates.expected_move_out_on,
        moved_in_on=dates.moved_in_on,
        told_by=by,
    )
    record(card, EventKind.MOVE_TOLD, by=by, planned_move=move.pk, **data)
    refresh_deadlines(card)
    return move


def require_tellable(kind: MoveKind, dates: MoveDates) -> None:
    """Raise OperationRefused for days that a holder cannot tell of."""
    require_no_move_out_within(kind, dates)
    if not (dates.expected_move_out_on or dates.moved_in_on):
        raise OperationRefused(
            _("Enter at least one day: when you move out or when you move in."),
        )
    for field, day in (
        ("expected_move_out_on", dates.expected_move_out_on),
        ("moved_in_on", dates.moved_in_on),
    ):
        if day and not _near(day):
            raise OperationRefused(FAR_AWAY, field=field)


def _near(day: date) -> bool:
    return abs(day - clock.today()) <= REACH
