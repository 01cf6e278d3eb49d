"""A section as editors write it: the source and one other language, side by side."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guide.models import Section
from guide.revising import newest
from guide.standing import SOURCE, TEXTS, Standing, columns, languages, standing

ROWS = 26

# Asked of every text: what the form says where it may not be kept. The site puts them here, as
# the guide knows nothing of cards.
refusals: list[Callable[[str], str | None]] = []


class SectionForm(forms.ModelForm):  # type: ignore[type-arg]
    """`beside` is the code of the other language. `seen` is the version that was open."""

    still_right = forms.BooleanField(
        label=_("It still says what the Japanese says"),
        help_text=_("Tick this when nothing has to change: it then no longer counts as older."),
        required=False,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Section
        fields = ["slug", "position"]
        error_messages = {
            "slug": {"required": _("Enter the last part of the address.")},
            "position": {
                "required": _("Enter where it stands: 1 is first."),
                "invalid": _("Enter a whole number: 1 is first."),
            },
        }
        help_texts = {
            "slug": _("The last part of the page’s address. Links to the old one no longer work."),
            "position": _("Where it stands among the sections: 1 is first."),
        }

    def __init__(self, *args: Any, beside: str, may_change: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.beside = beside
        for language in (SOURCE, beside):
            for name, text in zip(columns(language), TEXTS, strict=True):
                self.fields[name] = self._text_field(name, text, language)
                self.initial.setdefault(name, getattr(self.instance, name) or "")
        if not self.is_bound and self.instance.pk:
            version = newest(self.instance)
            self.initial["seen"] = version and version.history_id
        if not self._is_older:
            del self.fields["still_right"]
        if not may_change:
            for field in self.fields.values():
                field.disabled = True

    def _text_field(self, name: str, text: str, language: str) -> forms.Field:
        plain: Any = Section._meta.get_field(text)
        attributes = {"lang": language}
        if text == "body":
            widget: forms.Widget = forms.Textarea(attrs=attributes | {"rows": ROWS})
        elif text == "summary":
            widget = forms.Textarea(attrs=attributes | {"rows": 3})
        else:
            widget = forms.TextInput(attrs=attributes)
        field = forms.CharField(
            label=plain.verbose_name,
            max_length=plain.max_length,
            required=language == SOURCE,
            widget=widget,
            error_messages={"required": _("Fill this in: readers of Japanese would see nothing.")},
        )
        field.strip = text != "body"
        return field

    @property
    def _is_older(self) -> bool:
        exists = self.instance.pk is not None and self.beside != SOURCE
        return exists and standing(self.instance, self.beside) is Standing.OLDER

    @property
    def sides(self) -> list[tuple[str, str, list[Any]]]:
        """Code, name and fields of the source and of the language beside it."""
        names = dict(languages())
        return [
            (code, names[code], [self[name] for name in columns(code)])
            for code in (SOURCE, self.beside)
        ]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for language in (SOURCE, self.beside):
            for name in columns(language):
                # Browsers end lines their own way; versions are compared.
                if name in typed:
                    typed[name] = typed[name].replace("\r\n", "\n")
                    setattr(self.instance, name, typed[name])
        for name, text in list(typed.items()):
            for why_refused in refusals:
                if isinstance(text, str) and (why := why_refused(text)):
                    self.add_error(name, why)
        return typed

    def said_to_be_right(self) -> list[str]:
        return [self.beside] if self.cleaned_data.get("still_right") else []
