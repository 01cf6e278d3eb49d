"""What notifications say: rendered on reading, never stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from accounts.opening import Closures
from cards import wording
from cards.deadline_about import PLAIN, About, of_this_card
from cards.rules.kinds import DeadlineKind
from cards.rules.reminders import GONE
from notifications.messages import events, words
from notifications.messages.words import Matter, Words
from portal import clock

if TYPE_CHECKING:
    from notifications.models import Notification

__all__ = [
    "Matter",
    "Words",
    "deadline_matter",
    "guardianship_matter",
    "headline",
    "matter_of",
    "shown",
]


def shown(notification: Notification) -> Words:
    """What the notification says today, in the active language: headline, paragraphs, bring.

    Reads its card and resident too. Which certificates end, the page says of the deadline itself.
    """
    return words.words(_of_this_card(notification))


def headline(notification: Notification) -> str:
    """One line for lists, in the active language."""
    return words.headline(_of_this_card(notification))


def _of_this_card(notification: Notification) -> Matter:
    matter = matter_of(notification, clock.today())
    if not notification.deadline:
        return matter
    about = of_this_card(
        notification.card, DeadlineKind(notification.kind), move_kind=notification.move_kind
    )
    return replace(matter, about=about)


def matter_of(notification: Notification, today: date) -> Matter:
    """What a notification is about. Reads its `deadline` or `event`: select them with it."""
    if notification.holding_id and notification.last_day:
        return guardianship_matter(notification.kind, notification.last_day, today)
    if notification.event:
        day = clock.day_of(notification.event.at)
        return Matter(notification.kind, day, detail=events.detail_of(notification.event.data))
    deadline = notification.deadline
    assert deadline is not None  # noqa: S101 - the table's own constraint: one of the three
    return deadline_matter(notification.kind, deadline.last_day, deadline.counted_from, today)


def deadline_matter(
    kind: str,
    last_day: date,
    counted_from: date,
    today: date,
    closures: Closures | None = None,
    about: About = PLAIN,
) -> Matter:
    """A deadline as of `today`; all days after the last one are the same matter.

    `closures` are those of the office that keeps the card: the day to go on, where it differs.
    """
    closures = closures or Closures()
    return Matter(
        kind,
        last_day,
        counted_from,
        max(GONE, (last_day - today).days),
        opening=wording.opening(DeadlineKind(kind), last_day, today, closures, about),
        about=about,
    )


def guardianship_matter(kind: str, ends_on: date, today: date) -> Matter:
    """The end of guardianship as of `today`; all days from the birthday on are the same matter."""
    return Matter(kind, ends_on, days_left=max(0, (ends_on - today).days))
