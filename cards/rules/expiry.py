"""The card's own date: the last day of the period of stay (G4)."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cards.rules.days import days_from
from cards.rules.kinds import ExpiryBasis

RENEWAL_OPENS_DAYS = 90
SPECIAL_PERIOD_MONTHS = 2
FIRST_CARDS_ON = date(2016, 1, 1)
LONGEST_YEARS = 10


def is_expired(expires_on: date, today: date) -> bool:
    """Whether the card's date has passed; it still works through `expires_on` itself (G4)."""
    return today > expires_on


def go_by(expires_on: date) -> date:
    """The day to be at the counter by: renewal must happen before the expiry day (G4)."""
    return days_from(expires_on, -1)


def renewal_opens_on(expires_on: date) -> date:
    """The day from which renewal is offered and reminded of: 90 days before expiry."""
    return days_from(expires_on, -RENEWAL_OPENS_DAYS)


def special_period_limit(expires_on: date) -> date:
    """The latest date a card may get while an extension is only applied for (G4①).

    Two calendar months after the old date: the same day of the month, or the month's last day
    where it has no such day (31 December → 28 or 29 February).
    """
    years, month_index = divmod(expires_on.month - 1 + SPECIAL_PERIOD_MONTHS, 12)
    year, month = expires_on.year + years, month_index + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(expires_on.day, monthrange(year, month)[1]))


def latest_last_day(today: date) -> date:
    """The latest last day of any card there is on `today`.

    However long the stay, a card lasts until its holder's tenth birthday after the issue at most.
    """
    year = today.year + LONGEST_YEARS
    if year > date.max.year:
        return date.max
    return today.replace(year=year, day=min(today.day, monthrange(year, today.month)[1]))


@dataclass(frozen=True, slots=True)
class DateChange:
    """The card's date went from `before` to `after`; no basis where the office's system said so."""

    before: date
    after: date
    basis: ExpiryBasis | None


def granted_until(expires_on: date, changes: Iterable[DateChange]) -> date:
    """The date that the last granted stay gave the card, whose date today is `expires_on` (G4①).

    `changes` are all that its date went through, the oldest first. While an extension is only
    applied for, that is the date from before the application: neither a second ① for the same
    application nor a correction of the pending date moves it. A correction back to that date or
    an earlier one takes the extension back, and is itself the date from then on.
    """
    granted: date | None = None
    for change in changes:
        if change.basis is ExpiryBasis.APPLICATION_FILED:
            granted = granted or change.before
        elif change.basis is not ExpiryBasis.CORRECTION or change.after <= (granted or date.max):
            granted = None
    return granted or expires_on
