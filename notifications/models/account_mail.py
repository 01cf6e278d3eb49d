"""A mail about an account that must leave: a code to sign in with, or news of a new way in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from notifications.models.delivery import DeliveryState
from portal import clock

_PURPOSE = "recipient of an account mail"


class AccountMail(models.Model):
    """Sealed until it is sent and erased then; who it went to is kept as a keyed digest alone."""

    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED
    )
    # The whole message under a key that the database never sees; "" once it has left or failed.
    sealed = models.TextField(_("sealed message"), blank=True)
    # Of the address that it is for, under SECRET_KEY: a report of it is believed of no other.
    recipient_digest = models.CharField(
        _("digest of the recipient"), max_length=64, blank=True, default="", db_default=""
    )
    queued_at = models.DateTimeField(_("queued"), default=clock.now)
    # Not before this moment: now when queued, later after a failed attempt.
    not_before = models.DateTimeField(_("not before"), default=clock.now)
    # Of no use after this moment, as the code in it has run out.
    useless_at = models.DateTimeField(_("useless from"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    lease = models.CharField(_("lease"), max_length=32, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # It was taken, and came back.
    bounced_at = models.DateTimeField(_("came back"), null=True, blank=True)
    # Why it failed, or the last trouble on the way. Never an address.
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # Senders that died while they held it.
    deaths = models.PositiveSmallIntegerField(_("senders that died"), default=0, db_default=0)
    # The death of too many senders: waits for somebody to look at it.
    set_aside_at = models.DateTimeField(_("set aside"), null=True, blank=True)

    objects: ClassVar[models.Manager[AccountMail]] = models.Manager()

    class Meta:
        verbose_name = _("account mail")
        verbose_name_plural = _("account mails")
        indexes = [
            models.Index(
                fields=["not_before"],
                name="account_mail_queued",
                condition=models.Q(state__in=["queued", "sending"]),
            ),
            models.Index(
                fields=["set_aside_at"],
                name="account_mail_set_aside",
                condition=models.Q(set_aside_at__isnull=False),
            ),
            models.Index(fields=["recipient_digest"], name="account_mail_recipient"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=DeliveryState.values),
                name="account_mail_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "sending"]) | models.Q(sealed=""),
                name="an_account_mail_is_erased_when_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} ({self.pk})"

    def is_for(self, address: str) -> bool:
        """Whether it was written to `address`. False for those from before digests were kept."""
        return bool(address) and constant_time_compare(
            self.recipient_digest, digest_of_recipient(address)
        )


def digest_of_recipient(address: str) -> str:
    """What is kept of the address of an account mail: nobody reads it without SECRET_KEY."""
    return salted_hmac(_PURPOSE, address.strip().lower(), algorithm="sha256").hexdigest()
