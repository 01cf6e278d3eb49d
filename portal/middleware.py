"""Rules that hold for every page."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class PersonalPagesMiddleware:
    """What a signed-in person sees is kept by no cache, on the way or in the browser.

    And no page of another site loads anything of ours into itself. Who signs out leaves nothing
    in the browser that a script of ours kept there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response and request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        if getattr(request, "signed_out", False):
            # Not the cookies: the language chosen stays, and the session's own is gone already.
            response["Clear-Site-Data"] = '"cache", "storage"'
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class RefusalsMiddleware:
    """Who was refused a page, or had to wait at a limit, is in the log, by their account's number.

    Never by name, and with the page's name, since an address may hold a secret.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in (403, 429):
            match = request.resolver_match
            logger.warning(
                "Refused (%s): %s %s, account %s",
                response.status_code,
                request.method,
                match.view_name if match else "no page",
                request.user.pk or "nobody's",
            )
        return response


class CacheDownMiddleware:
    """Where tries are counted in the cache and it is gone, nobody gets in, and the page says so.

    Letting people in uncounted would open sign-in, hand-over and kiosk to guessing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, broken: Exception) -> HttpResponse | None:
        """An answer of 503 for what the cache did not take; None for any other trouble."""
        if not isinstance(broken, RedisError):
            return None
        logger.error("The cache does not answer: %s", type(broken).__name__)
        response = render(request, "503.html", status=503)
        response["Retry-After"] = "60"
        patch_cache_control(response, no_store=True, private=True)
        return response
