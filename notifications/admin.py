"""What residents were told, and the mails: to look at, also on the card's page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import OfficeFilter, ReadOnlyAdmin
from cards import labels
from cards.admin.card import CardAdmin
from cards.models import Card

# Registered by being read: tiles of the first page, and people whom mail does not reach.
from notifications import desk, mail_trouble_admin  # noqa: F401
from notifications.messages.about import about
from notifications.models import Delivery, Notification

SHOWN_ON_CARD = 50


class AboutFilter(admin.SimpleListFilter):
    title = _("about")
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*labels.DEADLINE_KIND.items(), *labels.EVENT_KIND.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() is None else queryset.filter(kind=self.value())


class SetAsideFilter(admin.SimpleListFilter):
    title = _("set aside")
    parameter_name = "set_aside"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(set_aside_at__isnull=self.value() != "yes")


class ToldAdmin(ReadOnlyAdmin):
    list_display_links = None

    def _card_link(self, card: Card) -> SafeString:
        url = reverse("admin:cards_card_change", args=[card.pk])
        return format_html('<a href="{}">{}</a>', url, card.reference)


@admin.register(Notification)
class NotificationAdmin(ToldAdmin):
    list_display = ["created_at", "about", "last_day", "lead", "of_card", "holder", "read_at"]
    list_filter = [OfficeFilter, AboutFilter]
    list_select_related = ["card__resident"]
    search_fields = ["card__reference__iexact"]
    search_help_text = _("Card reference, in full.")
    ordering = ["-id"]
    office = "card__resident__office"
    exports = True

    @admin.display(description=_("about"))
    def about(self, notification: Notification) -> str:
        return str(about(notification))

    @admin.display(description=_("card"))
    def of_card(self, notification: Notification) -> SafeString:
        return self._card_link(notification.card)

    @admin.display(description=_("resident"))
    def holder(self, notification: Notification) -> str:
        return notification.card.resident.name


@admin.register(Delivery)
class DeliveryAdmin(ToldAdmin):
    list_display = ["state", "about", "of_card", "attempts", "not_before", "sent_at", "reason"]
    list_filter = [OfficeFilter, "state", SetAsideFilter]
    list_select_related = ["notification__card"]
    search_fields = ["notification__card__reference__iexact"]
    search_help_text = _("Card reference, in full.")
    ordering = ["-id"]
    office = "notification__card__resident__office"
    exports = True

    @admin.display(description=_("about"))
    def about(self, delivery: Delivery) -> str:
        return str(about(delivery.notification))

    @admin.display(description=_("card"))
    def of_card(self, delivery: Delivery) -> SafeString:
        return self._card_link(delivery.notification.card)


def on_the_card(request: HttpRequest, card: Card) -> SafeString:
    """The card page's section on what its holder was told, newest first."""
    told = card.notifications.select_related("delivery").order_by("-id")[:SHOWN_ON_CARD]
    rows = [(notification, about(notification)) for notification in told]
    return render_to_string("admin/notifications/on_the_card.html", {"rows": rows})


CardAdmin.extra_sections.append(on_the_card)
