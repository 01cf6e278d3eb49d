"""Accounts: who may sign in, and what staff may do."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DeskAdmin, staff
from accounts.admin.second_step import of_staff
from accounts.models import User
from accounts.roles import role_name
from accounts.staff import end_sign_in, leave_today


class NewUserForm(forms.ModelForm):  # type: ignore[type-arg]
    """Without a password: its owner sets one by “Forgot your password?”, by a code in a mail."""

    class Meta:
        model = User
        fields = ["email", "language", "is_staff", "groups", "offices"]
        help_texts = {
            "email": _("They set their own password with “Forgot your password?” at sign-in."),
        }

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        user: User = super().save(commit)
        return user


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        names = Group.objects.order_by("name").values_list("name", flat=True)
        return [(name, role_name(name)) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(User)
class UserAdmin(DeskAdmin):
    list_display = ["email", "is_active", "is_staff", "roles", "confirmed", "date_joined"]
    list_filter = ["is_active", "is_staff", RoleFilter]
    search_fields = ["email"]
    ordering = ["email"]
    readonly_fields = ["email", "confirmed", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "confirmed", "language", "is_active"]}),
        (_("Staff"), {"fields": ["is_staff", "groups", "offices"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    # To look at only: roles by the names that people know them by.
    fieldsets_shown = [
        (None, {"fields": ["email", "confirmed", "language", "is_active"]}),
        (_("Staff"), {"fields": ["is_staff", "roles", "offices"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    change_form_template = "admin/accounts/user.html"

    def get_urls(self) -> list[URLPattern]:
        leave = self.admin_site.admin_view(self.leave)
        second = self.admin_site.admin_view(self.second_step)
        return [
            path("<int:object_id>/leave/", leave, name="accounts_user_leave"),
            path("<int:object_id>/second-step/", second, name="accounts_user_second-step"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        addresses = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
        users: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(has_confirmed=Exists(addresses))
            .prefetch_related("groups")
        )
        return users

    @admin.display(description=_("e-mail confirmed"), boolean=True)
    def confirmed(self, user: User) -> bool:
        return bool(user.has_confirmed)  # type: ignore[attr-defined]

    @admin.display(description=_("role"))
    def roles(self, user: User) -> str:
        return ", ".join(str(role_name(group.name)) for group in user.groups.all()) or "–"

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = NewUserForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": NewUserForm.Meta.fields})]
        return self.fieldsets if self.has_change_permission(request, obj) else self.fieldsets_shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else [*super().get_readonly_fields(request, obj), "roles"]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.help_text = ""
        if db_field.name == "groups":
            field.label = _("role")
            field.label_from_instance = lambda group: role_name(group.name)
        return field

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody takes over a superuser's account, nor gives themselves another role."""
        me = staff(request)
        if obj is not None and not me.is_superuser and (obj.is_superuser or obj.pk == me.pk):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account that shall no longer sign in is switched off; what it did stays told."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            end_sign_in(obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        user = self.get_object(request, object_id) if object_id else None
        more = {
            "may_leave": user is not None and self._may_leave(request, user),
            "may_take_second_step": user is not None
            and user.pk != staff(request).pk
            and self.has_change_permission(request, user)
            and Authenticator.objects.filter(user=user).exists(),
        }
        answer: HttpResponse = super().changeform_view(
            request, object_id, form_url, more | (extra_context or {})
        )
        return answer

    def _may_leave(self, request: HttpRequest, user: User) -> bool:
        """A member of staff who still may sign in, and is not the one who asks."""
        return (
            user.is_staff
            and user.is_active
            and user.pk != staff(request).pk
            and self.has_change_permission(request, user)
        )

    def second_step(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return of_staff(self, request, object_id)

    def leave(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Somebody leaves today: asked once more, then done at once."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if not super().has_change_permission(request):
            raise PermissionDenied
        user = self.get_queryset(request).filter(pk=object_id, is_staff=True).first()
        if user is None:
            raise Http404
        if not user.is_active:
            messages.info(request, _("They have left already."))
            return redirect("admin:accounts_user_change", user.pk)
        if not self._may_leave(request, user):
            raise PermissionDenied
        offices = list(user.offices.all())
        if request.method == "POST":
            had = [*user.groups.values_list("name", flat=True), *(one.code for one in offices)]
            leave_today(user)
            self.log_change(request, user, f"Left today; had: {', '.join(had) or 'no role'}")
            messages.success(request, _("They have left. They are signed in nowhere any more."))
            return redirect("admin:accounts_user_change", user.pk)
        return TemplateResponse(
            request,
            "admin/accounts/leave.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Leaves today"),
                "opts": self.opts,
                "account": user,
                "roles": self.roles(user),
                "offices": offices,
            },
        )
