"""A last day that a card has, and when to remind of it."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.kinds import DeadlineKind
from cards.rules.reminders import Leads, next_alert_on


class Deadline(models.Model):
    """One kind of deadline of one card on one day.

    A changed date is another row, so the same (card, kind, day) never alerts twice, even when
    a correction brings the day back. Kept by the operations (`cards.operations.refresh`) and,
    set-based, by the import and the sweep.
    """

    card = models.ForeignKey(
        "cards.Card", verbose_name=_("card"), on_delete=models.CASCADE, related_name="deadlines"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=labels.DEADLINE_KIND)
    last_day = models.DateField(_("last day"))
    counted_from = models.DateField(_("counted from"))
    # After this day reminding would be untrue: another deadline has ended the card by then.
    silent_after = models.DateField(_("silent after"), null=True, blank=True)
    # Met, or no longer true because a date changed. Empty while it holds.
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # What the last alert said: its lead, or the days that were left if it came late (-1: the day
    # after). All farther leads are said with it, also those that staff set later.
    last_lead = models.SmallIntegerField(_("alerted up to"), null=True, blank=True)
    # The one indexed day that the sweep looks at; empty when nothing more is to be said.
    next_alert_on = models.DateField(_("next alert on"), null=True, blank=True)

    # Not kept: whether working out the deadlines anew has just brought this one back.
    holds_again = False

    objects: ClassVar[models.Manager["Deadline"]] = models.Manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["last_day", "kind"]
        indexes = [
            models.Index(
                fields=["next_alert_on"],
                name="deadline_by_next_alert",
                condition=models.Q(next_alert_on__isnull=False),
            ),
            # What the offices work from: last days that come.
            models.Index(
                fields=["last_day"],
                name="deadline_open_by_last_day",
                condition=models.Q(closed_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "kind", "last_day"], name="one_deadline_per_card_kind_and_day"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in DeadlineKind]),
                name="deadline_kind_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(next_alert_on=None),
                name="a_closed_deadline_alerts_no_more",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.last_day}"

    def next_reminder(self, leads: Leads) -> date | None:
        """The day of the next alert by the lead days in force, or None after the last one.

        `next_alert_on` says the same, but after a change of lead days only from the next sweep on.
        """
        if self.closed_at is not None:
            return None
        return next_alert_on(
            DeadlineKind(self.kind),
            self.last_day,
            self.last_lead,
            silent_after=self.silent_after,
            leads=leads,
        )
