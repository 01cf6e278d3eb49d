"""What the tests about PINs share: a card whose PINs ① and ② are locked, and the counter."""

import re
from typing import Any

from cards.models import Card
from cards.operations import reset_pins
from cards.rules.kinds import PinKind
from tests.builders import make_card, make_clerk, make_pin


def make_locked_card() -> Card:
    """PIN ① is KEY7294X and PIN ② is 7294, both locked."""
    card = make_card()
    make_pin(card, PinKind.SIGNATURE, "KEY7294X", failed_tries=5)
    make_pin(card, PinKind.USER_PROOF, "7294", failed_tries=3)
    return card


def reset_at_counter(card: Card, *kinds: PinKind) -> str:
    """The code with which the holder sets these PINs anew."""
    return reset_pins(
        card,
        kinds=kinds,
        identity_proof="residence_card",
        reason="forgotten",
        by=make_clerk(card.resident.office),
    )


def words(response: Any) -> str:
    """The page, its blanks and line ends as single blanks."""
    return re.sub(r"\s+", " ", response.content.decode())
