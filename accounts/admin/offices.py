"""Offices and their closed days, in every language."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from accounts import languages
from accounts.admin.base import DeskAdmin
from accounts.models import ClosedDays, Office
from accounts.translation import ClosedDaysTranslation, OfficeTranslation

CODE_LENGTH = 6
LONGEST = 60  # days: as far back as a last open day is looked for


class Weekdays(forms.MultipleChoiceField):
    """Kept as ISO digits in one text, such as “67”."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        choices = [(str(number + 1), name) for number, name in WEEKDAYS.items()]
        super().__init__(choices=choices, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return list(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        days = "".join(sorted(super().clean(value)))
        if len(days) == len(WEEKDAYS):
            raise ValidationError(
                _("An office is open on some day of the week: leave at least one unticked.")
            )
        return days


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]
    closed_weekdays = Weekdays(
        label=_("Closed every week on"),
        help_text=_(
            "Also a day on which the counter opens only now and then, such as every second "
            "Saturday: residents are then told to go before it."
        ),
    )

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not (len(code) == CODE_LENGTH and code.isascii() and code.isdigit()):
            raise ValidationError(_("Enter the six digits of the municipality."))
        return code


def missing(row: Any, fields: Sequence[str]) -> str:
    """The languages in which one of these texts is empty, by name."""
    return ", ".join(
        name
        for code, name in settings.LANGUAGES
        if not all(getattr(row, f"{field}_{code.replace('-', '_')}") for field in fields)
    )


@admin.register(Office)
class OfficeAdmin(DeskAdmin, TranslationAdmin):  # type: ignore[type-arg]
    form = OfficeForm
    list_display = ["code", "name", "counter", "phone", "missing_languages"]
    search_fields = ["code", "name_en", "name_ja"]
    office = "pk"
    fieldsets = [
        (None, {"fields": ["code", "phone", "closed_weekdays"]}),
        (_("For its staff"), {"fields": ["staff_email", "staff_language"]}),
        (_("In every language"), {"fields": ["name", "counter", "address", "hours"]}),
    ]

    @admin.display(description=_("missing in"))
    def missing_languages(self, office: Office) -> str:
        return missing(office, OfficeTranslation.fields) or "–"

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Its staff are written to in a language that the portal speaks."""
        if db_field.name == "staff_language":
            kwargs["choices"] = languages.complete()
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Office | None = None) -> bool:
        return False


class ClosedDaysForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, last = typed.get("first_on"), typed.get("last_on")
        if first and last and (last - first).days >= LONGEST:
            self.add_error(
                "last_on",
                _("No longer than 60 days at a time: add the days after that separately."),
            )
        return typed


@admin.register(ClosedDays)
class ClosedDaysAdmin(DeskAdmin, TranslationAdmin):  # type: ignore[type-arg]
    """Offices are no secret: every office's days are seen by all who see offices."""

    form = ClosedDaysForm
    list_display = ["first_on", "last_on", "name", "whose", "missing_languages"]
    list_display_links = ["first_on"]
    list_select_related = ["office"]
    ordering = ["-first_on"]
    fieldsets = [
        (None, {"fields": ["office", "first_on", "last_on"]}),
        (_("In every language"), {"fields": ["name"]}),
    ]

    @admin.display(description=_("office"))
    def whose(self, days: ClosedDays) -> str:
        return str(days.office or _("every office"))

    @admin.display(description=_("missing in"))
    def missing_languages(self, days: ClosedDays) -> str:
        return missing(days, ClosedDaysTranslation.fields) or "–"
