"""A new card at the desk: applied for, asked about, decided and handed out (G6, G8)."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DayInput
from cards import labels
from cards.admin.action import Action, ActionForm
from cards.models import IdentityProof, Reissue
from cards.operations import (
    accept_reissue,
    ask_back_reissue,
    issue_reissue,
    refuse_reissue,
    request_reissue,
    withdraw_reissue,
)
from cards.operations.decide_reissue import (
    open_application,
    require_not_found,
    require_open_application,
    require_undecided,
)
from cards.operations.guards import require_not_replaced, require_own_office
from cards.operations.issue_reissue import (
    default_expiry,
    require_accepted,
    require_not_suspended_since,
)
from cards.operations.request_reissue import (
    NUMBER_LENGTH,
    TEXT_LENGTH,
    require_no_open_application,
)
from cards.operations.write_column import has_full_column
from cards.reissue_fees import fee_on
from cards.rules.kinds import CardVariant, ReissueReason, WaiverGround
from cards.rules.reissue import fitting_reasons, needs_fire_report, needs_police_receipt
from portal import clock

_SEEN_BY_HOLDER = _("The holder reads this. No Individual Number.")


class RequestForm(ActionForm):
    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    police_receipt_number = forms.CharField(
        label=_("Receipt number of the police"),
        max_length=NUMBER_LENGTH,
        required=False,
        help_text=_("For a lost card."),
    )
    fire_report_number = forms.CharField(
        label=_("Number of the fire station’s report"),
        max_length=NUMBER_LENGTH,
        required=False,
        help_text=_("For a burnt card."),
    )
    with_certificates = forms.BooleanField(
        label=_("With electronic certificates"), required=False, initial=True
    )
    claimed_ground = forms.ChoiceField(
        label=_("Cause that the holder names"),
        choices=[("", _("None")), *labels.WAIVER_GROUND.items()],
        required=False,
    )
    circumstances = forms.CharField(
        label=_("What happened"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_SEEN_BY_HOLDER,
    )


class QuestionForm(ActionForm):
    question = forms.CharField(
        label=_("Question"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_SEEN_BY_HOLDER,
    )


class AcceptForm(ActionForm):
    report_number = forms.CharField(
        label=_("Number as it stands on the report"), max_length=NUMBER_LENGTH
    )
    report_checked = forms.BooleanField(
        label=_("I have seen the report and compared the number"), required=False
    )
    waiver = forms.ChoiceField(label=_("Fee"), required=False, widget=forms.RadioSelect, choices=[])
    note = forms.CharField(
        label=_("Note"),
        max_length=TEXT_LENGTH,
        required=False,
        help_text=_(
            "For a waiver: what shows that the cause is not the holder’s fault. For the office; "
            "no Individual Number."
        ),
    )


class RefuseForm(ActionForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_SEEN_BY_HOLDER,
    )


class IssueForm(ActionForm):
    new_reference = forms.CharField(
        label=_("Reference of the new card"),
        max_length=40,
        help_text=_("As the office’s system has it. Never the Individual Number."),
    )
    expires_on = forms.DateField(
        label=_("Expires on"),
        widget=DayInput,
        help_text=_(
            "The last day of the period of stay, as the residence card shows it. Another day than "
            "the one here becomes the resident’s period of stay, too."
        ),
    )
    identity_proof = forms.ChoiceField(
        label=_("How identity was checked"),
        choices=IdentityProof.choices,
        widget=forms.RadioSelect,
        help_text=_("The holder must be here in person."),
    )


class RequestReissue(Action):
    slug = "request-reissue"
    title = _("Apply for a new card")
    help = _("On behalf of the holder, who is here. There can be one open application a card.")
    button = _("Open the application")
    done = _("The application was opened.")
    form_class = RequestForm

    def require_possible(self) -> None:
        require_own_office(self.card, self.by)
        require_not_replaced(self.card)
        require_no_open_application(self.card)

    def prepare(self, form: ActionForm) -> None:
        fitting = fitting_reasons(self.card.state, column_full=has_full_column(self.card))
        form.fields["reason"].choices = [  # type: ignore[attr-defined]
            (reason.value, labels.REISSUE_REASON[reason]) for reason in fitting
        ]
        if self.card.variant == CardVariant.PHOTO_ID:
            del form.fields["with_certificates"]

    def operate(self, entries: dict[str, Any]) -> None:
        ground = entries["claimed_ground"]
        request_reissue(
            self.card,
            reason=ReissueReason(entries["reason"]),
            with_certificates=entries.get("with_certificates", False),
            police_receipt_number=entries["police_receipt_number"],
            fire_report_number=entries["fire_report_number"],
            claimed_ground=WaiverGround(ground) if ground else None,
            circumstances=entries["circumstances"],
            by=self.by,
        )


class _OnOpenReissue(Action):
    """An action on the card's open application, which must be there."""

    def require_possible(self) -> None:
        require_own_office(self.card, self.by)
        require_not_replaced(self.card)
        require_open_application(self.card)

    @property
    def reissue(self) -> Reissue | None:
        return open_application(self.card)


