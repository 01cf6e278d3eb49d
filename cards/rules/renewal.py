"""Renewing a card: when, and whether it is “working and in use” (G4)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cards.rules.expiry import go_by, is_expired, renewal_opens_on
from cards.rules.kinds import CardState


class RenewalStage(StrEnum):
    """How far a card is from its renewal."""

    NOT_YET = "not_yet"
    OPEN = "open"
    TODAY = "today"  # the day to go by
    LATE = "late"  # the card's last day: renewal is for the days before it
    BLOCKED = "blocked"  # it does not work


@dataclass(frozen=True, slots=True)
class Renewal:
    """`second_visit`: an extension is applied for; once it is granted, the holder comes again."""

    stage: RenewalStage
    opens_on: date
    go_by: date
    second_visit: bool


def renewal(
    *, state: CardState, expires_on: date, awaits_second_visit: bool, today: date
) -> Renewal:
    """Where the renewal of a card stands on `today` (G4).

    It opens 90 days before the expiry; the second visit is open from the first one on. A card
    that does not work is blocked, whatever the day.
    """
    last = go_by(expires_on)
    if state is not CardState.WORKING:
        stage = RenewalStage.BLOCKED
    elif today > last:
        stage = RenewalStage.LATE
    elif today == last:
        stage = RenewalStage.TODAY
    elif awaits_second_visit or today >= renewal_opens_on(expires_on):
        stage = RenewalStage.OPEN
    else:
        stage = RenewalStage.NOT_YET
    return Renewal(stage, renewal_opens_on(expires_on), last, awaits_second_visit)


class InUse(StrEnum):
    """What “working and in use” means, one thing each."""

    NOT_EXPIRED = "not_expired"
    NOT_LAPSED = "not_lapsed"
    NOT_SUSPENDED = "not_suspended"
    NOT_REPLACED = "not_replaced"


def in_use(
    *,
    expires_on: date,
    lapses_on: date | None,
    suspended: bool,
    replaced: bool = False,
    today: date,
) -> dict[InUse, bool]:
    """Each part of “working and in use”, and whether it is so on `today` (G4, G5②, G6).

    All of them together hold exactly when the card's state is `WORKING`.
    """
    # As in `card_state`: what would lapse a card that has expired by then ends nothing.
    lapsed = lapses_on is not None and lapses_on <= min(expires_on, today)
    return {
        InUse.NOT_EXPIRED: lapsed or not is_expired(expires_on, today),
        InUse.NOT_LAPSED: not lapsed,
        InUse.NOT_SUSPENDED: not suspended,
        InUse.NOT_REPLACED: not replaced,
    }
