"""A new card is asked for, by the holder or at the counter (G6, G7, G8)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, Reissue
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_no_individual_number, require_not_replaced
from cards.operations.record import record
from cards.operations.write_column import has_full_column
from cards.rules.fees import normally_waivable
from cards.rules.kinds import CardVariant, EventKind, ReissueReason, WaiverGround
from cards.rules.reissue import (
    fitting_reasons,
    must_suspend_first,
    needs_fire_report,
    needs_police_receipt,
)

NUMBER_LENGTH = 40
TEXT_LENGTH = 500


@transaction.atomic
def request_reissue(
    card: Card,
    *,
    reason: ReissueReason,
    with_certificates: bool,
    police_receipt_number: str = "",
    fire_report_number: str = "",
    claimed_ground: WaiverGround | None = None,
    circumstances: str = "",
    by: User,
) -> Reissue:
    """Open an application for a new card in place of this one (G6).

    A card with photo identification only is asked for without certificates of its own choice
    (G9). `claimed_ground` is the circumstance that the holder says would make it free; only those
    that fit the reason are kept. Numbers that the reason does not demand are left out.

    Raises OperationRefused for a replaced card, while another application is open, for a reason
    that cannot be true of the card, for a lost card that still works (suspend it first), for a
    missing number of the police or the fire station, and for an Individual Number in any text.
    """
    card = Card.objects.locked(card)
    require_not_replaced(card)
    require_no_open_application(card)
    require_fitting(card, reason)
    police = police_receipt_number.strip() if needs_police_receipt(reason) else ""
    fire = fire_report_number.strip() if needs_fire_report(reason) else ""
    require_report(reason, police, fire)
    circumstances = circumstances.strip()
    require_no_individual_number(police, "police_receipt_number")
    require_no_individual_number(fire, "fire_report_number")
    require_no_individual_number(circumstances, "circumstances")
    claimed = claimed_ground if claimed_ground in normally_waivable(reason) else None
    standard = card.variant == CardVariant.STANDARD
    reissue = Reissue.objects.create(
        card=card,
        reason=reason.value,
        with_certificates=with_certificates and standard,
        police_receipt_number=police,
        fire_report_number=fire,
        claimed_ground=claimed.value if claimed else "",
        circumstances=circumstances,
        requested_by=by,
    )
    record(
        card,
        EventKind.REISSUE_REQUESTED,
        by=by,
        reissue=reissue.pk,
        reissue_reason=reason.value,
        with_certificates=reissue.with_certificates,
    )
    return reissue


def require_no_open_application(card: Card) -> None:
    """Raise OperationRefused while an application for a new card is open."""
    if any(one.closed_at is None for one in card.reissues.all()):
        raise OperationRefused(_("A new card has been asked for already; there can be only one."))


def require_fitting(card: Card, reason: ReissueReason) -> None:
    """Raise OperationRefused for a reason that is not true of the card as it stands today."""
    state = card.state
    if reason not in fitting_reasons(state, column_full=has_full_column(card)):
        raise OperationRefused(_("This reason does not fit the card as it is now."), field="reason")
    if must_suspend_first(state, reason):
        raise OperationRefused(
            _("A lost card is suspended first, so that nobody can use it. Then ask for a new one."),
            field="reason",
        )


def require_report(reason: ReissueReason, police: str, fire: str) -> None:
    """Raise OperationRefused where the reason demands a number that is missing (G6)."""
    if needs_police_receipt(reason) and not police:
        raise OperationRefused(
            _("Enter the receipt number of the loss report. The police give it to you."),
            field="police_receipt_number",
        )
    if needs_fire_report(reason) and not fire:
        raise OperationRefused(
            _("Enter the number of the report. The fire station gives it to you."),
            field="fire_report_number",
        )
