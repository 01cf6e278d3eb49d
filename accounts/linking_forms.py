"""The two questions of “Add a card”: the code, and the birth date of the card's holder."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_YEAR, _MONTH, _DAY = range(3)


class BirthDateWidget(forms.MultiWidget):
    """Year, month and day, typed: nobody scrolls a calendar back for thirty years."""

    template_name = "accounts/birth_date.html"
    use_fieldset = True

    def __init__(self) -> None:
        parts = (("bday-year", 4), ("bday-month", 2), ("bday-day", 2))
        super().__init__(
            [
                forms.TextInput({"inputmode": "numeric", "autocomplete": name, "maxlength": length})
                for name, length in parts
            ]
        )

    def decompress(self, value: date | None) -> list[int | None]:
        return [value.year, value.month, value.day] if value else [None, None, None]

    def id_for_label(self, id_: str) -> str:
        # Where a link to an error leads: the first of the three.
        return f"{id_}_0" if id_ else id_


class BirthDateField(forms.MultiValueField):
    """A day that exists. Digits of other scripts count, too: they are the same number."""

    widget = BirthDateWidget

    def __init__(self, **options: Any) -> None:
        self.no_such_day = _("This is not a day. Enter year, month and day in figures.")
        part = {"invalid": self.no_such_day}
        super().__init__(
            fields=[
                forms.IntegerField(min_value=1, max_value=9999, error_messages=part),
                forms.IntegerField(min_value=1, max_value=12, error_messages=part),
                forms.IntegerField(min_value=1, max_value=31, error_messages=part),
            ],
            **options,
        )

    def clean(self, value: Any) -> date | None:
        try:
            cleaned: date | None = super().clean(value)
        except forms.ValidationError as trouble:
            codes = {one.code for one in trouble.error_list}
            if codes <= {"required"}:
                raise
            raise forms.ValidationError(self.no_such_day) from None
        return cleaned

    def compress(self, data_list: list[int]) -> date | None:
        if not data_list:
            return None
        try:
            return date(data_list[_YEAR], data_list[_MONTH], data_list[_DAY])
        except ValueError:
            raise forms.ValidationError(self.no_such_day) from None


class LinkForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the letter"),
        help_text=_("12 letters and digits. Hyphens, blanks and small letters do not matter."),
        max_length=40,
        error_messages={"required": _("Enter the code from the letter.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    birth_date = BirthDateField(
        label_suffix="",
        label=_("Birth date of the card's holder"),
        help_text=_("For a child's card: the child's birth date."),
        error_messages={
            "required": _("Enter the birth date: year, month and day."),
        },
    )


class LanguageForm(forms.Form):
    """The choices are set by the page: languages by their own names."""

    language = forms.ChoiceField(
        label=_("Language"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language.")},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = choices  # type: ignore[attr-defined]
