"""A reset PIN on its way back to the holder, who alone sets the new one (G3)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock


class IdentityProof(models.TextChoices):
    RESIDENCE_CARD = "residence_card", _("Residence card")
    PASSPORT = "passport", _("Passport")
    DRIVING_LICENCE = "driving_licence", _("Driving licence")
    TWO_DOCUMENTS = "two_documents", _("Two documents without a photograph")
    INQUIRY_LETTER = "inquiry_letter", _("Answer to the office's inquiry letter")


class PinHandOver(models.Model):
    """A one-time code, kept as a keyed hash, that lets its bearer set the reset PINs once."""

    card = models.ForeignKey(
        "cards.Card", verbose_name=_("card"), on_delete=models.CASCADE, related_name="hand_overs"
    )
    kinds = models.JSONField(_("PINs"))
    code_digest = models.CharField(max_length=64, unique=True)
    identity_proof = models.CharField(
        _("identity checked by"), max_length=20, choices=IdentityProof.choices
    )
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("made"), default=clock.now)
    expires_at = models.DateTimeField(_("valid until"))
    closed_at = models.DateTimeField(_("used or replaced"), null=True, blank=True)

    objects: ClassVar[models.Manager["PinHandOver"]] = models.Manager()

    class Meta:
        verbose_name = _("PIN hand-over")
        verbose_name_plural = _("PIN hand-overs")
        constraints = [
            models.UniqueConstraint(
                fields=["card"],
                condition=models.Q(closed_at=None),
                name="one_open_hand_over_per_card",
            ),
            models.CheckConstraint(
                condition=models.Q(identity_proof__in=IdentityProof.values),
                name="identity_proof_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card} ({self.created_at:%Y-%m-%d})"
