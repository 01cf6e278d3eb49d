"""Days on which offices are closed beyond every week: holidays, the turn of the year, a move."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClosedDays(models.Model):
    """From a day to a day, both closed; without an office: every office."""

    office = models.ForeignKey(
        "accounts.Office",
        verbose_name=_("office"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Leave it empty for days on which every office is closed."),
    )
    first_on = models.DateField(_("first closed day"))
    last_on = models.DateField(_("last closed day"))
    name = models.CharField(_("what for"), max_length=80, help_text=_("Such as: a holiday."))

    objects: ClassVar[models.Manager["ClosedDays"]] = models.Manager()

    class Meta:
        verbose_name = _("closed days")
        verbose_name_plural = _("closed days")
        ordering = ["-first_on"]
        indexes = [models.Index(fields=["last_on"], name="closed_days_by_last")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")),
                name="closed_days_end_after_they_begin",
                violation_error_message=_("The last closed day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)
