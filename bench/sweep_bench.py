"""Raising alerts, against one INSERT … SELECT that only writes today's notifications.

The floor looks for the rows by the equality of dates (last day = today + lead), writes no mails
and moves nothing on: what has to be written at the least, by the database itself.
"""

import tracemalloc

from django.db import connection, transaction

from bench.population import CARDS, TODAY, add_cards, remember, restore
from bench.report import ROUNDS, Report, seconds
from cards.models import Deadline
from cards.rules.days import days_from
from cards.rules.kinds import DeadlineKind
from cards.rules.reminders import LEAD_DAYS, alert_due
from notifications.models import Delivery, Notification
from notifications.planner import raise_alerts
from portal import clock

# A sweep with nothing due takes a millisecond or so: the median of many, not of a few.
REPEATED = 200


def run(report: Report) -> None:
    add_cards(1, CARDS // 4)
    remember()
    few = nothing_due()
    restore()
    add_cards(CARDS // 4 + 1, CARDS)
    remember()
    ours, floors, loops, many = [], [], [], []
    for _ in range(ROUNDS):
        floors.append(seconds(floor))
        due = Notification.objects.count()
        restore()
        ours.append(seconds(lambda: raise_alerts(TODAY)))
        assert Notification.objects.count() == Delivery.objects.count() == due
        many += nothing_due()
        restore()
        loops.append(seconds(loop_over_cards))
        assert Notification.objects.count() == due
        restore()
    reach = 2.5 if connection.vendor == "postgresql" else 3.0
    work = f"raise alerts, {CARDS:,} cards, {due:,} due"
    report.compare(work, "one INSERT … SELECT", ours, floors, at_most=reach)
    report.compare(work, "a loop over the cards", ours, loops, at_least=15)
    report.compare(f"nothing due, {CARDS:,} cards", f"{CARDS // 4:,} cards", many, few, at_most=3)
    tracemalloc.start()
    raise_alerts(TODAY)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    report.note(f"raising {due:,} alerts takes {peak:.1f} MB of Python's memory at its peak.")


def nothing_due() -> list[float]:
    raise_alerts(TODAY)
    return [seconds(lambda: raise_alerts(TODAY)) for _ in range(REPEATED)]


def floor() -> None:
    leads = LEAD_DAYS[DeadlineKind.CARD_EXPIRY]
    rows = ", ".join(f"({lead}, %s)" for lead in leads)
    days = [connection.ops.adapt_datefield_value(days_from(TODAY, lead)) for lead in leads]
    now = connection.ops.adapt_datetimefield_value(clock.now())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""WITH leads (lead, day) AS (VALUES {rows})
            INSERT INTO notifications_notification
                (card_id, kind, deadline_id, last_day, lead, created_at)
            SELECT card_id, kind, id, last_day, lead, %s
            FROM cards_deadline JOIN leads ON last_day = day
            WHERE closed_at IS NULL AND kind = 'card_expiry'""",
            [*days, now],
        )


def loop_over_cards() -> None:
    """What one writes first: look at each card's deadline, ask the rule, save what is due."""
    with transaction.atomic():
        for row in Deadline.objects.filter(closed_at=None).select_related("card__resident"):
            sent = () if row.last_lead is None else (row.last_lead,)
            lead = alert_due(DeadlineKind(row.kind), row.last_day, TODAY, sent)
            if lead is None:
                continue
            notification = Notification.objects.create(
                card=row.card, kind=row.kind, deadline=row, last_day=row.last_day, lead=lead
            )
            if row.card.resident.email:
                Delivery.objects.create(notification=notification)
            row.last_lead = lead
            row.save()
