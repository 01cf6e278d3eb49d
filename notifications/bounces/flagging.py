"""Flagging an address that mail does not reach, and taking the flag away.

At once when nobody is there, after several mails that did not arrive otherwise. The flag is of the
address, not of the person: it falls when they get another, or when staff confirm that it works.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from accounts.models import MailToReconsider, Resident, User
from notifications.addresses import masked, same
from notifications.bounces.verdict import Verdict
from notifications.models import Delivery, DeliveryState, MailTrouble
from portal import clock

# So many mails in a row that did not arrive, each within so many days of the one before.
SOFT_REPORTS = 3
FORGOTTEN_AFTER = timedelta(days=30)
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

    `address` is where the report says that it was to go: after forwarding that may be another
    than ours. Nothing is flagged if the reader has another address by now.
    """
    row = Delivery.objects.select_for_update().filter(pk=delivery, bounced_at=None).first()
    if row is None or row.state not in _MAY_HAVE_LEFT or verdict is Verdict.NONE:
        return False
    row.bounced_at, row.reason = clock.now(), reason[:200]
    row.save(update_fields=["bounced_at", "reason"])
    reader = _reader(delivery)
    if reader and _went_to(reader.email, sent_to=row.sent_to, reported=address):
        _flag(reader, reader.email, verdict, reason)
    return True


def account_came_back(address: str, verdict: Verdict, reason: str) -> None:
    """A mail about an account did not arrive. Who it was for is kept nowhere: found by address."""
    user = User.objects.filter(email=address.strip().lower()).first()
    if user and verdict is not Verdict.NONE:
        _flag(user, user.email, verdict, reason)


@transaction.atomic
def works_again(trouble: MailTrouble) -> None:
    """Staff have confirmed that the address works: everything is sent again, reports start anew."""
    MailTrouble.objects.filter(pk=trouble.pk).delete()
    if trouble.resident_id:
        MailToReconsider.objects.ask([trouble.resident_id])


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
    forgotten = not trouble.hard and trouble.last_at < now - FORGOTTEN_AFTER
    if trouble.address != address or forgotten:
        trouble.soft_reports, trouble.hard, trouble.failing_since = 0, False, None
    trouble.address, trouble.last_at, trouble.reason = address, now, reason[:200]
    if verdict is Verdict.HARD:
        trouble.hard = True
    else:
        trouble.soft_reports += 1
    if trouble.failing_since is None and (trouble.hard or trouble.soft_reports >= SOFT_REPORTS):
        trouble.failing_since = now
    trouble.save()
