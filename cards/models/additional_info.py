"""The additional information column on the card: what the counter wrote there (G5①)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.kinds import InfoKind


class AdditionalInfoEntry(models.Model):
    """One entry, as written. Once an entry fills the column, only a new card has room (G5①)."""

    card = models.ForeignKey(
        "cards.Card", verbose_name=_("card"), on_delete=models.CASCADE, related_name="info_entries"
    )
    kind = models.CharField(_("about"), max_length=8, choices=labels.INFO_KIND)
    text = models.CharField(_("what was written"), max_length=200)
    entered_on = models.DateField(_("written on"))
    fills_column = models.BooleanField(_("the column is full now"), default=False)
    # The moves whose new address this is; it is taken back with the last of them.
    moves = models.ManyToManyField(
        "cards.Move", verbose_name=_("moves"), related_name="info_entries", editable=False
    )
    # Recorded by mistake: kept, and then it fills no column.
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager["AdditionalInfoEntry"]] = models.Manager()

    class Meta:
        verbose_name = _("entry in the additional information column")
        verbose_name_plural = _("entries in the additional information column")
        ordering = ["entered_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["card"],
                condition=models.Q(fills_column=True),
                name="one_entry_fills_the_column",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in InfoKind]) & ~models.Q(text=""),
                name="info_entry_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.entered_on})"
