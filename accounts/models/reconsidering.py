"""Whose mails are to be looked at once more, since what kept them back may be gone."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.resident import Resident
from portal import clock


class MailToReconsiderManager(models.Manager["MailToReconsider"]):
    def ask(self, residents: Iterable[int]) -> None:
        """Have the mails of these residents looked at again; part of the change that allows it."""
        self.bulk_create(self.model(resident_id=pk) for pk in sorted(set(residents)))


class MailToReconsider(models.Model):
    """Something changed for a resident: an address was recorded, or a deadline holds again.

    Whoever looks removes the row. One resident may have several: who looks must not take away
    what another change, not committed yet, is asking for.
    """

    resident = models.ForeignKey(
        Resident, verbose_name=_("resident"), on_delete=models.CASCADE, related_name="+"
    )
    since = models.DateTimeField(_("since"), default=clock.now)

    objects: ClassVar[MailToReconsiderManager] = MailToReconsiderManager()

    def __str__(self) -> str:
        return str(self.resident_id)
