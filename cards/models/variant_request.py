"""A request for the other variant of the card: photo identification only, or back (G9)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.kinds import CardVariant, VariantRequestState
from portal import clock


class VariantRequest(models.Model):
    """Asked for by the holder or at the counter; carried out by staff, with the card there."""

    card = models.ForeignKey(
        "cards.Card",
        verbose_name=_("card"),
        on_delete=models.CASCADE,
        related_name="variant_requests",
    )
    variant = models.CharField(_("wanted variant"), max_length=10, choices=labels.CARD_VARIANT)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=labels.VARIANT_REQUEST_STATE,
        default=VariantRequestState.REQUESTED.value,
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    requested_at = models.DateTimeField(_("requested"), default=clock.now)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects: ClassVar[models.Manager["VariantRequest"]] = models.Manager()

    class Meta:
        verbose_name = _("request for the other variant")
        verbose_name_plural = _("requests for the other variant")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["card"],
                condition=models.Q(closed_at=None),
                name="one_open_variant_request_per_card",
            ),
            models.CheckConstraint(
                condition=models.Q(variant__in=[v.value for v in CardVariant])
                & models.Q(state__in=[s.value for s in VariantRequestState]),
                name="variant_request_kinds_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, state=VariantRequestState.REQUESTED.value)
                | (
                    models.Q(closed_at__isnull=False)
                    & ~models.Q(state=VariantRequestState.REQUESTED.value)
                ),
                name="a_variant_request_is_closed_by_its_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_variant_display()}, {self.get_state_display()}"
