"""“Sign in with the card”, as the environment configures it."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured


def card_sign_in_apps(*, issuer: str, client_id: str, secret: str) -> list[dict[str, Any]]:
    """The one app in allauth's form, or none when nothing is set.

    Raises ImproperlyConfigured when only some of it is set.
    """
    given = [issuer, client_id, secret]
    if not any(given):
        return []
    if not all(given):
        raise ImproperlyConfigured(
            "Sign-in with the card needs CARD_SIGN_IN_ISSUER, CARD_SIGN_IN_CLIENT_ID and "
            "CARD_SIGN_IN_SECRET; set all three or none."
        )
    return [
        {
            "provider_id": "card",
            "name": "Digital Authentication App",
            "client_id": client_id,
            "secret": secret,
            "settings": {"server_url": issuer.rstrip("/")},
        }
    ]
