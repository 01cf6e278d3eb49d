"""What a new card costs on a day: the prices that staff keep, or the guide's (G8)."""

from datetime import date

from cards.models import ReissueFee
from cards.rules.fees import FEES, Fee, reissue_fee
from cards.rules.kinds import ReissueReason, WaiverGround
from portal import clock


def prices() -> tuple[Fee, ...]:
    """Every price by from-date: those that staff keep, and the guide's before the first of them."""
    kept = tuple(row.fee for row in ReissueFee.objects.all())
    first = min((fee.from_on for fee in kept), default=date.max)
    return (*(fee for fee in FEES if fee.from_on < first), *kept)


def fee_on(
    day: date,
    reason: ReissueReason,
    *,
    with_certificates: bool,
    waived: WaiverGround | None = None,
) -> int:
    """The fee in yen for a new card that was applied for on `day` (G8).

    The day of the application counts, not the day of issue: that is the price that the holder
    was shown, and how long the office takes is not their doing.
    """
    return reissue_fee(
        reason, with_certificates=with_certificates, waived=waived, fees=prices(), on=day
    )


def usual_fees() -> Fee:
    """Today's two prices, to tell: “usually … yen; the office decides”."""
    today = clock.today()
    return max((fee for fee in prices() if fee.from_on <= today), key=lambda fee: fee.from_on)
