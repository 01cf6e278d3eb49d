"""How the alerts are doing, in figures and in words: for whoever watches over the portal.

A few reads of small indexes, however much was sent in all the years.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Min, Model, QuerySet
from django.db.models.functions import Coalesce

from cards.models import Deadline, UntoldEvent
from notifications import pulse
from notifications.models import AccountMail, Delivery, DeliveryState
from notifications.outbox.answers import Whose, put_off_by
from notifications.outbox.run import MANY
from portal import clock

# Planning is due every hour at least; a day and two hours without it means that reminders are
# missing.
PLANNED_WITHIN = timedelta(hours=26)
# Mail that may leave does so within seconds.
SENT_WITHIN = timedelta(minutes=15)
# Beat reads the mailbox for reports every five minutes.
READ_WITHIN = timedelta(hours=3)
# So many addresses are not mistyped at once.
VERY_MANY = 50
# So many one after the other are not all dead: the server has lost its list of them.
MANY_IN_A_ROW = 20

# The tables, and when a mail of each was raised.
_QUEUES: dict[str, tuple[type[AccountMail] | type[Delivery], Coalesce | F]] = {
    pulse.NOTIFICATIONS: (Delivery, Coalesce("queued_again_at", "notification__created_at")),
    pulse.ACCOUNTS: (AccountMail, F("queued_at")),
}


@dataclass(frozen=True, slots=True)
class Queue:
    """One table of mails; `oldest` is the moment since which the one that waits longest may go.

    A mail that was tried and put off waits since it was raised, or queued again. But where the
    server said that it is this one mailbox that takes none now (a full one, say), nothing is wrong
    here, unless it says so of many and has taken none since, or of very many addresses: then it
    cannot look up domains.
    """

    name: str
    queued: int
    sending: int
    set_aside: int
    oldest: datetime | None
    totals: dict[str, int]


def queues() -> list[Queue]:
    """Both tables of mails as they are now."""
    return [_queue(name, *table) for name, table in _QUEUES.items()]


def _queue(name: str, model: type[AccountMail] | type[Delivery], raised: Coalesce | F) -> Queue:
    rows: QuerySet[Model] = model._default_manager.all()
    queued = rows.filter(state=DeliveryState.QUEUED)
    sending = rows.filter(state=DeliveryState.SENDING)
    # Each the first of a part of an index.
    parts = [queued, sending]
    if model is Delivery:
        parts = [queued.filter(urgent=True), queued.filter(urgent=False), sending]
    oldest = [
        each.filter(not_before__lte=clock.now()).aggregate(at=Min("not_before"))["at"]
        for each in parts
    ]
    put_off = queued.filter(attempts__gt=0)
    by_one = put_off_by(Whose.MAILBOX, Whose.ADDRESS)
    oldest.append(put_off.exclude(by_one).aggregate(at=Min(raised))["at"])
    by_address = put_off.filter(put_off_by(Whose.ADDRESS))
    said = by_address.aggregate(at=Min(raised), count=Count("pk"))
    if said["count"] >= VERY_MANY:
        oldest.append(said["at"])
    of_one = put_off.filter(by_one).annotate(raised=raised)
    if taken_at := pulse.last(pulse.MAIL_TAKEN):
        of_one = of_one.filter(raised__gt=taken_at)
    said = of_one.aggregate(at=Min("raised"), count=Count("pk"))
    if said["count"] >= MANY:
        oldest.append(said["at"])
    counted = pulse.totals(f"{name} ")
    return Queue(
        name=name,
        queued=queued.count(),
        sending=sending.count(),
        set_aside=rows.filter(set_aside_at__isnull=False).count(),
        oldest=min(filter(None, oldest), default=None),
        totals={
            what: counted.get(f"{name} {what}", 0)
            for what in ("sent", "failed", "cancelled", "later")
        },
    )


def planned_at() -> datetime | None:
    """When the last planning was done; None if none ever was."""
    return pulse.last(pulse.PLANNING)


def bounces_read_at() -> datetime | None:
    """When the mailbox for reports was last read to its end; None if it never was."""
    return pulse.last(pulse.BOUNCES_READ)


def planner_lag_days() -> int:
    """Days since which the alert that is most overdue should have been raised; 0 when none is."""
    day = Deadline.objects.filter(next_alert_on__lte=clock.today()).aggregate(
        day=Min("next_alert_on")
    )["day"]
    return (clock.today() - day).days if day else 0


def untold_events() -> int:
    """Events whose holders are still to be told."""
    return UntoldEvent.objects.count()


def troubles() -> dict[str, list[str]]:
    """What is wrong with planning, mail, reports of it and set-aside rows, each in words.

    Empty lists where nothing is. Says nothing of anybody.
    """
    now, found = clock.now(), queues()
    mail = [
        f"The oldest mail ({queue.name}) waits since {_moment(queue.oldest)}."
        for queue in found
        if queue.oldest and queue.oldest < now - SENT_WITHIN
    ]
    since = pulse.last(pulse.MAIL_SERVER_TROUBLE)
    if since and since < now - SENT_WITHIN:
        mail.append(f"The mail server takes no mail since {_moment(since)}.")
    in_a_row = pulse.totals(pulse.REFUSED_IN_A_ROW).get(pulse.REFUSED_IN_A_ROW, 0)
    if in_a_row >= MANY_IN_A_ROW:
        mail.append(f"{in_a_row} addresses were refused, and no mail was taken since.")
    set_aside = [
        f"{queue.set_aside} mails ({queue.name}) are set aside."
        for queue in found
        if queue.set_aside
    ]
    return {
        "planning": _late_planning(now),
        "mail": mail,
        "bounces": _unread_bounces(now),
        "set_aside": set_aside,
    }


def _late_planning(now: datetime) -> list[str]:
    planned = planned_at()
    if planned is None:
        return ["No planning has been done yet."]
    if planned < now - PLANNED_WITHIN:
        return [f"The last planning was at {_moment(planned)}."]
    return []


def _unread_bounces(now: datetime) -> list[str]:
    """Only where a mailbox is set."""
    if not settings.BOUNCE_MAILBOX:
        return []
    read_at = bounces_read_at()
    if read_at is None:
        return ["The mailbox for reports of undelivered mail has never been read."]
    if read_at < now - READ_WITHIN:
        since = _moment(read_at)
        return [f"The mailbox for reports of undelivered mail cannot be read since {since}."]
    return []


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(clock.TOKYO):%Y-%m-%d %H:%M}"
