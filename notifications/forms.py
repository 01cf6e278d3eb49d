"""What a reader chooses about mails."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import languages
from notifications.kinds_of_mail import Group
from notifications.models import Preference
from notifications.models.preference import EARLIEST

WANTED: dict[Group, Promise | str] = {
    Group.EXPIRY: _("The card expires, or a second visit is due"),
    Group.MOVES: _("After a move: the notification, and the new address on the card"),
    Group.CERTIFICATES: _("Electronic certificates expire"),
    Group.APPLICATIONS: _("How an application for a card moves on"),
}
EARLIEST_WORDS: dict[int, Promise | str] = {
    90: _("As early as there is something to do, up to 90 days before"),
    30: _("From 30 days before"),
    14: _("From 14 days before"),
    7: _("From 7 days before"),
}
_EACH, _DAILY = "each", "daily"


class PreferencesForm(forms.Form):
    """`own`: the reader's own card; its language is that of their account."""

    wanted = forms.MultipleChoiceField(
        label=_("Mails about"),
        help_text=_("Whatever you turn off, you still read it under “Notifications”."),
        choices=list(WANTED.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    earliest = forms.TypedChoiceField(
        label=_("How early"),
        choices=list(EARLIEST_WORDS.items()),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how early.")},
    )
    rhythm = forms.ChoiceField(
        label=_("How often"),
        choices=[
            (_EACH, _("A mail for each, at once")),
            (_DAILY, _("One mail a day, at 8 in the morning; urgent ones at once all the same")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often.")},
    )
    language = forms.ChoiceField(
        label=_("Language of these mails"),
        error_messages={"required": _("Choose a language.")},
    )

    def __init__(self, *args: Any, chosen: Preference, own: bool, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "wanted": [group for group in Group if group not in chosen.turned_off],
            "earliest": chosen.earliest,
            "rhythm": _DAILY if chosen.daily else _EACH,
            "language": chosen.language or chosen.resident.language,
        }
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        assert set(EARLIEST_WORDS) == set(EARLIEST)  # noqa: S101 - the table holds no others
        if own:
            del self.fields["language"]
        else:
            choices = list(languages.CONTACT_LANGUAGES.items())
            self.fields["language"].choices = choices  # type: ignore[attr-defined]

    @property
    def preferences(self) -> dict[str, Any]:
        """As `set_preferences` takes them."""
        data = self.cleaned_data
        return {
            "turned_off": frozenset(one for one in Group if one.value not in data["wanted"]),
            "earliest": data["earliest"],
            "daily": data["rhythm"] == _DAILY,
            "language": data.get("language", ""),
        }
