"""What a reissued card costs (G8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cards.rules.kinds import ReissueReason, WaiverGround


@dataclass(frozen=True, slots=True)
class Fee:
    """The two prices of a reissue, in yen, from a day on."""

    from_on: date
    card_only: int
    with_certificates: int


# The guide gives the figures without a date; cards have been issued since January 2016.
FEES: tuple[Fee, ...] = (Fee(date(2016, 1, 1), card_only=800, with_certificates=1_000),)

# Circumstances to name to the holder for each reason; staff may confirm others. Expiry and
# careless handling are the holder's own doing (G4, G7), so nothing is held out there.
_WAIVABLE: dict[ReissueReason, tuple[WaiverGround, ...]] = {
    ReissueReason.LOST: (WaiverGround.THEFT, WaiverGround.DISASTER, WaiverGround.OTHER),
    ReissueReason.FIRE: (WaiverGround.DISASTER, WaiverGround.OTHER),
    ReissueReason.DAMAGED: (
        WaiverGround.DISASTER,
        WaiverGround.CARD_FAULT,
        WaiverGround.OTHER,
    ),
    ReissueReason.CARD_FAILURE: (
        WaiverGround.CARD_FAULT,
        WaiverGround.DISASTER,
        WaiverGround.OTHER,
    ),
    ReissueReason.CARELESS_HANDLING: (),
    ReissueReason.EXPIRED: (),
    ReissueReason.COLUMN_FULL: (WaiverGround.OTHER,),
    ReissueReason.OFFICE_ERROR: (WaiverGround.OFFICE_ERROR,),
    ReissueReason.DISASTER: (WaiverGround.DISASTER,),
}


def reissue_fee(
    reason: ReissueReason,
    *,
    with_certificates: bool,
    waived: WaiverGround | bool | None = None,
    fees: Iterable[Fee] = FEES,
    on: date | None = None,
) -> int:
    """The fee for a reissue, in yen (G8).

    Charged for every reason, until staff confirm a cause that is not the holder's fault: that
    cause is `waived`, and makes it 0. `fees` are the prices by from-date; the one in force on
    `on` counts, the newest if no day is given.

    Raises ValueError for an unknown reason or ground and for a day before the first price.
    """
    ReissueReason(reason)
    if waived:
        if waived is not True:  # then staff confirmed a cause, and it is not said which
            WaiverGround(waived)
        return 0
    in_force = [fee for fee in fees if on is None or fee.from_on <= on]
    if not in_force:
        raise ValueError("No reissue fee is known for that day.")
    fee = max(in_force, key=lambda fee: fee.from_on)
    return fee.with_certificates if with_certificates else fee.card_only


def normally_waivable(reason: ReissueReason) -> tuple[WaiverGround, ...]:
    """The circumstances that would make a reissue for this reason free, to show (G8).

    Raises ValueError for an unknown reason.
    """
    return _WAIVABLE[ReissueReason(reason)]
