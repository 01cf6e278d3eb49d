"""What may be ticked on paper where that depends on the card: one of photo identification only has
no PIN ① and so no signature certificate (G9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.certificates import carried_by
from cards.rules.kinds import CardVariant, CertificateKind

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from cards.models import Card


def sign_again(card: Card) -> Iterator[Promise | str]:
    """After a change of details: the signature certificate, where the card can have one (G5①)."""
    if CertificateKind.SIGNATURE in carried_by(CardVariant(card.variant)):
        yield _(
            "Please issue the signature certificate again. It ended because my details changed."
        )


def for_an_update(card: Card) -> Iterator[Promise | str]:
    """What changed, and what ended with it."""
    yield _("My address changed.")
    yield _("My name changed.")
    yield from sign_again(card)


def certificates(card: Card) -> Iterator[Promise | str]:
    """Those that the card can carry (G2, G9)."""
    for kind in carried_by(CardVariant(card.variant)):
        yield labels.CERTIFICATE_KIND[kind]


def for_a_renewal(card: Card) -> Iterator[Promise | str]:
    """Which of the two residence cards (G4); nothing where the card ends on a day of its own."""
    if not card.ends_by_itself:
        yield _("My residence card states that an extension of the period of stay was applied for.")
        yield _("My residence card shows the new period of stay.")


def for_a_new_card(card: Card) -> Iterator[Promise | str]:
    """Every reason; and certificates, where the card can be had with them or without (G8, G9)."""
    yield from labels.REISSUE_REASON.values()
    if card.variant == CardVariant.STANDARD:
        yield _("I would like electronic certificates on the new card, too.")
