"""What a reissued card costs, from which day on (G8): data, kept by staff."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cards.rules.fees import Fee


class ReissueFee(models.Model):
    """Two prices in yen, in force from a day until the next row's."""

    from_on = models.DateField(_("from"), unique=True)
    card_only = models.PositiveIntegerField(_("card only (yen)"))
    with_certificates = models.PositiveIntegerField(_("card and certificates (yen)"))

    objects: ClassVar[models.Manager["ReissueFee"]] = models.Manager()

    class Meta:
        verbose_name = _("reissue fee")
        verbose_name_plural = _("reissue fees")
        ordering = ["-from_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(with_certificates__gte=models.F("card_only")),
                name="certificates_make_no_reissue_cheaper",
            ),
        ]

    def __str__(self) -> str:
        return str(self.from_on)

    @property
    def fee(self) -> Fee:
        """The prices as the rules want them."""
        return Fee(self.from_on, self.card_only, self.with_certificates)
