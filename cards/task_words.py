"""What waits for the holder of a card, in the reader's language. Every sentence is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.opening import Closures
from cards.rules.tasks import Task, TaskKind
from cards.wording import ANY_DAY, closed_after_today, closed_on, closed_until, day

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class _Words:
    """`page` is the route that helps with it, `instead` the section of the guide until it does."""

    title: Promise
    text: Promise
    page: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task as a page shows it: what, by when, why, and the page that helps."""

    kind: TaskKind
    title: str
    text: str
    by: date | None
    by_when: str
    url: str


_WORDS: dict[TaskKind, _Words] = {
    TaskKind.ANSWER_OFFICE: _Words(
        gettext_lazy("Answer the office’s question about your new card"),
        gettext_lazy("The office cannot go on before it has your answer."),
        "cards:reissue",
        "reissue",
    ),
    TaskKind.WITHDRAW_APPLICATION: _Words(
        gettext_lazy("Withdraw the application for a new card: this one was found"),
        gettext_lazy("The card works again. If it is lost once more, suspend it first."),
        "cards:reissue",
        "reissue",
    ),
    TaskKind.BRING_REPORT: _Words(
        gettext_lazy("Take the report to the counter"),
        gettext_lazy("The office decides about your new card only once it has seen the report."),
        "cards:reissue",
        "reissue",
    ),
    TaskKind.COLLECT_CARD: _Words(
        gettext_lazy("Collect your new card at the counter"),
        gettext_lazy("The office accepted your application. The page says what to bring."),
        "cards:reissue",
        "reissue",
    ),
    TaskKind.REPORT_LOSS: _Words(
        gettext_lazy("Lost: tell the police and your office. Found: take the card to your office"),
        gettext_lazy("A suspended card works again only once your office has lifted this."),
        "cards:lost",
    ),
    TaskKind.ASK_FOR_NEW_CARD: _Words(
        gettext_lazy("Ask for a new card"),
        gettext_lazy("Your office issues it. See what to bring and what it usually costs."),
        "cards:reissue",
        "reissue",
    ),
    TaskKind.NOTIFY_MOVE: _Words(
        gettext_lazy("Submit the moving-in notification"),
        gettext_lazy("Have the new address written on the card at the same visit."),
        "cards:moving",
        "moving",
    ),
    TaskKind.UPDATE_CARD: _Words(
        gettext_lazy("Have your new address or name written on the card"),
        gettext_lazy("Take the card to the counter of your office."),
        "cards:moving",
        "moving",
    ),
    TaskKind.RENEW: _Words(
        gettext_lazy("Renew the card at the counter"),
        gettext_lazy("A longer stay does not change the card’s date by itself."),
        "cards:renewing",
        "expiry",
    ),
    TaskKind.SECOND_VISIT: _Words(
        gettext_lazy("Go to the counter a second time with your new residence card"),
        gettext_lazy("The card has a short date while your application for a longer stay runs."),
        "cards:renewing",
        "expiry",
    ),
    TaskKind.SIGN_AGAIN: _Words(
        gettext_lazy("Have the signature certificate issued again"),
        gettext_lazy("It ended when your details changed. You need it for online applications."),
        "cards:certificates",
        "certificates",
    ),
    TaskKind.RENEW_CERTIFICATES: _Words(
        gettext_lazy("Have new electronic certificates put on the card"),
        gettext_lazy(
            "Without them some things cannot be done. The card itself does not end with them."
        ),
        "cards:certificates",
        "certificates",
    ),
    TaskKind.PLANNED_MOVE: _Words(
        gettext_lazy("If you move on the day you told us: submit the notification"),
        gettext_lazy("If your plans changed, change the day or call the move off."),
        "cards:moving",
        "moving",
    ),
}


_WORKS_FIRST = gettext_lazy(
    "The card is suspended: have this lifted at your office first. Only a card that works can be "
    "renewed."
)
_WRITTEN_AFTER = gettext_lazy(
    "The card is suspended: have this lifted at your office first. Nothing can be written on it "
    "before."
)
_NOTIFIED_ALL_THE_SAME = gettext_lazy(
    "The card is suspended, which puts off no notification. The new address is written on it once "
    "this is lifted at your office."
)
_ISSUED_AFTER = gettext_lazy(
    "The card is suspended: have this lifted at your office first. No certificates can be put on "
    "it before."
)
# Of a suspended card, instead of the usual text.
_WHILE_SUSPENDED: dict[TaskKind, Promise] = {
    TaskKind.RENEW: _WORKS_FIRST,
    TaskKind.SECOND_VISIT: _WORKS_FIRST,
    TaskKind.UPDATE_CARD: _WRITTEN_AFTER,
    TaskKind.NOTIFY_MOVE: _NOTIFIED_ALL_THE_SAME,
    TaskKind.SIGN_AGAIN: _ISSUED_AFTER,
    TaskKind.RENEW_CERTIFICATES: _ISSUED_AFTER,
}
_NOTIFY_WITHIN = gettext_lazy("Submit the notification of moving within the municipality")


def task_view(
    task: Task,
    reference: str,
    today: date,
    closures: Closures,
    *,
    suspended: bool = False,
    within: bool = False,
) -> TaskView:
    """The task in words, with the page of the card `reference` that helps with it.

    `within`: it is about a move within the municipality.
    """
    words = _WORDS[task.kind]
    text = (suspended and _WHILE_SUSPENDED.get(task.kind)) or words.text
    return TaskView(
        kind=task.kind,
        title=str(_NOTIFY_WITHIN if within and task.kind is TaskKind.NOTIFY_MOVE else words.title),
        text=str(text),
        by=task.by,
        by_when=_by_when(task, today, closures, within=within),
        url=page_or_guide(words.page, words.instead, reference),
    )


def page_url(route: str, reference: str) -> str | None:
    """Where a page of this card is; a page without a card has no reference in its address."""
    for args in ([reference], []):
        try:
            return reverse(route, args=args)
        except NoReverseMatch:
            continue
    return None


def page_or_guide(route: str, section: str, reference: str) -> str:
    """The card's page that helps, or the guide's section where there is no such page."""
    return page_url(route, reference) or reverse("guide:section", args=[section])


# Submitted to the municipality that one lives in after the move; another one's days are not known.
_ELSEWHERE = (TaskKind.NOTIFY_MOVE, TaskKind.PLANNED_MOVE)


def _by_when(task: Task, today: date, closures: Closures, *, within: bool) -> str:
    by = task.by
    if by is None:
        return ""
    opening = closures.opening(max(by, today), today=today)
    if task.kind in _ELSEWHERE and not within:
        opening = ANY_DAY
    if by < today and opening.closed:
        return _("The day to go by was %(day)s, and today the counter is closed.") % {
            "day": day(by)
        }
    if opening.closed:
        return closed_until(by, (by - today).days)
    if opening.open_by == today:
        return closed_after_today(by)
    if opening.open_by:
        return closed_on(by, opening.open_by)
    if by > today:
        return _("By %(day)s. If the counter is closed on that day, go before.") % {"day": day(by)}
    if by == today:
        return _("Today, before the counter closes.")
    return _("The day to go by was %(day)s. Go today, before the counter closes.") % {
        "day": day(by)
    }
