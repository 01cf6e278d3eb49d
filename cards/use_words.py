"""What a card can do now, use by use, in the reader's language (G1-G3, G9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.overview import CardOverview, certificate_facts
from cards.rules.kinds import CardVariant, CertificateMedium
from cards.rules.uses import Obstacle, Use, UseKind, obstacle_of, uses_of_smartphone
from cards.task_words import page_or_guide
from portal import clock

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from cards.models import Card

# What it is, more fully than its name.
_ABOUT: dict[UseKind, Promise] = {
    UseKind.ONLINE_APPLICATION: _(
        "You sign and send documents on the internet, for example the tax return on e-Tax. This "
        "needs the signature certificate."
    ),
    UseKind.LOG_IN: _("The card proves that it is you. This needs the user-proof certificate."),
    UseKind.CONVENIENCE_STORE: _(
        "A terminal prints official certificates, for example a copy of your resident record. "
        "This needs the user-proof certificate."
    ),
    UseKind.MEDICAL_INSTITUTION: _(
        "The card reader there shows that you are insured. This needs the user-proof certificate; "
        "your face will do in place of the PIN."
    ),
    UseKind.MOVING_HOUSE: _(
        "The card shows your resident registration code as text data. No certificate is needed."
    ),
    UseKind.TEXT_DATA: _(
        "The card passes on your Individual Number, name and other details as text data, for "
        "example when you register an account to receive public funds. No certificate is needed."
    ),
    UseKind.IDENTIFICATION: _(
        "Someone looks at the photo on the card. No PIN and no certificate is needed."
    ),
}
# Which page mends it, and the guide's section where there is no such page.
MENDED_ON: dict[Obstacle, tuple[str, str]] = {
    Obstacle.SUSPENDED: ("cards:lost", "lost"),
    Obstacle.EXPIRED: ("cards:reissue", "reissue"),
    Obstacle.LAPSED: ("cards:reissue", "reissue"),
    Obstacle.REPLACED: ("cards:reissue", "reissue"),
    Obstacle.PHOTO_ID: ("cards:photo-id", "photo-id"),
    Obstacle.CERTIFICATE_REVOKED: ("cards:certificates", "certificates"),
    Obstacle.CERTIFICATE_EXPIRED: ("cards:certificates", "certificates"),
    Obstacle.CERTIFICATE_MISSING: ("cards:certificates", "certificates"),
    Obstacle.PIN_NOT_SET: ("cards:pins", "pins"),
    Obstacle.PIN_LOCKED: ("cards:pins", "pins"),
}
# On a smartphone another thing mends it: an application in the portal.
_ON_A_SMARTPHONE: dict[Obstacle, tuple[Promise, Promise]] = {
    Obstacle.CERTIFICATE_REVOKED: (
        _("The electronic certificate for it on the smartphone has ended."),
        _("Apply for certificates on the smartphone again."),
    ),
    Obstacle.CERTIFICATE_EXPIRED: (
        _("The electronic certificate for it on the smartphone has expired."),
        _("Apply for certificates on the smartphone again."),
    ),
    Obstacle.CERTIFICATE_MISSING: (
        _("There is no electronic certificate for it on the smartphone."),
        _("Apply for certificates on the smartphone."),
    ),
}


@dataclass(frozen=True, slots=True)
class UseView:
    """One use: yes or no, the PIN it asks for, and what mends a no on which page."""

    kind: UseKind
    possible: bool
    title: str
    about: str
    pin: str | None
    why: str = ""
    mend: str = ""
    url: str = ""


def uses_of(one: CardOverview) -> list[UseView]:
    """Every use of the card, as it stands today."""
    return [_view(use, one.card.reference, str(_ABOUT[use.kind])) for use in one.uses]


def hindrance_of(card: Card) -> dict[str, str] | None:
    """Why a card does not work today, what mends it and on which page; None when it works."""
    obstacle = obstacle_of(card.state)
    if obstacle is None:
        return None
    return {
        "why": str(labels.OBSTACLE[obstacle]),
        "mend": str(labels.MENDED_BY[obstacle]),
        "url": page_or_guide(*MENDED_ON[obstacle], card.reference),
    }


def smartphone_uses_of(one: CardOverview) -> list[UseView]:
    """What the smartphone can do by itself; nothing where no certificate ever was on one."""
    card, facts = one.card, certificate_facts(one.card)
    on_phone = any(fact.medium == CertificateMedium.SMARTPHONE for fact in facts)
    if not on_phone or card.variant == CardVariant.PHOTO_ID:
        return []
    found = uses_of_smartphone(state=one.state, certificates=facts, today=clock.today())
    return [_view(use, card.reference, "", on_phone=True) for use in found]


def _view(use: Use, reference: str, about: str, *, on_phone: bool = False) -> UseView:
    title = str(labels.USE[use.kind])
    pin = str(labels.PIN_KIND[use.pin]) if use.pin else None
    if use.obstacle is None:
        return UseView(use.kind, True, title, about, pin)
    why, mend = labels.OBSTACLE[use.obstacle], labels.MENDED_BY[use.obstacle]
    page = MENDED_ON[use.obstacle]
    if on_phone and use.obstacle in _ON_A_SMARTPHONE:
        why, mend = _ON_A_SMARTPHONE[use.obstacle]
        page = "cards:smartphone", "certificates"
    return UseView(
        use.kind, False, title, about, pin, str(why), str(mend), page_or_guide(*page, reference)
    )
