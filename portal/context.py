"""What every page template may rely on."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.sessions import seconds_left
from notifications.news import news_of


def page(request: HttpRequest) -> dict[str, Any]:
    """The site's name and this page's address in each language."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "page_languages": page_languages(request.get_full_path()),
        "mailbox_shown": settings.DEBUG,
        "card_sign_in_offered": bool(settings.SOCIALACCOUNT_PROVIDERS["card"]["APPS"]),
        **_session(request),
    }


def page_languages(address: str) -> list[dict[str, str]]:
    """`address` (path and query) in each language; the same where it has no language of its own."""
    # Every address in a language is /<language>/…, with nothing in it translated: no need to
    # resolve it and put it together again for each of the languages on each of the pages.
    _, language, *rest = address.split("/", 2)
    spoken = rest and language in dict(settings.LANGUAGES)
    return [
        {"code": code, "name": name, "url": f"/{code}/{rest[0]}" if spoken else address}
        for code, name in settings.LANGUAGES
    ]


def _session(request: HttpRequest) -> dict[str, Any]:
    """For the warning before a session ends, and for what is kept of typing meanwhile."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        # Asked of the database by the page that shows it, unless its view knows already.
        "news": SimpleLazyObject(lambda: news_of(user)) if isinstance(user, User) else None,
        # In whole minutes and rather too few: a page asked for twice is the same page.
        "session_left": max(1, (seconds_left(request) - 1) // 60 * 60),
        "session_minutes": settings.SESSION_COOKIE_AGE // 60,
        # Tells one person's kept typing from another's on the same device; says nothing itself.
        "reader": salted_hmac("reader", str(user.pk)).hexdigest()[:16],
    }
