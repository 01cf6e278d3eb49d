"""Whose cards an account sees."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.adulthood import turns_18_on, under_18_if_born_after
from portal import clock


class Relation(models.TextChoices):
    SELF = "self", _("the resident themselves")
    GUARDIAN = "guardian", _("parent or guardian")


def in_force(today: date, holding: str = "", resident: str = "") -> models.Q:
    """Holdings that count on `today`: one's own, and a child's until the child turns 18.

    Asked of another table with the lookups that lead to the holding and to its resident, each
    with its `__` at the end.
    """
    born_after = under_18_if_born_after(today)
    a_child = models.Q(**{f"{resident or f'{holding}resident__'}birth_date__gt": born_after})
    return models.Q(**{f"{holding}relation": Relation.SELF}) | a_child


class HoldingQuerySet(models.QuerySet["Holding"]):
    def in_force(self) -> Self:
        """Those that count today: worked out from birth date and day, whatever job has run."""
        return self.filter(in_force(clock.today()))


class Holding(models.Model):
    """This account sees this resident's cards: their own, or a child's."""

    user = models.ForeignKey(
        "accounts.User", verbose_name=_("user"), on_delete=models.CASCADE, related_name="holdings"
    )
    resident = models.ForeignKey(
        "accounts.Resident",
        verbose_name=_("resident"),
        on_delete=models.CASCADE,
        related_name="holdings",
    )
    relation = models.CharField(_("relation"), max_length=8, choices=Relation.choices)
    since = models.DateTimeField(_("since"), default=clock.now, editable=False)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        constraints = [
            models.UniqueConstraint(fields=["user", "resident"], name="one_holding_per_pair"),
            models.UniqueConstraint(
                fields=["resident"],
                condition=models.Q(relation="self"),
                name="a_resident_is_one_account",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(relation="self"),
                name="an_account_is_one_resident",
            ),
            models.CheckConstraint(
                condition=models.Q(relation__in=Relation.values), name="holding_relation_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.resident}"

    @property
    def ends_on(self) -> date | None:
        """The first day on which it no longer counts: the child's 18th birthday. None: no end."""
        if self.relation == Relation.SELF:
            return None
        return turns_18_on(self.resident.birth_date)

    @property
    def is_in_force(self) -> bool:
        """Whether it counts today."""
        return self.ends_on is None or clock.today() < self.ends_on
