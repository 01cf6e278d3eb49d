"""Staff looked at somebody's data: append-only."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import ROLE_NAMES
from portal import clock


class Action(models.TextChoices):
    LOOKED = "looked", _("Looked at")
    CHANGED = "changed", _("Acted or changed something")
    SEARCHED = "searched", _("Opened a list or searched in it")
    EXPORTED = "exported", _("Took a list out as a file")


class Access(models.Model):
    """One page of the desk about one person, or one list about many.

    Office and role are kept as they were at that moment; both are shown to the resident. Who it
    was is for auditors. PostgreSQL refuses UPDATE and DELETE on this table (see the migrations).
    """

    at = models.DateTimeField(_("when"), default=clock.now)
    action = models.CharField(_("what was done"), max_length=8, choices=Action.choices)
    # The model whose page it was, as “app.model”.
    page = models.CharField(_("page"), max_length=60)
    resident = models.ForeignKey(
        "accounts.Resident",
        verbose_name=_("resident"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # No foreign key behaviour on purpose: the row outlives both accounts.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    # What was asked of a list: filters and words, an Individual Number masked.
    search = models.CharField(_("searched for"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    office = models.ForeignKey(
        "accounts.Office",
        verbose_name=_("office of the staff"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    role = models.CharField(_("role"), max_length=20, choices=list(ROLE_NAMES.items()))

    objects: ClassVar[models.Manager["Access"]] = models.Manager()

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("who looked at personal data")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["resident", "-id"],
                name="access_by_resident",
                condition=models.Q(resident__isnull=False),
            ),
            models.Index(
                fields=["account", "-id"],
                name="access_by_account",
                condition=models.Q(account__isnull=False),
            ),
            models.Index(fields=["by", "-id"], name="access_by_staff"),
            models.Index(fields=["at"], name="access_by_moment"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__in=Action.values) & models.Q(role__in=list(ROLE_NAMES)),
                name="access_action_and_role_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(action__in=["searched", "exported"], resident=None, account=None)
                | (~models.Q(action__in=["searched", "exported"]) & models.Q(search="")),
                name="a_search_is_about_nobody_in_particular",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_action_display())

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("Looks at personal data are append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Looks at personal data are append-only.")
