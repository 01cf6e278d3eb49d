"""What a deadline means to the holder of a card, in the reader's language.

Pages and mails take their words from here, so that both say the same. Every sentence is whole:
translators see all of it, and nothing is put together from pieces. Sections of the guide stand
beside the rules in `cards.rules`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.opening import Opening
from cards.deadline_about import (
    PLAIN,
    About,
    words_of,
    words_of_ending,
)
from cards.deadline_words import DeadlineWords
from cards.rules.expiry import go_by
from cards.rules.kinds import DeadlineKind

if TYPE_CHECKING:
    from accounts.opening import Closures


ANY_DAY = Opening()


def day(value: date) -> str:
    """A day in full words: “30 November 2026”, 「2026年11月30日」."""
    return date_format(value, "DATE_FORMAT")


def title(kind: DeadlineKind, days_left: int, about: About = PLAIN) -> str:
    """What ends and when, in one line. `days_left`: 0 on the last day, negative after it."""
    words = words_of(kind, about)
    if days_left > 0:
        return str(words.title_left % {"days": days_left})
    return str(words.title_today if days_left == 0 else words.title_over)


def reason(kind: DeadlineKind, counted_from: date, last_day: date, about: About = PLAIN) -> str:
    """Why the last day is that day: the rule, and the day counted from."""
    days = {"counted_from": day(counted_from), "last_day": day(last_day)}
    return str(words_of(kind, about).reason) % days


class WhatEnds(NamedTuple):
    """A certificate that ends and what it is needed for; and the day it counts from, or ""."""

    words: str
    counted_from: str


def what_ends(last_day: date, about: About) -> tuple[WhatEnds, ...]:
    """Of each certificate that ends then."""
    return tuple(
        WhatEnds(
            str(words_of_ending(one, about)) % {"last_day": day(last_day)},
            gettext("Counted from its day of issue: %(day)s.") % {"day": day(one.issued_on)}
            if one.issued_on
            else "",
        )
        for one in about.ending
    )


def first(
    kind: DeadlineKind, days_left: int, opening: Opening = ANY_DAY, about: About = PLAIN
) -> str:
    """What stands in the way of the next step and must be seen to before, or ""."""
    words = words_of(kind, about)
    nothing = days_left < 0 or _nobody_there(words, days_left, opening)
    return "" if nothing else str(words.first)


def what_to_do(
    kind: DeadlineKind, days_left: int, opening: Opening = ANY_DAY, about: About = PLAIN
) -> str:
    """The next step, as of today."""
    words = words_of(kind, about)
    if _nobody_there(words, days_left, opening):
        return str(words.do_closed)
    if days_left > 0:
        return str(words.do_left)
    return str(words.do_today if days_left == 0 else words.do_over)


def _nobody_there(words: DeadlineWords, days_left: int, opening: Opening) -> bool:
    """Whether what to do is what a counter that is closed until the end leaves."""
    return days_left >= 0 and opening.closed and bool(words.do_closed)


def what_to_bring(kind: DeadlineKind, days_left: int, about: About = PLAIN) -> list[str]:
    """What the counter asks to see, one thing a line; after the last day, for what then helps."""
    words = words_of(kind, about)
    return [str(thing) for thing in (days_left < 0 and words.bring_over) or words.bring]


_NOTIFIED_WHERE_YOU_LIVE = frozenset(
    {
        DeadlineKind.MOVE_OUT_30,
        DeadlineKind.MOVE_IN_14,
        DeadlineKind.PLANNED_MOVE_OUT_30,
        DeadlineKind.PLANNED_MOVE_IN_14,
    }
)


def where(kind: DeadlineKind, about: About = PLAIN) -> str:
    """Which counter, where it may be another than that of the card's office; else empty.

    Said beside that office: above or below it, in a mail of the day far from it.
    """
    if kind not in _NOTIFIED_WHERE_YOU_LIVE or about.within:
        return ""
    return gettext(
        "Go to the counter of the municipality that you live in after the move. If you stay in "
        "the same municipality, that is the office named here; if you leave it, the office named "
        "here answers questions."
    )


def target(kind: DeadlineKind, last_day: date) -> date:
    """The day to be at the counter by: a card is renewed before its last day (G4)."""
    return go_by(last_day) if kind is DeadlineKind.CARD_EXPIRY else last_day


def opening(
    kind: DeadlineKind,
    last_day: date,
    today: date,
    closures: Closures,
    about: About = PLAIN,
) -> Opening:
    """When the card's own office is open until the day to be there by (until the last one, on it).

    Nothing is known of the office that a move is notified to, where it may be another one.
    """
    elsewhere = kind in _NOTIFIED_WHERE_YOU_LIVE and not about.within
    if elsewhere or last_day < today:
        return ANY_DAY
    return closures.opening(max(target(kind, last_day), today), today=today)


def by_when(
    kind: DeadlineKind, last_day: date, days_left: int, opening: Opening = ANY_DAY
) -> str | None:
    """The day to be at the counter by; None once that day has passed (G4: before, G5②: on)."""
    to = target(kind, last_day)
    spare = days_left - 1 if kind is DeadlineKind.CARD_EXPIRY else days_left
    if spare < 0:
        return None
    if opening.closed:
        return closed_until(to, spare)
    if spare == 0:
        return gettext("Go today, before the counter closes.")
    if opening.open_by == to - timedelta(spare):
        return closed_after_today(to)
    if opening.open_by:
        return closed_on(to, opening.open_by)
    return gettext("Go by %(day)s. If the counter is closed on that day, go before.") % {
        "day": day(to)
    }


def closed_until(to: date, spare: int) -> str:
    """When no day is left on which the counter is open; `spare` days are left after today."""
    if spare == 0:
        return gettext("Today is the day to go by, and the counter is closed.")
    return gettext("Until %(day)s, the day to go by, the counter is closed on every day.") % {
        "day": day(to)
    }


def closed_after_today(to: date) -> str:
    """When today is the last open day."""
    return gettext(
        "Go today, before the counter closes: then it is closed on every day until %(day)s."
    ) % {"day": day(to)}


def closed_on(to: date, open_by: date) -> str:
    """When the counter is closed on the day to be there by: no day is put off, so go before."""
    return gettext(
        "Go by %(open)s: on %(day)s the counter is closed. If it is closed on %(open)s as well, go "
        "before."
    ) % {"open": day(open_by), "day": day(to)}
