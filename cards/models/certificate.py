"""An electronic certificate on the chip or on a smartphone (G2)."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.deadlines import CertificateFacts
from cards.rules.kinds import CertificateKind, CertificateMedium, RevocationReason


class Certificate(models.Model):
    """Issued, ends on a day, perhaps revoked before it. Issued again: another row."""

    card = models.ForeignKey(
        "cards.Card", verbose_name=_("card"), on_delete=models.CASCADE, related_name="certificates"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=labels.CERTIFICATE_KIND)
    medium = models.CharField(
        _("lives"),
        max_length=12,
        choices=labels.CERTIFICATE_MEDIUM,
        default=CertificateMedium.CHIP.value,
    )
    # Which smartphone it lives on; only for those.
    platform = models.ForeignKey(
        "cards.SmartphonePlatform",
        verbose_name=_("smartphone platform"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    issued_on = models.DateField(_("issued on"))
    # The holder's fifth birthday after issue; the card's own expiry may end it sooner.
    ends_on = models.DateField(_("ends on"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_because = models.CharField(
        _("revoked because"), max_length=24, choices=labels.REVOCATION_REASON, blank=True
    )

    objects: ClassVar[models.Manager["Certificate"]] = models.Manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["card", "kind", "medium"],
                condition=models.Q(revoked_at=None),
                name="one_certificate_of_a_kind_in_a_place",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in CertificateKind])
                & models.Q(medium__in=[m.value for m in CertificateMedium]),
                name="certificate_kind_and_medium_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(platform=None)
                | models.Q(medium=CertificateMedium.SMARTPHONE.value),
                name="a_platform_is_a_smartphone_s",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("issued_on")),
                name="certificate_ends_after_issue",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at=None, revoked_because="")
                | models.Q(
                    revoked_at__isnull=False,
                    revoked_because__in=[r.value for r in RevocationReason],
                ),
                name="certificate_revocation_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_medium_display()}"

    def facts(self, card_expires_on: date) -> CertificateFacts:
        """What the rules want to know; valid until its own end or the card's, the sooner."""
        return CertificateFacts(
            kind=CertificateKind(self.kind),
            medium=CertificateMedium(self.medium),
            valid_until=min(self.ends_on, card_expires_on),
            revoked=self.revoked_at is not None,
            issued_on=self.issued_on,
        )
