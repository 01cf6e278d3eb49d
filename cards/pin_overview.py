"""A card's PINs as their page shows them, as they stand now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cards import labels
from cards.chip import chip
from cards.models import Card
from cards.pin_words import PIN_WORDS, PinWords, wrong
from cards.rules.kinds import CardState, CardVariant, PinKind
from cards.rules.pins import TRY_LIMIT


@dataclass(frozen=True, slots=True)
class PinView:
    """One PIN. `tries_left`: wrong tries until it locks, 0 when it is locked.

    `being_tried`: none is left, but the last one is still being looked at.
    """

    kind: PinKind
    words: PinWords
    is_set: bool
    tries_left: int
    changed_at: datetime | None
    being_tried: bool = False

    @property
    def label(self) -> object:
        return labels.PIN_KIND[self.kind]

    @property
    def slug(self) -> str:
        return self.kind.value.replace("_", "-")

    @property
    def is_locked(self) -> bool:
        return self.tries_left <= 0 and not self.being_tried

    @property
    def can_be_tried(self) -> bool:
        return self.is_set and self.tries_left > 0


@dataclass(frozen=True, slots=True)
class PinsView:
    """All four; `none_at_all` for a photo-ID card; `card_works` when they can be used today."""

    none_at_all: bool
    card_works: bool
    pins: tuple[PinView, ...]

    def may_change(self, kinds: Sequence[PinKind]) -> bool:
        """Whether all of these can be changed here now."""
        usable = {pin.kind for pin in self.pins if pin.can_be_tried}
        return self.card_works and usable.issuperset(kinds)

    def being_tried(self, kinds: Sequence[PinKind]) -> bool:
        """Whether one of these is being entered elsewhere, and may be locked or not by that."""
        return any(pin.being_tried for pin in self.pins if pin.kind in kinds)

    @property
    def user_proof(self) -> PinView:
        """PIN ②, which opens the way to a new ① at a kiosk."""
        return next(pin for pin in self.pins if pin.kind is PinKind.USER_PROOF)


def pins_of(card: Card) -> PinsView:
    """What the holder may know of the PINs: everything but the PINs."""
    if card.variant == CardVariant.PHOTO_ID:
        return PinsView(none_at_all=True, card_works=card.state is CardState.WORKING, pins=())
    slots = {slot.kind: slot for slot in card.pin_slots.all()}
    return PinsView(
        none_at_all=False,
        card_works=card.state is CardState.WORKING,
        pins=tuple(
            PinView(
                kind=kind,
                words=PIN_WORDS[kind],
                is_set=chip().has_pin(card, kind),
                tries_left=slot.tries_left if (slot := slots.get(kind.value)) else TRY_LIMIT[kind],
                changed_at=slot.changed_at if slot else None,
                being_tried=slot is not None and slot.is_being_tried,
            )
            for kind in PinKind
        ),
    )


def said_of_wrong(card: Card, kind: PinKind, tries_left: int) -> str:
    """What the holder is told of a wrong entry; at the lock, also what helps today (G3)."""
    locked_signature = kind is PinKind.SIGNATURE and tries_left == 0
    kiosk_helps = locked_signature and pins_of(card).user_proof.can_be_tried
    return wrong(tries_left, kiosk_helps=kiosk_helps)
