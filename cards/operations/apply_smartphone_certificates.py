"""Certificates on a smartphone, applied for with PIN ① (G2②)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from cards.models import Card, CardEvent, SmartphonePlatform
from cards.operations.change_pins import pins_last_set, require_still_proven
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_has_pins, require_working
from cards.operations.put_certificates import put_certificates
from cards.operations.refresh import refresh_deadlines
from cards.operations.try_pin import require_right_pin
from cards.rules.kinds import CertificateKind, PinKind
from cards.rules.pins import check_format
from cards.rules.uses import signature_obstacle
from portal import clock


@sensitive_variables("pin")
def apply_smartphone_certificates(
    card: Card, *, platform: SmartphonePlatform, pin: str, by: User | None
) -> CardEvent:
    """Issue both certificates on a smartphone, signed for with PIN ① (G2②).

    Those on an earlier smartphone end with it. A wrong PIN uses up a try: WrongPin. Everything
    else is refused before that: PinRefused for a malformed PIN, OperationRefused for a platform
    that is not on, a card that does not work or has no PINs, and one whose chip holds no valid
    signature certificate; and asked again afterwards, since a suspension in between wins.
    """
    since = pins_last_set(card)
    check_format(PinKind.SIGNATURE, pin)
    _require_ready(card, platform)
    require_right_pin(card, PinKind.SIGNATURE, pin, by=by)
    with transaction.atomic():
        card = Card.objects.locked(card)
        require_still_proven(card, [PinKind.SIGNATURE], since)
        _require_ready(card, platform)
        event = put_certificates(card, tuple(CertificateKind), platform=platform, by=by)
        refresh_deadlines(card)
    return event


def _require_ready(card: Card, platform: SmartphonePlatform) -> None:
    require_has_pins(card)
    require_working(card)
    # Asked anew: the administrator may have switched it off meanwhile.
    if not SmartphonePlatform.objects.filter(pk=platform.pk, is_on=True).exists():
        raise OperationRefused(_("Certificates cannot be issued on this kind of smartphone."))
    certificates = [one.facts(card.expires_on) for one in card.certificates.all()]
    if signature_obstacle(certificates, clock.today()) is not None:
        raise OperationRefused(
            _(
                "There is no valid signature certificate on the card’s chip. The counter issues "
                "it again; then apply."
            )
        )
