"""One form, sent several times at once by an impatient finger: one effect, the same answer.

What counts as the same form is its CSRF token, which Django writes anew into every page. Only
the answer is kept, in the cache and for seconds; nothing that was typed. Without the cache each
post acts by itself: tries stay counted exactly, in the database.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

# Why it was refused: the field it is about ("" for none) and the words; None when it was done.
Refusal = tuple[str, str] | None
Act = Callable[[], Refusal]

_WAIT = 10.0  # seconds for the first to answer; a PIN takes far less
_STEP = 0.05
_WORKING = "working"
# Long enough for a double click, too short for going back and typing something else.
KEPT = 5


def once(request: HttpRequest, act: Act) -> Refusal:
    """What `act` gives for the first post of this form; the others wait and get the same."""
    key = form_key(request)
    if not key:
        return act()
    try:
        if not is_first(key):
            return _answer_of_the_first(key)
    except RedisError:
        return act()
    try:
        refusal = act()
    except BaseException:
        with suppress(RedisError):
            forget(key)
        raise
    with suppress(RedisError):
        answer(key, ["answered", refusal], KEPT)
    return refusal


def form_key(request: HttpRequest, *more: str) -> str:
    """What the posts of one form have in common, and `more`; empty without a CSRF token."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    parts = ":".join((request.path_info, token, *more))
    return "once:" + sha256(parts.encode()).hexdigest() if token else ""


def is_first(key: str) -> bool:
    """Whether nobody else is at this form or has done it. Whoever is first answers or forgets."""
    return bool(cache.add(key, _WORKING, _WAIT))


def answer(key: str, what: object, seconds: float) -> None:
    """What the others get, for so long."""
    cache.set(key, what, seconds)


def forget(key: str) -> None:
    """Nothing was done: the next one is the first."""
    cache.delete(key)


def answered(key: str) -> object:
    """What the first one answered; waits while it is at it. None where it forgot or takes long."""
    until = time.monotonic() + _WAIT
    while (found := cache.get(key)) == _WORKING and time.monotonic() < until:
        time.sleep(_STEP)
    return None if found == _WORKING else found


def _answer_of_the_first(key: str) -> Refusal:
    found = answered(key)
    if isinstance(found, list):
        refusal: Refusal = found[1]
        return refusal
    return "", _("This form was sent more than once. See how things stand before you try again.")
