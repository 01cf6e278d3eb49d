"""What remains of a closed account: a number and a moment, and nothing about anybody."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock


class ClosedAccount(models.Model):
    """So that a number in the history of a card can be told from a mistake."""

    number = models.BigIntegerField(_("number of the account"), unique=True)
    closed_at = models.DateTimeField(_("closed"), default=clock.now)

    objects: ClassVar[models.Manager["ClosedAccount"]] = models.Manager()

    class Meta:
        verbose_name = _("closed account")
        verbose_name_plural = _("closed accounts")

    def __str__(self) -> str:
        return str(self.number)
