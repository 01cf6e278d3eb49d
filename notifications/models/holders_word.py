"""What a holder says of a deadline in the inbox: that it is done, or to be reminded again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock


class SaidDone(models.Model):
    """“I have done this”: early reminders of this deadline fall silent.

    The deadline itself stands until the office records it; its last days are told all the same.
    """

    deadline = models.OneToOneField(
        "cards.Deadline",
        verbose_name=_("deadline"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="said_done",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("said"), default=clock.now)

    objects: ClassVar[models.Manager[SaidDone]] = models.Manager()

    class Meta:
        verbose_name = _("said to be done")
        verbose_name_plural = _("said to be done")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} ({self.pk})"


class AskedReminder(models.Model):
    """“Remind me again”: one a deadline, on a day. The planner takes the row as it reminds."""

    deadline = models.OneToOneField(
        "cards.Deadline",
        verbose_name=_("deadline"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="asked_reminder",
    )
    due_on = models.DateField(_("reminder on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked"), default=clock.now)

    objects: ClassVar[models.Manager[AskedReminder]] = models.Manager()

    class Meta:
        verbose_name = _("reminder asked for")
        verbose_name_plural = _("reminders asked for")
        indexes = [models.Index(fields=["due_on"], name="asked_reminder_by_day")]

    def __str__(self) -> str:
        return f"{self.due_on} ({self.pk})"
