"""One-time codes with which a resident puts a card into their account."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.adulthood import turns_18_on
from accounts.models.holding import Relation
from portal import clock

TRIES = 5


class LinkingCode(models.Model):
    """Given out by the office as a letter. Kept as a keyed digest: nobody can read the code here.

    Open until it is used, replaced or taken back (`closed_at`), too old, or guessed at too often.
    """

    resident = models.ForeignKey(
        "accounts.Resident",
        verbose_name=_("resident"),
        on_delete=models.CASCADE,
        related_name="linking_codes",
    )
    relation = models.CharField(_("for"), max_length=8, choices=Relation.choices)
    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("printed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("printed"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("can be used until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    used_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("used by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("replaced or taken back"), null=True, blank=True)
    failed_tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)

    objects: ClassVar[models.Manager["LinkingCode"]] = models.Manager()

    class Meta:
        verbose_name = _("linking letter")
        verbose_name_plural = _("linking letters")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "relation"],
                condition=models.Q(used_at=None, closed_at=None),
                name="one_open_linking_code",
            ),
            models.CheckConstraint(
                condition=models.Q(relation__in=Relation.values),
                name="linking_relation_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident} ({self.get_relation_display()})"

    @property
    def last_day(self) -> date:
        """The last day on which the code works."""
        return clock.day_of(self.expires_at) - timedelta(days=1)

    @property
    def is_closed_by_tries(self) -> bool:
        """Whether too many wrong birth dates were entered with it."""
        return self.failed_tries >= TRIES

    @property
    def ends_on(self) -> date | None:
        """The first day on which the link would no longer count: a child's 18th birthday."""
        if self.relation == Relation.SELF:
            return None
        return turns_18_on(self.resident.birth_date)
