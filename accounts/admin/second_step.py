"""Taking a lost second step away, at the counter: asked once more, done, and told to its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import staff
from accounts.admin.linking import found_to_link
from accounts.models import Relation, User
from accounts.operations import take_second_step_away

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    from accounts.admin.residents import ResidentAdmin
    from accounts.admin.users import UserAdmin

TITLE = _("Take the second step away")


def of_a_resident(
    admin: ResidentAdmin, request: HttpRequest, object_id: int, holding_id: int
) -> HttpResponse:
    """By a clerk, for a resident's own account: the resident is whom the office knows by sight.

    A parent's account is an own account somewhere, too, or an administrator's to look after.
    """
    resident = found_to_link(admin, request, object_id)
    own = resident.holdings.in_force().filter(relation=Relation.SELF)
    holding = own.filter(pk=holding_id).select_related("user").first()
    if holding is None:
        raise Http404
    if holding.user.is_staff:
        messages.error(request, _("This account works here. An administrator does this for staff."))
        return redirect("admin:accounts_resident_change", resident.pk)
    back = reverse("admin:accounts_resident_change", args=[resident.pk])
    return _page(admin, request, holding.user, resident, back)


def of_staff(admin: UserAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    """By an administrator, for any account but their own."""
    user = admin.get_queryset(request).filter(pk=object_id).first()
    if user is None:
        raise Http404
    if not admin.has_change_permission(request, user) or user.pk == staff(request).pk:
        raise PermissionDenied
    back = reverse("admin:accounts_user_change", args=[user.pk])
    return _page(admin, request, user, user, back)


def _page(
    admin: ModelAdmin[Any], request: HttpRequest, account: User, about: Model, back: str
) -> HttpResponse:
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if not Authenticator.objects.filter(user=account).exists():
        messages.info(request, _("This account has no second step."))
        return redirect(back)
    if request.method == "POST":
        if take_second_step_away(account):
            admin.log_change(request, about, "Took the second step of an account away.")
            get_adapter().send_mail(
                "accounts/email/second_step_taken_away", account.email, {"user": account}
            )
        messages.success(request, _("It is taken away. The owner of the account is told by mail."))
        return redirect(back)
    return TemplateResponse(
        request,
        "admin/accounts/second_step.html",
        {
            **admin.admin_site.each_context(request),
            "title": TITLE,
            "opts": admin.opts,
            "account": account,
            "about": about,
            "list_address": reverse(f"admin:accounts_{admin.opts.model_name}_changelist"),
            "back": back,
        },
    )
