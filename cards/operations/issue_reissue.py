"""The new card is handed out and takes over; the old one ends (G6, G8)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, CardEvent, Move, PlannedMove, Reissue
from cards.models.move import waiting_moves
from cards.operations.decide_reissue import require_not_found, require_open_application
from cards.operations.errors import OperationRefused
from cards.operations.guards import (
    require_no_individual_number,
    require_not_replaced,
    require_own_office,
)
from cards.operations.hand_over import forget_pins, start_hand_over
from cards.operations.put_certificates import put_certificates
from cards.operations.record import record
from cards.operations.record_move import as_data
from cards.operations.refresh import refresh_deadlines
from cards.operations.revoke_certificates import revoke_certificates
from cards.operations.set_expiry import granted_date
from cards.rules.certificates import carried_by
from cards.rules.kinds import (
    CardVariant,
    CertificateKind,
    CertificateMedium,
    EventKind,
    ExpiryBasis,
    PinKind,
    ReissueState,
    RevocationReason,
)
from cards.rules.reissue import passes_on
from portal import clock

# Without certificates there is nothing that ① and ② would open.
_PINS_WITHOUT_CERTIFICATES = (PinKind.RESIDENT_REGISTRATION, PinKind.CARD_INFO_INPUT)


@transaction.atomic
def issue_reissue(
    card: Card,
    *,
    new_reference: str,
    identity_proof: str,
    expires_on: date | None = None,
    by: User,
) -> str | None:
    """Hand out the new card in place of `card`; gives the code for its PINs, None if it has none.

    One moment, one transaction: the old card is replaced, its certificates end wherever they live,
    its PINs and codes are gone, its moves are settled or go on with the new card. The new one
    lasts until the end of the period of stay unless `expires_on` says otherwise (G4).

    A suspension wins: of an old card that was suspended after its application was accepted, no
    new one takes over until staff have looked into it and accepted it once more (G6).

    Raises OperationRefused for another office's staff, an application that is not accepted, such a
    suspension, a lost card that was found, a reference that is taken, and a last day that has
    passed.
    """
    card = Card.objects.locked(card)
    require_own_office(card, by)
    require_not_replaced(card)
    reissue = require_open_application(card)
    require_accepted(reissue)
    require_not_suspended_since(card, reissue)
    require_not_found(card, reissue)
    last_day, basis = _expiry(card, expires_on)
    granted = granted_date(card)
    new = Card(
        reference=_free(new_reference),
        resident=card.resident,
        variant=card.variant,
        issued_on=clock.today(),
        expires_on=last_day,
        expiry_basis=basis,
    )
    new.save(force_insert=True)
    _end(card, by)
    settled = _pass_moves_on(card, new)
    card.variant_requests.filter(closed_at=None).update(card=new)
    reissue.state, reissue.new_card = ReissueState.ISSUED.value, new
    reissue.closed_at = clock.now()
    reissue.save(update_fields=["state", "new_card", "closed_at"])
    record(
        card,
        EventKind.REPLACED,
        by=by,
        reissue=reissue.pk,
        new_reference=new.reference,
        moves=settled,
    )
    record(
        new,
        EventKind.ISSUED,
        by=by,
        reissue=reissue.pk,
        earlier_reference=card.reference,
        variant=new.variant,
        expires_on=str(last_day),
        identity_proof=identity_proof,
        **({"granted_until": str(granted)} if new.awaits_second_visit else {}),
        **_goes_on(new),
    )
    certificates = _certificates_for(new, reissue)
    if certificates:
        put_certificates(new, certificates, by=by, told=False)
    refresh_deadlines(card)
    refresh_deadlines(new)
    if new.variant == CardVariant.PHOTO_ID:
        return None
    return start_hand_over(
        new,
        kinds=tuple(PinKind) if certificates else _PINS_WITHOUT_CERTIFICATES,
        identity_proof=identity_proof,
        reason="",
        by=by,
    )


def require_accepted(reissue: Reissue) -> None:
    """Raise OperationRefused for an application that is not decided yet."""
    if reissue.state != ReissueState.ACCEPTED:
        raise OperationRefused(_("Accept the application first."))


def require_not_suspended_since(card: Card, reissue: Reissue) -> None:
    """Raise OperationRefused for a card that was suspended after the decision on `reissue`."""
    if card.suspended_at is None:
        return
    accepted = _newest(card, EventKind.REISSUE_ACCEPTED)
    if accepted is None or accepted.pk < getattr(_newest(card, EventKind.SUSPENDED), "pk", 0):
        raise OperationRefused(
            _(
                "The old card was suspended after this application was accepted. Find out why from "
                "its holder, then accept the application once more."
            )
        )


def default_expiry(card: Card) -> date:
    """The last day that a new card gets: that of the period of stay (G4).

    While an extension is only applied for, the card's own day holds, which rests on it (G4①).
    """
    stay = card.resident.period_of_stay_ends_on
    return max(card.expires_on, stay) if card.awaits_second_visit else stay


def _newest(card: Card, kind: EventKind) -> CardEvent | None:
    return card.events.filter(kind=kind.value).order_by("-id").first()


def _expiry(card: Card, given: date | None) -> tuple[date, str]:
    """The new card's last day and what it rests on; the period of stay follows a day given."""
    usual = default_expiry(card)
    last_day = given or usual
    if last_day < clock.today():
        raise OperationRefused(
            _(
                "The period of stay has ended. Look at the residence card, and enter the last day "
                "of the new period."
            ),
            field="expires_on",
        )
    if last_day == usual:
        return last_day, card.expiry_basis if card.awaits_second_visit else ""
    resident = card.resident
    resident.stay_in_files = resident.stay_in_files or resident.period_of_stay_ends_on
    resident.period_of_stay_ends_on = last_day
    resident.save(update_fields=["period_of_stay_ends_on", "stay_in_files"])
    return last_day, ExpiryBasis.NEW_PERIOD.value


