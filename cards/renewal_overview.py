"""The renewal of a card as its page shows it (G4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.opening import Closures, Opening
from cards import wording
from cards.overview import CardOverview
from cards.rules.expiry import special_period_limit
from cards.rules.kinds import CardState, DeadlineKind
from cards.rules.renewal import InUse, Renewal, RenewalStage, in_use, renewal
from cards.rules.tasks import TaskKind
from cards.task_words import TaskView, page_or_guide
from portal import clock

if TYPE_CHECKING:
    from django.utils.functional import Promise

# What the page itself is about, and what no visit for a renewal settles.
_NOT_ALONG = frozenset(
    {
        TaskKind.RENEW,
        TaskKind.SECOND_VISIT,
        TaskKind.REPORT_LOSS,
        TaskKind.PLANNED_MOVE,
        TaskKind.ANSWER_OFFICE,
        TaskKind.BRING_REPORT,
        TaskKind.WITHDRAW_APPLICATION,
    }
)


@dataclass(frozen=True, slots=True)
class Check:
    """One part of “working and in use”; where it is not so, what mends it and the page for that."""

    is_so: bool
    words: Promise | str
    mend: Promise | str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class RenewalView:
    """`at_most`: the date that ① can give. `along`: what the same visit can settle.

    `opening`: when the office is open until the day to go by; on the last day, whether it is.
    """

    renewal: Renewal
    is_over: bool  # a renewal is no longer possible: only a new card helps
    at_most: date
    checks: tuple[Check, ...]
    along: tuple[TaskView, ...]
    opening: Opening

    @property
    def stage(self) -> RenewalStage:
        return self.renewal.stage

    @property
    def go_by(self) -> date:
        """The last open day to renew on, as far as closed days are known."""
        return self.opening.open_by or self.renewal.go_by

    @property
    def only_today(self) -> bool:
        """Whether today is the last day on which it can be renewed."""
        return clock.today() == self.go_by and not self.when_closed

    @property
    def when_closed(self) -> str:
        """What to do where no open day is left; else empty."""
        if self.is_over or not self.opening.closed:
            return ""
        kind = DeadlineKind.SECOND_VISIT if self.renewal.second_visit else DeadlineKind.CARD_EXPIRY
        return wording.what_to_do(kind, 0, self.opening)

    @property
    def sheet(self) -> str:
        """Which sheet to show at the counter."""
        return "second-visit" if self.renewal.second_visit else "renewal"


def renewal_of(one: CardOverview) -> RenewalView:
    """How the card's renewal stands today."""
    card, today = one.card, clock.today()
    facts = in_use(
        expires_on=card.expires_on,
        lapses_on=card.lapses_on,
        suspended=card.suspended_at is not None,
        today=today,
    )
    return RenewalView(
        renewal=renewal(
            state=one.state,
            expires_on=card.expires_on,
            awaits_second_visit=card.awaits_second_visit,
            today=today,
        ),
        is_over=one.state in (CardState.EXPIRED, CardState.LAPSED),
        at_most=special_period_limit(card.expires_on),
        checks=tuple(_check(part, facts[part], card.reference) for part in _IN_USE),
        along=tuple(task for task in one.tasks if task.kind not in _NOT_ALONG),
        opening=wording.opening(
            DeadlineKind.CARD_EXPIRY,
            card.expires_on,
            today,
            Closures.of(card.resident.office.closed_weekdays, card.closed_rows),
        ),
    )


_NEW_CARD = _("It cannot be renewed any more. Ask for a new card; there is usually a fee.")
# Whether it is so, whether not, what mends it, and the page for that (or the guide's section).
_IN_USE: dict[InUse, tuple[Promise, Promise, Promise, str, str]] = {
    InUse.NOT_EXPIRED: (
        _("The card has not expired."),
        _("The card has expired."),
        _NEW_CARD,
        "cards:reissue",
        "reissue",
    ),
    InUse.NOT_LAPSED: (
        _("The card has not lapsed after a move."),
        _("The card has lapsed after a move."),
        _NEW_CARD,
        "cards:reissue",
        "reissue",
    ),
    InUse.NOT_SUSPENDED: (
        _("The card is not suspended."),
        _("The card is suspended."),
        _(
            "If you have found it, your office lifts the suspension at the counter, and the card "
            "can then be renewed. If it stays lost, ask for a new card."
        ),
        "cards:lost",
        "lost",
    ),
}


def _check(part: InUse, is_so: bool, reference: str) -> Check:
    words, words_not, mend, page, section = _IN_USE[part]
    if is_so:
        return Check(True, words)
    return Check(False, words_not, mend, page_or_guide(page, section, reference))
