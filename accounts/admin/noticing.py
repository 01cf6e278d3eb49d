"""Two of the staff with the same page open: the second is told what the first one changed.

A form carries along what it showed when it was opened. If the row is another by the time that it
comes back, nothing is written: the page says what changed, from what to what, and keeps all that
was typed. Sent again, it counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LONGEST_SAID = 80


class SeenField(forms.CharField):
    """What stood in the form when it was opened. Never a change by itself."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def noticing(form_class: type[forms.ModelForm[Any]]) -> type[forms.ModelForm[Any]]:
    """This form, which also notices that its row was changed meanwhile."""

    class Noticing(form_class):  # type: ignore[misc, valid-type]
        data: Any
        seen = SeenField(required=False)

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.initial["seen"] = self._now = _written(self)

        def clean(self) -> Any:
            cleaned = super().clean()
            changed = _changed(self, self.data.get(self.add_prefix("seen"), ""), self._now)
            if changed and self.instance.pk:
                # Sent once more, it is sent by somebody who knows.
                sent: Any = self.data.copy()
                sent[self.add_prefix("seen")] = self._now
                self.data = sent
                self.add_error(None, [_MEANWHILE, *changed])
            return cleaned

    return Noticing


_MEANWHILE = _(
    "Somebody else changed this while the page was open. Nothing was saved; what you typed is "
    "still here. Look at what changed, then save again or go back."
)


def said(field: forms.Field | None, value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(field, forms.ModelMultipleChoiceField):
        keys = {str(getattr(one, "pk", one)) for one in value}
        rows: Iterable[Model] = field.queryset or ()
        return ", ".join(str(field.label_from_instance(row)) for row in rows if str(row.pk) in keys)
    words = {str(key): label for key, label in getattr(field, "choices", None) or ()}
    if isinstance(field, forms.MultipleChoiceField):
        return ", ".join(str(words.get(str(one), one)) for one in value)
    key = str(getattr(value, "pk", value))
    written = str(words.get(key, key)).replace("\n", " ")
    return written if len(written) <= LONGEST_SAID else f"{written[:LONGEST_SAID]}…"


def _written(form: forms.ModelForm[Any]) -> str:
    """The row's values for the form's fields, as text that is the same for the same values."""
    return json.dumps(
        {name: _plain(form.initial.get(name)) for name in form.fields if name != "seen"},
        sort_keys=True,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple, set)):
        return sorted(str(getattr(one, "pk", one)) for one in value)
    if value is None or isinstance(value, bool):
        return value
    return str(getattr(value, "pk", value))


def _changed(form: forms.ModelForm[Any], then: str, now: str) -> list[str]:
    """One line for each field whose value in the database is another than the form showed."""
    try:
        before, after = json.loads(then), json.loads(now)
    except ValueError:
        return []
    if not isinstance(before, dict):
        return []
    words = gettext("%(field)s: from “%(before)s” to “%(after)s”")
    return [
        words
        % {
            "field": form.fields[name].label or name,
            "before": said(form.fields[name], before[name]),
            "after": said(form.fields[name], after[name]),
        }
        for name in after
        if name in before and before[name] != after[name]
    ]
