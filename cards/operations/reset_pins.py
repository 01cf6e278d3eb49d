"""The office resets PINs, and the holder sets the new ones (G3)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from cards.chip import chip
from cards.models import Card, CardEvent, PinHandOver, PinSlot
from cards.operations.change_pins import check_new, set_pins
from cards.operations.errors import OperationRefused
from cards.operations.guards import (
    require_has_pins,
    require_no_individual_number,
    require_own_office,
    require_working,
)
from cards.operations.hand_over import digest, start_hand_over
from cards.operations.record import record
from cards.rules.kinds import EventKind, PinKind
from portal import clock


@transaction.atomic
def reset_pins(
    card: Card, *, kinds: Sequence[PinKind], identity_proof: str, reason: str, by: User
) -> str:
    """Unlock PINs after identity was checked at the counter; gives the one-time hand-over code.

    The old PINs are gone at once. The code, valid 30 minutes and once, lets the holder type the
    new ones themselves (`hand_over_pins`); it is kept only as a digest. A second reset replaces
    the first. Raises OperationRefused for another office's clerk, a card that does not work or
    has no PINs, when no PIN is named, and for a missing reason or one with an Individual Number.
    """
    card = Card.objects.locked(card)
    require_own_office(card, by)
    require_has_pins(card)
    require_working(card)
    if not kinds:
        raise OperationRefused(_("Choose at least one PIN."), field="kinds")
    if not reason.strip():
        raise OperationRefused(_("Say why the PIN is reset."), field="reason")
    require_no_individual_number(reason, "reason")
    for kind in kinds:
        chip().clear(card, kind)
        PinSlot.objects.update_or_create(
            card=card, kind=kind.value, defaults={"failed_tries": 0, "told_tries": 0}
        )
    code = start_hand_over(card, kinds=kinds, identity_proof=identity_proof, reason=reason, by=by)
    record(
        card,
        EventKind.PIN_RESET,
        by=by,
        pins=[kind.value for kind in kinds],
        identity_proof=identity_proof,
        reason=reason,
    )
    return code


def open_hand_over(code: str) -> PinHandOver | None:
    """The hand-over that this code opens now, or None: wrong, used, replaced and too late alike."""
    return (
        PinHandOver.objects.select_related("card__resident")
        .filter(code_digest=digest(code), closed_at=None, expires_at__gt=clock.now())
        .first()
    )


@sensitive_variables("new", "again", "sealed")
def hand_over_pins(
    hand_over: PinHandOver, *, kinds: Sequence[PinKind], new: str, again: str
) -> CardEvent:
    """The holder sets one new PIN for `kinds`, all of them waiting in this hand-over.

    The hand-over closes once its last PIN is set. Raises PinRefused for an entry that may not
    become a PIN, OperationRefused when the code has run out meanwhile or the card stopped working.
    """
    card = hand_over.card
    check_new(tuple(kinds), new, again, card)
    sealed = {kind: chip().seal(card, kind, new) for kind in kinds}
    with transaction.atomic():
        # The card first, as a reset does: the other way round the two would wait for each other.
        card = Card.objects.locked(card)
        current = PinHandOver.objects.select_for_update(of=("self",)).get(pk=hand_over.pk)
        waiting = {PinKind(kind) for kind in current.kinds}
        if current.closed_at or current.expires_at <= clock.now() or not waiting.issuperset(kinds):
            raise OperationRefused(
                _("This code is no longer valid. Ask at the counter for a new one.")
            )
        event = set_pins(card, sealed, EventKind.PIN_SET, by=None)
        current.kinds = [kind.value for kind in PinKind if kind in waiting - set(kinds)]
        current.closed_at = None if current.kinds else clock.now()
        current.save(update_fields=["kinds", "closed_at"])
    return event
