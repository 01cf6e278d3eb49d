"""Limits on what can be guessed, counted before it is looked at."""

from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.http import HttpRequest


def count_try(request: HttpRequest, action: str, key: str = "") -> RateLimitUsage | None:
    """Use up one try of `action` (see ACCOUNT_RATE_LIMITS); None when there is none left.

    `key`: what the tries belong to, where that is neither somebody nor a network.

    A limit that is asked first and counted afterwards lets a crowd through. What turned out right
    and is not to count is given back: `rollback()` of what this gives. Allauth's own public
    `consume` gives nothing that could be given back.
    """
    return ratelimit.consume(request, app="allauth.account", action=action, key=key)
