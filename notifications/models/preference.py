"""Which mails a resident does without, how early and how often. No row: everything, at once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import languages
from notifications.kinds_of_mail import Group

# How many days before a last day reminders may begin: the first is as early as there are any.
EARLIEST = (90, 30, 14, 7)


class Preference(models.Model):
    """One row a resident, with or without an account: a mail's own link turns off, too.

    A column for each group of `kinds_of_mail`, so that the planner can ask in a join. What cannot
    be turned off is not here but in that module.
    """

    resident = models.OneToOneField(
        "accounts.Resident",
        verbose_name=_("resident"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="preference",
    )
    expiry_off = models.BooleanField(_("no early reminders of the card’s expiry"), default=False)
    moves_off = models.BooleanField(_("no early reminders after a move"), default=False)
    certificates_off = models.BooleanField(
        _("no early reminders of the certificates’ expiry"), default=False
    )
    applications_off = models.BooleanField(_("no news of applications"), default=False)
    # Reminders of a last day from so many days before it; the last days are told all the same.
    earliest = models.PositiveSmallIntegerField(
        _("reminders from so many days before"), default=EARLIEST[0], db_default=EARLIEST[0]
    )
    # What is not urgent waits for the mail of the day.
    daily = models.BooleanField(_("one mail a day"), default=False, db_default=False)
    # Of mails about a child's card; "": the one that the office keeps. Who has an account of
    # their own chooses it there.
    language = models.CharField(
        _("language of mails"), max_length=12, blank=True, default="", db_default=""
    )

    objects: ClassVar[models.Manager[Preference]] = models.Manager()

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(earliest__in=EARLIEST), name="preference_earliest_is_offered"
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=["", *languages.CONTACT_LANGUAGES]),
                name="preference_language_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} ({self.pk})"

    @property
    def turned_off(self) -> frozenset[Group]:
        return frozenset(group for group in Group if getattr(self, column(group)))


def column(group: Group) -> str:
    """The name of the group's column."""
    return f"{group.value}_off"
