"""Roles, to look at: what each may do is laid down in accounts/roles.py."""

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin
from accounts.permission_words import permission_words
from accounts.roles import role_name

admin.site.unregister(Group)
# Sign-in addresses are shown with their user; allauth's own pages would show staff how people
# sign in and from where.
for model in (
    EmailAddress,
    EmailConfirmation,
    Authenticator,
    SocialAccount,
    SocialApp,
    SocialToken,
    UserSession,
):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin):
    list_display = ["called"]
    ordering = ["name"]
    fields = ["called", "may"]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["subtitle"] = role_name(str(context.get("subtitle")))
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("role"))
    def called(self, group: Group) -> str:
        return str(role_name(group.name))

    @admin.display(description=_("may do"))
    def may(self, group: Group) -> SafeString:
        permissions = group.permissions.select_related("content_type")
        lines = sorted(permission_words(one) for one in permissions)
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))
