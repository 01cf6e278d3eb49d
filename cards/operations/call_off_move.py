"""A told move that does not take place, or not so."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, CardEvent
from cards.operations.errors import OperationRefused
from cards.operations.record import record
from cards.operations.refresh import refresh_deadlines
from cards.rules.kinds import EventKind
from portal import clock


@transaction.atomic
def call_off_move(card: Card, *, by: User) -> CardEvent:
    """End the reminders of the move that the holder told of; it stays in the history (G5②).

    Possible in whatever state the card is. Calling off twice is harmless: the first event is
    given. Raises OperationRefused when no told move is open and none was called off last.
    """
    card = Card.objects.locked(card)
    told = card.planned_moves.filter(closed_at=None).first()
    if told is None:
        kinds = (EventKind.MOVE_TOLD.value, EventKind.TOLD_MOVE_WITHDRAWN.value)
        last = card.events.filter(kind__in=kinds).order_by("-id").first()
        if last is None or last.kind != EventKind.TOLD_MOVE_WITHDRAWN:
            raise OperationRefused(_("There is no move to call off: none is planned here."))
        return last
    told.closed_at = clock.now()
    told.save(update_fields=["closed_at"])
    event = record(
        card,
        EventKind.TOLD_MOVE_WITHDRAWN,
        by=by,
        planned_move=told.pk,
        move_kind=told.kind,
        expected_move_out_on=str(told.expected_move_out_on or "") or None,
        moved_in_on=str(told.moved_in_on or "") or None,
    )
    refresh_deadlines(card)
    return event
