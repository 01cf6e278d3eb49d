"""A change of the lead days: what it would do, and the work that follows from it.

The rules come with days of their own (`cards.rules.reminders.LEAD_DAYS`); an administrator may set
others. What is due is asked of the days in force each time; only `next_alert_on`, by which the
sweep finds its rows, is kept in every deadline. It is brought after a change here, by the sweep
itself: nothing has to be remembered by a message, and a run that breaks off is taken up again.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from django.db import transaction
from django.db.models import Q, QuerySet

from cards.importing.database import ImportBusy, database
from cards.models import Deadline, LeadDays
from cards.rules.days import days_from
from cards.rules.kinds import DeadlineKind
from cards.rules.reminders import check_leads, next_alert_on
from portal import clock

# Rows looked at in one transaction.
CHUNK = 5_000


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
        reached |= between & (Q(last_lead=None) | Q(last_lead__gt=lead))
    heard = Q(silent_after=None) | Q(silent_after__gte=today)
    return _open(kind).filter(reached & heard).count()


def align() -> int:
    """Bring the next alert of every open deadline after days that were changed; how many moved.

    Cheap when nothing was changed. Safe to run twice, in parallel, and after having broken off.
    """
    now = clock.now()
    moved = 0
    for one in LeadDays.objects.filter(changed_at__isnull=False):
        if not one.waits(now) or (one.is_settled(now) and not _imports_have_ended()):
            continue
        moved += _align(DeadlineKind(one.kind))
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


def _align(kind: DeadlineKind) -> int:
    moved = last = 0
    leads = LeadDays.objects.in_force()
    while True:
        with transaction.atomic():
            found = _open(kind).filter(pk__gt=last).order_by("pk")
            rows = list(found.select_for_update(of=("self",))[:CHUNK])
            changed = []
            for row in rows:
                day = next_alert_on(
                    kind, row.last_day, row.last_lead, silent_after=row.silent_after, leads=leads
                )
                if day != row.next_alert_on:
                    row.next_alert_on = day
                    changed.append(row)
            database().update(changed, ["next_alert_on"])
        moved += len(changed)
        if len(rows) < CHUNK:
            return moved
        last = rows[-1].pk


def _open(kind: DeadlineKind) -> QuerySet[Deadline]:
    return Deadline.objects.filter(kind=kind.value, closed_at=None)
