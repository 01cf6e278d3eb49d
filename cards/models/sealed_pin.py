"""What the software chip keeps of a PIN: a sealed hash (see cards/chip.py)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cards import labels


class SealedPin(models.Model):
    """Opens only with a key from outside the database, and only for this card and kind."""

    card = models.ForeignKey(
        "cards.Card", verbose_name=_("card"), on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(_("PIN"), max_length=24, choices=labels.PIN_KIND)
    sealed = models.CharField(max_length=300)

    objects: ClassVar[models.Manager["SealedPin"]] = models.Manager()

    class Meta:
        verbose_name = _("sealed PIN")
        verbose_name_plural = _("sealed PINs")
        constraints = [
            models.UniqueConstraint(
                fields=["card", "kind"], name="one_sealed_pin_per_card_and_kind"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
