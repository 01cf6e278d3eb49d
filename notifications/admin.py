"""What residents were told, and the mails: to look at, also on the card's page."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.admin.base import OfficeFilter, ReadOnlyAdmin, staff
from cards import labels
from cards.admin.card import CardAdmin
from cards.models import Card

# Registered by being read: tiles of the first page, and people whom mail does not reach.
from notifications import desk, mail_trouble_admin  # noqa: F401
from notifications.messages.about import about
from notifications.models import Delivery, Notification
from notifications.outbox import set_aside
from notifications.reasons import reason_words

SHOWN_ON_CARD = 50
_MAY_ANSWER = "notifications.change_delivery"


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
        return [("yes", pgettext_lazy("a fact", "Yes")), ("no", pgettext_lazy("a fact", "No"))]

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
    list_display = ["state", "about", "of_card", "attempts", "not_before", "sent_at", "why"]
    list_filter = [OfficeFilter, "state", SetAsideFilter]
    list_select_related = ["notification__card"]
    search_fields = ["notification__card__reference__iexact"]
    search_help_text = _("Card reference, in full.")
    ordering = ["-id"]
    office = "notification__card__resident__office"
    exports = True
    fields = ["state", "about", "of_card", "attempts", "not_before", "sent_at", "why"]
    readonly_fields = ["about", "of_card", "why"]
    change_form_template = "admin/notifications/delivery.html"

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        """The mail's own page, where one that was set aside is sent again or left."""
        return ["state"]

    def get_urls(self) -> list[URLPattern]:
        urls = []
        for name, view in (("send-again", self.send_again), ("leave", self.leave)):
            where = self.admin_site.admin_view(view)
            urls.append(
                path(f"<int:object_id>/{name}/", where, name=f"notifications_delivery_{name}")
            )
        return [*urls, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        may = staff(request).has_perm(_MAY_ANSWER)
        return super().change_view(
            request, object_id, form_url, (extra_context or {}) | {"may_answer": may}
        )

    def send_again(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """POST: the cause is mended, and the mail is queued as if never tried."""
        return self._answer(
            request,
            object_id,
            title=_("Send it again"),
            what_happens=_(
                "The mail is queued as if it had never been tried. Before it is sent, it is asked "
                "once more whether it still holds. First have the cause mended, or it will be "
                "set aside again."
            ),
            act=set_aside.send_again,
            logged="Queued the mail again.",
            done=_("The mail is queued again."),
        )

    def leave(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """POST: somebody looked; it stays failed and is shown no more as set aside."""
        return self._answer(
            request,
            object_id,
            title=_("Leave it"),
            what_happens=_(
                "The mail stays failed and is never sent. The resident still finds what it told "
                "in their inbox on the portal."
            ),
            act=set_aside.leave,
            logged="Left the mail unsent.",
            done=_("The mail is left unsent."),
        )

    def _answer(
        self,
        request: HttpRequest,
        object_id: int,
        *,
        title: Any,
        what_happens: Any,
        act: Callable[[list[int]], int],
        logged: str,
        done: Any,
    ) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        mail = self.get_queryset(request).filter(pk=object_id).first()
        if mail is None or not self.has_view_permission(request, mail):
            raise Http404
        if not staff(request).has_perm(_MAY_ANSWER):
            raise PermissionDenied
        back = reverse("admin:notifications_delivery_change", args=[mail.pk])
        if mail.set_aside_at is None:
            messages.info(request, _("This mail is not set aside any more."))
            return redirect(back)
        asked = self.ask_first(
            request,
            title=title,
            what_happens=what_happens,
            about=[self.about(mail), reason_words(mail.reason)],
            button=title,
            back=back,
        )
        if asked:
            return asked
        with transaction.atomic():
            acted = act([mail.pk])
            if acted:
                self.log_change(request, mail, logged)
        if acted:
            messages.success(request, done)
        else:  # a colleague was quicker
            messages.info(request, _("This mail is not set aside any more."))
        return redirect(back)

    @admin.display(description=_("about"))
    def about(self, delivery: Delivery) -> str:
        return str(about(delivery.notification))

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, delivery: Delivery) -> str:
        return reason_words(delivery.reason)

    @admin.display(description=_("card"))
    def of_card(self, delivery: Delivery) -> SafeString:
        return self._card_link(delivery.notification.card)


def on_the_card(request: HttpRequest, card: Card) -> SafeString:
    """The card page's section on what its holder was told, newest first."""
    told = card.notifications.select_related("delivery").order_by("-id")[:SHOWN_ON_CARD]
    rows = [
        (one, about(one), reason_words(one.delivery.reason) if hasattr(one, "delivery") else "")
        for one in told
    ]
    return render_to_string("admin/notifications/on_the_card.html", {"rows": rows})


CardAdmin.extra_sections.append(on_the_card)
