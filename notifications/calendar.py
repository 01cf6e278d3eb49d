"""Last days as entries of a calendar (RFC 5545): what a mail brings along, and what a feed lists.

An entry lies on the last day on which going to the counter helps, all day, and reminds a week and
a day before, at nine in the morning. In mails and in the feed alike it has the same UID for the
same deadline of a card however often its day changes, and a SEQUENCE that grows, so that a calendar
moves it instead of keeping both. Of some kinds a card may have several: then the day tells them
apart, or one would move the other away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard

from accounts.opening import Opening
from cards.deadline_about import About
from cards.rules.days import days_from
from cards.rules.expiry import go_by
from cards.rules.kinds import DeadlineKind

PUBLISH = "PUBLISH"
_PRODUCT = "-//Resident Card Portal//Last days//EN"
# Before the day begins: nine o'clock a week before, and the day before.
_ALARMS = (timedelta(days=-7, hours=9), timedelta(days=-1, hours=9))
_REFRESH = timedelta(hours=12)
# SEQUENCE counts minutes from here: it has room until the year 6109.
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

_OF_MOVES = {
    DeadlineKind.CARD_UPDATE_90,
    DeadlineKind.MOVE_OUT_30,
    DeadlineKind.MOVE_IN_14,
    DeadlineKind.PLANNED_MOVE_OUT_30,
    DeadlineKind.PLANNED_MOVE_IN_14,
}
_LAST_DAY_TO_NOTIFY = _("Last day to submit the moving-in notification")
_LAST_DAY_IF_MOVED = _("If you move as you told us: last day to submit the notification")
TITLES: dict[DeadlineKind, Promise | str] = {
    DeadlineKind.CARD_EXPIRY: _("Last day to renew the Individual Number Card"),
    DeadlineKind.CARD_UPDATE_90: _("Last day to have the new address written on the card"),
    DeadlineKind.MOVE_OUT_30: _LAST_DAY_TO_NOTIFY,
    DeadlineKind.MOVE_IN_14: _LAST_DAY_TO_NOTIFY,
    DeadlineKind.CERTIFICATE_EXPIRY: _("Last day of the electronic certificates"),
    DeadlineKind.PLANNED_MOVE_OUT_30: _LAST_DAY_IF_MOVED,
    DeadlineKind.PLANNED_MOVE_IN_14: _LAST_DAY_IF_MOVED,
    DeadlineKind.SECOND_VISIT: _("Last day for the second visit to the counter"),
}


_IF_WITHIN = {
    DeadlineKind.MOVE_IN_14: _(
        "Last day to submit the notification of moving within the municipality"
    ),
    DeadlineKind.PLANNED_MOVE_IN_14: _(
        "If you move as you told us: last day to submit the notification of moving within the "
        "municipality"
    ),
}


def title(kind: DeadlineKind, about: About) -> str:
    """What the last day is of, in the active language."""
    return str(_IF_WITHIN[kind] if about.within else TITLES[kind])


@dataclass(frozen=True, slots=True)
class Entry:
    """One all-day entry, in one language. `said_at` is when this was said, and fixed."""

    uid: str
    day: date
    said_at: datetime
    sequence: int
    summary: str
    description: str
    location: str = ""


def day_of(kind: DeadlineKind, last_day: date, opening: Opening) -> date:
    """The last day on which going to the counter helps (G4: the day before, G5②: that day).

    The last open one until then, as far as closed days are known; certificates end on their day.
    """
    if opening.open_by and kind is not DeadlineKind.CERTIFICATE_EXPIRY:
        return opening.open_by
    return go_by(last_day) if kind is DeadlineKind.CARD_EXPIRY else last_day


def uid(kind: str, card: int, last_day: date, silent_after: date | None) -> str:
    """The same for one deadline of one card (its key, never its reference).

    Certificates end each on a day of its own; and behind a clock that runs out first
    (`silent_after`) may stand another of its kind, of a later move.
    """
    behind = kind in _OF_MOVES and silent_after is not None and silent_after < last_day
    several = behind or kind == DeadlineKind.CERTIFICATE_EXPIRY
    day = f"{last_day:%Y%m%d}." if several else ""
    return f"{day}{kind}.{card}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}"


def sequence(said_at: datetime) -> int:
    """Grows with every later saying."""
    return max(0, int((said_at - _BEGINNING).total_seconds()) // 60)


def calendar(entries: Iterable[Entry], *, method: str = "", name: str = "") -> bytes:
    """The entries as a calendar. `method`: PUBLISH for a file that a mail brings."""
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    if method:
        made.add("method", method)
    if name:
        made.add("name", name)
        made.add("x-wr-calname", name)
        # How often a feed is worth asking for: once for each half of a day.
        made.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", "PT12H")
    for entry in entries:
        event = _event(entry)
        if method:
            # Who publishes must be named (RFC 5546).
            event.add("organizer", f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
        made.add_component(event)
    if not made.subcomponents:
        # A calendar holds one component at least (RFC 5545); this one shows nothing.
        made.add_component(_tokyo())
    return bytes(made.to_ical())


def _tokyo() -> Timezone:
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "Asia/Tokyo")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - local time, as the RFC wants
    standard.add("tzoffsetfrom", timedelta(hours=9))
    standard.add("tzoffsetto", timedelta(hours=9))
    standard.add("tzname", "JST")
    zone.add_component(standard)
    return zone


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.said_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.day)
    event.add("dtend", days_from(entry.day, 1))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    if entry.location:
        event.add("location", entry.location)
    # Reminds, and does not make the person look busy.
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    for trigger in _ALARMS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", trigger)
        alarm.add("description", entry.summary)
        event.add_component(alarm)
    return event
