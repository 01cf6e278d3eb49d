"""What a card can do for its holder now, and if not, why (G1-G3, G9)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from cards.rules.deadlines import CertificateFacts
from cards.rules.kinds import CardState, CardVariant, CertificateKind, CertificateMedium, PinKind


class UseKind(StrEnum):
    """What a card is good for, in the order in which pages list it."""

    ONLINE_APPLICATION = "online_application"
    LOG_IN = "log_in"
    CONVENIENCE_STORE = "convenience_store"
    MEDICAL_INSTITUTION = "medical_institution"
    MOVING_HOUSE = "moving_house"
    TEXT_DATA = "text_data"
    IDENTIFICATION = "identification"


class Obstacle(StrEnum):
    """Why a card cannot be used for something."""

    SUSPENDED = "suspended"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    REPLACED = "replaced"
    PHOTO_ID = "photo_id"
    CERTIFICATE_REVOKED = "certificate_revoked"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_MISSING = "certificate_missing"
    PIN_NOT_SET = "pin_not_set"
    PIN_LOCKED = "pin_locked"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a card: the PIN it asks for, if any, and what stands in its way, if anything."""

    kind: UseKind
    possible: bool
    pin: PinKind | None
    obstacle: Obstacle | None


class _Needs(NamedTuple):
    certificate: CertificateKind | None
    pin: PinKind | None
    a_look_will_do: bool = False  # the face, in place of the PIN


_NEEDS: dict[UseKind, _Needs] = {
    UseKind.ONLINE_APPLICATION: _Needs(CertificateKind.SIGNATURE, PinKind.SIGNATURE),
    UseKind.LOG_IN: _Needs(CertificateKind.USER_PROOF, PinKind.USER_PROOF),
    UseKind.CONVENIENCE_STORE: _Needs(CertificateKind.USER_PROOF, PinKind.USER_PROOF),
    UseKind.MEDICAL_INSTITUTION: _Needs(
        CertificateKind.USER_PROOF, PinKind.USER_PROOF, a_look_will_do=True
    ),
    UseKind.MOVING_HOUSE: _Needs(None, PinKind.RESIDENT_REGISTRATION),
    UseKind.TEXT_DATA: _Needs(None, PinKind.CARD_INFO_INPUT),
    UseKind.IDENTIFICATION: _Needs(None, None, a_look_will_do=True),
}

_ENDED_BY: dict[CardState, Obstacle] = {
    CardState.SUSPENDED: Obstacle.SUSPENDED,
    CardState.EXPIRED: Obstacle.EXPIRED,
    CardState.LAPSED: Obstacle.LAPSED,
    CardState.REPLACED: Obstacle.REPLACED,
}


def uses(
    *,
    state: CardState,
    variant: CardVariant,
    certificates: Iterable[CertificateFacts],
    locked_pins: Collection[PinKind],
    unset_pins: Collection[PinKind] = (),
    today: date,
) -> tuple[Use, ...]:
    """Every use, in the order of `UseKind`, with whether it is possible on `today`.

    Of several obstacles the most lasting is named: what this kind of card can never do (G9),
    then the state of the card, then its certificate, then a PIN that is not set or locked. Only
    certificates on the chip count: for those on a smartphone see `uses_of_smartphone`.
    """
    on_chip = [one for one in certificates if one.medium == CertificateMedium.CHIP]
    has_pins = variant != CardVariant.PHOTO_ID
    found = []
    for kind, needs in _NEEDS.items():
        if not has_pins and not needs.a_look_will_do:
            obstacle: Obstacle | None = Obstacle.PHOTO_ID
        else:
            obstacle = _ENDED_BY.get(state) or _certificate_obstacle(
                needs.certificate, on_chip, today
            )
        if obstacle is None and not needs.a_look_will_do:
            if needs.pin in unset_pins:
                obstacle = Obstacle.PIN_NOT_SET
            elif needs.pin in locked_pins:
                obstacle = Obstacle.PIN_LOCKED
        found.append(Use(kind, obstacle is None, needs.pin if has_pins else None, obstacle))
    return tuple(found)


def uses_of_smartphone(
    *, state: CardState, certificates: Iterable[CertificateFacts], today: date
) -> tuple[Use, ...]:
    """What a smartphone can do by itself, without the card, for each use of a certificate (G2②).

    Its certificates work no longer than the card they came from; a lost card's do not work either.
    The card's PINs are not asked for.
    """
    on_phone = [one for one in certificates if one.medium == CertificateMedium.SMARTPHONE]
    found = []
    for kind, needs in _NEEDS.items():
        if needs.certificate:
            obstacle = _ENDED_BY.get(state) or _certificate_obstacle(
                needs.certificate, on_phone, today
            )
            found.append(Use(kind, obstacle is None, None, obstacle))
    return tuple(found)


def sign_in_obstacle(
    *,
    state: CardState,
    variant: CardVariant,
    certificates: Collection[CertificateFacts],
    today: date,
) -> Obstacle | None:
    """Why nobody can sign in with the card's user-proof certificate; None when it can be done.

    The certificate on the chip, or the one on a smartphone (G2, G9). Not about the PIN: the chip
    itself asks for that, and answers to no wrong one.
    """
    on_chip = uses(
        state=state, variant=variant, certificates=certificates, locked_pins=(), today=today
    )
    on_phone = uses_of_smartphone(state=state, certificates=certificates, today=today)
    has_pins = variant is not CardVariant.PHOTO_ID
    if has_pins and any(use.possible for use in on_phone if use.kind is UseKind.LOG_IN):
        return None
    return next(use.obstacle for use in on_chip if use.kind is UseKind.LOG_IN)


def obstacle_of(state: CardState) -> Obstacle | None:
    """What a card's state alone keeps it from; None for one that works."""
    return _ENDED_BY.get(state)


def signature_obstacle(certificates: Iterable[CertificateFacts], today: date) -> Obstacle | None:
    """Why nothing can be signed with the certificate on the chip; None when it is valid (G2)."""
    on_chip = [one for one in certificates if one.medium == CertificateMedium.CHIP]
    return _certificate_obstacle(CertificateKind.SIGNATURE, on_chip, today)


def _certificate_obstacle(
    kind: CertificateKind | None, on_chip: Iterable[CertificateFacts], today: date
) -> Obstacle | None:
    if kind is None:
        return None
    ours = [one for one in on_chip if one.kind == kind]
    if not ours:
        return Obstacle.CERTIFICATE_MISSING
    # Earlier certificates may still be on record beside the present one.
    unrevoked = [one for one in ours if not one.revoked]
    if not unrevoked:
        return Obstacle.CERTIFICATE_REVOKED
    if all(one.valid_until < today for one in unrevoked):
        return Obstacle.CERTIFICATE_EXPIRED
    return None
