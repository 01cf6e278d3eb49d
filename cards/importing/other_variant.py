"""Known cards that a file makes the other variant: what `change_variant` does, for many (G9)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from cards.models import Card, Certificate, VariantRequest
from cards.operations.hand_over import forget_pins
from cards.rules.kinds import (
    CardVariant,
    CertificateKind,
    CertificateMedium,
    RevocationReason,
    VariantRequestState,
)


def end_what_needs_a_pin(
    living: Iterable[Certificate], now: datetime
) -> Iterator[tuple[dict[str, Any], list[Certificate]]]:
    """Revoke these certificates of a card that is photo-ID now, but for user proof on the chip.

    Gives for each place those that ended there and what the history keeps of it. Touches no
    database.
    """
    because = RevocationReason.VARIANT_CHANGED.value
    for medium in CertificateMedium:
        ended = [
            one
            for one in living
            if one.medium == medium.value
            and (medium is CertificateMedium.SMARTPHONE or one.kind == CertificateKind.SIGNATURE)
        ]
        for one in ended:
            one.revoked_at, one.revoked_because = now, because
        if ended:
            kinds = [one.kind for one in ended]
            yield {"certificates": kinds, "medium": medium.value, "because": because}, ended


def as_change_variant(cards: list[Card], now: datetime) -> None:
    """Carry out what was asked for, and forget the PINs of those that have none any more.

    In a few statements, however many cards; none without any.
    """
    for variant in CardVariant:
        turned = [card for card in cards if card.variant == variant.value]
        if not turned:
            continue
        asked = VariantRequest.objects.filter(card__in=turned, closed_at=None)
        asked.filter(variant=variant.value).update(
            state=VariantRequestState.DONE.value, closed_at=now
        )
        if variant is CardVariant.PHOTO_ID:
            forget_pins(*turned)
