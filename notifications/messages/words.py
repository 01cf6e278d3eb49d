"""What a message says, in the language that is active: on a page and in a mail alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.utils.translation import gettext, ngettext

from accounts.opening import Opening
from cards import wording
from cards.deadline_about import PLAIN, About
from cards.rules.kinds import DeadlineKind
from notifications.kinds_of_mail import DAILY_MAIL, GUARDIANSHIP_END
from notifications.messages import events, guardianship

_DEADLINES = frozenset(kind.value for kind in DeadlineKind)


@dataclass(frozen=True, slots=True)
class Matter:
    """All that the words depend on, and nothing of the person they are said to.

    `day` is the last day of a deadline, or the day of an event. A deadline has the day it is
    counted from and the days left today (0 on the last day, below 0 after it; every day after
    the last one reads the same), and the `opening` of the office until then. `detail` is an
    event's reason, and `about` what of the card a deadline's words depend on.
    """

    kind: str
    day: date
    counted_from: date | None = None
    days_left: int | None = None
    detail: str = ""
    opening: Opening = wording.ANY_DAY
    about: About = PLAIN
    # What the mail of a day carries.
    parts: tuple[Matter, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """`what_ends` says which certificates end, if that is what it is about.

    `by_when` and `bring` are empty where there is nothing to be in time for, or to bring.

    `first` must be seen to before what is to be done can be.

    `where` says which counter, where it may be another than the office's.
    `to_account`: its mail goes to the reader's account, not to the office's contact address.
    """

    subject: str
    headline: str
    why: str
    what_to_do: str
    what_ends: tuple[wording.WhatEnds, ...] = ()
    by_when: str = ""
    first: str = ""
    where: str = ""
    bring: tuple[str, ...] = ()
    to_account: bool = False
    # What the mail of a day says of each thing that it carries.
    parts: tuple[Words, ...] = ()

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text below the headline, in reading order."""
        ends = chain.from_iterable(self.what_ends)
        to_do = (self.first, self.what_to_do, self.where)
        return tuple(filter(None, (self.by_when, self.why, *ends, *to_do)))


def words(matter: Matter) -> Words:
    """The words for a matter. ValueError for a kind that nothing is said about."""
    if matter.kind in _DEADLINES:
        return _of_deadline(matter)
    if matter.kind == GUARDIANSHIP_END:
        return _of_guardianship(matter)
    if matter.kind == DAILY_MAIL:
        return _of_the_day(matter)
    return _of_event(matter)


def headline(matter: Matter) -> str:
    """The first line alone: for lists."""
    if matter.kind in _DEADLINES:
        return wording.title(DeadlineKind(matter.kind), matter.days_left or 0, matter.about)
    if matter.kind == GUARDIANSHIP_END:
        return guardianship.said(matter.day, matter.days_left or 0).headline
    return events.told(matter.kind, matter.day, matter.detail).headline


def _of_deadline(matter: Matter) -> Words:
    kind, days_left = DeadlineKind(matter.kind), matter.days_left or 0
    title = wording.title(kind, days_left, matter.about)
    return Words(
        subject=_dated(title, matter.day),
        headline=title,
        why=wording.reason(kind, matter.counted_from or matter.day, matter.day, matter.about),
        what_ends=wording.what_ends(matter.day, matter.about),
        first=wording.first(kind, days_left, matter.opening, matter.about),
        what_to_do=wording.what_to_do(kind, days_left, matter.opening, matter.about),
        by_when=wording.by_when(kind, matter.day, days_left, matter.opening) or "",
        where=wording.where(kind, matter.about),
        bring=tuple(wording.what_to_bring(kind, days_left, matter.about)),
    )


def _of_the_day(matter: Matter) -> Words:
    """All that waited for one day's mail. The subject says the first of it, as any mail does."""
    parts = tuple(words(part) for part in matter.parts)
    count = len(parts)
    title = ngettext(
        "%(count)d notification about the card",
        "%(count)d notifications about the card",
        count,
    ) % {"count": count}
    first = parts[0] if parts else None
    if first and count > 1:
        others = count - 1
        subject = ngettext(
            "%(subject)s and %(count)d other notification",
            "%(subject)s and %(count)d other notifications",
            others,
        ) % {"subject": first.subject, "count": others}
    else:
        subject = first.subject if first else _dated(title, matter.day)
    return Words(
        subject=subject,
        headline=title,
        why=gettext(
            "You get in one mail a day what is not urgent. This is what there is today; the "
            "nearest last day stands first."
        ),
        what_to_do=gettext(
            "Read below what each asks for. Which mails you get, and how often, you choose in the "
            "portal under “Notifications”."
        ),
        parts=parts,
    )


def _of_guardianship(matter: Matter) -> Words:
    said = guardianship.said(matter.day, matter.days_left or 0)
    return Words(
        subject=_dated(said.headline, matter.day),
        headline=said.headline,
        why=said.why,
        what_to_do=said.what_to_do,
        to_account=True,
    )


def _of_event(matter: Matter) -> Words:
    told = events.told(matter.kind, matter.day, matter.detail)
    return Words(
        subject=_dated(told.headline, matter.day),
        headline=told.headline,
        why=told.why,
        what_to_do=told.what_to_do,
        bring=told.bring,
    )


def _dated(title: str, day: date) -> str:
    return gettext("%(matter)s (%(day)s)") % {"matter": title, "day": wording.day(day)}
