"""The kiosk's own questions: the terminal's key, and which card is on the reader."""

from django import forms
from django.utils.translation import gettext_lazy as _


class KioskKeyForm(forms.Form):
    key = forms.CharField(
        label=_("Key of this terminal"),
        max_length=100,
        error_messages={"required": _("Enter the key of this terminal.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class CardOnReaderForm(forms.Form):
    """What the reader reads off the card; here typed in."""

    reference = forms.CharField(
        label=_("Card reference"),
        help_text=_("The terminal's reader enters it when the card is put on it."),
        max_length=40,
        error_messages={"required": _("Put the card on the reader.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class HandOverCodeForm(forms.Form):
    """The one-time code from the counter."""

    code = forms.CharField(
        label=_("Code from the counter"),
        help_text=_("10 letters and digits. It can be used for 30 minutes."),
        max_length=20,
        error_messages={"required": _("Enter the code from the counter.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
