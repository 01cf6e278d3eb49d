"""The keys that PINs are sealed with. They never enter the database."""

import base64
import binascii
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


def read_pin_keys(given: str) -> dict[str, bytes]:
    """Keys by id, the current one first, from “id:base64” pairs or from a file of them.

    Raises ImproperlyConfigured, without showing any key, when there is none or one is unusable.
    """
    text = given.strip()
    if text.startswith("/"):
        try:
            text = Path(text).read_text()
        except OSError as trouble:
            raise ImproperlyConfigured(f"PIN_KEYS: {trouble}") from None
    keys: dict[str, bytes] = {}
    for pair in text.replace(",", "\n").split():
        key_id, _, encoded = pair.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not key_id or len(key) != KEY_BYTES or key_id in keys:
            raise ImproperlyConfigured(
                "PIN_KEYS must be “id:key” pairs with ids of their own; "
                "each key is 32 bytes in base64 (openssl rand -base64 32)."
            )
        # SQLite would take what one of them sealed for what the other did (rotate_pin_keys).
        if key_id.lower() in map(str.lower, keys):
            raise ImproperlyConfigured(
                "PIN_KEYS: two ids differ only in upper or lower case; give each an id of its own."
            )
        keys[key_id] = key
    if not keys:
        raise ImproperlyConfigured(
            "PIN_KEYS is not set. PINs cannot be kept without a key; write PIN_KEYS=id:key, "
            "with a key from: openssl rand -base64 32"
        )
    return keys


def trial_pin_keys(kept: Path) -> str:
    """A key of this machine's own, for trying out, as `read_pin_keys` reads it."""
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        kept.write_text(f"trial:{key}\n")
    return str(kept)
