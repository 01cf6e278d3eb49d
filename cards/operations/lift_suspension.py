"""A suspended card that was found (G6)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, CardEvent, IdentityProof
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_not_ended, require_own_office
from cards.operations.record import record
from cards.rules.kinds import EventKind


@transaction.atomic
def lift_suspension(card: Card, *, identity_proof: str, by: User) -> CardEvent:
    """Lift a suspension, at the office that keeps the record and nowhere else (G6).

    `by` must work at the resident's office; being an administrator is not enough. How the
    holder's identity was checked (`IdentityProof`) stays in the history. Raises OperationRefused
    when `by` does not work there, when identity was not checked, when the card is not suspended,
    and when it has ended.
    """
    card = Card.objects.locked(card)
    require_own_office(card, by)
    if card.suspended_at is None:
        raise OperationRefused(_("This card is not suspended."))
    require_not_ended(card)
    if identity_proof not in IdentityProof.values:
        raise OperationRefused(_("Say how identity was checked."), field="identity_proof")
    card.suspended_at = None
    card.save(update_fields=["suspended_at"])
    return record(card, EventKind.SUSPENSION_LIFTED, by=by, identity_proof=identity_proof)
