"""A foreign resident, as the office keeps them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import languages


class Resident(models.Model):
    """The holder of a card. Whether they have an account is another matter (`Holding`)."""

    office = models.ForeignKey(
        "accounts.Office",
        verbose_name=_("office"),
        on_delete=models.PROTECT,
        related_name="residents",
    )
    name = models.CharField(
        _("name as on the card"), max_length=200, help_text=_("One part or many, any script.")
    )
    # What the name is found by (accounts/spelling.py); given together with the name, always.
    search_key = models.TextField(default="", db_default="", editable=False)
    birth_date = models.DateField(_("birth date"))
    address = models.CharField(_("address"), max_length=300)
    residence_status = models.CharField(_("status of residence"), max_length=100)
    period_of_stay_ends_on = models.DateField(_("period of stay ends on"))
    email = models.EmailField(_("contact e-mail"), max_length=254, blank=True)
    language = models.CharField(
        _("language"), max_length=12, choices=languages.CONTACT_LANGUAGES, default=languages.DEFAULT
    )

    # What the office's files said last, where the counter has recorded something else since: a
    # file that says the same again changes nothing. Empty again once a file says anything else.
    name_in_files = models.CharField(
        _("earlier name, still in the office's files"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    stay_in_files = models.DateField(
        _("earlier end of stay, still in the office's files"), null=True, blank=True, editable=False
    )
    # Nothing is kept while these are null: an empty address is what a file may well have said.
    email_in_files = models.EmailField(  # noqa: DJ001
        _("earlier contact e-mail, still in the office's files"),
        max_length=254,
        null=True,
        blank=True,
        editable=False,
    )
    language_in_files = models.CharField(  # noqa: DJ001
        _("earlier language, still in the office's files"),
        max_length=12,
        null=True,
        blank=True,
        editable=False,
    )

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        indexes = [
            models.Index(fields=["office", "name"], name="resident_by_office_and_name"),
            models.Index(fields=["birth_date"], name="resident_by_birth_date"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(language__in=list(languages.CONTACT_LANGUAGES)),
                name="resident_language_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(search_key=""), name="resident_can_be_found"
            ),
        ]

    def __str__(self) -> str:
        return self.name
