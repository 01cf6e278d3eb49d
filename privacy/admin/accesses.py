"""Who looked at whose data: for auditors, to filter and to read."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import OfficeFilter, ReadOnlyAdmin
from accounts.models import Resident, User
from accounts.searching import found_by
from privacy.models import Access
from privacy.pages import page_name


class StaffOfficeFilter(OfficeFilter):
    title = _("office of the staff")
    parameter_name = "staff_office"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = super().lookups(request, model_admin)
        self.lookup = "office"
        return found


@admin.register(Access)
class AccessAdmin(ReadOnlyAdmin):
    list_display = ["at", "by_whom", "role", "office", "action", "page_called", "about", "search"]
    office = "resident__office"
    exports = True
    list_filter = [
        "action",
        "role",
        StaffOfficeFilter,
        OfficeFilter,
        ("at", admin.DateFieldListFilter),
    ]
    list_select_related = ["resident", "office", "account", "by"]
    list_display_links = None
    ordering = ["-id"]
    search_fields = ["resident__name"]
    search_help_text = _(
        "The e-mail address of a member of staff or an account, or a resident's name or card "
        "reference; several words narrow."
    )
    fields = ["at", "by_whom", "role", "office", "action", "page_called", "about", "search"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        for word in search_term.split():
            people = User.objects.filter(email__icontains=word).values("pk")
            queryset = queryset.filter(
                Q(by__in=people)
                | Q(account__in=people)
                | Q(resident__in=Resident.objects.filter(found_by(word)).values("pk"))
            )
        return queryset, False

    @admin.display(description=_("by"))
    def by_whom(self, access: Access) -> str:
        # An account of staff is never removed; the number is for the day that one is.
        return str(access.by) if access.by else f"({access.by_id})"

    @admin.display(description=_("page"))
    def page_called(self, access: Access) -> str:
        return str(page_name(access.page))

    @admin.display(description=_("whose data"))
    def about(self, access: Access) -> str:
        if access.resident:
            return access.resident.name
        if access.account_id is None:
            return "–"
        return str(access.account) if access.account else f"({access.account_id})"
