"""New certificates in place of those there were (G2)."""

from collections.abc import Sequence
from datetime import date

from accounts.models import User
from cards.models import Card, CardEvent, Certificate, SmartphonePlatform
from cards.operations.record import record, record_untold
from cards.operations.revoke_certificates import revoke_certificates
from cards.rules.certificates import valid_until
from cards.rules.kinds import CertificateKind, CertificateMedium, EventKind, RevocationReason
from portal import clock


def put_certificates(
    card: Card,
    kinds: Sequence[CertificateKind],
    *,
    platform: SmartphonePlatform | None = None,
    by: User | None,
    told: bool = True,
) -> CardEvent:
    """Issue certificates of these kinds on a smartphone of `platform`, or else on the chip.

    Earlier ones of the kind in the same place end with it; the holder is told once, of the issuing.
    A step of operations, inside their transaction; the caller holds the card and refreshes its
    deadlines. A certificate lasts until the fifth birthday after today, never longer than the card.
    Not `told`: another event of the operation tells the holder.
    """
    medium = CertificateMedium.SMARTPHONE if platform else CertificateMedium.CHIP
    ended = revoke_certificates(
        card, RevocationReason.REISSUED, medium=medium, kinds=kinds, by=by, told=False
    )
    today = clock.today()
    ends_on = valid_until(today, card.resident.birth_date, date.max)
    for kind in kinds:
        Certificate.objects.create(
            card=card,
            kind=kind.value,
            medium=medium.value,
            platform=platform,
            issued_on=today,
            ends_on=ends_on,
        )
    write = record if told else record_untold
    return write(
        card,
        EventKind.CERTIFICATE_ISSUED,
        by=by,
        certificates=[kind.value for kind in kinds],
        medium=medium.value,
        valid_until=str(min(ends_on, card.expires_on)),
        replaced=ended is not None,
        **({"platform": platform.code} if platform else {}),
    )
