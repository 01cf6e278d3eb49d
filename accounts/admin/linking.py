"""Printing a linking letter at a resident's record: which one, what will happen, the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import staff
from accounts.letter import letter_for
from accounts.models import LinkingCode, Relation, Resident
from accounts.operations import (
    LinkRefused,
    close_linking_code,
    make_linking_code,
    require_can_be_linked,
)

if TYPE_CHECKING:
    from accounts.admin.residents import ResidentAdmin

TITLE = _("Print a linking letter")
_FOR = {
    Relation.SELF: _("The resident, for their own card"),
    Relation.GUARDIAN: _("A parent or guardian, for this child's card (until the 18th birthday)"),
}
_LOGGED = {
    Relation.SELF: "Printed a linking letter for the resident's own card.",
    Relation.GUARDIAN: "Printed a linking letter for a parent or guardian.",
}


class LetterForm(forms.Form):
    relation = forms.ChoiceField(
        label=_("Who gets the letter"),
        choices=list(_FOR.items()),
        widget=forms.RadioSelect,
        help_text=_(
            "Check their identity first; of a guardian also that they may act for the child."
        ),
        error_messages={"required": _("Choose who gets the letter.")},
    )

    def __init__(self, *args: Any, resident: Resident, request: HttpRequest) -> None:
        super().__init__(*args)
        self._resident, self._by = resident, staff(request)

    def clean_relation(self) -> Relation:
        relation = Relation(self.cleaned_data["relation"])
        try:
            require_can_be_linked(self._resident, relation, self._by)
        except LinkRefused as refused:
            raise forms.ValidationError(refused.message) from None
        return relation


class LetterPage:
    """GET asks for whom; POST shows what will happen; confirmed, the letter itself, once."""

    def __init__(self, admin: ResidentAdmin) -> None:
        self.admin = admin

    def __call__(self, request: HttpRequest, object_id: int) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        resident = found_to_link(self.admin, request, object_id)
        typed = request.POST if request.method == "POST" else None
        form = LetterForm(typed, resident=resident, request=request)
        if not form.is_valid() or "back" in request.POST:
            return self._page(request, resident, "admin/accounts/linking.html", {"form": form})
        relation: Relation = form.cleaned_data["relation"]
        if "confirmed" not in request.POST:
            return self._confirm(request, resident, form, relation)
        try:
            made, code = make_linking_code(resident, relation=relation, by=staff(request))
        except LinkRefused as refused:
            form.add_error("relation", str(refused.message))
            return self._page(request, resident, "admin/accounts/linking.html", {"form": form})
        self.admin.log_change(request, resident, _LOGGED[relation])
        response = TemplateResponse(
            request,
            "accounts/letter.html",
            {"letter": letter_for(made, code), "resident": resident},
        )
        patch_cache_control(response, no_store=True, private=True)
        return response

    def close(self, request: HttpRequest, object_id: int, letter_id: int) -> HttpResponse:
        """POST: take an open letter back, once confirmed."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        resident = found_to_link(self.admin, request, object_id)
        letter = get_object_or_404(resident.linking_codes, pk=letter_id)
        asked = self.admin.ask_first(
            request,
            title=_("Take the letter back"),
            what_happens=_(
                "The code in this letter no longer opens anything. Accounts that it was used for "
                "already keep the card. To link an account later, print another letter."
            ),
            about=[str(letter)],
            button=_("Take the letter back"),
            back=reverse("admin:accounts_resident_change", args=[resident.pk]),
        )
        if asked:
            return asked
        close_linking_code(letter)
        self.admin.log_change(request, resident, "Took a linking letter back.")
        messages.success(request, _("The letter no longer works."))
        return redirect("admin:accounts_resident_change", resident.pk)

    def _confirm(
        self, request: HttpRequest, resident: Resident, form: LetterForm, relation: Relation
    ) -> HttpResponse:
        replaced = LinkingCode.objects.filter(
            resident=resident, relation=relation, used_at=None, closed_at=None
        ).first()
        return self._page(
            request,
            resident,
            "admin/accounts/linking_confirm.html",
            {"form": form, "who": _FOR[relation], "replaced": replaced},
        )

    def _page(
        self, request: HttpRequest, resident: Resident, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        failed = bool(context["form"].is_bound and context["form"].errors)
        return TemplateResponse(
            request,
            template,
            {
                **self.admin.admin_site.each_context(request),
                "title": TITLE,
                "opts": self.admin.opts,
                "resident": resident,
                **context,
            },
            status=422 if failed else 200,
        )


def found_to_link(admin: ResidentAdmin, request: HttpRequest, object_id: int) -> Resident:
    """Theirs to see, else 404; theirs to decide which accounts see it, else 403."""
    residents = admin.get_queryset(request).select_related("office")
    resident: Resident | None = residents.filter(pk=object_id).first()
    if resident is None or not admin.has_view_permission(request, resident):
        raise Http404
    me = staff(request)
    of_the_office = me.offices.filter(pk=resident.office_id).exists()
    if not me.has_perm("accounts.add_holding") or not (me.is_superuser or of_the_office):
        raise PermissionDenied
    return resident
