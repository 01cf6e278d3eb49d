"""What the machinery remembers of its own work: when a job was last done, and how much so far."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock


class Pulse(models.Model):
    """One row a name (`notifications.pulse` lists and writes them). Says nothing of anybody."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("last time"), default=clock.now)
    # For which day it was done, where it is done once a day.
    on = models.DateField(_("for the day"), null=True, blank=True)
    total = models.BigIntegerField(_("so far"), default=0)

    objects: ClassVar[models.Manager[Pulse]] = models.Manager()

    class Meta:
        verbose_name = _("pulse")
        verbose_name_plural = _("pulses")

    def __str__(self) -> str:
        return self.name
