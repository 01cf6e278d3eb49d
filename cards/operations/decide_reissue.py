"""Between the application for a new card and its issue: questions, answers and decisions (G6, G8).

One function a step, each one transaction and one event. All lock the card first.
"""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, CardEvent, Reissue
from cards.operations.errors import OperationRefused
from cards.operations.guards import (
    require_no_individual_number,
    require_not_replaced,
    require_own_office,
)
from cards.operations.record import record
from cards.operations.request_reissue import require_report
from cards.reissue_fees import fee_on
from cards.rules.kinds import EventKind, ReissueReason, ReissueState, WaiverGround
from cards.rules.reissue import must_suspend_first
from portal import clock

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def open_application(card: Card) -> Reissue | None:
    """The card's open application for a new card, if there is one."""
    return next((one for one in card.reissues.all() if one.closed_at is None), None)


def require_open_application(card: Card) -> Reissue:
    """The card's open application. Raises OperationRefused when there is none."""
    reissue = open_application(card)
    if reissue is None:
        raise OperationRefused(_("No application for a new card is open."))
    return reissue


@transaction.atomic
def ask_back_reissue(card: Card, *, question: str, by: User) -> CardEvent:
    """Ask the holder something before deciding; the application waits for the answer.

    Raises OperationRefused for another office's staff, for no open application, for one that was
    accepted, and for a question that is empty or holds an Individual Number.
    """
    card, reissue = _locked(card)
    require_own_office(card, by)
    require_undecided(reissue)
    reissue.question = _said(question, "question", _("Write the question."))
    reissue.answer = ""
    reissue.state = ReissueState.ASKED_BACK.value
    reissue.save(update_fields=["question", "answer", "state"])
    return record(
        card,
        EventKind.REISSUE_ASKED_BACK,
        by=by,
        reissue=reissue.pk,
        question=reissue.question,
    )


@transaction.atomic
def answer_reissue(card: Card, *, answer: str, by: User) -> CardEvent:
    """The holder answers; the application waits for the office again.

    Raises OperationRefused when no question is open, and for an answer that is empty or holds an
    Individual Number.
    """
    card, reissue = _locked(card)
    if reissue.state != ReissueState.ASKED_BACK:
        raise OperationRefused(_("The office has no open question."))
    reissue.answer = _said(answer, "answer", _("Write your answer."))
    reissue.state = ReissueState.REQUESTED.value
    reissue.save(update_fields=["answer", "state"])
    return record(
        card, EventKind.REISSUE_ANSWERED, by=by, reissue=reissue.pk, answer=reissue.answer
    )


@transaction.atomic
def accept_reissue(
    card: Card,
    *,
    waiver: WaiverGround | None,
    note: str = "",
    report_number: str = "",
    report_checked: bool = False,
    by: User,
) -> CardEvent:
    """Accept the application and decide its fee, or that it is free and why (G8).

    The fee is that of the day of the application. A lost or burnt card wants the report of the
    police or the fire station seen: `report_checked`, with the number as it stands there. May be
    asked again until the card is issued: the later decision counts.

    Raises OperationRefused for another office's staff, for no open application, a lost card that
    was found, a report that was not seen, a waiver without a note, and for an Individual Number in
    a text.
    """
    card, reissue = _locked(card)
    require_own_office(card, by)
    require_not_found(card, reissue)
    reason = ReissueReason(reissue.reason)
    _check_report(reissue, reason, report_number, report_checked)
    require_no_individual_number(note, "note")
    if waiver and not note.strip():
        raise OperationRefused(
            _("Say what shows that the cause is not the holder’s fault."), field="note"
        )
    reissue.waiver = waiver.value if waiver else ""
    reissue.fee = fee_on(
        clock.day_of(reissue.requested_at),
        reason,
        with_certificates=reissue.with_certificates,
        waived=waiver,
    )
    reissue.decision_note = note.strip()
    reissue.state = ReissueState.ACCEPTED.value
    reissue.save()
    return record(
        card,
        EventKind.REISSUE_ACCEPTED,
        by=by,
        reissue=reissue.pk,
        reissue_reason=reissue.reason,
        variant=card.variant,
        fee=reissue.fee,
        waiver=reissue.waiver,
        note=reissue.decision_note,
    )


@transaction.atomic
def refuse_reissue(card: Card, *, reason: str, by: User) -> CardEvent:
    """Refuse the application; the holder reads the reason.

    Raises OperationRefused for another office's staff, for no open application, and for a reason
    that is empty or holds an Individual Number.
    """
    card, reissue = _locked(card)
    require_own_office(card, by)
    reissue.decision_note = _said(reason, "reason", _("Say why, for the holder to read."))
    _close(reissue, ReissueState.REFUSED)
    return record(
        card,
        EventKind.REISSUE_REFUSED,
        by=by,
        reissue=reissue.pk,
        refused_because=reissue.decision_note,
    )


@transaction.atomic
def withdraw_reissue(card: Card, *, by: User) -> CardEvent:
    """The holder no longer wants the new card, for as long as it is not issued.

    Raises OperationRefused when no application is open.
    """
    card, reissue = _locked(card)
    _close(reissue, ReissueState.WITHDRAWN)
    return record(card, EventKind.REISSUE_WITHDRAWN, by=by, reissue=reissue.pk)


def require_undecided(reissue: Reissue) -> None:
    """Raise OperationRefused for an application that was accepted already."""
    if reissue.state == ReissueState.ACCEPTED:
        raise OperationRefused(_("This application was accepted already."))


def require_not_found(card: Card, reissue: Reissue) -> None:
    """Raise OperationRefused for a card that was lost and works again (G6)."""
    if must_suspend_first(card.state, ReissueReason(reissue.reason)):
        raise OperationRefused(
            _(
                "This card was found and works again, so no new one is issued for a loss. Have "
                "the holder withdraw the application, or refuse it; a card that is lost once more "
                "is suspended first."
            )
        )


def _locked(card: Card) -> tuple[Card, Reissue]:
    card = Card.objects.locked(card)
    require_not_replaced(card)
    return card, require_open_application(card)


def _said(text: str, field: str, missing: "_StrPromise") -> str:
    text = text.strip()
    if not text:
        raise OperationRefused(missing, field=field)
    require_no_individual_number(text, field)
    return text


def _close(reissue: Reissue, state: ReissueState) -> None:
    reissue.state, reissue.closed_at = state.value, clock.now()
    # A fee that was decided is owed no longer; what was decided stays in the history.
    reissue.fee, reissue.waiver = None, ""
    reissue.save()


def _check_report(reissue: Reissue, reason: ReissueReason, number: str, checked: bool) -> None:
    field = {
        ReissueReason.LOST: "police_receipt_number",
        ReissueReason.FIRE: "fire_report_number",
    }.get(reason)
    if field is None:
        return
    number = number.strip() or getattr(reissue, field)
    require_no_individual_number(number, "report_number")
    require_report(reason, number, number)
    if not checked:
        raise OperationRefused(
            _("Compare the number with the report first, and say that you did."),
            field="report_checked",
        )
    setattr(reissue, field, number)
