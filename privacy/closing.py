"""Closing an account."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from accounts.languages import written
from accounts.models import User
from accounts.staff import forget_sessions
from privacy.mail import send
from privacy.models import Access, ClosedAccount


class StaffStay(Exception):
    """Accounts of staff are ended by an administrator: the history names them."""


def may_close(user: User) -> bool:
    """Whether the owner may close this account: it has never been one of staff."""
    return not (
        user.is_staff
        or user.is_superuser
        or LogEntry.objects.filter(user=user).exists()
        or Access.objects.filter(by=user).exists()
    )


@transaction.atomic
def close_account(user: User) -> None:
    """End an account at once and for good: there is no undo.

    Gone are the address (free for a new account), password and factors, sessions, links to cards,
    downloads. Residents, cards and their history are the office's and stay; in them the account
    is a number. Raises StaffStay. Asking twice is harmless.
    """
    found = User.objects.select_for_update().filter(pk=user.pk).first()
    if found is None:
        return
    if not may_close(found):
        raise StaffStay
    number, email, language = found.pk, found.email, written(found.language)
    # What staff changed of it says from what address to which.
    of_it = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=of_it, object_id=str(number)).update(change_message="")
    forget_sessions(found)
    found.delete()
    ClosedAccount.objects.create(number=number)

    def confirm() -> None:
        send("privacy/email/account_closed", email, language)

    transaction.on_commit(confirm, robust=True)
