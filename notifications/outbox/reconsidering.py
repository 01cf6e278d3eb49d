"""Mails that were kept back or did not arrive, and may leave after all.

An alert is due until it is sent, its deadline is met or a nearer one takes over. One that came
back, or was cancelled because of something that a correction, a new address or a word of the
holder takes away, is queued again; whether it then holds the sender asks anew, as of each mail.
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
UNREACHED = (NO_ADDRESS, UNREACHABLE)
MAY_GO = (*UNREACHED, CLOSED, ENDED, SAID_DONE)


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
        sent_at=None,
        bounced_at=None,
        queued_again_at=now,
        attempts=0,
        reason="",
        sent_to="",
    )


def standing(today: date) -> QuerySet[Delivery]:
    """Mails that did not arrive for a reason that may be gone.

    About open deadlines that no nearer one has followed (one that gave way itself is none), and of
    what happened, where its reader could not be reached and it is still news.
    """
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
    failed, cancelled = DeliveryState.FAILED, DeliveryState.CANCELLED
    unreached = (
        Q(state=cancelled, reason__in=UNREACHED)
        | Q(state=failed, set_aside_at=None)
        | Q(state=DeliveryState.SENT, bounced_at__isnull=False)
    )
    in_unreached = Q(daily_mail__state=failed, daily_mail__set_aside_at=None) | Q(
        daily_mail__bounced_at__isnull=False
    )
    of_deadline = Q(
        Q(state=cancelled, reason__in=MAY_GO) | unreached | in_unreached,
        Q(valid_until=None) | Q(valid_until__gte=today),
        notification__deadline__closed_at=None,
        notification__deadline__last_day=F("notification__last_day"),
    ) & ~Q(notification__deadline=None)
    of_event = Q(
        unreached | in_unreached, notification__event__isnull=False, valid_until__gte=today
    )
    return (
        Delivery.objects.filter(of_deadline | of_event, notification__card__replaced_at=None)
        .exclude(notification__card__resident__email="")
        .exclude(Exists(dead))
        .exclude(Exists(nearer))
    )
