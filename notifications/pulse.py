"""When a job was last done, since when something is wrong, and how much was done so far.

Kept in the database: one truth for all processes, and past the restart of any.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from notifications.models import Pulse
from portal import clock

PLANNING = "planning"
MAIL_SERVER_TROUBLE = "mail server trouble"
# While there is trouble: when mail was last offered all the same.
MAIL_SERVER_ASKED = "mail server asked"
MAIL_TAKEN = "mail taken"
BOUNCES_READ = "bounces read"
# A no for good that need not be the recipient's own.
MAIL_REFUSED = "mail refused"
# How many addresses were refused as dead since a mail was taken.
REFUSED_IN_A_ROW = "refused in a row"
# Queues: what begins the names under which their mails are counted.
NOTIFICATIONS, ACCOUNTS = "notifications", "accounts"


def done(name: str) -> None:
    """The job `name` was done at this moment."""
    _row(name).update(at=clock.now())


def done_at(name: str, moment: datetime) -> None:
    """It was done at that moment, unless it was again since; what a clock wrote that was ahead
    counts for nothing."""
    Pulse.objects.bulk_create([Pulse(name=name, at=moment)], ignore_conflicts=True)
    older = Q(at__lt=moment) | Q(at__gt=clock.now())
    Pulse.objects.filter(older, name=name).update(at=moment)


def add(name: str, count: int) -> None:
    """So many more."""
    if count:
        _row(name).update(total=F("total") + count, at=clock.now())


def first_on(name: str, day: date) -> bool:
    """True to one caller a day, however many ask at once. Undone with the caller's transaction."""
    fresh = _row(name).filter(Q(on=None) | Q(on__lt=day))
    return fresh.update(on=day, at=clock.now()) == 1


def begins(name: str) -> None:
    """Something is wrong from now on, unless it was already."""
    Pulse.objects.bulk_create([Pulse(name=name)], ignore_conflicts=True)


def ends(name: str) -> None:
    """It is right again."""
    Pulse.objects.filter(name=name).delete()


def last(name: str) -> datetime | None:
    """When it was last done or began; None if it never was, or has ended."""
    return Pulse.objects.filter(name=name).values_list("at", flat=True).first()


def totals(prefix: str) -> dict[str, int]:
    """What was counted under names that begin like this."""
    rows = Pulse.objects.filter(name__startswith=prefix)
    return dict(rows.values_list("name", "total"))


def _row(name: str) -> QuerySet[Pulse]:
    row = Pulse.objects.filter(name=name)
    if not row.exists():
        Pulse.objects.bulk_create([Pulse(name=name)], ignore_conflicts=True)
    return row
