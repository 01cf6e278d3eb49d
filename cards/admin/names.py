"""A new name at the desk, and one that was recorded wrongly (G5①)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DayInput
from cards.admin.action import Action, ActionForm
from cards.operations import correct_name_change, record_name_change
from cards.operations.correct_name_change import require_waiting_name
from cards.operations.guards import require_not_ended, require_not_replaced
from cards.operations.record_name_change import LONGEST_NAME
from portal import clock


class NameForm(ActionForm):
    name = forms.CharField(
        label=_("New name"),
        max_length=LONGEST_NAME,
        help_text=_("Exactly as on the residence card: one part or many, any script."),
    )
    changed_on = forms.DateField(
        label=_("Recorded on"), widget=DayInput, help_text=_("The day of the notification.")
    )


class RecordNameChange(Action):
    slug = "name-change"
    title = _("Record a new name")
    help = _(
        "The signature certificate ends, and the resident is told. No clock starts, but the card "
        "has to be updated. The history keeps the day and neither name."
    )
    button = _("Record the new name")
    done = _("The new name was recorded.")
    form_class = NameForm

    def require_possible(self) -> None:
        require_not_ended(self.card)

    def initial(self) -> dict[str, object]:
        return {"changed_on": clock.today()}

    def operate(self, entries: dict[str, Any]) -> None:
        record_name_change(
            self.card, name=entries["name"], changed_on=entries["changed_on"], by=self.by
        )


class NameCorrectionForm(ActionForm):
    name = forms.CharField(
        label=_("Right name"),
        max_length=LONGEST_NAME,
        help_text=_("Exactly as on the residence card: one part or many, any script."),
    )
    changed_on = forms.DateField(
        label=_("Recorded on"),
        required=False,
        widget=DayInput,
        help_text=_(
            "The day of the notification. Leave it empty if the name has not changed at all: then "
            "nothing waits to be written on the card."
        ),
    )


class CorrectNameChange(Action):
    slug = "correct-name"
    title = _("Correct a new name")
    help = _(
        "For a new name that was recorded by mistake, wrongly or with a wrong day. If it is now "
        "another name, the signature certificate ends. The history keeps the days and neither name."
    )
    button = _("Correct the new name")
    done = _("The new name was corrected.")
    form_class = NameCorrectionForm

    def require_possible(self) -> None:
        require_not_replaced(self.card)
        require_waiting_name(self.card)

    def initial(self) -> dict[str, object]:
        return {"name": self.card.resident.name, "changed_on": self.card.name_changed_on}

    def operate(self, entries: dict[str, Any]) -> None:
        correct_name_change(
            self.card, name=entries["name"], changed_on=entries["changed_on"], by=self.by
        )
