"""The desk: Django's plain admin under our own name, signed in to through allauth."""

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts import factors, languages
from accounts.desk import on_the_desk
from accounts.models import User
from portal.refused_texts import refusing
from privacy.recording import recorded

# Pages of Django's that the desk has no use for: words for scripts that it does not load, and a
# way from a row to an address of its own, which no row has.
_UNUSED = ("jsi18n", "view_on_site")


class PortalAdminSite(AdminSite):
    site_title = _("Resident Card Portal")
    site_header = _("Resident Card Portal: the desk")
    index_title = _("The desk")
    # It needs a script to fold; the desk has few enough lists to show them on its first page.
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        """Nothing is deleted by the handful: where it is offered, one at a time, asked first."""
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Each with forms that keep no Individual Number (G1)."""
        super().register(model_or_iterable, refusing(admin_class or ModelAdmin), **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff who showed a second factor in this session; a password alone opens nothing."""
        return super().has_permission(request) and factors.proved(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Staff sign in where everyone does: same limits, same checks; then the second factor."""
        wanted = request.GET.get("next", "")
        here = url_has_allowed_host_and_scheme(
            wanted, {request.get_host()}, require_https=request.is_secure()
        )
        wanted = wanted if here else reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if not super().has_permission(request):
            raise PermissionDenied
        if self.has_permission(request):
            return redirect(wanted)
        return redirect(reverse("accounts:second-factor", query={"next": wanted}))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Signing out, too, happens where everyone does it (it asks before it acts)."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """In the language of the account, as the desk's addresses carry none; looks written down.

        The recorder stands within the guard: what is refused there was not seen.
        """
        guarded = super().admin_view(recorded(view, self), cacheable)

        def in_own_language(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if isinstance(request.user, User):
                request.LANGUAGE_CODE = languages.spoken(request.user.language)
                translation.activate(request.LANGUAGE_CODE)
            return guarded(request, *args, **kwargs)

        return update_wrapper(in_own_language, guarded)

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """The desk: what waits, what ends and what is not as it should be; then every list."""
        me = request.user
        assert isinstance(me, User)  # noqa: S101 - the site lets nobody else in
        return super().index(request, on_the_desk(me) | (extra_context or {}))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        # It stands on pages that are registered here, which there were none before this class.
        from notifications.forecast_page import ForecastPages

        speak = self.admin_view(require_POST(self.speak))
        pages = ForecastPages(self)
        forecast = require_safe(self.admin_view(pages.page))
        forecast_file = require_safe(self.admin_view(pages.file))
        of_django = super().get_urls()
        return [
            path("language/", speak, name="language"),
            path("forecast/", forecast, name="forecast"),
            path("forecast/file/", forecast_file, name="forecast-file"),
            *(one for one in of_django if getattr(one, "name", None) not in _UNUSED),
        ]

    def speak(self, request: HttpRequest) -> HttpResponse:
        """Keep the language that a member of staff chose, and go back to where they were."""
        language, back = request.POST.get("language", ""), request.POST.get("next", "")
        if isinstance(request.user, User) and languages.spoken(language) == language:
            request.user.language = language
            request.user.save(update_fields=["language"])
        here = url_has_allowed_host_and_scheme(
            back, {request.get_host()}, require_https=request.is_secure()
        )
        return redirect(back if here else reverse("admin:index"))
