"""What holds for signing in on every page."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

# What can only be posted has no page to come back to: the page with its button is shown again.
_BUTTON_IS_ON = {
    "accounts:card-unlink": "accounts:security",
    "accounts:end-session": "accounts:sessions",
    "accounts:end-other-sessions": "accounts:sessions",
}


class ReauthenticationMiddleware:
    """Who must show again that it is them is led there and back, and nothing typed is kept.

    allauth by itself would keep what was posted in the session, a PIN as well; that is a row in
    the database. Here the form is shown again, and the browser fills it in (static/js/keep.js).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, raised: Exception) -> HttpResponse | None:
        if not isinstance(raised, ReauthenticationRequired) or request.method in ("GET", "HEAD"):
            return None
        methods = get_adapter().get_reauthentication_methods(request.user)
        if not methods:
            return None
        match = request.resolver_match
        page = _BUTTON_IS_ON.get(match.view_name if match else "")
        back = reverse(page) if page else request.get_full_path()
        return redirect(f"{methods[0]['url']}?{urlencode({'next': back})}")
