"""Mails that were kept back, and may leave after all.

An alert is due until it is sent, its deadline is met or a nearer one takes over. One that was
cancelled because of something that a correction, a new address or a word of the holder takes away
is queued again; whether it then holds the sender asks anew, as of each mail.
"""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from accounts.models import MailToReconsider
from notifications.models import Delivery, DeliveryState, MailTrouble, Notification
from notifications.outbox import daily
from notifications.outbox.letters import CLOSED, ENDED, NEARER, NO_ADDRESS, SAID_DONE, UNREACHABLE
from portal import clock

# Changes of one transaction.
CHUNK = 500
MAY_GO = (NO_ADDRESS, UNREACHABLE, CLOSED, ENDED, SAID_DONE)


def reconsider() -> int:
    """Look at the mails of residents for whom something has changed; how many are queued again.

    Changes that another run is looking at are left to it.
    """
    queued = 0
    while True:
        with transaction.atomic():
            rows = MailToReconsider.objects.order_by("pk")
            if connection.features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True, of=("self",))
            changes = dict(rows.values_list("pk", "resident")[:CHUNK])
            if changes:
                queued += _queue_again(set(changes.values()))
                MailToReconsider.objects.filter(pk__in=changes).delete()
        if len(changes) < CHUNK:
            return queued


def _queue_again(residents: set[int]) -> int:
    now = clock.now()
    theirs = Q(notification__card__resident__in=residents)
    kept_back = standing(clock.today()).filter(theirs).values_list("pk", flat=True)
    return Delivery.objects.filter(pk__in=list(kept_back)).update(
        state=DeliveryState.QUEUED,
        not_before=Case(When(daily=True, then=Value(daily.next_mail(now))), default=Value(now)),
        daily_mail=None,
        queued_again_at=now,
        attempts=0,
        reason="",
        sent_to="",
    )


def standing(today: date) -> QuerySet[Delivery]:
    """Mails about open deadlines that did not leave for a reason that may be gone, and that no
    nearer one has followed. One that gave way itself is none."""
    dead = MailTrouble.objects.filter(
        resident=OuterRef("notification__card__resident"),
        address=OuterRef("notification__card__resident__email"),
        hard=True,
    )
    nearer = Notification.objects.filter(
        deadline=OuterRef("notification__deadline"),
        last_day=OuterRef("notification__last_day"),
        pk__gt=OuterRef("notification"),
    ).exclude(delivery__reason=NEARER)
    refused = Q(state=DeliveryState.FAILED, set_aside_at=None)
    in_refused = Q(daily_mail__state=DeliveryState.FAILED, daily_mail__set_aside_at=None)
    return (
        Delivery.objects.filter(
            Q(state=DeliveryState.CANCELLED, reason__in=MAY_GO) | refused | in_refused,
            Q(valid_until=None) | Q(valid_until__gte=today),
            notification__deadline__closed_at=None,
            notification__deadline__last_day=F("notification__last_day"),
            notification__card__replaced_at=None,
        )
        .exclude(notification__deadline=None)
        .exclude(notification__card__resident__email="")
        .exclude(Exists(dead))
        .exclude(Exists(nearer))
    )
