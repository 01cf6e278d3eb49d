"""What holds for signing in on every page."""

import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from http import HTTPStatus

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from allauth.core.exceptions import ReauthenticationRequired
from django.core.cache import cache
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from redis.exceptions import RedisError

# After these a mailed code is entered.
_ASK_FOR_A_CODE = {"account_signup", "account_email"}
_KEPT = 3 * 60  # seconds: as long as allauth calls a second mail too often
_STEP, _STEPS = 0.1, 30
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
    same moment it meets the account that the first has just made. The same form (by its CSRF
    token) for the same address leads to where the mailed code is entered, also where the address
    has an account already, and leaves the session to the first. Anything else that comes too
    often is told so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not (key := _form_asking_for_a_code(request)):
            return response
        with suppress(RedisError):
            if response.status_code == HTTPStatus.FOUND:
                cache.set(key, True, _KEPT)
            elif response.status_code == HTTPStatus.TOO_MANY_REQUESTS and _was_answered(key):
                request.session.modified = False
                return redirect("account_email_verification_sent")
        return response

    def process_exception(self, request: HttpRequest, raised: Exception) -> HttpResponse | None:
        if isinstance(raised, IntegrityError) and _form_asking_for_a_code(request):
            refused: HttpResponse = ratelimit.respond_429(request)
            return refused
        return None


def _form_asking_for_a_code(request: HttpRequest) -> str:
    """What tells this form, and the address in it, from others; empty for every other request."""
    match = request.resolver_match
    if request.method != "POST" or match is None or match.view_name not in _ASK_FOR_A_CODE:
        return ""
    token = request.POST.get("csrfmiddlewaretoken", "")
    email = request.POST.get("email", "").strip().lower()
    told = f"{request.path_info}:{token}:{email}"
    return "second-post:" + sha256(told.encode()).hexdigest() if token and email else ""


def _was_answered(key: str) -> bool:
    """Whether the first post was; waits a moment for one that is on its way."""
    for _step in range(_STEPS):
        if cache.get(key):
            return True
        time.sleep(_STEP)
    return False
