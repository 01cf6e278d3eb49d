"""A PIN reset at the counter, and its way back to the holder (G3)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.admin.action import Action, ActionForm
from cards.admin.reissues import hand_over_code
from cards.models import IdentityProof
from cards.operations import reset_pins
from cards.operations.guards import require_has_pins, require_own_office, require_working
from cards.rules.kinds import PinKind


class ResetForm(ActionForm):
    kinds = forms.MultipleChoiceField(
        label=_("Which PINs"),
        choices=list(labels.PIN_KIND.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    identity_proof = forms.ChoiceField(
        label=_("How identity was checked"),
        choices=IdentityProof.choices,
        widget=forms.RadioSelect,
        help_text=_("The holder must be here in person, with the card."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("For example: forgotten, locked. No PIN, and no Individual Number."),
    )


class ResetPins(Action):
    slug = "reset-pins"
    title = _("Reset PINs")
    help = _(
        "The old PINs stop working at once. You get a one-time code for the holder, who types the "
        "new PINs themselves; nobody else sees them."
    )
    button = _("Reset and show the code")
    done = _("The PINs were reset.")
    form_class = ResetForm

    def require_possible(self) -> None:
        require_own_office(self.card, self.by)
        require_has_pins(self.card)
        require_working(self.card)

    def operate(self, entries: dict[str, Any]) -> str:
        return reset_pins(
            self.card,
            kinds=[PinKind(kind) for kind in entries["kinds"]],
            identity_proof=entries["identity_proof"],
            reason=entries["reason"],
            by=self.by,
        )

    def handed_over(self, given: object) -> dict[str, object] | None:
        return hand_over_code(given, _("The PINs were reset. Code for the holder:"))
