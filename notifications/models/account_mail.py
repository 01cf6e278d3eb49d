"""A mail about an account that must leave: a code to sign in with, or news of a new way in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.models.delivery import DeliveryState
from portal import clock


class AccountMail(models.Model):
    """Sealed until it is sent and erased then; who it went to is kept nowhere."""

    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED
    )
    # The whole message under a key that the database never sees; "" once it has left or failed.
    sealed = models.TextField(_("sealed message"), blank=True)
    queued_at = models.DateTimeField(_("queued"), default=clock.now)
    # Not before this moment: now when queued, later after a failed attempt.
    not_before = models.DateTimeField(_("not before"), default=clock.now)
    # Of no use after this moment, as the code in it has run out.
    useless_at = models.DateTimeField(_("useless from"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    lease = models.CharField(_("lease"), max_length=32, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
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
