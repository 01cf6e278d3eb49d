"""A lost card, and one that was found, at the desk (G6)."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cards.admin.action import Action, ActionForm
from cards.models import IdentityProof
from cards.operations import OperationRefused, lift_suspension, suspend
from cards.operations.decide_reissue import open_application
from cards.operations.guards import require_not_ended, require_own_office
from cards.rules.kinds import ReissueReason


class Suspend(Action):
    slug = "suspend"
    title = _("Suspend the card")
    help = _("For a lost card. From this moment on it can do nothing, and the resident is told.")
    button = _("Suspend now")
    done = _("The card is suspended.")

    def require_possible(self) -> None:
        require_not_ended(self.card)
        if self.card.suspended_at is not None:
            raise OperationRefused(_("This card is suspended already."))

    def operate(self, entries: dict[str, Any]) -> None:
        suspend(self.card, by=self.by)


class LiftForm(ActionForm):
    identity_proof = forms.ChoiceField(
        label=_("How identity was checked"),
        choices=IdentityProof.choices,
        widget=forms.RadioSelect,
        help_text=_("The holder must be here in person, with the card."),
    )


class LiftSuspension(Action):
    slug = "lift-suspension"
    title = _("Lift the suspension")
    help = _("For a card that was found. Its holder must be here, with the card.")
    button = _("Lift the suspension")
    done = _("The suspension was lifted.")
    form_class = LiftForm

    def require_possible(self) -> None:
        require_own_office(self.card, self.by)
        if self.card.suspended_at is None:
            raise OperationRefused(_("This card is not suspended."))
        require_not_ended(self.card)

    def prepare(self, form: ActionForm) -> None:
        reissue = open_application(self.card)
        if reissue is not None and reissue.reason == ReissueReason.LOST:
            form.fields["identity_proof"].help_text = gettext(
                "The holder must be here in person, with the card. Their application for a new "
                "card in place of the lost one is still open: it cannot be accepted any more once "
                "the card works, so have them withdraw it."
            )

    def operate(self, entries: dict[str, Any]) -> None:
        lift_suspension(self.card, identity_proof=entries["identity_proof"], by=self.by)
