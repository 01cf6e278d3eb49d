"""The address in a mail that turns its kind off (RFC 8058): signed, and of use for nothing else.

Whoever has the mail has the address, with or without an account; it turns a group of early
reminders off and on again, and shows nothing of anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import translation

from accounts import languages
from notifications.kinds_of_mail import EVERY, Choice, Group

# Stands for the token while the rest of the address is found.
_TOKEN = "-token-"  # noqa: S105


def address(resident: int, choice: Choice, language: str) -> str:
    """Where mails of this group, or of every group, are turned off for the resident with this
    key."""
    around = _around(settings.SITE_URL, languages.spoken(language))
    return around.replace(_TOKEN, _signer().sign(f"{resident}-{choice}"))


def opened(token: str) -> tuple[int, Choice]:
    """The resident's key and what is turned off. Raises NotOurs."""
    try:
        resident, _, choice = _signer().unsign(token).partition("-")
        return int(resident), EVERY if choice == EVERY else Group(choice)
    except (BadSignature, ValueError):
        raise NotOurs from None


def undoing(resident: int, groups: Iterable[Group]) -> str:
    """What a form carries to have these groups, and no others, turned on again; "" for none."""
    names = ",".join(sorted(groups))
    return _undoing_signer().sign(f"{resident}-{names}") if names else ""


def to_undo(carried: str, resident: int) -> tuple[Group, ...]:
    """The groups that such a form of this resident carries. Raises NotOurs."""
    try:
        whose, _, names = _undoing_signer().unsign(carried).partition("-")
        groups = tuple(Group(name) for name in names.split(","))
    except (BadSignature, ValueError):
        raise NotOurs from None
    if whose != str(resident):
        raise NotOurs
    return groups


class NotOurs(ValueError):
    """This was not signed by us."""


def _signer() -> Signer:
    return Signer(salt="notifications.unsubscribe", sep=".")


def _undoing_signer() -> Signer:
    return Signer(salt="notifications.unsubscribe.undoing", sep=".")


@lru_cache(maxsize=32)
def _around(site: str, language: str) -> str:
    with translation.override(language):
        return site + reverse("notifications:unsubscribe", args=[_TOKEN])
