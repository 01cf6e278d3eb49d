"""Certificates issued again at the desk (G2, G5①); smartphones that can carry some (G2②)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DeskAdmin
from cards import labels
from cards.admin.action import Action, ActionForm
from cards.models import SmartphonePlatform
from cards.operations import issue_certificates
from cards.operations.guards import require_own_office, require_working
from cards.rules.certificates import carried_by
from cards.rules.kinds import CardVariant, CertificateKind


class IssueForm(ActionForm):
    kinds = forms.MultipleChoiceField(
        label=_("Which certificates"),
        choices=list(labels.CERTIFICATE_KIND.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "The card must be here. One that is still valid ends when it is issued again. "
            "Certificates on a smartphone are not issued at offices."
        ),
    )


class IssueCertificates(Action):
    slug = "issue-certificates"
    title = _("Issue certificates again")
    help = _("New certificates go on the card’s chip, and the resident is told.")
    button = _("Issue the certificates")
    done = _("The certificates were issued.")
    form_class = IssueForm

    def require_possible(self) -> None:
        require_own_office(self.card, self.by)
        require_working(self.card)

    def prepare(self, form: ActionForm) -> None:
        carried = carried_by(CardVariant(self.card.variant))
        kinds = form.fields["kinds"]
        assert isinstance(kinds, forms.MultipleChoiceField)  # noqa: S101 - as declared above
        kinds.choices = [(kind.value, labels.CERTIFICATE_KIND[kind]) for kind in carried]

    def operate(self, entries: dict[str, Any]) -> None:
        kinds = [CertificateKind(kind) for kind in entries["kinds"]]
        issue_certificates(self.card, kinds=kinds, by=self.by)


@admin.register(SmartphonePlatform)
class SmartphonePlatformAdmin(DeskAdmin):
    """Switching one off keeps the certificates that were issued on it."""

    list_display = ["name", "code", "is_on"]
    fields = ["name", "code", "is_on"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else ["code"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
