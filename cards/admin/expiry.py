"""A new expiry date at the desk (G4)."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DayInput
from cards import labels
from cards.admin.action import Action, ActionForm
from cards.operations import set_expiry
from cards.operations.guards import require_not_replaced
from cards.operations.set_expiry import pending_limit
from cards.rules.kinds import ExpiryBasis


class ExpiryForm(ActionForm):
    basis = forms.ChoiceField(
        label=_("What the new date rests on"),
        choices=list(labels.EXPIRY_BASIS.items()),
        widget=forms.RadioSelect,
        help_text=_("For ① and ② the card must be here, working and in use."),
    )
    expires_on = forms.DateField(label=_("New expiry date"), widget=DayInput)


class SetExpiry(Action):
    slug = "set-expiry"
    title = _("Set a new expiry date")
    help = _("Its reminders end, and those for the new date start.")
    button = _("Set the new date")
    done = _("The new expiry date was set.")
    form_class = ExpiryForm

    def require_possible(self) -> None:
        require_not_replaced(self.card)

    def prepare(self, form: ActionForm) -> None:
        words = gettext("The last day on which the card works. With ①: %(limit)s at the latest.")
        limit = date_format(pending_limit(self.card))
        form.fields["expires_on"].help_text = words % {"limit": limit}

    def operate(self, entries: dict[str, Any]) -> None:
        set_expiry(
            self.card,
            expires_on=entries["expires_on"],
            basis=ExpiryBasis(entries["basis"]),
            by=self.by,
        )
