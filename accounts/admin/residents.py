"""Residents: found by name, birth date or card; only where to write to is edited here."""

from collections.abc import Callable
from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DeskAdmin, OfficeFilter, staff
from accounts.admin.linking import LetterPage
from accounts.admin.second_step import of_a_resident
from accounts.models import Resident
from accounts.operations import set_contact
from accounts.searching import SEARCH_HELP, found_by
from portal import clock


@admin.register(Resident)
class ResidentAdmin(DeskAdmin):
    list_display = ["name", "birth_date", "office", "cards", "language"]
    list_filter = [OfficeFilter]
    list_select_related = ["office"]
    ordering = ["name"]
    office = "office"
    exports = True
    in_file: ClassVar[dict[str, Callable[[Any], object]]] = {
        "cards": lambda resident: ", ".join(card.reference for card in resident.cards.all())
    }
    # An address that somebody no longer uses is nobody's to keep.
    told_without_values = frozenset({"email"})
    # Not looked up by Django itself: see get_search_results.
    search_fields = ["name"]
    search_help_text = SEARCH_HELP
    fieldsets = [
        (None, {"fields": ["name", "birth_date", "office", "cards"]}),
        (
            _("From the office's system"),
            {"fields": ["address", "residence_status", "period_of_stay_ends_on"]},
        ),
        (
            _("Where we write to"),
            {
                "fields": ["email", "language"],
                "description": _(
                    "Reminders go to this address; in this language, unless the resident has "
                    "chosen another in their own account."
                ),
            },
        ),
    ]
    change_form_template = "admin/accounts/resident/change_form.html"
    readonly_fields = [
        "name",
        "birth_date",
        "office",
        "cards",
        "address",
        "residence_status",
        "period_of_stay_ends_on",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resident]:
        return super().get_queryset(request).prefetch_related("cards")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(found_by(search_term)), False

    @admin.display(description=_("cards"))
    def cards(self, resident: Resident) -> SafeString:
        return format_html_join(
            mark_safe("<br>"),
            '<a href="{}">{}</a>',
            (
                (reverse("admin:cards_card_change", args=[card.pk]), card.reference)
                for card in resident.cards.all()
            ),
        )

    def get_urls(self) -> list[URLPattern]:
        letters = LetterPage(self)
        page = self.admin_site.admin_view(letters)
        close = self.admin_site.admin_view(letters.close)
        second = self.admin_site.admin_view(self.second_step)
        where = "<int:object_id>/linking-letter/"
        return [
            path(where, page, name="accounts_resident_linking-letter"),
            path(f"{where}<int:letter_id>/close/", close, name="accounts_resident_close-letter"),
            path(
                "<int:object_id>/second-step/<int:holding_id>/",
                second,
                name="accounts_resident_second-step",
            ),
            *super().get_urls(),
        ]

    def second_step(self, request: HttpRequest, object_id: int, holding_id: int) -> HttpResponse:
        return of_a_resident(self, request, object_id, holding_id)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """With who sees the cards, and which letters were printed, below the record."""
        resident = self.get_object(request, object_id)
        more = extra_context or {}
        if resident is not None:
            more = more | {
                "holdings": resident.holdings.select_related("user")
                .annotate(
                    has_second_step=Exists(Authenticator.objects.filter(user=OuterRef("user")))
                )
                .order_by("-relation", "pk"),
                "letters": resident.linking_codes.select_related("made_by", "used_by")[:5],
                "may_link": staff(request).has_perm("accounts.add_holding"),
                "now": clock.now(),
            }
        return super().change_view(request, object_id, form_url, more)

    def save_model(self, request: HttpRequest, obj: Resident, form: Any, change: bool) -> None:
        set_contact(obj, email=obj.email, language=obj.language)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
