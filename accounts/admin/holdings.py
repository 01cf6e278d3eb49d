"""Which account sees which resident's cards. Linked by letter, unlinked at the counter."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DeskAdmin, OfficeFilter
from accounts.models import Holding, Resident, User
from accounts.searching import found_by


@admin.register(Holding)
class HoldingAdmin(DeskAdmin):
    list_display = ["user", "resident", "relation", "since"]
    list_filter = [OfficeFilter, "relation"]
    list_select_related = ["user", "resident"]
    ordering = ["-id"]
    fields = ["user", "resident", "relation", "since"]
    office = "resident__office"
    search_fields = ["user__email", "resident__name"]
    search_help_text = _("Account or resident; several words narrow.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        for word in search_term.split():
            queryset = queryset.filter(
                Q(user__in=User.objects.filter(email__icontains=word).values("pk"))
                | Q(resident__in=Resident.objects.filter(found_by(word)).values("pk"))
            )
        return queryset, False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A link alone. The notices about its end go with it, and are nobody else's."""
        return [str(one) for one in objs], {}, set(), []

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only with a letter, whose code is typed by who signs in: never past its checks."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
