"""Whether the card that an account belongs to can sign anybody in.

The provider says whose card was held to the phone; what the card is worth today, the office knows.
The room that knows cards adds its answer to `askers` (`cards/signing_in.py`).
"""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise

from accounts.models import User


class Hindrance(NamedTuple):
    """Why the card signs nobody in, and what mends that: a sentence each."""

    why: str | Promise
    mend: str | Promise


askers: list[Callable[[User], Hindrance | None]] = []


def hindrance_of(user: User) -> Hindrance | None:
    """What keeps the account's own card from signing in; None when nothing is known to."""
    return next((found for ask in askers if (found := ask(user)) is not None), None)
