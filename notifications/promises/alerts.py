"""Every alert that is due was raised, and what happened was told."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Holding
from cards import lead_days
from cards.models import CardEvent, LeadDays, UntoldEvent
from cards.operations.record import TOLD_AT_ONCE
from cards.rules.days import days_from
from cards.rules.kinds import EventKind
from cards.rules.reminders import NEWS_DAYS
from notifications.guardians import untold
from notifications.models import AskedReminder, Delivery, DeliveryState, Notification
from notifications.planner import steps
from notifications.promises.patience import ALL_KEPT, PATIENCE, SWEPT_WITHIN
from portal import clock

# Events of one operation are no farther apart.
ONE_OPERATION = timedelta(seconds=10)
_OF_CERTIFICATES = (EventKind.CERTIFICATE_ISSUED.value, EventKind.CERTIFICATE_REVOKED.value)

# Asked of the alerts themselves, so that a wrong `next_alert_on` or `last_lead` shows too. One that
# was raised late said all that would have been said by that day, one raised too early nothing.
# What was done to a card since the last sweep is for the next one; each act leaves an event.
_NOT_RAISED = """
    WITH step (kind, lead, next_lead, first_day, final_day) AS (VALUES {steps})
    SELECT deadline.kind, deadline.last_day, COUNT(*)
    FROM cards_deadline deadline JOIN step
      ON step.kind = deadline.kind
     AND deadline.last_day BETWEEN step.first_day AND step.final_day
    WHERE deadline.closed_at IS NULL AND step.lead IS NOT NULL
      AND (deadline.silent_after IS NULL OR deadline.silent_after >= %(today)s)
      AND (step.lead >= 0 OR deadline.last_day >= %(news)s)
      AND NOT EXISTS (
        SELECT 1 FROM cards_cardevent event
        WHERE event.card_id = deadline.card_id AND event.at BETWEEN %(since)s AND %(now)s)
      AND NOT EXISTS (
        SELECT 1 FROM notifications_notification alert
        WHERE alert.deadline_id = deadline.id AND alert.last_day = deadline.last_day
          AND {said_on} >= {its_day}
          AND (alert.lead <= step.lead OR {said_on} >= {reached_on}))
    GROUP BY deadline.kind, deadline.last_day
    ORDER BY deadline.kind, deadline.last_day"""


# The day in Tokyo on which an alert was raised; those on which its lead and the step's begin.
_DAYS = {
    "postgresql": {
        "said_on": "(alert.created_at AT TIME ZONE 'Asia/Tokyo')::date",
        "its_day": "deadline.last_day - alert.lead",
        "reached_on": "deadline.last_day - step.lead",
    },
    "sqlite": {
        "said_on": "date(alert.created_at, '+9 hours')",
        "its_day": "date(deadline.last_day, (-alert.lead) || ' days')",
        "reached_on": "date(deadline.last_day, (-step.lead) || ' days')",
    },
}


def broken() -> Iterator[str]:
    yield from _alerts()
    yield from _asked()
    yield from _guardians()
    yield from _events()
    yield from _undecided()


def _swept_since() -> datetime:
    """What was due at this moment has been swept up since."""
    return clock.now() - SWEPT_WITHIN


def _alerts() -> Iterator[str]:
    since, today = _swept_since(), clock.today()
    # Days that were changed a moment ago are worked in by the next sweep.
    waiting = lead_days.waiting()
    leads = LeadDays.objects.in_force()
    known = {kind: leads[kind] for kind in leads if kind not in waiting}
    # What was reached in time for a sweep. What is over today, none would raise any more.
    rows, values = steps(clock.day_of(since), known)
    for name, day in (("today", today), ("news", days_from(today, -NEWS_DAYS))):
        values[name] = connection.ops.adapt_datefield_value(day)
    for name, moment in (("since", since), ("now", clock.now())):
        values[name] = connection.ops.adapt_datetimefield_value(moment)
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOT_RAISED.format(steps=rows, **_DAYS[connection.vendor]), values)
        for kind, last_day, count in cursor.fetchall():
            yield (
                f"{count} alerts are due and not raised: {kind} on {last_day}. "
                "Run raise_alerts; what it leaves was deleted, or raised before its day."
            )


def _asked() -> Iterator[str]:
    # Told that day by another mail, or about to be: the next sweep takes that for it.
    day = clock.day_of(_swept_since())
    told = (
        Delivery.objects.annotate(becomes=Coalesce("daily_mail__state", "state"))
        .exclude(becomes__in=(DeliveryState.CANCELLED, DeliveryState.FAILED))
        .filter(
            notification__deadline=OuterRef("deadline"),
            notification__created_at__gte=datetime.combine(day, time.min, clock.TOKYO),
        )
    )
    asked = AskedReminder.objects.filter(due_on__lte=day)
    due = asked.exclude(Exists(told)).count()
    if due:
        yield f"{due} reminders that were asked for are not raised. Run raise_alerts."


def _guardians() -> Iterator[str]:
    since = _swept_since()
    due = untold(clock.day_of(since))
    lately = (since, clock.now())
    linked = Holding.objects.filter(pk__in=[one.holding for one in due], since__range=lately)
    changed = CardEvent.objects.filter(card__in=[one.card for one in due], at__range=lately)
    new = set(linked.values_list("pk", flat=True))
    anew = set(changed.values_list("card", flat=True))
    late = sum(one.holding not in new and one.card not in anew for one in due)
    if late:
        yield f"{late} guardians are not told yet that it ends at 18. Run raise_alerts."


def _events() -> Iterator[str]:
    waiting = UntoldEvent.objects.filter(event__at__lt=clock.now() - PATIENCE).count()
    if waiting:
        yield f"{waiting} events are not told yet. Run raise_alerts."
    lost = _never_told().count()
    if lost:
        yield f"{lost} events were never told, and nothing says that they are still to be told."


def _never_told() -> QuerySet[CardEvent]:
    """What neither was told nor waits to be.

    Of certificates only where nothing else was told at that moment: what is done to them in the
    course of something else is told with that, also on the card that took over.
    """
    now = clock.now()
    told_with = CardEvent.objects.filter(
        Q(notification__isnull=False) | Q(untold__isnull=False),
        card__resident=OuterRef("card__resident"),
        at__gte=OuterRef("at") - ONE_OPERATION,
        at__lte=OuterRef("at") + ONE_OPERATION,
    )
    return CardEvent.objects.filter(
        kind__in=[kind.value for kind in TOLD_AT_ONCE],
        at__gt=now - ALL_KEPT,
        at__lt=now - PATIENCE,
        notification=None,
        untold=None,
    ).exclude(Q(kind__in=_OF_CERTIFICATES) & Exists(told_with))


def _undecided() -> Iterator[str]:
    """Every notification has a mail, be it one that says why none was sent."""
    young = Notification.objects.filter(created_at__gt=clock.now() - ALL_KEPT)
    undecided = young.filter(delivery=None).count()
    if undecided:
        yield f"{undecided} notifications have neither a mail nor a reason for none."
