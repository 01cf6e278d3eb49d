"""What the portal promised, proved from the tables and not from what some job said it did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import MailToReconsider
from cards import lead_days
from cards.models import CardEvent, LeadDays, UntoldEvent
from cards.operations.record import TOLD_AT_ONCE
from cards.rules.days import days_from
from cards.rules.kinds import EventKind
from cards.rules.reminders import NEWS_DAYS
from notifications.guardians import untold
from notifications.models import (
    AccountMail,
    AskedReminder,
    Delivery,
    DeliveryState,
    Notification,
)
from notifications.outbox.letters import CLOSED, IN_DAILY
from notifications.outbox.reconsidering import UNREACHED, standing
from notifications.planner import steps
from portal import clock

# Beat looks every few seconds; what waits longer than this is not being looked at.
PATIENCE = timedelta(minutes=10)
# No pause is as long as this.
LONGEST_WAIT = timedelta(days=2)
# Younger than any delivery that retention has removed.
ALL_KEPT = timedelta(days=360)
# Events of one operation are no farther apart.
ONE_OPERATION = timedelta(seconds=10)
_OF_CERTIFICATES = (EventKind.CERTIFICATE_ISSUED.value, EventKind.CERTIFICATE_REVOKED.value)

# Asked of the alerts themselves, so that a wrong `next_alert_on` or `last_lead` shows too. One that
# was raised late said all that would have been said by that day, one raised too early nothing.
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


def broken() -> list[str]:
    """One line for each promise that is not kept; none when all is well."""
    return [
        *_alerts(),
        *_asked(),
        *_guardians(),
        *_events(),
        *_kept_back(),
        *_undecided(),
        *_daily(),
        *_mails(),
        *_account_mails(),
    ]


def failing() -> list[str]:
    """One line for each reason why mails did not leave. They are seen, so no promise is broken."""
    return [
        *_failing(Delivery.objects.all(), "mails"),
        *_came_back(),
        *_failing(_of_accounts(), "account mails"),
    ]


def _came_back() -> Iterator[str]:
    rows = Delivery.objects.filter(bounced_at__isnull=False)
    for reason, count in rows.values_list("reason").annotate(Count("pk")).order_by("reason"):
        yield f"{count} mails came back: {reason}"


def _failing(mails: QuerySet[Any], name: str) -> Iterator[str]:
    failed = mails.filter(state=DeliveryState.FAILED)
    waiting = mails.filter(state=DeliveryState.QUEUED, attempts__gt=0)
    for rows, what in (
        (failed.filter(set_aside_at__isnull=False), "are set aside"),
        (failed.filter(set_aside_at=None), "failed"),
        (waiting, "are tried again later"),
    ):
        reasons = rows.values_list("reason").annotate(Count("pk")).order_by("reason")
        yield from (f"{count} {name} {what}: {reason}" for reason, count in reasons)


def _alerts() -> Iterator[str]:
    today = clock.today()
    # Days that were changed a moment ago are worked in by the next sweep.
    waiting = lead_days.waiting()
    leads = LeadDays.objects.in_force()
    rows, values = steps(today, {kind: leads[kind] for kind in leads if kind not in waiting})
    for name, day in (("today", today), ("news", days_from(today, -NEWS_DAYS))):
        values[name] = connection.ops.adapt_datefield_value(day)
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOT_RAISED.format(steps=rows, **_DAYS[connection.vendor]), values)
        for kind, last_day, count in cursor.fetchall():
            yield (
                f"{count} alerts are due and not raised: {kind} on {last_day}. "
                "Run raise_alerts; what it leaves was deleted."
            )


def _asked() -> Iterator[str]:
    # Told today by another mail, or about to be: the next sweep takes that for it.
    told = (
        Delivery.objects.annotate(becomes=Coalesce("daily_mail__state", "state"))
        .exclude(becomes__in=(DeliveryState.CANCELLED, DeliveryState.FAILED))
        .filter(
            notification__deadline=OuterRef("deadline"),
            notification__created_at__gte=datetime.combine(clock.today(), time.min, clock.TOKYO),
        )
    )
    asked = AskedReminder.objects.filter(due_on__lte=clock.today())
    due = asked.exclude(Exists(told)).count()
    if due:
        yield f"{due} reminders that were asked for are not raised. Run raise_alerts."


def _guardians() -> Iterator[str]:
    due = len(untold(clock.today()))
    if due:
        yield f"{due} guardians are not told yet that it ends at 18. Run raise_alerts."


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


def _kept_back() -> Iterator[str]:
    """What a mail was cancelled for is looked at again when it may be gone."""
    waiting = MailToReconsider.objects.filter(since__lt=clock.now() - PATIENCE).count()
    if waiting:
        yield f"{waiting} changes that may let a mail leave are not looked at. Run raise_alerts."
    stand = standing(clock.today())
    gone = stand.filter(reason=CLOSED).count()
    if gone:
        yield f"{gone} mails were given up for a deadline that holds."
    looked_at = MailToReconsider.objects.filter(resident=OuterRef("notification__card__resident"))
    reached = stand.filter(reason__in=UNREACHED).exclude(Exists(looked_at)).count()
    if reached:
        yield f"{reached} mails were given up for want of an address, and there is one now."


def _undecided() -> Iterator[str]:
    """Every notification has a mail, be it one that says why none was sent."""
    young = Notification.objects.filter(created_at__gt=clock.now() - ALL_KEPT)
    undecided = young.filter(delivery=None).count()
    if undecided:
        yield f"{undecided} notifications have neither a mail nor a reason for none."


def _daily() -> Iterator[str]:
    """What is in the mail of a day is in one that there is."""
    nowhere = Delivery.objects.filter(
        reason=IN_DAILY, daily_mail=None, notification__created_at__gt=clock.now() - ALL_KEPT
    ).count()
    if nowhere:
        yield f"{nowhere} mails are said to be in a mail of the day and are in none."


def _mails() -> Iterator[str]:
    yield from _waiting(Delivery.objects.all(), "mails")


def _account_mails() -> Iterator[str]:
    yield from _waiting(_of_accounts(), "account mails")


def _of_accounts() -> QuerySet[Any]:
    return AccountMail.objects.all()


def _waiting(mails: QuerySet[Any], name: str) -> Iterator[str]:
    now = clock.now()
    queued = mails.filter(state=DeliveryState.QUEUED)
    sending = mails.filter(state=DeliveryState.SENDING)
    for rows, what in (
        (queued.filter(not_before__lt=now - PATIENCE), "not_before"),
        (sending.filter(leased_until__lt=now - PATIENCE), "leased_until"),
    ):
        found = rows.aggregate(count=Count("pk"), since=Min(what))
        if found["count"]:
            since = found["since"].astimezone(clock.TOKYO)
            yield (
                f"{found['count']} {name} wait since {since:%Y-%m-%d %H:%M}. Run send_mail_queue."
            )
    forgotten = queued.filter(not_before__gt=now + LONGEST_WAIT).count()
    if forgotten:
        yield f"{forgotten} {name} are put off for more than two days."
    silent = (DeliveryState.CANCELLED, DeliveryState.FAILED)
    unexplained = mails.filter(state__in=silent, reason="").count()
    if unexplained:
        yield f"{unexplained} {name} were given up without a reason."
