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
# Long enough for a double click, too short for going back and typing something else.
_KEPT = 5


def once(request: HttpRequest, act: Act) -> Refusal:
    """What `act` gives for the first post of this form; the others wait and get the same."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    if not token:
        return act()
    key = "once:" + sha256(f"{request.path_info}:{token}".encode()).hexdigest()
    try:
        if not cache.add(key, "working", _WAIT):
            return _answer_of_the_first(key)
    except RedisError:
        return act()
    try:
        refusal = act()
    except BaseException:
        with suppress(RedisError):
            cache.delete(key)
        raise
    with suppress(RedisError):
        cache.set(key, ["answered", refusal], _KEPT)
    return refusal


def _answer_of_the_first(key: str) -> Refusal:
    until = time.monotonic() + _WAIT
    while (found := cache.get(key)) == "working" and time.monotonic() < until:
        time.sleep(_STEP)
    if isinstance(found, list):
        answer: Refusal = found[1]
        return answer
    return "", _("This form was sent more than once. See how things stand before you try again.")
