"""How long the electronic certificates last, and which card carries which (G2, G9)."""

from datetime import date
from enum import StrEnum

from cards.rules.deadlines import CertificateFacts
from cards.rules.kinds import CardState, CardVariant, CertificateKind

BIRTHDAYS = 5


def birthday_in(year: int, birth_date: date) -> date:
    """The holder's birthday in `year`.

    A 29 February birthday is 28 February in a common year. 1 March would be possible too; the
    earlier day is the safe one, since nobody then relies on a certificate that has ended.
    """
    try:
        return birth_date.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def valid_until(issued_on: date, birth_date: date, card_expires_on: date) -> date:
    """Last day of a certificate: the holder's fifth birthday after issue, or the card's expiry.

    Whichever comes first (G2). A birthday on the day of issue itself is not one after it.
    """
    had_birthday = birthday_in(issued_on.year, birth_date) <= issued_on
    year = issued_on.year + BIRTHDAYS - (0 if had_birthday else 1)
    if year > date.max.year:
        return card_expires_on
    return min(birthday_in(year, birth_date), card_expires_on)


def carried_by(variant: CardVariant) -> tuple[CertificateKind, ...]:
    """The kinds that a card of this variant can carry: without a PIN ① no signature (G9)."""
    if variant is CardVariant.PHOTO_ID:
        return (CertificateKind.USER_PROOF,)
    return tuple(CertificateKind)


class CertificateState(StrEnum):
    """What a certificate is on a day."""

    VALID = "valid"
    UNUSABLE = "unusable"  # the card does not work, so neither does this (G2)
    EXPIRED = "expired"
    REVOKED = "revoked"


def certificate_state(
    certificate: CertificateFacts, card: CardState, today: date
) -> CertificateState:
    """What a certificate is on `today`: what ends it for good is named before the card's state."""
    if certificate.revoked:
        return CertificateState.REVOKED
    if certificate.valid_until < today:
        return CertificateState.EXPIRED
    return CertificateState.VALID if card is CardState.WORKING else CertificateState.UNUSABLE
