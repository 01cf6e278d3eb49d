"""Trying a PIN, and counting the tries (G3)."""

from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from cards.chip import chip
from cards.models import Card, PinSlot
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_has_pins, require_working
from cards.operations.record import record
from cards.rules.kinds import EventKind, PinKind
from cards.rules.pins import TRY_LIMIT, check_format
from portal import clock

# One statement, committed by itself before the PIN is looked at: 100 tries at once reserve as
# many as are left and not one more, and no later exception gives a try back. Reading the count
# first, or rolling it back with something else, lets them all through.
_RESERVE = """
UPDATE cards_pinslot SET failed_tries = failed_tries + 1, tried_at = %s
WHERE card_id = %s AND kind = %s AND failed_tries < %s AND EXISTS (
    SELECT 1 FROM cards_card WHERE cards_card.id = cards_pinslot.card_id
    AND suspended_at IS NULL AND replaced_at IS NULL
    AND expires_on >= %s AND (lapses_on IS NULL OR lapses_on > %s))
RETURNING id, failed_tries
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """How a try went. `tries_left` is 0 when the PIN is locked.

    `refused_for_now`: no try was left to be used, yet the last one is still being looked at by
    somebody else. Should that one be right, the PIN is not locked after all, so nothing may be
    said of a lock.
    """

    right: bool
    tries_left: int
    refused_for_now: bool = field(default=False, compare=False)


class WrongPin(OperationRefused):
    """A current PIN was wrong. `kind` says which; `tries_left` how many remain, 0 when locked."""

    def __init__(self, kind: PinKind, tries_left: int) -> None:
        super().__init__(_("This PIN is not right."), field=kind.value)
        self.kind = kind
        self.tries_left = tries_left


BEING_TRIED = _(
    "This PIN is being entered somewhere else at this moment, so nothing was tried or changed "
    "here. Wait one minute and try again."
)


@sensitive_variables("pin")
def require_right_pin(card: Card, kind: PinKind, pin: str, *, by: User | None) -> None:
    """Raise WrongPin unless `pin` is right, after `try_pin`; OperationRefused while it is unsure
    whether the PIN is locked."""
    tried = try_pin(card, kind, pin, by=by)
    if tried.refused_for_now:
        raise OperationRefused(BEING_TRIED)
    if not tried.right:
        raise WrongPin(kind, tried.tries_left)


@sensitive_variables("pin")
def try_pin(card: Card, kind: PinKind, pin: str, *, by: User | None) -> Tried:
    """Compare `pin` with the one that is set; a wrong one uses up a try, a right one none (G3).

    A malformed entry raises PinRefused and uses no try. Raises OperationRefused for a card
    without PINs, one that does not work, and a PIN that was never set here. Must not be called
    inside a transaction: the count has to survive whatever comes after.
    """
    check_format(kind, pin)
    require_has_pins(card)
    require_working(card)
    if not chip().has_pin(card, kind):
        raise OperationRefused(_("This PIN is not set. Ask your municipal office to set it."))
    limit = TRY_LIMIT[kind]
    reserved = _reserve(card, kind, limit)
    if reserved is None and not card.pin_slots.filter(kind=kind.value).exists():
        PinSlot.objects.get_or_create(card=card, kind=kind.value)
        reserved = _reserve(card, kind, limit)
    if reserved is None:
        card.refresh_from_db()
        require_has_pins(card)
        require_working(card)
        unsure = PinSlot.objects.get(card=card, kind=kind.value).is_being_tried
        return Tried(right=False, tries_left=0, refused_for_now=unsure)
    pk, number = reserved
    if chip().matches(card, kind, pin):
        # A lock that was reached meanwhile stays: it is the office's to open.
        reset = PinSlot.objects.filter(pk=pk, told_tries__lt=limit).update(
            failed_tries=0, told_tries=0
        )
        return Tried(right=bool(reset), tries_left=limit if reset else 0)
    if number >= limit - 1:
        tell_tries(card, PinSlot.objects.get(pk=pk), kind, number, by=by)
    return Tried(right=False, tries_left=limit - number)


def _reserve(card: Card, kind: PinKind, limit: int) -> tuple[int, int] | None:
    """Use up one try: the slot's id and which try in a row it was, or None when none is left."""
    today = clock.today()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(clock.now())
        cursor.execute(_RESERVE, [now, card.pk, kind.value, limit, today, today])
        found: tuple[int, int] | None = cursor.fetchone()
    return found


@transaction.atomic
def tell_tries(card: Card, slot: PinSlot, kind: PinKind, number: int, *, by: User | None) -> None:
    """After `number` wrong tries in a row: the last one left, or the lock, is told, once each."""
    told = PinSlot.objects.filter(
        pk=slot.pk, failed_tries__gte=number, told_tries__lt=number
    ).update(told_tries=number)
    if told:
        locked = number >= TRY_LIMIT[kind]
        happened = EventKind.PIN_LOCKED if locked else EventKind.PIN_ONE_TRY_LEFT
        record(card, happened, by=by, pin=kind.value)
