"""An address that mail does not reach."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock


class MailTroubleQuerySet(models.QuerySet["MailTrouble"]):
    def in_force(self) -> Self:
        """Flagged, and still the address that is written to."""
        still = models.Q(resident__email=models.F("address"))
        still |= models.Q(user__email=models.F("address"))
        return self.filter(still, failing_since__isnull=False)


class MailTrouble(models.Model):
    """What mail servers said of a resident's contact address, or of an account's.

    It counts while that is still the address: a new one ends it by itself, whoever changed it
    and by what way.
    """

    resident = models.OneToOneField(
        "accounts.Resident",
        verbose_name=_("resident"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="mail_trouble",
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="mail_trouble",
    )
    address = models.EmailField(_("address"), max_length=254)
    # Nobody is there: nothing more is sent to it.
    hard = models.BooleanField(_("no such mailbox"), default=False)
    soft_reports = models.PositiveSmallIntegerField(_("mails that did not arrive"), default=0)
    last_at = models.DateTimeField(_("last reported"), default=clock.now)
    # From here on the address counts as one that mail does not reach. Empty: too few reports.
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    # What was said last. Never an address.
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = MailTroubleQuerySet.as_manager()

    class Meta:
        verbose_name = _("address that mail does not reach")
        verbose_name_plural = _("addresses that mail does not reach")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(resident__isnull=False, user=None)
                | models.Q(resident=None, user__isnull=False),
                name="mail_trouble_is_of_a_resident_or_an_account",
            ),
            models.CheckConstraint(
                condition=models.Q(hard=False) | models.Q(failing_since__isnull=False),
                name="a_dead_address_is_failing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} ({self.pk})"
