"""What a form of the desk says of a field that was left empty: what to do about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_NO_SUCH_DAY = _("Enter a day that there is, like 2026-11-07.")
# By what the field asks for: the first that fits.
_LEFT_EMPTY: dict[type[forms.Field], Any] = {
    forms.ModelMultipleChoiceField: _("Choose at least one of these."),
    forms.MultipleChoiceField: _("Choose at least one of these."),
    forms.ChoiceField: _("Choose one of these."),
    forms.DateField: _("Enter the day."),
    forms.Field: _("Fill this in."),
}


def say_what_to_do(form: forms.BaseForm) -> None:
    """Put it into the fields of this form that have no words of their own."""
    for field in form.fields.values():
        if isinstance(field, forms.DateField) and _is_plain(field, "invalid"):
            field.error_messages["invalid"] = _NO_SUCH_DAY
        if _is_plain(field, "required"):
            fitting = [words for asks, words in _LEFT_EMPTY.items() if isinstance(field, asks)]
            field.error_messages["required"] = fitting[0]


def _is_plain(field: forms.Field, code: str) -> bool:
    """Whether these are Django's own words still."""
    default = forms.DateField if code == "invalid" else forms.Field
    return field.error_messages.get(code) == default.default_error_messages[code]


def telling(form_class: type[forms.ModelForm[Any]]) -> type[forms.ModelForm[Any]]:
    """This form, which says what to do."""

    class Telling(form_class):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            say_what_to_do(self)

    return Telling
