"""Whether certificates on a smartphone can be applied for (G2②)."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from cards.rules.deadlines import CertificateFacts
from cards.rules.kinds import CardState, CardVariant
from cards.rules.uses import Obstacle, obstacle_of, signature_obstacle


class ReadyCheck(StrEnum):
    """What has to be so, in the order in which it is mended."""

    CARD = "card"  # it works, and it is one with PINs
    SIGNATURE = "signature"  # a valid signature certificate on the chip
    PIN = "pin"  # PIN ① is set and not locked


def readiness(
    *,
    state: CardState,
    variant: CardVariant,
    certificates: Iterable[CertificateFacts],
    pin_set: bool,
    pin_locked: bool,
    today: date,
) -> dict[ReadyCheck, Obstacle | None]:
    """Each thing that an application needs, and what stands in its way on `today`, if anything.

    `pin_set` and `pin_locked` are about PIN ①. Whether the smartphone's platform is on is asked
    apart: that is the administrator's data.
    """
    card = Obstacle.PHOTO_ID if variant is CardVariant.PHOTO_ID else obstacle_of(state)
    pin = None
    if not pin_set:
        pin = Obstacle.PIN_NOT_SET
    elif pin_locked:
        pin = Obstacle.PIN_LOCKED
    return {
        ReadyCheck.CARD: card,
        ReadyCheck.SIGNATURE: signature_obstacle(certificates, today),
        ReadyCheck.PIN: pin,
    }
