"""The history of a card: what every operation writes as its last step."""

from typing import Any

from accounts.models import User
from cards.models import Card, CardEvent, UntoldEvent
from cards.rules.kinds import EventKind
from portal import clock

# What the holder is told of at once, by mail and on the page.
TOLD_AT_ONCE = frozenset(
    {
        EventKind.CERTIFICATE_ISSUED,
        EventKind.CERTIFICATE_REVOKED,
        EventKind.SUSPENDED,
        EventKind.SUSPENSION_LIFTED,
        EventKind.PIN_CHANGED,
        EventKind.PIN_ONE_TRY_LEFT,
        EventKind.PIN_LOCKED,
        EventKind.PIN_RESET,
        EventKind.PIN_SET,
        EventKind.PIN_INITIALISED,
        EventKind.REISSUE_ASKED_BACK,
        EventKind.REISSUE_ACCEPTED,
        EventKind.REISSUE_REFUSED,
        EventKind.ISSUED,
        EventKind.VARIANT_REFUSED,
        EventKind.VARIANT_CHANGED,
    }
)


def record(card: Card, kind: EventKind, *, by: User | None, **data: Any) -> CardEvent:
    """Append one event. `data` holds plain values (days as YYYY-MM-DD); no names, no secrets."""
    event = record_untold(card, kind, by=by, **data)
    if kind in TOLD_AT_ONCE:
        UntoldEvent.objects.create(event=event)
    return event


def record_untold(card: Card, kind: EventKind, *, by: User | None, **data: Any) -> CardEvent:
    """The same for what another event of the same operation tells the holder already."""
    return CardEvent.objects.create(card=card, kind=kind.value, at=clock.now(), by=by, data=data)
