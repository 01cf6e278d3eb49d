"""A recorded move and its dates (G5)."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.kinds import MoveKind, MoveSource
from cards.rules.moves import MoveDates, RecordedMove, waiting
from portal import clock

if TYPE_CHECKING:
    from cards.models import Card


def waiting_moves(card: "Card") -> list[tuple["Move", MoveDates]]:
    """The moves that are not yet written on the card, oldest first, as they settle each other."""
    # Through `all`: a page that asks this has the moves at hand.
    moves = sorted((m for m in card.moves.all() if m.withdrawn_at is None), key=lambda m: m.pk)
    return [(moves[at], dates) for at, dates in waiting([move.as_recorded for move in moves])]


class Move(models.Model):
    """One move, as staff or the office's system recorded it. Only such a move lapses a card."""

    card = models.ForeignKey(
        "cards.Card", verbose_name=_("card"), on_delete=models.CASCADE, related_name="moves"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=labels.MOVE_KIND)
    source = models.CharField(_("told by"), max_length=8, choices=labels.MOVE_SOURCE)
    expected_move_out_on = models.DateField(_("expected move-out day"), null=True, blank=True)
    moved_in_on = models.DateField(_("move-in day"), null=True, blank=True)
    notified_on = models.DateField(_("notification submitted on"), null=True, blank=True)
    card_updated_on = models.DateField(_("card updated on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now, editable=False)
    # Recorded by mistake: kept for the history, counted by no clock.
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager["Move"]] = models.Manager()

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        constraints = [
            models.UniqueConstraint(
                fields=["card"],
                condition=models.Q(source="import"),
                name="one_imported_move_per_card",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in MoveKind])
                & models.Q(source__in=[s.value for s in MoveSource]),
                name="move_kind_and_source_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(expected_move_out_on__isnull=False)
                | models.Q(moved_in_on__isnull=False)
                | models.Q(notified_on__isnull=False),
                name="a_move_has_a_day_to_count_from",
            ),
            models.CheckConstraint(
                condition=models.Q(card_updated_on=None)
                | models.Q(notified_on=None)
                | models.Q(card_updated_on__gte=models.F("notified_on")),
                name="a_card_is_updated_after_the_notification",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def dates(self) -> MoveDates:
        """The four days, as the rules want them."""
        return MoveDates(
            expected_move_out_on=self.expected_move_out_on,
            moved_in_on=self.moved_in_on,
            notified_on=self.notified_on,
            card_updated_on=self.card_updated_on,
        )

    @property
    def as_recorded(self) -> RecordedMove:
        """With what the rules need to see it together with the card's other moves."""
        return RecordedMove(MoveKind(self.kind), self.dates, clock.day_of(self.recorded_at))