def _free(reference: str) -> str:
    reference = reference.strip()
    if not reference:
        raise OperationRefused(_("Enter the reference of the new card."), field="new_reference")
    require_no_individual_number(reference, "new_reference")
    if Card.objects.filter(reference=reference).exists():
        raise OperationRefused(
            _("There is a card with this reference already."), field="new_reference"
        )
    return reference


def _certificates_for(new: Card, reissue: Reissue) -> tuple[CertificateKind, ...]:
    """Those that were asked for; on a photo-ID card the one that works by face alone (G2, G9)."""
    wanted = reissue.with_certificates or new.variant == CardVariant.PHOTO_ID
    return carried_by(CardVariant(new.variant)) if wanted else ()


def _end(card: Card, by: User) -> None:
    """The old card counts no more, nor its certificates, nor its PINs and codes."""
    card.replaced_at = clock.now()
    card.save(update_fields=["replaced_at"])
    for medium in CertificateMedium:
        revoke_certificates(card, RevocationReason.CARD_REPLACED, medium=medium, by=by, told=False)
    forget_pins(card)


def _pass_moves_on(card: Card, new: Card) -> list[int]:
    """Settle what the new card shows already; let go on what is still to come (G5②)."""
    today = clock.today()
    settled = []
    # As they settle each other: a move-out whose move-in was notified is not still to come, and
    # what the card showed already before today was not settled by the new one.
    for move, dates in waiting_moves(card):
        if passes_on(dates, today):
            Move.objects.create(
                card=new,
                kind=move.kind,
                source=move.source,
                expected_move_out_on=move.expected_move_out_on,
            )
        else:
            move.card_updated_on = today
            move.save(update_fields=["card_updated_on"])
            settled.append(move.pk)
    card.planned_moves.filter(closed_at=None).update(card=new)
    return settled


def _goes_on(new: Card) -> dict[str, Any]:
    """The moves that the new card carries on, for its history."""
    moves = [_move_data(move) for move in new.moves.order_by("pk")]
    told = new.planned_moves.filter(closed_at=None).first()
    return {
        **({"goes_on": moves} if moves else {}),
        **({"goes_on_told": _move_data(told)} if told else {}),
    }


def _move_data(move: Move | PlannedMove) -> dict[str, Any]:
    return {"move_kind": move.kind, **as_data(move.dates)}
