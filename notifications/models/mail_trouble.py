"""An address that mail does not reach."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Concat, Left, StrIndex, Substr
from django.utils.translation import gettext_lazy as _

from notifications.models.delivery import Delivery, DeliveryState
from portal import clock

# A mail that nobody reported for so long has arrived: servers give up after five days.
HAS_ARRIVED = timedelta(days=7)


class MailTroubleQuerySet(models.QuerySet["MailTrouble"]):
    def flagged(self) -> Self:
        """Too much did not arrive, and it is still the address that is written to."""
        still = models.Q(resident__email=models.F("address"))
        still |= models.Q(user__email=models.F("address"))
        return self.filter(still, failing_since__isnull=False)

    def in_force(self, arrived_by: datetime | None = None) -> Self:
        """Flagged, and none of our mails has arrived since.

        `arrived_by`: what left until then and did not come back has arrived (None: a week ago).
        """
        arrived = _one_arrived(arrived_by or clock.now() - HAS_ARRIVED)
        return self.flagged().exclude(arrived, hard=False)


def _one_arrived(arrived_by: datetime) -> models.Exists:
    """For a resident's contact address; that of an account is proved by a code."""
    address = models.OuterRef("address")
    masked = Concat(
        Left(address, 1),
        models.Value("…@"),
        Substr(address, StrIndex(address, models.Value("@")) + 1),
    )
    taken = Delivery.objects.filter(
        notification__card__resident=models.OuterRef("resident"),
        notification__holding=None,
        state=DeliveryState.SENT,
        bounced_at=None,
        sent_at__gt=models.OuterRef("last_at"),
        sent_at__lte=arrived_by,
        sent_to=masked,
    )
    return models.Exists(taken)


class MailTrouble(models.Model):
    """What mail servers said of a resident's contact address, or of an account's.

    It counts while that is still the address, and is deleted as another is recorded: who returns
    to an earlier one begins anew.
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
