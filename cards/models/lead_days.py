"""On which days reminders of one kind of deadline go out: data, kept by staff."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.kinds import DeadlineKind
from cards.rules.reminders import LEAD_DAYS, Leads

# Whoever works with the days of before has ended by then.
SETTLED = timedelta(minutes=10)


class LeadDaysManager(models.Manager["LeadDays"]):
    def in_force(self) -> Leads:
        """The days before the last one on which alerts of each kind go out; one query."""
        kept = self.values_list("kind", "days")
        return {**LEAD_DAYS, **{DeadlineKind(kind): tuple(days) for kind, days in kept}}


class LeadDays(models.Model):
    """The days before the last valid day, the farthest first; -1 is the day after it.

    `next_alert_on` of every open deadline follows from them (`cards.lead_days.align`).
    """

    kind = models.CharField(_("deadline"), max_length=20, choices=labels.DEADLINE_KIND, unique=True)
    days = models.JSONField(_("days before"))
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)
    # When the last walk through the deadlines began that brought them after these days.
    aligned_at = models.DateTimeField(_("worked in"), null=True, blank=True)

    objects: ClassVar[LeadDaysManager] = LeadDaysManager()

    class Meta:
        verbose_name = _("reminder days of a deadline")
        verbose_name_plural = _("reminder days")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in DeadlineKind]),
                name="reminder_days_are_of_a_known_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def waits(self, now: datetime) -> bool:
        """Whether the deadlines are to be brought after these days.

        Once at once, and once more when nobody can still be writing by the days of before.
        """
        if self.changed_at is None:
            return False
        if self.aligned_at is None or self.aligned_at < self.changed_at:
            return True
        return self.is_settled(now) and self.aligned_at < self.changed_at + SETTLED

    def is_settled(self, now: datetime) -> bool:
        """Whether the change lies far enough back that everybody works by it."""
        return self.changed_at is not None and now >= self.changed_at + SETTLED
