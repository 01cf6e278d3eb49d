"""Flagging an address that mail does not reach, and taking the flag away.

At once when nobody is there, after several mails that did not arrive otherwise. The flag is of the
address, not of the person: it falls when they get another, when staff confirm that it works, or
when a code that was mailed to it is typed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from accounts.models import MailToReconsider, Resident, User
from accounts.signals import address_changed
from notifications.addresses import masked, same
from notifications.bounces.verdict import Verdict
from notifications.models import (
    AccountMail,
    Delivery,
    DeliveryState,
    MailTrouble,
    digest_of_recipient,
)
from notifications.models.mail_trouble import HAS_ARRIVED
from portal import clock

# So many mails in a row that did not arrive. Longer than the longest pause between the reminders
# of one deadline, which come 30 days apart.
SOFT_REPORTS = 3
FORGOTTEN_AFTER = timedelta(days=100)
_MAY_HAVE_LEFT = (DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.QUEUED)


def refused(delivery: int, address: str, verdict: Verdict, reason: str) -> None:
    """The mail server did not take a mail for this address (5xx, or 4xx until it was given up)."""
    if verdict is not Verdict.NONE:
        _flag(_reader(delivery), address, verdict, reason)


@transaction.atomic
def came_back(delivery: int, verdict: Verdict, reason: str, *, address: str = "") -> bool:
    """A mail that had been taken came back. False if that was known, or it never left.

    A report may be faster than our own mark that the mail was taken, or arrive after the sender
    died before it: who reports has seen the mail, so it had left.

    `address` is where the report says that it was to go. After forwarding that is another than
    ours, which may have got its own: no more than soft. Nothing is flagged if the reader has
    another address by now.
    """
    row = Delivery.objects.select_for_update().filter(pk=delivery, bounced_at=None).first()
    if row is None or row.state not in _MAY_HAVE_LEFT or verdict is Verdict.NONE:
        return False
    row.bounced_at, row.reason = clock.now(), reason[:200]
    row.save(update_fields=["bounced_at", "reason"])
    reader = _reader(delivery)
    if reader and _went_to(reader.email, sent_to=row.sent_to, reported=address):
        ours = not address or same(address, reader.email)
        _flag(reader, reader.email, verdict if ours else Verdict.SOFT, reason)
    return True


def was_written_to(delivery: int, address: str) -> bool:
    """Whether this mail went to `address`, as far as what is kept of it tells."""
    if not address:
        return False
    sent_to = Delivery.objects.values_list("sent_to", flat=True).get(pk=delivery)
    if sent_to:
        return masked(address).casefold() == sent_to.casefold()
    reader = _reader(delivery)
    return reader is not None and same(address, reader.email)


def account_came_back(address: str, verdict: Verdict, reason: str) -> None:
    """The mail server did not take a mail about an account for this address."""
    user = User.objects.filter(email=address.strip().lower()).first()
    if user and verdict is not Verdict.NONE:
        _flag(user, user.email, verdict, reason)


@transaction.atomic
def account_mail_came_back(row: int, verdict: Verdict, reason: str, *, address: str) -> bool:
    """A mail about an account that had been taken came back. False if that was known, it never
    left, or it was not for `address`: anybody may be sent such a mail, and write a report of it."""
    mail = AccountMail.objects.select_for_update().filter(pk=row, bounced_at=None).first()
    if mail is None or mail.state not in _MAY_HAVE_LEFT or verdict is Verdict.NONE:
        return False
    if not mail.is_for(address):
        return False
    mail.bounced_at = clock.now()
    mail.save(update_fields=["bounced_at"])
    account_came_back(address, verdict, reason)
    return True


def last_account_mail_to(address: str) -> AccountMail | None:
    """The newest mail about an account that was taken for `address` and is not known to have
    come back."""
    rows = AccountMail.objects.filter(
        recipient_digest=digest_of_recipient(address), state=DeliveryState.SENT, bounced_at=None
    )
    return rows.order_by("-pk").first()


@transaction.atomic
def works_again(trouble: MailTrouble) -> None:
    """The address is known to work: everything is sent again, reports start anew."""
    MailTrouble.objects.filter(pk=trouble.pk).delete()
    if trouble.resident_id:
        MailToReconsider.objects.ask([trouble.resident_id])


def mail_arrived(address: str) -> None:
    """Somebody typed the code that was mailed to `address`: whatever was said of it is over."""
    for trouble in MailTrouble.objects.filter(address__iexact=address):
        works_again(trouble)


@receiver(address_changed, dispatch_uid="notifications.bounces")
def _forget(sender: Any, residents: list[int], **more: Any) -> None:
    """They have another address. What was said of the one before is not kept: should they return
    to it, it is judged anew. (Who returns with an account types a code that was mailed to it.)"""
    MailTrouble.objects.filter(resident__in=residents).delete()


def _reader(delivery: int) -> Resident | User | None:
    """Whom a mail is for: the card's holder, or the guardian's account that it is about."""
    rows = Delivery.objects.select_related(
        "notification__card__resident", "notification__holding__user"
    )
    row = rows.filter(pk=delivery).first()
    if row is None:
        return None
    holding = row.notification.holding
    return holding.user if holding else row.notification.card.resident


def _went_to(now: str, *, sent_to: str, reported: str) -> bool:
    """Whether a mail that came back went to the address that the reader has now."""
    if reported and same(reported, now):
        return True
    if not sent_to:
        return not reported  # not marked yet: there is no other address than today's
    if reported and masked(reported).casefold() == sent_to.casefold():
        return False  # it did go there, and that is no longer the reader's
    return masked(now) == sent_to


@transaction.atomic
def _flag(reader: Resident | User | None, address: str, verdict: Verdict, reason: str) -> None:
    if reader is None:
        return
    who = {"resident": reader} if isinstance(reader, Resident) else {"user": reader}
    MailTrouble.objects.get_or_create(**who, defaults={"address": address})
    trouble = MailTrouble.objects.select_for_update().get(**who)
    now = clock.now()
    over = not trouble.hard and trouble.last_at < now - FORGOTTEN_AFTER
    if not trouble.hard and trouble.soft_reports:
        over = over or _arrived_between(reader, address, trouble.last_at, now - HAS_ARRIVED)
    if trouble.address != address or over:
        trouble.soft_reports, trouble.hard, trouble.failing_since = 0, False, None
    trouble.address, trouble.last_at, trouble.reason = address, now, reason[:200]
    if verdict is Verdict.HARD:
        trouble.hard = True
    else:
        trouble.soft_reports += 1
    if trouble.failing_since is None and (trouble.hard or trouble.soft_reports >= SOFT_REPORTS):
        trouble.failing_since = now
    trouble.save()


def _arrived_between(
    reader: Resident | User, address: str, first: datetime, last: datetime
) -> bool:
    """Whether a mail to `address` was taken after `first`, not after `last`, and stayed there."""
    taken = {
        "state": DeliveryState.SENT,
        "bounced_at": None,
        "sent_at__gt": first,
        "sent_at__lte": last,
    }
    if isinstance(reader, Resident):
        mails = Delivery.objects.filter(
            notification__card__resident=reader, notification__holding=None, **taken
        )
        return mails.filter(sent_to=masked(address)).exists()
    return AccountMail.objects.filter(
        recipient_digest=digest_of_recipient(address), **taken
    ).exists()
