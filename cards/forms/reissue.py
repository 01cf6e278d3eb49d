"""An application for a new card, one question a page (G6, G8)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.models import Card
from cards.operations import OperationRefused
from cards.operations.guards import require_no_individual_number
from cards.operations.request_reissue import NUMBER_LENGTH, TEXT_LENGTH
from cards.operations.write_column import has_full_column
from cards.rules.fees import normally_waivable
from cards.rules.kinds import ReissueReason
from cards.rules.reissue import fitting_reasons

YES, NO = "yes", "no"


class QuestionForm(forms.Form):
    """One question. `card` and what was answered before decide what can be chosen."""

    def __init__(self, data: Any = None, *, card: Card, answers: dict[str, str]) -> None:
        super().__init__(data, initial=answers)
        self.card, self.answers = card, answers
        self.prepare()

    def prepare(self) -> None:
        """Fill in the choices."""

    def clean(self) -> dict[str, Any]:
        for name, text in list(self.cleaned_data.items()):
            try:
                require_no_individual_number(str(text), name)
            except OperationRefused as refused:
                self.add_error(name, forms.ValidationError(refused.message))
        return self.cleaned_data


class ReasonForm(QuestionForm):
    reason = forms.ChoiceField(
        label=_("Why do you need a new card?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason.")},
    )

    def prepare(self) -> None:
        fitting = fitting_reasons(self.card.state, column_full=has_full_column(self.card))
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (reason.value, labels.REISSUE_REASON[reason]) for reason in fitting
        ]


class PoliceForm(QuestionForm):
    police_receipt_number = forms.CharField(
        label=_("What is the receipt number of the loss report?"),
        max_length=NUMBER_LENGTH,
        help_text=_("The police give it to you when you report the loss. Write it as it stands."),
        error_messages={"required": _("Enter the receipt number of the loss report.")},
    )


class FireForm(QuestionForm):
    fire_report_number = forms.CharField(
        label=_("What is the number of the fire station’s report?"),
        max_length=NUMBER_LENGTH,
        help_text=_("The fire station gives you a report of the fire. Write the number on it."),
        error_messages={"required": _("Enter the number of the report.")},
    )


class CertificatesForm(QuestionForm):
    with_certificates = forms.ChoiceField(
        label=_("Do you want electronic certificates on the new card?"),
        choices=[
            (YES, _("Yes, with electronic certificates")),
            (NO, _("No, the card only")),
        ],
        widget=forms.RadioSelect,
        help_text=_(
            "You need them for online applications, for logging in, at convenience stores and "
            "with the reader at the doctor’s."
        ),
        error_messages={"required": _("Choose yes or no.")},
    )


class CircumstancesForm(QuestionForm):
    claimed_ground = forms.ChoiceField(
        label=_("Was the cause one of these?"),
        widget=forms.RadioSelect,
        help_text=_("If the office confirms it, the new card is free of charge."),
        error_messages={"required": _("Choose one of these, or that none fits.")},
    )
    circumstances = forms.CharField(
        label=_("What happened, in a few words"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In any language. Leave out your Individual Number."),
    )

    def prepare(self) -> None:
        grounds = normally_waivable(ReissueReason(self.answers["reason"]))
        self.fields["claimed_ground"].choices = [  # type: ignore[attr-defined]
            *((ground.value, labels.WAIVER_GROUND[ground]) for ground in grounds),
            (NO, _("None of these")),
        ]


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In any language. Leave out your Individual Number."),
        error_messages={"required": _("Write your answer.")},
    )
