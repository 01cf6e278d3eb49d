"""What a card is on a day, from its facts alone (G4, G5②, G6)."""

from datetime import date

from cards.rules.expiry import is_expired
from cards.rules.kinds import CardState


def card_state(
    *,
    expires_on: date,
    lapses_on: date | None,
    suspended: bool,
    replaced: bool = False,
    today: date,
) -> CardState:
    """The state of a card on `today`.

    A replaced card stays replaced. Of expiry and lapse, the one that ended the card first is
    named; on the same day it is the expiry. Suspension matters only while neither has come.
    """
    if replaced:
        return CardState.REPLACED
    # Lapsing on the day after `expires_on` or later ends a card that had expired by then.
    if lapses_on is not None and lapses_on <= expires_on and lapses_on <= today:
        return CardState.LAPSED
    if is_expired(expires_on, today):
        return CardState.EXPIRED
    return CardState.SUSPENDED if suspended else CardState.WORKING
