"""Every mail is on its way, has left, or has not for a reason that is so."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from accounts.models import MailToReconsider
from notifications.kinds_of_mail import DAILY_MAIL, group_of
from notifications.models import AccountMail, Delivery, DeliveryState, Notification
from notifications.outbox.letters import (
    CLOSED,
    IN_DAILY,
    NEARER,
    TOO_EARLY,
    TURNED_OFF,
    Due,
    load,
)
from notifications.outbox.reconsidering import UNREACHED, standing
from notifications.promises.patience import ALL_KEPT, LONGEST_LEASE, LONGEST_WAIT, PATIENCE
from portal import clock

# Mails looked at anew in one go.
A_BATCH = 500


def broken() -> Iterator[str]:
    yield from _kept_back()
    yield from _given_up()
    yield from _daily()
    yield from _mails()
    yield from _account_mails()


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


def _given_up() -> Iterator[str]:
    """What was not sent for a reason that is not so: asked anew, as the sender would."""
    today, untrue = clock.today(), 0
    reasons: dict[int, str] = {}
    for pk, reason in _may_still_leave().values_list("pk", "reason").iterator(A_BATCH):
        reasons[pk] = reason
        if len(reasons) == A_BATCH:
            untrue += _untrue(reasons, today)
            reasons.clear()
    untrue += _untrue(reasons, today)
    if untrue:
        yield f"{untrue} mails were given up for a reason that is not so."


def _untrue(reasons: dict[int, str], today: date) -> int:
    """How many of these mails still hold. `reasons`: row and why it was given up."""
    return sum(
        not one.no_longer_holds(today) and not _was_unwanted(one, reasons[one.id])
        for one in load(reasons)
    )


def _was_unwanted(one: Due, reason: str) -> bool:
    """Whether its reader may have wanted none then, though they do now: who never chose (`earliest`
    is None) has wanted all, and some cannot be turned off."""
    chose = one.earliest is not None and group_of(one.kind, one.lead) is not None
    return chose and reason in (TURNED_OFF, TOO_EARLY)


def _may_still_leave() -> QuerySet[Delivery]:
    """Mails given up that would be of use today, but for those that `_kept_back` looks at.

    Those that nothing nearer has followed, nor will be queued again in a moment. One that is in a
    mail of the day was given up if that was.
    """
    looked_at = MailToReconsider.objects.filter(resident=OuterRef("notification__card__resident"))
    of_the_same = Notification.objects.filter(
        deadline=OuterRef("notification__deadline"), last_day=OuterRef("notification__last_day")
    ).exclude(delivery__reason=NEARER)
    followed = of_the_same.filter(pk__gt=OuterRef("notification"))
    # What was asked for gives way to an alert, be it one from before.
    alerted = of_the_same.filter(lead__isnull=False)
    # And an alert to what was asked for, be it from before: that then left, or is seen to fail.
    raised_at = OuterRef("notification__created_at")
    asked_for = of_the_same.filter(
        Q(delivery__sent_at__gte=raised_at)
        | Q(delivery__daily_mail__sent_at__gte=raised_at)
        | Q(delivery__state=DeliveryState.FAILED),
        lead=None,
    )
    given_up = Delivery.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=clock.today()),
        state=DeliveryState.CANCELLED,
        notification__created_at__gt=clock.now() - ALL_KEPT,
        notification__deadline__closed_at=None,
    )
    return (
        given_up.exclude(reason__in=(*UNREACHED, CLOSED))
        .exclude(~Q(daily_mail__state=DeliveryState.CANCELLED), reason=IN_DAILY)
        .exclude(notification__kind=DAILY_MAIL)
        .exclude(Q(notification__lead=None, reason=NEARER) & Exists(alerted))
        .exclude(Q(reason=NEARER) & Exists(asked_for))
        .exclude(Exists(looked_at))
        .exclude(Exists(followed))
        .order_by("pk")
    )


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
    held = sending.filter(leased_until__gt=now + LONGEST_LEASE).count()
    if held:
        yield f"{held} {name} are held by a sender for longer than any sender may."
    forgotten = queued.filter(not_before__gt=now + LONGEST_WAIT).count()
    if forgotten:
        yield f"{forgotten} {name} are put off for more than two days."
    silent = (DeliveryState.CANCELLED, DeliveryState.FAILED)
    unexplained = mails.filter(state__in=silent, reason="").count()
    if unexplained:
        yield f"{unexplained} {name} were given up without a reason."
