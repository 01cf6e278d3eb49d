"""Terminals that may open the kiosk screen; their keys are shown once (G3)."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DeskAdmin
from cards.models import Kiosk
from cards.operations.kiosks import renew_kiosk_key


@admin.register(Kiosk)
class KioskAdmin(DeskAdmin):
    list_display = ["name", "is_active", "created_at"]
    fields = ["name", "is_active"]
    actions = ["give_new_key"]

    def response_add(
        self, request: HttpRequest, obj: Kiosk, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._show_keys(request, [obj])

    @admin.action(
        description=_("Give a new key (the old one ends at once)"), permissions=["change"]
    )
    def give_new_key(self, request: HttpRequest, queryset: QuerySet[Kiosk]) -> HttpResponse:
        asked = self.ask_first(
            request,
            title=_("Give a new key"),
            what_happens=_(
                "The key that these terminals have now, and every screen opened with it, ends at "
                "once: they serve nobody until the new key is entered there. The new key is shown "
                "once, on the next page."
            ),
            about=[kiosk.name for kiosk in queryset],
            button=_("Give a new key"),
            back=reverse("admin:cards_kiosk_changelist"),
        )
        if asked:
            return asked
        for kiosk in queryset:
            self.log_change(request, kiosk, "A new key was given")
        return self._show_keys(request, list(queryset))

    def _show_keys(self, request: HttpRequest, kiosks: list[Kiosk]) -> HttpResponse:
        """On this very page: a message would put the keys into a cookie, readable."""
        response = TemplateResponse(
            request,
            "admin/cards/kiosk_keys.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Keys of terminals"),
                "opts": self.opts,
                "keys": [(kiosk, renew_kiosk_key(kiosk)) for kiosk in kiosks],
            },
        )
        patch_cache_control(response, no_store=True, private=True)
        return response
