"""Small secrets that must be read again: closed with AES-256-GCM before they enter the database.

Under the first of `PIN_KEYS`, which the database never sees. `manage.py rotate_pin_keys` moves
them on to a new key together with the PINs.
"""

import base64
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

_NONCE_BYTES = 12


@sensitive_variables("text")
def seal(purpose: str, text: str) -> str:
    """`key id:nonce and ciphertext`. What is sealed for one purpose opens for no other."""
    key_id, key = next(iter(settings.PIN_KEYS.items()))
    nonce = os.urandom(_NONCE_BYTES)
    closed = AESGCM(key).encrypt(nonce, text.encode(), purpose.encode())
    return f"{key_id}:{base64.b64encode(nonce + closed).decode()}"


def unseal(purpose: str, sealed: str) -> str:
    """The text inside.

    Raises KeyError for a key that is no longer among `PIN_KEYS`, and InvalidTag for what was
    tampered with or sealed for something else.
    """
    key_id, _, body = sealed.partition(":")
    raw = base64.b64decode(body)
    opened = AESGCM(settings.PIN_KEYS[key_id]).decrypt(
        raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode()
    )
    return opened.decode()
