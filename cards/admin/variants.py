"""The other variant of the card at the desk (G9)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.admin.action import Action, ActionForm
from cards.admin.reissues import RefuseForm, hand_over_code
from cards.models import IdentityProof
from cards.operations import change_variant, refuse_variant_request
from cards.operations.change_variant import require_open_request
from cards.operations.guards import require_own_office, require_working
from cards.rules.kinds import CardVariant


class ChangeForm(ActionForm):
    identity_proof = forms.ChoiceField(
        label=_("How identity was checked"),
        choices=IdentityProof.choices,
        widget=forms.RadioSelect,
        help_text=_("The holder must be here in person, with the card."),
    )


class ChangeVariant(Action):
    slug = "change-variant"
    help = _(
        "To photo identification only: the signature certificate, everything on a smartphone and "
        "all PINs end. Back: certificates are put on the card, and you get a code with which the "
        "holder sets the PINs."
    )
    button = _("Change the card")
    done = _("The card was changed.")
    form_class = ChangeForm

    @property
    def title(self) -> Any:  # type: ignore[override]
        if self.card.variant == CardVariant.PHOTO_ID:
            return _("Make it a card with PINs")
        return _("Make it a card with photo identification only")

    def require_possible(self) -> None:
        require_own_office(self.card, self.by)
        require_working(self.card)

    def operate(self, entries: dict[str, Any]) -> str | None:
        return change_variant(self.card, identity_proof=entries["identity_proof"], by=self.by)

    def handed_over(self, given: object) -> dict[str, object] | None:
        return hand_over_code(given, _("The card has PINs again. Code for them:"))


class RefuseVariant(Action):
    slug = "refuse-variant"
    title = _("Refuse the request for the other variant")
    help = _("The holder is told at once and reads the reason.")
    button = _("Refuse it")
    done = _("The request was refused.")
    form_class = RefuseForm

    def require_possible(self) -> None:
        require_own_office(self.card, self.by)
        require_open_request(self.card)

    def operate(self, entries: dict[str, Any]) -> None:
        refuse_variant_request(self.card, reason=entries["reason"], by=self.by)


VARIANT_ACTIONS: tuple[type[Action], ...] = (ChangeVariant, RefuseVariant)
