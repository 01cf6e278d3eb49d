"""An application for a new card in place of this one (G6, G7, G8)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.kinds import OPEN_REISSUE_STATES, ReissueReason, ReissueState, WaiverGround
from cards.rules.reissue import awaits_report
from portal import clock

_OPEN = sorted(state.value for state in OPEN_REISSUE_STATES)
_SETTLED = [ReissueState.ACCEPTED.value, ReissueState.ISSUED.value]


class Reissue(models.Model):
    """Asked for by the holder or at the counter; decided by staff of the holder's office."""

    card = models.ForeignKey(
        "cards.Card", verbose_name=_("card"), on_delete=models.PROTECT, related_name="reissues"
    )
    reason = models.CharField(_("reason"), max_length=20, choices=labels.REISSUE_REASON)
    with_certificates = models.BooleanField(_("with electronic certificates"), default=True)
    police_receipt_number = models.CharField(
        _("police loss-report receipt number"), max_length=40, blank=True
    )
    fire_report_number = models.CharField(
        _("number of the fire station's report"), max_length=40, blank=True
    )
    # What the holder says would make it free; staff decide.
    claimed_ground = models.CharField(
        _("circumstance named by the holder"),
        max_length=16,
        choices=labels.WAIVER_GROUND,
        blank=True,
    )
    circumstances = models.CharField(_("what happened"), max_length=500, blank=True)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=labels.REISSUE_STATE,
        default=ReissueState.REQUESTED.value,
    )
    question = models.CharField(_("question of the office"), max_length=500, blank=True)
    answer = models.CharField(_("answer of the holder"), max_length=500, blank=True)
    fee = models.PositiveIntegerField(_("fee (yen)"), null=True, blank=True)
    waiver = models.CharField(
        _("waived because of"), max_length=16, choices=labels.WAIVER_GROUND, blank=True
    )
    decision_note = models.CharField(_("note on the decision"), max_length=500, blank=True)
    new_card = models.OneToOneField(
        "cards.Card",
        verbose_name=_("new card"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reissue_of",
    )
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

    objects: ClassVar[models.Manager["Reissue"]] = models.Manager()

    class Meta:
        verbose_name = _("reissue application")
        verbose_name_plural = _("reissue applications")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["requested_at"],
                name="reissue_open_by_age",
                condition=models.Q(closed_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["card"],
                condition=models.Q(closed_at=None),
                name="one_open_reissue_per_card",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ReissueState])
                & models.Q(reason__in=[r.value for r in ReissueReason])
                & models.Q(waiver__in=["", *(g.value for g in WaiverGround)]),
                name="reissue_kinds_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, state__in=_OPEN)
                | (models.Q(closed_at__isnull=False) & ~models.Q(state__in=_OPEN)),
                name="a_reissue_is_closed_by_its_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ReissueState.ISSUED.value, new_card__isnull=False)
                | (~models.Q(state=ReissueState.ISSUED.value) & models.Q(new_card=None)),
                name="an_issued_reissue_has_its_new_card",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=_SETTLED) | models.Q(fee__isnull=False),
                name="an_accepted_reissue_has_its_fee",
            ),
            models.CheckConstraint(
                condition=models.Q(waiver="") | models.Q(fee=0),
                name="a_waived_reissue_is_free",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=ReissueReason.LOST.value, police_receipt_number=""),
                name="a_lost_card_has_a_police_receipt",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=ReissueReason.FIRE.value, fire_report_number=""),
                name="a_burnt_card_has_a_fire_report",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}, {self.get_state_display()}"

    @property
    def awaits_report(self) -> bool:
        """Whether the office cannot decide before the holder has brought the report (G6)."""
        return awaits_report(ReissueState(self.state), ReissueReason(self.reason))
