"""How long a session lasts: an hour without a page, twelve hours in all.

A browser is told by a warning before it happens (static/js/session.js). The end that counts is
the session row's own; it is moved on at most every few minutes, so that a page costs no write.

What somebody was filling in outlives their session: drafts (keys that begin with `DRAFT`) wait in
the browser's next session until the same person signs in there. Signing out, and “End it”, leave
nothing behind.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from portal import clock

# When this session was signed in to, in seconds since 1970.
BEGAN = "began"
DRAFT = "draft-"
_CARRIED = "carried"
_MOVED_ON_AFTER = 300


class SessionStore(DatabaseSessions):
    """Django's own, that also remembers when the row it was read from ends."""

    ends_at: float | None = None

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]
        if row is not None:
            self.ends_at = row.expire_date.timestamp()
        return row

    def load(self) -> dict[str, Any]:
        """What is kept; of a session that has just ended, its drafts, for their owner alone."""
        asked = self.session_key
        kept: dict[str, Any] = super().load()
        if kept or asked is None or self.session_key is not None:
            return kept
        since = clock.now() - timedelta(seconds=settings.SESSION_LONGEST)
        ended = self.model.objects.filter(pk=asked, expire_date__gt=since).first()
        if ended is None or not (carried := _drafts(self.decode(ended.session_data))):
            return kept
        ended.delete()  # moved on: they wait in one place only
        self.modified = True
        return {_CARRIED: carried}

    def move_on(self) -> None:
        """From now on, as long as it may last without a page."""
        self.ends_at = clock.seconds() + settings.SESSION_COOKIE_AGE
        self.setdefault(BEGAN, clock.seconds())
        self.modified = True


def _drafts(kept: Any) -> dict[str, Any] | None:
    """Whose drafts these are and the drafts, or what an earlier session left; None: nothing."""
    drafts = {key: value for key, value in kept.items() if key.startswith(DRAFT)}
    if drafts and SESSION_KEY in kept:
        return {"of": kept[SESSION_KEY], "drafts": drafts}
    carried: dict[str, Any] | None = kept.get(_CARRIED)
    return carried


def take_up_drafts(request: HttpRequest, user: User) -> None:
    """Somebody has signed in: the drafts that wait here are theirs, or are dropped."""
    carried = request.session.pop(_CARRIED, None)
    if carried and carried["of"] == str(user.pk):
        request.session.update(carried["drafts"])


class SessionEndMiddleware:
    """Moves the end on while pages are opened, and ends what has lasted too long in all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        if request.user.is_authenticated and isinstance(session, SessionStore):
            left = seconds_left(request)
            idle = settings.SESSION_COOKIE_AGE - ((session.ends_at or 0) - clock.seconds())
            if left <= 0:
                carried = _drafts(session)
                logout(request)
                if carried:
                    request.session[_CARRIED] = carried
            elif idle > _MOVED_ON_AFTER:
                session.move_on()
        return self.get_response(request)


def seconds_left(request: HttpRequest) -> int:
    """Until this session ends if no further page is opened; 0 or less when it has lasted."""
    session, now = request.session, clock.seconds()
    idle_end = getattr(session, "ends_at", None) or now + settings.SESSION_COOKIE_AGE
    longest_end = session.get(BEGAN, now) + settings.SESSION_LONGEST
    return int(min(idle_end, longest_end) - now)
