"""A change of the lead days: what it would do, and the work that follows from it.

The rules come with days of their own (`cards.rules.reminders.LEAD_DAYS`); an administrator may set
others. What is due is asked of the days in force each time; only `next_alert_on`, by which the
sweep finds its rows, is kept in every deadline. It is brought after a change here, by the sweep
itself: nothing has to be remembered by a message, and a run that breaks off is taken up again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import zip_longest

from django.db import connection, transaction
from django.db.models import Max, Q

from cards.importing.database import ImportBusy, database
from cards.models import Deadline, LeadDays
from cards.rules.days import days_from
from cards.rules.kinds import DeadlineKind
from cards.rules.reminders import GONE, NEWS_DAYS, check_leads
from portal import clock

# Ids of one statement and transaction.
CHUNK = 50_000
# Beat sweeps every ten minutes; by cron alone it is once an hour.
WORKED_IN_WITHIN = timedelta(hours=2)


@transaction.atomic
def change(kind: DeadlineKind, leads: Sequence[int]) -> None:
    """Have alerts of this kind go out on other days, given in days before the last one.

    Raises LeadsRefused for days that cannot be. The deadlines follow with the next sweep.
    """
    days = list(check_leads(kind, leads))
    LeadDays.objects.update_or_create(
        kind=kind.value, defaults={"days": days, "changed_at": clock.now(), "aligned_at": None}
    )


def told_at_once(kind: DeadlineKind, leads: Sequence[int]) -> int:
    """How many deadlines would alert today under these days that would not under those in force."""
    return max(0, _due(kind, leads) - _due(kind, LeadDays.objects.in_force()[kind]))


def _due(kind: DeadlineKind, leads: Sequence[int]) -> int:
    """Open deadlines with an alert due today that has not been raised."""
    today = clock.today()
    reached = Q()
    for lead, nearer in zip_longest(leads, leads[1:]):
        between = Q(last_day__lte=days_from(today, lead))
        if nearer is not None:
            between &= Q(last_day__gt=days_from(today, nearer))
        elif lead != GONE:
            between &= Q(last_day__gte=today)
        reached |= between & (Q(last_lead=None) | Q(last_lead__gt=lead))
    heard = Q(silent_after=None) | Q(silent_after__gte=today)
    open_ones = Deadline.objects.filter(kind=kind.value, closed_at=None, last_day__gte=_news(today))
    return open_ones.filter(reached & heard).count()


def _news(today: date) -> date:
    """Nothing is said anew of what ended before this day."""
    return days_from(today, -NEWS_DAYS)


def waiting() -> set[DeadlineKind]:
    """Kinds whose days were changed just now and are not worked in yet."""
    now = clock.now()
    rows = LeadDays.objects.filter(aligned_at=None, changed_at__gt=now - WORKED_IN_WITHIN)
    return {DeadlineKind(kind) for kind in rows.values_list("kind", flat=True)}


def align() -> int:
    """Bring the next alert of every open deadline after days that were changed; how many moved.

    Cheap when nothing was changed. Safe to run twice, in parallel, beside imports and operations,
    and after having broken off. A row that somebody else holds is left to the second walk.
    """
    now = clock.now()
    moved = 0
    for one in LeadDays.objects.filter(changed_at__isnull=False):
        if not one.waits(now) or (one.is_settled(now) and not _imports_have_ended()):
            continue
        moved += _align(DeadlineKind(one.kind), clock.day_of(now))
        # Changed once more meanwhile, it waits again.
        LeadDays.objects.filter(pk=one.pk, changed_at=one.changed_at).update(aligned_at=now)
    return moved


def _imports_have_ended() -> bool:
    """Whether none is running that read the days of before: it takes minutes, and locks."""
    try:
        with transaction.atomic():
            database().lock()
    except ImportBusy:
        return False
    return True


def _align(kind: DeadlineKind, today: date) -> int:
    """By ids, a range at a time, each in its own transaction and in one statement."""
    last = Deadline.objects.aggregate(last=Max("pk"))["last"] or 0
    following = _next_alert(LeadDays.objects.in_force()[kind])
    vendor = connection.vendor
    statement = f"""
        UPDATE cards_deadline SET next_alert_on = found.following
        FROM (
            SELECT id, CASE WHEN following > silent_after OR last_day < %(news)s THEN NULL
                       ELSE following END AS following
            FROM (SELECT id, last_day, silent_after, next_alert_on, {following} AS following
                  FROM cards_deadline
                  WHERE id > %(after)s AND id <= %(until)s AND kind = %(kind)s
                    AND closed_at IS NULL
                  {"FOR NO KEY UPDATE SKIP LOCKED" if vendor == "postgresql" else ""}) known
        ) found
        WHERE cards_deadline.id = found.id AND cards_deadline.id > %(after)s
          AND cards_deadline.id <= %(until)s
          AND cards_deadline.next_alert_on IS {"DISTINCT FROM" if vendor == "postgresql" else "NOT"}
              found.following"""  # noqa: S608 - made of numbers
    adapted = connection.ops.adapt_datefield_value
    moved = 0
    for after in range(0, last, CHUNK):
        values = {"after": after, "until": after + CHUNK, "kind": kind.value}
        with connection.cursor() as cursor:
            cursor.execute(statement, values | {"news": adapted(_news(today))})
            moved += cursor.rowcount
    return moved


def _next_alert(leads: Sequence[int]) -> str:
    """`cards.rules.reminders.next_alert_on` for a row, as an expression of SQL."""
    cases = " ".join(
        f"WHEN last_lead IS NULL OR last_lead > {lead} THEN {_before(lead)}" for lead in leads
    )
    return f"CASE {cases} END"


def _before(lead: int) -> str:
    """So many days before the last one; none after the calendar's end."""
    day = f"last_day - {lead}"
    if connection.vendor == "sqlite":
        day = f"date(last_day, '{-lead} days')"
    return day if lead >= 0 else f"CASE WHEN last_day < '{date.max}' THEN {day} END"
