"""Lists over all cards, to look at: deadlines, moves, certificates, PINs and the history."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.admin.base import OfficeFilter, ReadOnlyAdmin
from cards import lead_days
from cards.admin.filters import LockedFilter, WhatEndsFilter, WhenFilter
from cards.models import CardEvent, Certificate, Deadline, Move, PinSlot


class FactAdmin(ReadOnlyAdmin):
    """A fact leads to its card."""

    office = "card__resident__office"
    exports = True
    in_file: ClassVar[dict[str, Callable[[Any], object]]] = {
        "of_card": lambda row: row.card.reference
    }
    list_select_related = ["card__resident"]
    search_fields = ["card__reference__iexact"]
    search_help_text = _("Card reference, in full.")
    list_display_links = None

    @admin.display(description=_("card"))
    def of_card(self, row: Any) -> SafeString:
        url = reverse("admin:cards_card_change", args=[row.card_id])
        return format_html('<a href="{}">{}</a>', url, row.card.reference)

    @admin.display(description=_("resident"))
    def holder(self, row: Any) -> str:
        return str(row.card.resident.name)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [f.name for f in self.opts.fields if f.name != "id"]


class OpenFilter(admin.SimpleListFilter):
    title = _("still open")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", pgettext_lazy("a fact", "Yes")), ("no", pgettext_lazy("a fact", "No"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(closed_at__isnull=self.value() == "yes")


@admin.register(Deadline)
class DeadlineAdmin(FactAdmin):
    change_list_template = "admin/cards/deadlines.html"
    list_display = ["last_day", "kind", "of_card", "holder", "next_alert_on", "closed_at"]
    list_filter = [OfficeFilter, OpenFilter, WhenFilter, WhatEndsFilter]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The next alerts stand in the rows, which a change of reminder days reaches later."""
        if lead_days.waiting():
            messages.info(
                request,
                _(
                    "The reminder days were changed just now. Here the next alerts follow them "
                    "within the hour; the page of a card shows the new ones already."
                ),
            )
        return super().changelist_view(request, extra_context)

    def get_ordering(self, request: HttpRequest) -> Any:
        """To work from, the nearest day first; else the newest row."""
        return ["last_day", "id"] if request.GET.get("open") == "yes" else ["-id"]


@admin.register(Move)
class MoveAdmin(FactAdmin):
    list_display = [
        "of_card",
        "holder",
        "kind",
        "expected_move_out_on",
        "moved_in_on",
        "notified_on",
        "card_updated_on",
    ]
    list_filter = [OfficeFilter, "kind", "source"]
    ordering = ["-id"]


@admin.register(Certificate)
class CertificateAdmin(FactAdmin):
    list_display = ["of_card", "holder", "kind", "medium", "issued_on", "ends_on", "revoked_at"]
    list_filter = [OfficeFilter, "kind", "medium"]
    ordering = ["-id"]


@admin.register(PinSlot)
class PinSlotAdmin(FactAdmin):
    exports = False
    list_display = ["of_card", "holder", "kind", "failed_tries", "changed_at"]
    list_filter = [OfficeFilter, LockedFilter, "kind"]
    ordering = ["-id"]


@admin.register(CardEvent)
class CardEventAdmin(FactAdmin):
    list_display = ["at", "kind", "of_card", "holder", "by"]
    list_filter = [OfficeFilter, "kind"]
    list_select_related = ["card__resident", "by"]
    ordering = ["-id"]
