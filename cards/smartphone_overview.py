"""Certificates on a smartphone as their page shows them (G2②)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.chip import chip
from cards.models import Card, Certificate, SmartphonePlatform
from cards.rules.kinds import CardVariant, CertificateMedium, PinKind
from cards.rules.smartphone import ReadyCheck, readiness
from cards.rules.uses import Obstacle
from cards.task_words import page_or_guide
from cards.use_words import MENDED_ON
from portal import clock

if TYPE_CHECKING:
    from django.utils.functional import Promise

_WANTED: dict[ReadyCheck, Promise] = {
    ReadyCheck.CARD: _("The card works and is one with PINs."),
    ReadyCheck.SIGNATURE: _("There is a valid signature certificate on the card’s chip."),
    ReadyCheck.PIN: _("PIN ① is set and not locked."),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that an application needs; where it is not so, why and what mends it."""

    is_so: bool
    words: Promise | str
    why: Promise | str = ""
    mend: Promise | str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class SmartphoneView:
    """`there`: the certificates on a smartphone now, in use or not."""

    checks: tuple[Check, ...]
    platforms: tuple[SmartphonePlatform, ...]
    there: tuple[Certificate, ...]
    is_photo_id: bool

    @property
    def ready(self) -> bool:
        return all(check.is_so for check in self.checks)


def obstacles(card: Card) -> dict[ReadyCheck, Obstacle | None]:
    """What an application needs, and what stands in its way today."""
    slot = card.pin_slots.filter(kind=PinKind.SIGNATURE.value).first()
    return readiness(
        state=card.state,
        variant=CardVariant(card.variant),
        certificates=[one.facts(card.expires_on) for one in card.certificates.all()],
        pin_set=chip().has_pin(card, PinKind.SIGNATURE),
        pin_locked=slot is not None and slot.is_locked,
        today=clock.today(),
    )


def smartphone_of(card: Card) -> SmartphoneView:
    """How ready the card is, which smartphones can carry certificates, and which there are."""
    there = card.certificates.filter(
        medium=CertificateMedium.SMARTPHONE.value, revoked_at=None
    ).select_related("platform")
    return SmartphoneView(
        checks=tuple(_check(one, why, card) for one, why in obstacles(card).items()),
        platforms=tuple(SmartphonePlatform.objects.all()),
        there=tuple(there.order_by("kind")),
        is_photo_id=card.variant == CardVariant.PHOTO_ID,
    )


def _check(one: ReadyCheck, why: Obstacle | None, card: Card) -> Check:
    if why is None:
        return Check(True, _WANTED[one])
    return Check(
        False,
        _WANTED[one],
        labels.OBSTACLE[why],
        labels.MENDED_BY[why],
        page_or_guide(*MENDED_ON[why], card.reference),
    )
