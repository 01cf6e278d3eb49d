"""One of a card's four PINs: how often it was tried wrongly, and whether it is locked (G3).

A row exists once the portal knows something about that PIN. The PIN itself is the chip's
(cards/chip.py); here are only the counts.
"""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.kinds import PinKind
from cards.rules.pins import TRY_LIMIT
from portal import clock

# Long enough for any try to have been looked at.
LOOKED_AT_WITHIN = timedelta(minutes=1)


def locked(at: datetime | None = None) -> models.Q:
    """PINs that are locked, as `PinSlot.is_locked` says of one, for whoever asks of many (G3).

    `at`: at this moment instead of now.
    """
    looked_at_by = (at or clock.now()) - LOOKED_AT_WITHIN
    looked_at = models.Q(tried_at=None) | models.Q(tried_at__lte=looked_at_by)
    each = [
        models.Q(kind=kind.value, failed_tries__gte=limit)
        & (models.Q(told_tries__gte=limit) | looked_at)
        for kind, limit in TRY_LIMIT.items()
    ]
    # Said first, because the index of PINs that were often tried wrongly is on it.
    often = models.Q(failed_tries__gte=min(TRY_LIMIT.values()))
    return often & models.Q(*each, _connector=models.Q.OR)


class PinSlot(models.Model):
    """Wrong tries in a row. At the limit the PIN is locked until the office resets it.

    A try is counted before it is looked at, so the count alone does not say that a PIN is locked:
    whoever names a lock asks `is_locked`, or `locked()` of many.
    """

    card = models.ForeignKey(
        "cards.Card", verbose_name=_("card"), on_delete=models.CASCADE, related_name="pin_slots"
    )
    kind = models.CharField(_("PIN"), max_length=24, choices=labels.PIN_KIND)
    failed_tries = models.PositiveSmallIntegerField(_("wrong tries in a row"), default=0)
    # How many wrong tries the holder was told of: the last one left, and the lock, once each.
    told_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    tried_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)

    objects: ClassVar[models.Manager["PinSlot"]] = models.Manager()

    class Meta:
        verbose_name = _("PIN")
        verbose_name_plural = _("PINs")
        indexes = [
            models.Index(
                fields=["tried_at"],
                name="pin_slot_many_tries",
                condition=models.Q(failed_tries__gte=min(TRY_LIMIT.values())),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["card", "kind"], name="one_slot_per_card_and_pin"),
            models.CheckConstraint(
                condition=models.Q(
                    *[
                        models.Q(kind=kind.value, failed_tries__lte=TRY_LIMIT[kind])
                        for kind in PinKind
                    ],
                    _connector=models.Q.OR,
                ),
                name="pin_tries_stay_within_their_limit",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def tries_left(self) -> int:
        """How many wrong tries remain before this PIN locks; 0 when none does: see `is_locked`."""
        return TRY_LIMIT[PinKind(self.kind)] - self.failed_tries

    @property
    def is_locked(self) -> bool:
        return self.tries_left <= 0 and not self.is_being_tried

    @property
    def is_being_tried(self) -> bool:
        """Whether no try is left and the last is still being looked at: if right, it opens."""
        told = self.told_tries >= TRY_LIMIT[PinKind(self.kind)]
        if self.tries_left > 0 or told or self.tried_at is None:
            return False
        return self.tried_at > clock.now() - LOOKED_AT_WITHIN
