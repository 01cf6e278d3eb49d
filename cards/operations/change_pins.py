"""The holder changes PINs (G3)."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from cards.chip import chip
from cards.models import Card, CardEvent, PinSlot
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_has_pins, require_working
from cards.operations.record import record
from cards.operations.try_pin import BEING_TRIED, WrongPin, require_right_pin
from cards.rules.kinds import EventKind, PinKind
from cards.rules.pins import PinReason, PinRefused, check_format, check_guessable
from portal import clock

# After any of these, an earlier comparison with a PIN proves nothing any more.
_SET_ANEW = (
    EventKind.PIN_CHANGED,
    EventKind.PIN_RESET,
    EventKind.PIN_SET,
    EventKind.PIN_INITIALISED,
    EventKind.VARIANT_CHANGED,
    EventKind.REPLACED,
)


@sensitive_variables("current", "new", "again", "sealed", "pin")
def change_pins(
    card: Card, *, current: Mapping[PinKind, str], new: str, again: str, by: User
) -> CardEvent:
    """Give the PINs named in `current` one new PIN, each against its present one (G3).

    Everything typed is checked before any try is used. All change or none does. Raises
    PinRefused, WrongPin, and OperationRefused for a card that does not work: a suspension that
    comes in between wins.
    """
    since = pins_last_set(card)
    for kind, pin in current.items():
        check_format(kind, pin)
    check_new(tuple(current), new, again, card)
    if new in current.values():
        raise PinRefused(PinReason.SAME_AS_CURRENT)
    for kind, pin in current.items():
        require_right_pin(card, kind, pin, by=by)
    sealed = {kind: chip().seal(card, kind, new) for kind in current}
    with transaction.atomic():
        require_still_proven(card, current.keys(), since)
        return set_pins(card, sealed, EventKind.PIN_CHANGED, by=by)


def pins_last_set(card: Card) -> int:
    """Which event last gave the card a PIN or took one away, as `require_still_proven` asks it."""
    kinds = [kind.value for kind in _SET_ANEW]
    newest: int | None = card.events.filter(kind__in=kinds).aggregate(Max("id"))["id__max"]
    return newest or 0


def require_still_proven(card: Card, kinds: Collection[PinKind], since: int) -> None:
    """A PIN that was right a moment ago opens nothing once it was reset, changed or locked.

    Locks the card and the counts of `kinds` until the caller's transaction ends. Raises
    OperationRefused, or WrongPin for a lock that was reached meanwhile. While others use up the
    last try it is refused as well: only once that try is looked at, it is known what counts.
    """
    card = Card.objects.locked(card)
    if pins_last_set(card) != since:
        raise OperationRefused(
            _("A PIN of this card was set anew or reset meanwhile. Nothing was changed just now.")
        )
    for kind in kinds:
        slot = PinSlot.objects.select_for_update(of=("self",)).get(card=card, kind=kind.value)
        if slot.is_being_tried:
            raise OperationRefused(BEING_TRIED)
        if slot.is_locked:
            raise WrongPin(kind, 0)


@sensitive_variables("new", "again")
def check_new(kinds: tuple[PinKind, ...], new: str, again: str, card: Card) -> None:
    """Raise PinRefused unless `new` may become the PIN of all `kinds`, and was typed twice."""
    for kind in kinds:
        check_format(kind, new)
    check_guessable(new, card.resident.birth_date)
    if new != again:
        raise PinRefused(PinReason.MISMATCH)


@transaction.atomic
def set_pins(
    card: Card,
    sealed: Mapping[PinKind, str],
    kind_of_event: EventKind,
    *,
    by: User | None,
    **data: str,
) -> CardEvent:
    """Put sealed PINs on the chip, with no wrong tries, as one event. Refuses a card that ended."""
    card = Card.objects.locked(card)
    require_has_pins(card)
    require_working(card)
    for kind, prepared in sealed.items():
        chip().put(card, kind, prepared)
        PinSlot.objects.update_or_create(
            card=card,
            kind=kind.value,
            defaults={"failed_tries": 0, "told_tries": 0, "changed_at": clock.now()},
        )
    return record(card, kind_of_event, by=by, pins=[kind.value for kind in sealed], **data)
