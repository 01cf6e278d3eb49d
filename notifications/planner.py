"""What is due: alerts about deadlines, and events that are told at once.

Level-triggered and set-based. What counts is what the rows say today, not which day the last run
was: running twice, days late or on two machines at once gives the same rows. The cost grows with
what is due, not with how many cards there are, because only `next_alert_on` is looked at.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from django.db import connection, transaction

from cards import lead_days
from cards.models import LeadDays
from cards.operations import tell_locked_pins
from cards.rules.days import days_from
from cards.rules.reminders import EARLY_ONLY, GONE, LAST_DAYS, LEAD_DAYS, NEWS_DAYS, Leads
from notifications import planner_sql as sql
from notifications import pulse
from notifications.kinds_of_mail import last_of_kind
from notifications.outbox import daily
from notifications.outbox.letters import (
    NEARER,
    NO_ADDRESS,
    SAID_DONE,
    TOO_EARLY,
    TURNED_OFF,
    UNREACHABLE,
)
from notifications.outbox.reconsidering import reconsider
from portal import clock

# Rows of one statement and transaction: bounds the locks held and the work a crash would undo. On
# SQLite fewer, since everybody else who writes waits for its end.
CHUNK = 5_000 if connection.vendor == "sqlite" else 50_000


@dataclass(slots=True)
class RaisedAlerts:
    """What one run did: notifications by kind, and how many of them also go out by mail.

    `silenced` deadlines raise nothing more: their card had ended on another day before.
    """

    by_kind: Counter[str] = field(default_factory=Counter)
    mails: int = 0
    silenced: int = 0

    @property
    def total(self) -> int:
        return self.by_kind.total()


def raise_alerts(on: date | None = None) -> RaisedAlerts:
    """Raise every alert that is due on day `on` (today in Tokyo if None).

    For each deadline whose `next_alert_on` is reached: one notification, for the nearest lead
    (in days) reached, its mail where the resident has an address, and `next_alert_on` moved to
    the next lead. Rows that another run holds at this moment are left to it. Then what holders
    asked to be reminded of again, unless it was told today or holds no more. Last,
    `next_alert_on` is brought after lead days that were changed, and what is due by these raised.
    """
    today = on or clock.today()
    lead_days.align()
    done = RaisedAlerts()
    _raise(today, done)
    if lead_days.align():
        _raise(today, done)
    if today >= clock.today():
        pulse.done(pulse.PLANNING)
    return done


def _raise(today: date, done: RaisedAlerts) -> None:
    leads = LeadDays.objects.in_force()
    rows, values = steps(today, leads)
    values |= {"today": _day(today)}
    _in_chunks(sql.raise_alerts(connection.vendor, rows), values | _still_told(today), leads, done)
    _in_chunks(sql.remind_again(connection.vendor), _asked(today), leads, done)


def tell_events() -> RaisedAlerts:
    """Turn events that the holder is told of at once into notifications and mails.

    First, mails that were kept back are queued again where what kept them back is gone.

    An event is told once, whoever runs this and however often.
    """
    reconsider()
    tell_locked_pins()
    work = sql.tell_events(connection.vendor)
    return _in_chunks(work, _still_told(clock.today()), LEAD_DAYS)  # events have no leads


def remind_again() -> RaisedAlerts:
    """Tell again what was asked for and waited for a mail of today that then did not leave.

    The sweep does it too, of all that is due; this is quick enough to be done every few seconds.
    """
    work = sql.remind_again(connection.vendor)
    return _in_chunks(work, _asked(clock.today()), LEAD_DAYS)  # what was asked for has no leads


def _still_told(today: date) -> dict[str, Any]:
    return {"still_told": _day(days_from(today, NEWS_DAYS))}


def _asked(today: date) -> dict[str, Any]:
    midnight = datetime.combine(today, time.min, clock.TOKYO)
    return {
        "today": _day(today),
        "midnight": connection.ops.adapt_datetimefield_value(midnight),
    }


def _in_chunks(
    work: sql.Work, values: dict[str, Any], leads: Leads, done: RaisedAlerts | None = None
) -> RaisedAlerts:
    done = done or RaisedAlerts()
    with connection.cursor() as cursor:
        cursor.execute(work.waiting, values)
        (waiting,) = cursor.fetchone()
    if waiting:
        while _run(work.statements, values, leads, done) >= CHUNK:
            pass
    return done


def _run(statements: list[str], values: dict[str, Any], leads: Leads, done: RaisedAlerts) -> int:
    """One chunk in one transaction: adds what was done to `done`, gives the rows handled."""
    now = connection.ops.adapt_datetimefield_value(clock.now())
    values = values | {
        "now": now,
        "chunk": CHUNK,
        "no_address": NO_ADDRESS,
        "nearer": NEARER,
        "next_daily": connection.ops.adapt_datetimefield_value(daily.next_mail(clock.now())),
        "turned_off": TURNED_OFF,
        "too_early": TOO_EARLY,
        "said_done": SAID_DONE,
        "unreachable": UNREACHABLE,
        "last_days": LAST_DAYS,
        **{f"last_{kind}": last_of_kind(kind, leads) for kind in EARLY_ONLY},
    }
    handled = 0
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(sql.NEWEST)
            values["newest_notification"], values["newest_delivery"] = cursor.fetchone()
        # Django looks at each value it is given, and the steps are some hundred.
        few = {name: value for name, value in values.items() if not name.startswith("step_")}
        for statement in statements:
            cursor.execute(statement, values if "%(step_" in statement else few)
            for what, kind, count in cursor.fetchall() if cursor.description else ():
                match what:
                    case "raised":
                        done.by_kind[kind] += count
                    case "mails":
                        done.mails += count
                    case "silenced":
                        done.silenced += count
                    case "handled":
                        handled = count
    return handled


def steps(today: date, leads: Leads | None = None) -> tuple[str, dict[str, Any]]:
    """The leads in force as days of the calendar around `today`: SQL rows and their values.

    A row is (kind, lead, next lead, first, last): a deadline of that kind whose last day lies
    from `first` to `last` has reached this lead and none nearer. With no lead: none at all yet,
    or none any more, where the day after the last one says nothing.
    """
    rows: list[str] = []
    values: dict[str, Any] = {}
    for kind, days in (leads or LeadDays.objects.in_force()).items():
        # From the nearest on: (gone, none after), …, (none yet, the first lead).
        over = () if GONE in days else (None,)
        for following, lead in pairwise((None, *over, *reversed(days), None)):
            first, last = date.min, date.max if lead is None else days_from(today, lead)
            if following is not None:
                first = days_from(today, following + 1)
            elif over:
                first, last = (date.min, days_from(today, GONE)) if lead is None else (today, last)
            step = (kind.value, lead, following, _day(first), _day(last))
            names = [f"step_{len(rows)}_{column}" for column in range(len(step))]
            values.update(zip(names, step, strict=True))
            rows.append("(" + ", ".join(f"%({name})s" for name in names) + ")")
    return ", ".join(rows), values


def _day(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)