class AskBackReissue(_OnOpenReissue):
    slug = "ask-back-reissue"
    title = _("Ask the holder")
    help = _("The application waits for the answer; the holder is told at once.")
    button = _("Send the question")
    done = _("The question was sent.")
    form_class = QuestionForm

    def require_possible(self) -> None:
        super().require_possible()
        require_undecided(require_open_application(self.card))

    def operate(self, entries: dict[str, Any]) -> None:
        ask_back_reissue(self.card, question=entries["question"], by=self.by)


class AcceptReissue(_OnOpenReissue):
    slug = "accept-reissue"
    title = _("Accept the application")
    help = _(
        "Decide the fee, or that it is free. It is charged unless you confirm a cause that is not "
        "the holder’s fault."
    )
    button = _("Accept it")
    done = _("The application was accepted.")
    form_class = AcceptForm

    def require_possible(self) -> None:
        super().require_possible()
        require_not_found(self.card, require_open_application(self.card))

    def initial(self) -> dict[str, object]:
        reissue = self.reissue
        if reissue is None:
            return {}
        return {
            "report_number": reissue.police_receipt_number or reissue.fire_report_number,
            "waiver": reissue.waiver,
            "note": reissue.decision_note,
        }

    def prepare(self, form: ActionForm) -> None:
        reissue = self.reissue
        if reissue is None:
            return
        reason = ReissueReason(reissue.reason)
        if not (needs_police_receipt(reason) or needs_fire_report(reason)):
            del form.fields["report_number"], form.fields["report_checked"]
        fee = fee_on(
            clock.day_of(reissue.requested_at),
            reason,
            with_certificates=reissue.with_certificates,
        )
        charged = gettext("Charge %(fee)s yen") % {"fee": f"{fee:,}"}
        free = gettext("Free: %(ground)s")
        form.fields["waiver"].choices = [  # type: ignore[attr-defined]
            ("", charged),
            *((key, free % {"ground": words}) for key, words in labels.WAIVER_GROUND.items()),
        ]
        if reissue.claimed_ground:
            form.fields["waiver"].help_text = gettext("The holder names: %(ground)s") % {
                "ground": reissue.get_claimed_ground_display()
            }

    def operate(self, entries: dict[str, Any]) -> None:
        waiver = entries["waiver"]
        accept_reissue(
            self.card,
            waiver=WaiverGround(waiver) if waiver else None,
            note=entries["note"],
            report_number=entries.get("report_number", ""),
            report_checked=entries.get("report_checked", False),
            by=self.by,
        )


class RefuseReissue(_OnOpenReissue):
    slug = "refuse-reissue"
    title = _("Refuse the application")
    help = _("The holder is told at once and reads the reason.")
    button = _("Refuse it")
    done = _("The application was refused.")
    form_class = RefuseForm

    def operate(self, entries: dict[str, Any]) -> None:
        refuse_reissue(self.card, reason=entries["reason"], by=self.by)


class WithdrawReissue(_OnOpenReissue):
    slug = "withdraw-reissue"
    title = _("Withdraw the application")
    help = _("The holder, who is here, no longer wants a new card.")
    button = _("Withdraw it")
    done = _("The application was withdrawn.")

    def operate(self, entries: dict[str, Any]) -> None:
        withdraw_reissue(self.card, by=self.by)


class IssueReissue(_OnOpenReissue):
    slug = "issue-reissue"
    title = _("Hand out the new card")
    help = _(
        "The new card takes over at once. The old one ends, with its PINs and its certificates, on "
        "a smartphone too. You get a one-time code, with which the holder sets the new PINs."
    )
    button = _("Hand it out")
    done = _("The new card took over.")
    form_class = IssueForm

    def require_possible(self) -> None:
        super().require_possible()
        reissue = require_open_application(self.card)
        require_accepted(reissue)
        require_not_suspended_since(self.card, reissue)
        require_not_found(self.card, reissue)

    def initial(self) -> dict[str, object]:
        return {"expires_on": default_expiry(self.card)}

    def prepare(self, form: ActionForm) -> None:
        if default_expiry(self.card) < clock.today():
            words = gettext(
                "The period of stay that the office knows ended on %(day)s. Enter the last day of "
                "the new one, as the residence card shows it."
            )
            form.fields["expires_on"].help_text = words % {
                "day": date_format(default_expiry(self.card))
            }

    def operate(self, entries: dict[str, Any]) -> str | None:
        return issue_reissue(
            self.card,
            new_reference=entries["new_reference"],
            identity_proof=entries["identity_proof"],
            expires_on=entries["expires_on"],
            by=self.by,
        )

    def handed_over(self, given: object) -> dict[str, object] | None:
        return hand_over_code(given, _("The new card took over. Code for its PINs:"))


def hand_over_code(given: object, heading: object) -> dict[str, object] | None:
    """What the desk is shown once: the code and where it is typed. None for a card without PINs."""
    if given is None:
        return None
    code = str(given)
    return {
        "heading": heading,
        "code": f"{code[:5]} {code[5:]}",
        "where": reverse("cards:hand-over"),
    }


REISSUE_ACTIONS: tuple[type[Action], ...] = (
    RequestReissue,
    AskBackReissue,
    AcceptReissue,
    RefuseReissue,
    WithdrawReissue,
    IssueReissue,
)
