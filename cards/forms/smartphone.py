"""Certificates on a smartphone: PIN ① to apply, and why they are to end."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.forms.pins import PinField
from cards.pin_words import PIN_WORDS
from cards.rules.kinds import PinKind, RevocationReason


class ApplyForm(forms.Form):
    """PIN ①, never shown again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pin"] = PinField(
            PinKind.SIGNATURE,
            label=labels.PIN_KIND[PinKind.SIGNATURE],
            help_text=PIN_WORDS[PinKind.SIGNATURE].format,
            autocomplete="current-password",
        )


class RevokeForm(forms.Form):
    because = forms.ChoiceField(
        label=_("Why should they end?"),
        choices=[
            (RevocationReason.PHONE_LOST.value, _("The smartphone is lost or stolen")),
            (
                RevocationReason.HOLDER_ASKED.value,
                _("I no longer want them, or I am giving the smartphone away"),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
