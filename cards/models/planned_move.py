"""A move that the holder told the portal of (G5②): it reminds, and can lapse no card."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.kinds import MoveKind
from cards.rules.moves import MoveDates
from portal import clock


class PlannedMove(models.Model):
    """Planned or past, as the holder has it. Open until staff record the move, or it is off."""

    card = models.ForeignKey(
        "cards.Card", verbose_name=_("card"), on_delete=models.CASCADE, related_name="planned_moves"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=labels.MOVE_KIND)
    expected_move_out_on = models.DateField(_("expected move-out day"), null=True, blank=True)
    moved_in_on = models.DateField(_("move-in day"), null=True, blank=True)
    told_at = models.DateTimeField(_("told"), default=clock.now)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("told by"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("recorded or called off"), null=True, blank=True)

    objects: ClassVar[models.Manager["PlannedMove"]] = models.Manager()

    class Meta:
        verbose_name = _("planned move")
        verbose_name_plural = _("planned moves")
        constraints = [
            models.UniqueConstraint(
                fields=["card"],
                condition=models.Q(closed_at=None),
                name="one_open_planned_move_per_card",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in MoveKind])
                & (
                    models.Q(expected_move_out_on__isnull=False)
                    | models.Q(moved_in_on__isnull=False)
                ),
                name="a_planned_move_has_a_kind_and_a_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def dates(self) -> MoveDates:
        """The days, as the rules want them."""
        return MoveDates(self.expected_move_out_on, self.moved_in_on)
