"""What a holder has to see to, derived from the facts of the card (G2, G4, G5, G6).

Nothing of this is stored: a task is there while its facts are, and gone when they are.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cards.rules.days import days_from
from cards.rules.expiry import RENEWAL_OPENS_DAYS, go_by, renewal_opens_on
from cards.rules.kinds import CardState, CardVariant, ReissueReason, ReissueState
from cards.rules.reissue import awaits_report, must_suspend_first, needs_report


class TaskKind(StrEnum):
    """In the order in which pages list tasks that have no day."""

    ANSWER_OFFICE = "answer_office"  # the office asked back about a new card
    WITHDRAW_APPLICATION = "withdraw_application"  # for a loss, of a card that was found
    BRING_REPORT = "bring_report"  # lost or burnt: the office cannot decide before it saw that
    COLLECT_CARD = "collect_card"  # the new card was accepted
    REPORT_LOSS = "report_loss"  # suspended: police, then the office; or found
    ASK_FOR_NEW_CARD = "ask_for_new_card"  # expired, lapsed, or the column is full
    NOTIFY_MOVE = "notify_move"
    UPDATE_CARD = "update_card"  # a new address or name must be written on it
    RENEW = "renew"
    SECOND_VISIT = "second_visit"
    SIGN_AGAIN = "sign_again"  # the signature certificate ended with a change
    RENEW_CERTIFICATES = "renew_certificates"  # they end before the card does
    PLANNED_MOVE = "planned_move"


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What tasks follow from. Days are None where there is nothing of the kind."""

    state: CardState
    variant: CardVariant
    expires_on: date
    awaits_second_visit: bool = False
    notify_by: date | None = None  # the earliest running clock that a notification stops
    update_by: date | None = None  # the earliest running clock that the card's update stops
    name_changed: bool = False
    planned_notify_by: date | None = None
    column_full: bool = False
    signature_ended_by_change: bool = False  # and none was issued since
    # The last day of the certificates on the chip, where that comes before the card's own.
    certificates_end_on: date | None = None
    reissue: ReissueState | None = None  # of the open application
    reissue_reason: ReissueReason | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to see to, and the day to have seen to it by, if there is one."""

    kind: TaskKind
    by: date | None = None


def tasks(facts: TaskFacts, today: date) -> tuple[Task, ...]:
    """Everything that waits for the holder on `today`: what has a day first, the nearest first."""
    found = [*_about_a_new_card(facts)]
    if facts.state in (CardState.WORKING, CardState.SUSPENDED):
        found += _about_a_living_card(facts, today)
    order = list(TaskKind)
    return tuple(sorted(found, key=lambda task: (task.by or date.max, order.index(task.kind))))


def _about_a_new_card(facts: TaskFacts) -> list[Task]:
    """What an application for a new card waits for, or that one is needed (G4, G5, G6)."""
    if facts.state is CardState.REPLACED:
        return []
    if facts.reissue_reason and must_suspend_first(facts.state, facts.reissue_reason):
        return [Task(TaskKind.WITHDRAW_APPLICATION)]
    found = []
    if facts.reissue is ReissueState.ASKED_BACK:
        found.append(Task(TaskKind.ANSWER_OFFICE))
    if awaits_report(facts.reissue, facts.reissue_reason):
        found.append(Task(TaskKind.BRING_REPORT))
    if facts.reissue is ReissueState.ACCEPTED:
        found.append(Task(TaskKind.COLLECT_CARD))
    gone = facts.state in (CardState.EXPIRED, CardState.LAPSED)
    if facts.reissue is None and (gone or facts.column_full):
        found.append(Task(TaskKind.ASK_FOR_NEW_CARD))
    return found


def _about_a_living_card(facts: TaskFacts, today: date) -> list[Task]:
    """What keeps the card alive and whole (G4, G5). Suspended: first it must be found (G6)."""
    found = []
    # An application for a lost or burnt card has told the office what became of it.
    told = facts.reissue_reason is not None and needs_report(facts.reissue_reason)
    if facts.state is CardState.SUSPENDED and not told:
        found.append(Task(TaskKind.REPORT_LOSS))
    if facts.notify_by:
        found.append(Task(TaskKind.NOTIFY_MOVE, facts.notify_by))
    if facts.update_by or facts.name_changed:
        found.append(Task(TaskKind.UPDATE_CARD, facts.update_by))
    if facts.awaits_second_visit:
        found.append(Task(TaskKind.SECOND_VISIT, go_by(facts.expires_on)))
    elif today >= renewal_opens_on(facts.expires_on):
        found.append(Task(TaskKind.RENEW, go_by(facts.expires_on)))
    if facts.planned_notify_by:
        found.append(Task(TaskKind.PLANNED_MOVE, facts.planned_notify_by))
    return found + _about_its_certificates(facts, today)


def _about_its_certificates(facts: TaskFacts, today: date) -> list[Task]:
    """What has to be issued again (G2, G5①). On their last day certificates still work."""
    found = []
    if facts.signature_ended_by_change and facts.variant is CardVariant.STANDARD:
        found.append(Task(TaskKind.SIGN_AGAIN))
    last_day = facts.certificates_end_on
    if last_day and today >= days_from(last_day, -RENEWAL_OPENS_DAYS):
        # Once they have ended no day is left to be in time for.
        found.append(Task(TaskKind.RENEW_CERTIFICATES, last_day if today <= last_day else None))
    return found
