"""What holds for signing in on every page."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from redis.exceptions import RedisError

from accounts import once
from accounts.sessions import SessionStore

# After these a mailed code is entered: the page, and what is typed or pressed there.
_ASK_FOR_A_CODE = {
    "account_signup": "password1",
    "account_signup_by_passkey": "email",
    "account_email": "action_add",
}
_KEPT = 3 * 60  # seconds: as long as allauth calls a second mail too often
# What ends or changes a way in, and what may be shown but once.
_HAVE_ONE_EFFECT = {
    "account_change_password",
    "account_complete_password_reset",
    "accounts:card-unlink",
    "accounts:end-session",
    "accounts:set-password",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_remove_webauthn",
    "privacy:close",
}
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
    """A double click gets the answer of the first one, where acting once more would go wrong.

    On signing up, or on a new address: allauth sends one mail a few minutes to an address and calls
    the second post too often; at the same moment it meets the account that the first has just made.
    The same form for the same address leads to where the mailed code is entered, also where the
    address has an account already.

    On what ends or changes a way in: there is nothing left to remove, the password is not the old
    one any more, or the code was used and the session has gone with the first. The same form from
    the same browser leads to where the first was led.

    The session is left to the first. Anything else is answered by its page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if first := getattr(request, "first_post", None):
            key, seconds = first
            with suppress(RedisError):
                if response.status_code == HTTPStatus.FOUND:
                    once.answer(key, response["Location"], seconds)
                else:
                    once.forget(key)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        key, seconds = _of_the_form(request)
        if not key:
            return None
        with suppress(RedisError):
            if once.is_first(key):
                request.first_post = key, seconds  # type: ignore[attr-defined]
            elif leads_to := once.answered(key):
                # One that nobody has looked at: what the first answer said of it stands.
                request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
                return redirect(str(leads_to))
        return None


def _of_the_form(request: HttpRequest) -> tuple[str, float]:
    """What tells this form from others, or empty; and for how many seconds its answer holds."""
    match = request.resolver_match
    page = match.view_name if match else ""
    # The bodies of all other pages are theirs to read.
    if page in _ASK_FOR_A_CODE and _ASK_FOR_A_CODE[page] in request.POST:
        return once.form_key(request, request.POST.get("email", "").strip().lower()), _KEPT
    if page in _HAVE_ONE_EFFECT and request.method == "POST":
        browser = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        return once.form_key(request, browser), once.KEPT
    return "", 0
