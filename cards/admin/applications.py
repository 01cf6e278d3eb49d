"""Lists of what waits for the office: new cards and the other variant, the oldest open first."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.base import OfficeFilter
from cards.admin.facts import FactAdmin, OpenFilter
from cards.models import Reissue, VariantRequest
from portal import clock


class ApplicationAdmin(FactAdmin):
    """Open ones first, the longest waiting on top; then those that are done, the newest first."""

    def get_ordering(self, request: HttpRequest) -> Any:
        return [F("closed_at").desc(nulls_first=True), "requested_at", "id"]

    @admin.display(description=_("waiting"))
    def waiting(self, row: Any) -> str:
        if row.closed_at is not None:
            return "–"
        days = (clock.today() - clock.day_of(row.requested_at)).days
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


@admin.register(Reissue)
class ReissueAdmin(ApplicationAdmin):
    list_display = ["of_card", "holder", "reason", "state", "waiting", "requested_at", "fee"]
    list_filter = [OfficeFilter, OpenFilter, "state", "reason"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("card__resident", "new_card")


@admin.register(VariantRequest)
class VariantRequestAdmin(ApplicationAdmin):
    list_display = ["of_card", "holder", "variant", "state", "waiting", "requested_at"]
    list_filter = [OfficeFilter, OpenFilter, "state", "variant"]
