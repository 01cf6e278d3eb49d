"""Certificates that end before their day (G2, G5①)."""

from collections.abc import Collection

from accounts.models import User
from cards.models import Card, CardEvent
from cards.operations.record import record, record_untold
from cards.rules.kinds import CertificateKind, CertificateMedium, EventKind, RevocationReason
from portal import clock


def revoke_certificates(
    card: Card,
    because: RevocationReason,
    *,
    medium: CertificateMedium,
    kinds: Collection[CertificateKind] = tuple(CertificateKind),
    by: User | None,
    told: bool = True,
) -> CardEvent | None:
    """Revoke the card's certificates of these kinds in this place, as one event.

    A step of operations, inside their transaction; the caller holds the card and refreshes its
    deadlines. Does nothing, and gives None, where there is none to revoke. Not `told`:
    another event of the operation tells the holder.
    """
    found = card.certificates.filter(
        kind__in=[kind.value for kind in kinds], medium=medium.value, revoked_at=None
    )
    revoked = [kind.value for kind in CertificateKind if found.filter(kind=kind.value).exists()]
    if not revoked:
        return None
    found.update(revoked_at=clock.now(), revoked_because=because.value)
    write = record if told else record_untold
    return write(
        card,
        EventKind.CERTIFICATE_REVOKED,
        by=by,
        certificates=revoked,
        medium=medium.value,
        because=because.value,
    )
