"""The holder ends the certificates on a smartphone: not wanted any more, or it is lost (G2②)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, CardEvent
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_not_replaced
from cards.operations.refresh import refresh_deadlines
from cards.operations.revoke_certificates import revoke_certificates
from cards.rules.kinds import CertificateMedium, RevocationReason

REASONS = (RevocationReason.HOLDER_ASKED, RevocationReason.PHONE_LOST)


@transaction.atomic
def revoke_smartphone_certificates(card: Card, *, because: RevocationReason, by: User) -> CardEvent:
    """End all certificates on the smartphone, at once and for good. The card goes on as it is.

    Open whatever the card's state is: with a bag both are lost, and a suspension that is lifted
    later must not bring back what is on a stranger's phone. Raises OperationRefused where there is
    none, and ValueError for a reason that is not a holder's.
    """
    if because not in REASONS:
        raise ValueError(f"No holder revokes for {because}.")
    card = Card.objects.locked(card)
    require_not_replaced(card)
    event = revoke_certificates(card, because, medium=CertificateMedium.SMARTPHONE, by=by)
    if event is None:
        raise OperationRefused(_("There are no certificates on a smartphone."))
    refresh_deadlines(card)
    return event
