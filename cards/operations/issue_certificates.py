"""Certificates issued again at the counter (G2, G5①)."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, CardEvent
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_own_office, require_working
from cards.operations.put_certificates import put_certificates
from cards.operations.refresh import refresh_deadlines
from cards.rules.certificates import carried_by
from cards.rules.kinds import CardVariant, CertificateKind


@transaction.atomic
def issue_certificates(card: Card, *, kinds: Collection[CertificateKind], by: User) -> CardEvent:
    """Put certificates of these kinds on the chip, with the card there; earlier ones end (G2).

    Raises OperationRefused for another office's staff, for a card that does not work, for no kind
    at all, and for a signature certificate on a card with photo identification only (G9).
    """
    card = Card.objects.locked(card)
    require_own_office(card, by)
    require_working(card)
    wanted = [kind for kind in CertificateKind if kind in kinds]
    if not wanted:
        raise OperationRefused(_("Choose at least one certificate."), field="kinds")
    if not set(wanted) <= set(carried_by(CardVariant(card.variant))):
        raise OperationRefused(
            _(
                "A card with photo identification only has no PIN, so it can carry no signature "
                "certificate."
            ),
            field="kinds",
        )
    event = put_certificates(card, wanted, by=by)
    refresh_deadlines(card)
    return event
