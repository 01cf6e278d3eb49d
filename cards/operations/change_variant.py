"""The other variant of the card: photo identification only, or back (G9)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, CardEvent, VariantRequest
from cards.operations.errors import OperationRefused
from cards.operations.guards import (
    require_no_individual_number,
    require_not_replaced,
    require_own_office,
    require_working,
)
from cards.operations.hand_over import forget_pins, start_hand_over
from cards.operations.put_certificates import put_certificates
from cards.operations.record import record
from cards.operations.refresh import refresh_deadlines
from cards.operations.revoke_certificates import revoke_certificates
from cards.rules.kinds import (
    CardVariant,
    CertificateKind,
    CertificateMedium,
    EventKind,
    PinKind,
    RevocationReason,
    VariantRequestState,
)
from portal import clock


def other_variant(card: Card) -> CardVariant:
    """The variant that this card is not."""
    standard = card.variant == CardVariant.STANDARD
    return CardVariant.PHOTO_ID if standard else CardVariant.STANDARD


@transaction.atomic
def request_variant(card: Card, *, by: User) -> VariantRequest:
    """Ask for the other variant; the office carries it out, with the card there.

    Raises OperationRefused for a card that does not work, and while a request is open.
    """
    card = Card.objects.locked(card)
    require_working(card)
    if card.variant_requests.filter(closed_at=None).exists():
        raise OperationRefused(_("The other variant has been asked for already."))
    wanted = other_variant(card)
    request = VariantRequest.objects.create(card=card, variant=wanted.value, requested_by=by)
    record(card, EventKind.VARIANT_REQUESTED, by=by, request=request.pk, variant=wanted.value)
    return request


@transaction.atomic
def withdraw_variant_request(card: Card, *, by: User) -> CardEvent:
    """The holder keeps the card as it is. Raises OperationRefused when no request is open."""
    card = Card.objects.locked(card)
    request = require_open_request(card)
    _close(request, VariantRequestState.WITHDRAWN)
    return record(
        card, EventKind.VARIANT_WITHDRAWN, by=by, request=request.pk, variant=request.variant
    )


@transaction.atomic
def refuse_variant_request(card: Card, *, reason: str, by: User) -> CardEvent:
    """Refuse the request; the holder reads the reason.

    Raises OperationRefused for another office's staff, when no request is open, and for a reason
    that is empty or holds an Individual Number.
    """
    card = Card.objects.locked(card)
    require_own_office(card, by)
    request = require_open_request(card)
    reason = reason.strip()
    if not reason:
        raise OperationRefused(_("Say why, for the holder to read."), field="reason")
    require_no_individual_number(reason, "reason")
    request.note = reason
    _close(request, VariantRequestState.REFUSED)
    return record(
        card,
        EventKind.VARIANT_REFUSED,
        by=by,
        request=request.pk,
        variant=request.variant,
        refused_because=reason,
    )


@transaction.atomic
def change_variant(card: Card, *, identity_proof: str, by: User) -> str | None:
    """Make the card the other variant, at the office that keeps the record, with the card there.

    To photo identification only: the signature certificate ends on the chip, everything on a
    smartphone with it, and all PINs are gone; the user-proof certificate stays, which works by
    face. Back: certificates are put on the card, and the code that is given lets the holder set
    the PINs. Carries out the open request, if there is one; needs none. A file that only repeats
    what it said before leaves what the counter made of the card.

    Raises OperationRefused for another office's staff and for a card that does not work.
    """
    card = Card.objects.locked(card)
    require_own_office(card, by)
    require_working(card)
    before, wanted = CardVariant(card.variant), other_variant(card)
    card.variant_in_files = card.variant_in_files or before.value
    card.variant = wanted.value
    card.save(update_fields=["variant", "variant_in_files"])
    request = card.variant_requests.filter(closed_at=None, variant=wanted.value).first()
    if request is not None:
        _close(request, VariantRequestState.DONE)
    record(
        card,
        EventKind.VARIANT_CHANGED,
        by=by,
        before=before.value,
        variant=wanted.value,
        identity_proof=identity_proof,
    )
    if wanted is CardVariant.PHOTO_ID:
        _end_what_needs_a_pin(card, by)
    elif missing := _missing_certificates(card):
        put_certificates(card, missing, by=by, told=False)
    refresh_deadlines(card)
    if wanted is CardVariant.PHOTO_ID:
        return None
    return start_hand_over(
        card, kinds=tuple(PinKind), identity_proof=identity_proof, reason="", by=by
    )


def require_open_request(card: Card) -> VariantRequest:
    """The card's open request. Raises OperationRefused when there is none."""
    require_not_replaced(card)
    request = next((one for one in card.variant_requests.all() if one.closed_at is None), None)
    if request is None:
        raise OperationRefused(_("No request for the other variant is open."))
    return request


def _close(request: VariantRequest, state: VariantRequestState) -> None:
    request.state, request.closed_at = state.value, clock.now()
    request.save(update_fields=["state", "closed_at", "note"])


def _end_what_needs_a_pin(card: Card, by: User) -> None:
    """No PIN, so no signature, and nothing on a smartphone, which asks for one each time (G9)."""
    for medium, kinds in (
        (CertificateMedium.CHIP, (CertificateKind.SIGNATURE,)),
        (CertificateMedium.SMARTPHONE, tuple(CertificateKind)),
    ):
        revoke_certificates(
            card, RevocationReason.VARIANT_CHANGED, medium=medium, kinds=kinds, by=by, told=False
        )
    forget_pins(card)


def _missing_certificates(card: Card) -> list[CertificateKind]:
    """The kinds of which the chip has none that is still good."""
    good = card.certificates.filter(
        medium=CertificateMedium.CHIP.value, revoked_at=None, ends_on__gte=clock.today()
    ).values_list("kind", flat=True)
    return [kind for kind in CertificateKind if kind.value not in set(good)]
