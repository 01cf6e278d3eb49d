"""One mail a day, for who wants that: what waited is put together, a mail a card.

Level-triggered: whatever waits when its moment has come is gathered, be it days late. All in one
transaction, by one process at a time, so that nothing is in two mails and nothing in none. What
comes too late for a day's mail waits for the next day's. Urgent mails never wait (`kinds_of_mail`).
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from notifications.kinds_of_mail import DAILY_MAIL
from notifications.models import Delivery, DeliveryState, Notification
from notifications.outbox.letters import IN_DAILY
from portal import clock

# When the mail of the day leaves.
AT = time(8, 0)
# Rows of one transaction.
CHUNK = 5_000
# Any number that no other part of the portal locks by.
_LOCK = 61013


def next_mail(now: datetime) -> datetime:
    """The moment of the next mail of the day after `now`, in Tokyo."""
    day = clock.day_of(now)
    moment = datetime.combine(day, AT, clock.TOKYO)
    return moment if now < moment else moment + timedelta(days=1)


def gather() -> int:
    """Put together what waits for the mail of the day; how many mails were made."""
    made = 0
    # Asked first without any lock: mostly there is nothing.
    while _waiting().exists():
        with transaction.atomic():
            if not _alone():
                break  # another one is at it
            made += _gather_some()
    return made


def _gather_some() -> int:
    today, now = clock.today(), clock.now()
    some = _waiting().order_by("pk").values_list("notification__card", flat=True)[:CHUNK]
    cards = set(some)
    had = Notification.objects.filter(kind=DAILY_MAIL, last_day=today, card__in=cards)
    cards_had = set(had.values_list("card", flat=True))
    _waiting().filter(notification__card__in=cards_had).update(not_before=next_mail(now))
    carriers = Notification.objects.bulk_create(
        Notification(card_id=card, kind=DAILY_MAIL, last_day=today, created_at=now)
        for card in sorted(cards - cards_had)
    )
    mails = Delivery.objects.bulk_create(
        Delivery(notification=carrier, not_before=now) for carrier in carriers
    )
    mail_of = {mail.notification.card_id: mail for mail in mails}
    members = list(_waiting().filter(notification__card__in=mail_of).select_related("notification"))
    for one in members:
        one.state, one.reason = DeliveryState.CANCELLED, IN_DAILY
        one.daily_mail = mail_of[one.notification.card_id]
    Delivery.objects.bulk_update(members, ["state", "reason", "daily_mail"], batch_size=500)
    return len(carriers)


def _waiting() -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        state=DeliveryState.QUEUED, daily=True, not_before__lte=clock.now()
    )


def _alone() -> bool:
    """Whether nobody else gathers now. On SQLite the transaction itself keeps others out."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
