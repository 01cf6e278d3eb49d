"""What to bring where that depends on the card's own facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cards.reissue_words import evidence
from cards.rules.kinds import ReissueReason

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from cards.models import Card

IDENTITY = _("Something that proves who I am, for example my residence card")
OLD_CARD = _("The card, if I still have it")


def for_a_renewal(card: Card) -> Iterator[Promise]:
    """The residence card says how long the stay is (G4), or only who its holder is."""
    yield IDENTITY if card.ends_by_itself else _("My residence card")
    yield _("My Individual Number Card, working and in use")


def for_a_new_card(card: Card) -> Iterator[Promise]:
    """To collect it: what shows the reason of the open application, else the old card (G6)."""
    applied = card.reissues.filter(closed_at=None).first()
    shown = evidence(ReissueReason(applied.reason)) if applied else None
    yield shown or OLD_CARD
    yield _("The fee, unless the office said that the card is free of charge")
    yield IDENTITY
