"""Freezing a lost card (G6)."""

from django.db import transaction

from accounts.models import User
from cards.models import Card, CardEvent
from cards.operations.guards import require_not_ended
from cards.operations.record import record
from cards.rules.kinds import EventKind
from portal import clock


@transaction.atomic
def suspend(card: Card, *, by: User | None) -> CardEvent:
    """Suspend a card at once, at any hour (G6).

    Asking twice is harmless: the first event is returned. Raises OperationRefused for a card
    that is expired, lapsed or replaced: there is nothing left to freeze.
    """
    card = Card.objects.locked(card)
    if card.suspended_at is not None:
        return card.events.filter(kind=EventKind.SUSPENDED.value).latest("id")
    require_not_ended(card)
    card.suspended_at = clock.now()
    card.save(update_fields=["suspended_at"])
    return record(card, EventKind.SUSPENDED, by=by)
