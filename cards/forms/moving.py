"""Telling of a move, and asking what would be if."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.forms.days import DayField
from cards.models import Card
from cards.operations import OperationRefused
from cards.operations.record_move import require_in_order, require_no_move_out_within
from cards.operations.tell_move import require_tellable
from cards.rules.kinds import MoveKind
from cards.rules.moves import MoveDates

ANOTHER, WITHIN = "another", "within"
WHERE = [
    (ANOTHER, _("To another municipality")),
    (WITHIN, _("Within the municipality I live in now")),
]


class WhereForm(forms.Form):
    """The first question."""

    where = forms.ChoiceField(
        label=_("Where do you move to?"),
        choices=WHERE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where you move to.")},
    )


class TellDaysForm(forms.Form):
    """The second question: which days. A field that does not apply is not asked."""

    expected_move_out_on = DayField(
        label=_("The day you expect to move out"),
        required=False,
        help_text=_("As you write it, or wrote it, in the moving-out notification."),
    )
    moved_in_on = DayField(
        label=_("The day you begin to live at the new address"),
        required=False,
        help_text=_("Leave it empty if you do not know it yet."),
    )

    def __init__(self, *args: Any, card: Card, where: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.card, self.where = card, where
        if where == WITHIN:
            del self.fields["expected_move_out_on"]
            field = self.fields["moved_in_on"]
            field.required, field.help_text = True, _("The 14 days are counted from this day.")
            field.error_messages["required"] = _("Enter the day.")

    @property
    def kind(self) -> MoveKind:
        if self.where == WITHIN:
            return MoveKind.RELOCATE
        return MoveKind.MOVE_OUT if self.dates.expected_move_out_on else MoveKind.MOVE_IN

    @property
    def dates(self) -> MoveDates:
        """The days entered; once the form is valid."""
        return MoveDates(
            self.cleaned_data.get("expected_move_out_on"), self.cleaned_data.get("moved_in_on")
        )

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            try:
                require_tellable(self.kind, self.dates)
            except OperationRefused as refused:
                self.add_error(refused.field or None, forms.ValidationError(refused.message))
        return self.cleaned_data


class IfIMoveForm(forms.Form):
    """What would be if: every day may be entered, planned or past, and nothing is kept."""

    where = forms.ChoiceField(
        label=_("Where do you move to?"),
        choices=WHERE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where you move to.")},
    )
    expected_move_out_on = DayField(
        label=_("The day you expect to move out"),
        required=False,
        help_text=_("Only for a move to another municipality."),
    )
    moved_in_on = DayField(label=_("The day you begin to live at the new address"), required=False)
    notified_on = DayField(
        label=_("The day you submit the notification"),
        required=False,
        help_text=_("Of moving in, or of moving within the municipality."),
    )
    card_updated_on = DayField(
        label=_("The day the new address is written on the card"), required=False
    )

    @property
    def dates(self) -> MoveDates:
        """The days entered; once the form is valid."""
        typed = self.cleaned_data
        return MoveDates(
            expected_move_out_on=typed["expected_move_out_on"],
            moved_in_on=typed["moved_in_on"],
            notified_on=typed["notified_on"],
            card_updated_on=typed["card_updated_on"],
        )

    def clean(self) -> dict[str, Any]:
        if self.errors:
            return self.cleaned_data
        kind = MoveKind.RELOCATE if self.cleaned_data["where"] == WITHIN else MoveKind.MOVE_IN
        dates = self.dates
        if not dates.first_day():
            self.add_error(
                None,
                forms.ValidationError(
                    _("Enter at least one day: of moving out, moving in or the notification.")
                ),
            )
            return self.cleaned_data
        try:
            require_no_move_out_within(kind, dates)
            require_in_order(dates)
        except OperationRefused as refused:
            self.add_error(refused.field or None, forms.ValidationError(refused.message))
        return self.cleaned_data
