"""What a reader does with a notification, and says of the deadline that it is about."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from accounts.models import MailToReconsider, User
from cards.models import Deadline
from cards.rules.expiry import go_by
from cards.rules.kinds import DeadlineKind
from notifications.models import AskedReminder, Notification, SaidDone
from notifications.models.notification import NotificationQuerySet
from portal import clock

# In how many days one may ask to be reminded again.
REMIND_IN = (1, 3, 7, 14, 30)


def mark_read(notification: Notification) -> None:
    """Say that this was read. Saying it twice keeps the first moment."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=clock.now())


def mark_unread(notification: Notification) -> None:
    """It counts as new again."""
    Notification.objects.filter(pk=notification.pk).update(read_at=None)


def mark_all_read(user: User) -> None:
    """All that this account may read."""
    mine: NotificationQuerySet = Notification.objects.for_holder(user).filter(read_at=None)
    Notification.objects.filter(pk__in=mine.values("pk")).update(read_at=clock.now())


@transaction.atomic
def say_done(deadline: Deadline, *, by: User) -> bool:
    """“I have done this”: quiet until the last days. False if it is settled already.

    Changes nothing about the card or the deadline: those wait for the office. A reminder that was
    asked for is dropped. Saying it twice keeps the first moment.
    """
    if not _open(deadline):
        return False
    SaidDone.objects.get_or_create(deadline=deadline, defaults={"by": by})
    AskedReminder.objects.filter(deadline=deadline).delete()
    return True


@transaction.atomic
def take_back_done(deadline: Deadline) -> None:
    """It is not done after all: reminders come again, also the one that was kept back last."""
    if SaidDone.objects.filter(deadline=deadline).delete()[0]:
        MailToReconsider.objects.ask([deadline.card.resident_id])


def remind_choices(deadline: Deadline) -> list[int]:
    """In how many days one may be reminded again: never after the day to go to the counter by."""
    card_expiry = deadline.kind == DeadlineKind.CARD_EXPIRY
    target = go_by(deadline.last_day) if card_expiry else deadline.last_day
    if deadline.silent_after:
        target = min(target, deadline.silent_after)
    left = (target - clock.today()).days
    return [days for days in REMIND_IN if days <= left]


@transaction.atomic
def remind_again(deadline: Deadline, days: int, *, by: User) -> bool:
    """Told anew in so many days, unless the deadline is met by then. False if it cannot be.

    Asking again moves the day. Who asks to be reminded has not done it.
    """
    if not _open(deadline) or days not in remind_choices(deadline):
        return False
    due_on = clock.today() + timedelta(days)
    AskedReminder.objects.update_or_create(
        deadline=deadline, defaults={"due_on": due_on, "by": by, "asked_at": clock.now()}
    )
    take_back_done(deadline)
    return True


def drop_reminder(deadline: Deadline) -> None:
    """Do not remind again; what falls due by itself still comes."""
    AskedReminder.objects.filter(deadline=deadline).delete()


def _open(deadline: Deadline) -> bool:
    """Whether it still holds, held against operations on the card until the transaction ends."""
    rows = Deadline.objects.select_for_update(no_key=True)
    return rows.filter(pk=deadline.pk, closed_at=None).first() is not None
