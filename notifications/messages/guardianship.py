"""What a parent or guardian is told of the end at 18, in the language that is active."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from cards.wording import day


class Said(NamedTuple):
    headline: str
    why: str
    what_to_do: str


def said(ends_on: date, days_left: int) -> Said:
    """`ends_on` is the 18th birthday; `days_left` until it, 0 or less once it is there."""
    what_to_do = _(
        "The card itself does not change. Its holder uses an account of their own: the counter of "
        "the municipal office gives them a letter with a code for it, also before the birthday. "
        "Bring the card."
    )
    if days_left > 0:
        return Said(
            headline=_("You look after this card in the portal until the 18th birthday"),
            why=_(
                "On %(day)s the card's holder turns 18. From that day on your account no longer "
                "shows this card: it then belongs to an account of its holder alone."
            )
            % {"day": day(ends_on)},
            what_to_do=what_to_do,
        )
    return Said(
        headline=_("You no longer look after this card in the portal"),
        why=_(
            "On %(day)s the card's holder turned 18. Since that day your account no longer shows "
            "this card: it belongs to an account of its holder alone."
        )
        % {"day": day(ends_on)},
        what_to_do=what_to_do,
    )
