"""allauth's mails go the way of all mail: first a row, then out of it. Named by ACCOUNT_ADAPTER.

A page that sends a code takes the same time whether the mail server answers or not, and whether
there is an account or not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.signals import email_confirmed, password_reset
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.adapter import AccountAdapter
from cards.rules import individual_number
from notifications import tasks
from notifications.bounces import mail_arrived
from notifications.outbox.account_mails import queue

# News of a changed account is still worth reading days later.
_NEWS_WORTH_SENDING = timedelta(days=3)


class QueuedMailAdapter(AccountAdapter):
    def clean_email(self, email: str) -> str:
        """Raises ValidationError for an address that holds an Individual Number (G1)."""
        if individual_number.contains(email):
            raise ValidationError(
                _("There is an Individual Number in this address. It may not be kept: use another.")
            )
        cleaned: str = super().clean_email(email)
        return cleaned

    def code_was_typed(self, email: str) -> None:
        mail_arrived(email)

    @sensitive_variables("mail")
    def hand_over(self, mail: EmailMessage, *, secret: bool) -> None:
        worth = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
        queue(mail, worth=worth if secret else _NEWS_WORTH_SENDING)
        transaction.on_commit(tasks.hint_account_mails)


@receiver(email_confirmed, dispatch_uid="notifications.account_mail.confirmed")
def _confirmed(sender: Any, email_address: Any, **more: Any) -> None:
    mail_arrived(email_address.email)


@receiver(password_reset, dispatch_uid="notifications.account_mail.password_reset")
def _password_reset(sender: Any, user: Any, **more: Any) -> None:
    """By a code that was mailed to it, as all are."""
    mail_arrived(user.email)
