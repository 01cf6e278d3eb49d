"""What the holder came for, where that depends on the card's own facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from cards.models import Card


def for_a_renewal(card: Card) -> Iterator[Promise]:
    """A new date: that of the stay (G4), or because the card ends on a day of its own."""
    if card.ends_by_itself:
        yield _(
            "My Individual Number Card ends on a last day of its own, and not with my period of "
            "stay. Please renew it."
        )
    else:
        yield _(
            "My period of stay changes. Please put the new expiry date on my Individual Number "
            "Card."
        )
