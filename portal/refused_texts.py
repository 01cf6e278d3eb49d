"""No form of the desk keeps an Individual Number (G1), whichever room its table is in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest

from cards.operations.errors import OperationRefused
from cards.operations.guards import require_no_individual_number


def why_refused(text: str) -> str | None:
    """What the form says where this text may not be kept; None where it may."""
    try:
        require_no_individual_number(text, "")
    except OperationRefused as refused:
        return str(refused)
    return None


def refusing(admin_class: type[ModelAdmin[Any]]) -> type[ModelAdmin[Any]]:
    """This admin, with forms that ask `why_refused` of every text, added and changed alike."""

    class Refusing(admin_class):  # type: ignore[misc, valid-type]
        def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
            return _asking(super().get_form(request, obj, **kwargs))

    Refusing.__name__ = admin_class.__name__
    Refusing.__qualname__ = admin_class.__qualname__
    Refusing.__module__ = admin_class.__module__
    return Refusing


def _asking(form_class: type[forms.ModelForm[Any]]) -> type[forms.ModelForm[Any]]:
    class Asking(form_class):  # type: ignore[misc, valid-type]
        def clean(self) -> Any:
            cleaned = super().clean()
            # What stood in the form when it was opened is compared, and not kept.
            texts = {k: v for k, v in self.cleaned_data.items() if k != "seen"}
            for name, text in texts.items():
                if isinstance(text, str) and (why := why_refused(text)):
                    self.add_error(name, why)
            return cleaned

    return Asking
