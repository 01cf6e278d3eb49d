"""A municipal office and its Individual Number counter."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import languages


class Office(models.Model):
    """Name, counter, address and hours are kept in every language (see translation.py)."""

    code = models.CharField(
        _("municipality code"), max_length=6, unique=True, help_text=_("Six digits.")
    )
    name = models.CharField(_("name"), max_length=120)
    counter = models.CharField(_("counter"), max_length=120)
    address = models.CharField(_("address"), max_length=200)
    hours = models.CharField(_("opening hours"), max_length=200)
    phone = models.CharField(_("telephone"), max_length=20)
    # ISO digits, 1 is Monday; empty where the office has not said. A day on which it is open only
    # now and then counts as closed: who goes before it is never too late.
    closed_weekdays = models.CharField(
        _("closed every week on"), max_length=6, blank=True, default="", db_default=""
    )
    # Where the staff are told on weekdays what waits for them (notifications/digest.py).
    staff_email = models.EmailField(
        _("e-mail address of its staff"),
        max_length=254,
        blank=True,
        default="",
        db_default="",
        help_text=_("On weekdays they are told here what waits for them. Residents do not see it."),
    )
    staff_language = models.CharField(
        _("language of its staff"),
        max_length=12,
        choices=languages.CONTACT_LANGUAGES,
        default="ja",
        db_default="ja",
    )

    objects: ClassVar[models.Manager["Office"]] = models.Manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["code"]
        permissions = [
            ("see_every_office", _("Can see the residents of every office")),
            ("export_lists", _("Can take lists out as files")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[0-9]{6}$"), name="office_code_is_six_digits"
            ),
            # Who is sent there must find it open: an office without hours is none.
            models.CheckConstraint(
                condition=models.Q(
                    name_ja__isnull=False,
                    counter_ja__isnull=False,
                    address_ja__isnull=False,
                    hours_ja__isnull=False,
                )
                & ~models.Q(name_ja="")
                & ~models.Q(hours_ja=""),
                name="office_has_a_name_and_hours",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_weekdays__regex=r"^1?2?3?4?5?6?7?$"),
                name="closed_weekdays_are_weekdays",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)
