"""PIN ① initialised at a convenience-store kiosk, against PIN ② (G3)."""

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from cards.chip import chip
from cards.models import Card, CardEvent
from cards.operations.change_pins import (
    check_new,
    pins_last_set,
    require_still_proven,
    set_pins,
)
from cards.operations.guards import require_has_pins, require_working
from cards.operations.try_pin import require_right_pin
from cards.rules.kinds import EventKind, PinKind
from cards.rules.pins import PinReason, PinRefused, check_format


@sensitive_variables("user_proof", "new", "again")
def initialise_pin(
    card: Card, *, user_proof: str, new: str, again: str, kiosk: str = ""
) -> CardEvent:
    """Set a new PIN ①, also a locked one, for someone who enters PIN ② rightly (G3).

    `kiosk` is the name of the terminal, for the history.

    A wrong ② counts against ②, and a locked ② closes the way: WrongPin with the tries left.
    Raises PinRefused for malformed or guessable entries before any try is used, and for the
    present ① once ② was right: who does not know ② learns nothing about ①. Raises
    OperationRefused for a card that does not work or has no PINs.
    """
    since = pins_last_set(card)
    require_has_pins(card)
    require_working(card)
    check_format(PinKind.USER_PROOF, user_proof)
    check_new((PinKind.SIGNATURE,), new, again, card)
    require_right_pin(card, PinKind.USER_PROOF, user_proof, by=None)
    if chip().matches(card, PinKind.SIGNATURE, new):
        raise PinRefused(PinReason.SAME_AS_CURRENT)
    sealed = {PinKind.SIGNATURE: chip().seal(card, PinKind.SIGNATURE, new)}
    with transaction.atomic():
        require_still_proven(card, [PinKind.USER_PROOF], since)
        at = {"kiosk": kiosk} if kiosk else {}
        return set_pins(card, sealed, EventKind.PIN_INITIALISED, by=None, **at)
