"""Days on which offices are closed beyond every week: holidays, the turn of the year, a move."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.opening import Closures

if TYPE_CHECKING:
    from accounts.models.office import Office


class ClosedDaysManager(models.Manager["ClosedDays"]):
    def closures(self, offices: Iterable["Office"], *, today: date) -> dict[int, Closures]:
        """When each of these offices is closed, from `today` on as far as matters; one query."""
        periods: dict[int | None, list[tuple[date, date]]] = defaultdict(list)
        rows = self.filter(last_on__gte=today).values_list("office_id", "first_on", "last_on")
        for office, first, last in rows:
            periods[office].append((first, last))
        return {
            one.pk: Closures(one.closed_weekdays, (*periods[None], *periods[one.pk]))
            for one in offices
        }


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

    objects: ClassVar[ClosedDaysManager] = ClosedDaysManager()

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
