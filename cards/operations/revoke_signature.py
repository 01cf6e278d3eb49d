"""A change of personal information ends the signature certificate (G5①)."""

from accounts.models import User
from cards.models import Card
from cards.operations.record import record
from cards.rules.kinds import CertificateKind, EventKind, RevocationReason
from portal import clock


def revoke_signature(card: Card, *, by: User | None) -> None:
    """Revoke the signature certificate wherever it lives; the user-proof one stays (G5①).

    A step of operations that record a change of name or address, inside their transaction.
    Does nothing when there is no such certificate to revoke.
    """
    revoked = card.certificates.filter(
        kind=CertificateKind.SIGNATURE.value, revoked_at=None
    ).update(revoked_at=clock.now(), revoked_because=RevocationReason.INFORMATION_CHANGED.value)
    if revoked:
        record(
            card,
            EventKind.CERTIFICATE_REVOKED,
            by=by,
            certificate=CertificateKind.SIGNATURE.value,
            because=RevocationReason.INFORMATION_CHANGED.value,
        )
