"""What holds for signing in on every page."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from redis.exceptions import RedisError

from accounts import once

# After these a mailed code is entered: the page, and what is typed or pressed there.
_ASK_FOR_A_CODE = {"account_signup": "password1", "account_email": "action_add"}
_KEPT = 3 * 60  # seconds: as long as allauth calls a second mail too often
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


class SecondPostMiddleware:
    """A double click on signing up, or on a new address, gets the answer of the first one.

    allauth sends one mail a few minutes to an address and calls the second post too often; at the
    same moment it meets the account that the first has just made. The same form for the same
    address leads to where the mailed code is entered, also where the address has an account
    already, and leaves the session to the first. Anything else that comes too often is told so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if key := getattr(request, "first_post", ""):
            with suppress(RedisError):
                if response.status_code == HTTPStatus.FOUND:
                    once.answer(key, True, _KEPT)
                else:
                    once.forget(key)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        match = request.resolver_match
        asks = _ASK_FOR_A_CODE.get(match.view_name) if match else None
        # The bodies of all other pages are theirs to read.
        if asks is None or asks not in request.POST:
            return None
        key = once.form_key(request, request.POST.get("email", "").strip().lower())
        with suppress(RedisError):
            if key and once.is_first(key):
                request.first_post = key  # type: ignore[attr-defined]
            elif key and once.answered(key):
                return redirect("account_email_verification_sent")
        return None
