"""What is typed on the pages about one's own data."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CloseForm(forms.Form):
    understood = forms.BooleanField(
        label=_("I understand that this cannot be undone."),
        error_messages={"required": _("Tick the box if you want to close your account.")},
    )
