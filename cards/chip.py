"""The card's chip, as far as PINs go: one small interface, chosen by the setting `CHIP`.

A terminal or an HSM that talks to real cards takes the place of `SoftwareChip` by offering the
same seven calls. Counting tries is not the chip's business here: see `cards.operations.try_pin`.
"""

from __future__ import annotations

import base64
import os
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Protocol

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db.models import OuterRef
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_variables

from cards.models import SealedPin
from cards.models.json_rows import JsonRows

if TYPE_CHECKING:
    from collections.abc import Collection

    from cards.models import Card
    from cards.rules.kinds import PinKind

# An Argon2id evaluation takes 19 MiB; more than two at once would only slow each other down.
_AT_ONCE = BoundedSemaphore(2)
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NONCE_BYTES = 12


class Chip(Protocol):
    """What the portal asks of a chip. No call ever gives a PIN back."""

    def has_pin(self, card: Card, kind: PinKind) -> bool:
        """Whether a PIN of this kind is set."""

    def kinds_set(self) -> Combinable:
        """For a query over cards: a list of `{"kind": …}`, one for each PIN that is set."""

    def matches(self, card: Card, kind: PinKind, pin: str) -> bool:
        """Whether `pin` is the one that is set; False when none is."""

    def seal(self, card: Card, kind: PinKind, pin: str) -> str:
        """Prepare a new PIN, slowly and outside any transaction; opaque to the caller."""

    def put(self, card: Card, kind: PinKind, sealed: str) -> None:
        """Set what `seal` prepared. Part of the caller's transaction."""

    def clear(self, card: Card, kind: PinKind) -> None:
        """Forget the PIN of this kind. Part of the caller's transaction."""

    def clear_all(self, cards: Collection[Card]) -> None:
        """Forget every PIN of these cards. Part of the caller's transaction."""


@cache
def chip() -> Chip:
    """The chip that this installation uses."""
    made: Chip = import_string(settings.CHIP)()
    return made


class SoftwareChip:
    """PINs as Argon2id hashes, sealed with AES-256-GCM under a key that the database never sees.

    Card and kind are part of the seal: a row moved to another card or PIN opens for neither.
    """

    def has_pin(self, card: Card, kind: PinKind) -> bool:
        return SealedPin.objects.filter(card=card, kind=kind.value).exists()

    def kinds_set(self) -> Combinable:
        pins = SealedPin.objects.filter(card=OuterRef("pk")).order_by("kind")
        return JsonRows(pins.values(row=JSONObject(kind="kind")))

    @sensitive_variables("pin", "hashed")
    def matches(self, card: Card, kind: PinKind, pin: str) -> bool:
        sealed = SealedPin.objects.filter(card=card, kind=kind.value).values_list("sealed").first()
        if sealed is None:
            return False
        hashed = unseal(sealed[0], card.pk, kind)
        with _AT_ONCE:
            try:
                return _HASHER.verify(hashed, pin)
            except VerifyMismatchError:
                return False

    @sensitive_variables("pin", "hashed")
    def seal(self, card: Card, kind: PinKind, pin: str) -> str:
        with _AT_ONCE:
            hashed = _HASHER.hash(pin)
        return seal(hashed, card.pk, kind)

    def put(self, card: Card, kind: PinKind, sealed: str) -> None:
        SealedPin.objects.update_or_create(card=card, kind=kind.value, defaults={"sealed": sealed})

    def clear(self, card: Card, kind: PinKind) -> None:
        SealedPin.objects.filter(card=card, kind=kind.value).delete()

    def clear_all(self, cards: Collection[Card]) -> None:
        SealedPin.objects.filter(card__in=cards).delete()


def seal(hashed: str, card_id: int, kind: PinKind) -> str:
    """`key id:nonce and ciphertext`, under the first of `PIN_KEYS`."""
    key_id, key = next(iter(settings.PIN_KEYS.items()))
    nonce = os.urandom(_NONCE_BYTES)
    closed = AESGCM(key).encrypt(nonce, hashed.encode(), _belongs_to(card_id, kind))
    return f"{key_id}:{base64.b64encode(nonce + closed).decode()}"


def unseal(sealed: str, card_id: int, kind: PinKind) -> str:
    """The Argon2id hash inside.

    Raises KeyError for a key that is no longer among `PIN_KEYS`, and InvalidTag for a row that
    was tampered with or belongs elsewhere.
    """
    key_id, _, body = sealed.partition(":")
    raw = base64.b64decode(body)
    opened = AESGCM(settings.PIN_KEYS[key_id]).decrypt(
        raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _belongs_to(card_id, kind)
    )
    return opened.decode()


def _belongs_to(card_id: int, kind: PinKind) -> bytes:
    return f"{card_id}/{kind.value}".encode()
