"""Terminals that may open the kiosk screen: giving a key, and recognising it."""

import secrets
from hashlib import sha256

from django.db import transaction

from cards.models import Kiosk


@transaction.atomic
def renew_kiosk_key(kiosk: Kiosk) -> str:
    """A new key for a terminal, shown once and kept only as a digest.

    The old one, and every screen opened with it, ends at once.
    """
    key = secrets.token_urlsafe(24)
    kiosk.key_digest = _digest(key)
    kiosk.save(update_fields=["key_digest"])
    return key


def kiosk_with(key: str) -> Kiosk | None:
    """The terminal in use that this key belongs to, or None."""
    return Kiosk.objects.filter(key_digest=_digest(key), is_active=True).first()


def _digest(key: str) -> str:
    # A key of 192 random bits needs no slow hash: there is nothing to guess.
    return sha256(key.encode()).hexdigest()
