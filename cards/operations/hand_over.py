"""PINs that wait for their holder: the one-time code that opens them (G3)."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from hmac import new as hmac

from django.conf import settings

from accounts.models import User
from cards.chip import chip
from cards.models import Card, PinHandOver, PinSlot
from cards.rules.kinds import PinKind
from portal import clock

VALID_FOR = timedelta(minutes=30)
# No letters or digits that are mistaken for each other when read out or copied.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 10


def start_hand_over(
    card: Card, *, kinds: Sequence[PinKind], identity_proof: str, reason: str, by: User
) -> str:
    """Open a hand-over of `kinds` and give its code, which is kept only as a digest.

    Valid 30 minutes and once; it replaces an earlier one. A step of operations that lock the card.
    """
    code = "".join(secrets.choice(_ALPHABET) for _place in range(_CODE_LENGTH))
    close_hand_overs(card)
    PinHandOver.objects.create(
        card=card,
        kinds=[kind.value for kind in kinds],
        code_digest=digest(code),
        identity_proof=identity_proof,
        reason=reason,
        by=by,
        expires_at=clock.now() + VALID_FOR,
    )
    return code


def close_hand_overs(*cards: Card) -> None:
    """No code of these cards opens anything any more."""
    PinHandOver.objects.filter(card__in=cards, closed_at=None).update(closed_at=clock.now())


def forget_pins(*cards: Card) -> None:
    """Take every PIN off these cards, with the counts of wrong tries and the open codes."""
    chip().clear_all(cards)
    PinSlot.objects.filter(card__in=cards).delete()
    close_hand_overs(*cards)


def digest(code: str) -> str:
    """What is kept of a code, typed with or without blanks and hyphens, in any case."""
    tidy = "".join(code.split()).replace("-", "").upper()
    return hmac(settings.SECRET_KEY.encode(), tidy.encode(), sha256).hexdigest()
