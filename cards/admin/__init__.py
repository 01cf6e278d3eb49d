"""The desk's pages about cards: the card's own page, and one file for each journey."""

from cards.admin import (  # noqa: F401
    applications,
    card,
    certificates,
    desk,
    facts,
    fees,
    imports,
    kiosks,
    lead_days,
)
