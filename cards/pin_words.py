"""What is said about PINs: what each is for, its format, and why an entry was refused (G2, G3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cards.rules.kinds import PinKind
from cards.rules.pins import PinReason

if TYPE_CHECKING:
    from django.utils.functional import Promise, _StrPromise

    from cards.rules.pins import PinRefused


@dataclass(frozen=True, slots=True)
class PinWords:
    """One PIN: what it is for, where it is asked, how it is written."""

    purpose: str | Promise
    asked: str | Promise
    format: str | Promise


_FOUR_DIGITS = gettext_lazy("Exactly 4 digits from 0 to 9.")

PIN_WORDS: dict[PinKind, PinWords] = {
    PinKind.SIGNATURE: PinWords(
        purpose=gettext_lazy("Signs documents that you make and send on the internet."),
        asked=gettext_lazy("Online applications, for example the tax return on e-Tax."),
        format=gettext_lazy(
            "6 to 16 characters: capital letters A to Z and digits 0 to 9, at least one of each."
        ),
    ),
    PinKind.USER_PROOF: PinWords(
        purpose=gettext_lazy("Proves that it is you who uses the card."),
        asked=gettext_lazy(
            "Logging in to websites such as Mynaportal, and certificates at a convenience store."
        ),
        format=_FOUR_DIGITS,
    ),
    PinKind.RESIDENT_REGISTRATION: PinWords(
        purpose=gettext_lazy("Shows your resident registration code as text data."),
        asked=gettext_lazy("At the counter, for example when you move house with the card."),
        format=_FOUR_DIGITS,
    ),
    PinKind.CARD_INFO_INPUT: PinWords(
        purpose=gettext_lazy("Passes on what is printed on the card as text data."),
        asked=gettext_lazy(
            "Forms that fill in your name and other details from the card, for example when you "
            "register an account to receive public funds."
        ),
        format=_FOUR_DIGITS,
    ),
}

_REFUSED: dict[PinReason, _StrPromise] = {
    PinReason.TOO_SHORT: gettext_lazy("Too short: this PIN has at least 6 characters."),
    PinReason.TOO_LONG: gettext_lazy("Too long: this PIN has at most 16 characters."),
    PinReason.WRONG_LENGTH: gettext_lazy("This PIN has exactly 4 digits."),
    PinReason.NO_LETTER: gettext_lazy("No letter in it: use at least one capital letter, A to Z."),
    PinReason.NO_DIGIT: gettext_lazy("No digit in it: use at least one digit, 0 to 9."),
    PinReason.LOWER_CASE: gettext_lazy(
        "There is a small letter in it: this PIN has capital letters only, A to Z."
    ),
    PinReason.FULL_WIDTH: gettext_lazy(
        "There is a full-width character in it: switch your keyboard to half-width and type again."
    ),
    PinReason.NOT_DIGITS: gettext_lazy("This PIN has digits only, 0 to 9."),
    PinReason.NOT_ALLOWED: gettext_lazy(
        "There is a blank or another character in it that no PIN has: use only A to Z and 0 to 9."
    ),
    PinReason.EASY_TO_GUESS: gettext_lazy(
        "Easy to guess: do not use repeated or consecutive characters, years, your birthday, "
        "or one that many people choose."
    ),
    PinReason.INDIVIDUAL_NUMBER: gettext_lazy(
        "There is an Individual Number in it. That may be kept nowhere: choose another PIN."
    ),
    # Said before any PIN is looked at: what was entered as the present one may be wrong.
    PinReason.SAME_AS_CURRENT: gettext_lazy(
        "The new PIN is the same as the one you entered as the present one: choose another."
    ),
    PinReason.MISMATCH: gettext_lazy(
        "The two entries of the new PIN are not the same: type both again."
    ),
}


def refusal(refused: PinRefused) -> _StrPromise:
    """Why an entry cannot be a PIN and what to do, in the reader's language."""
    return _REFUSED[refused.reason]


def refusal_at_kiosk(refused: PinRefused) -> _StrPromise | str:
    """The same at a kiosk, where the present PIN ① was not asked for."""
    if refused.reason is PinReason.SAME_AS_CURRENT:
        return _("This is the PIN ① that the card has now. Nothing was changed: choose another.")
    return refusal(refused)


def wrong(tries_left: int, *, kiosk_helps: bool = False) -> str:
    """A PIN was entered wrongly: so many wrong tries are left until it locks.

    0: it is locked, and what can be done today: the office, or for ① a kiosk if ② can be used.
    """
    if tries_left == 0 and kiosk_helps:
        return _(
            "This PIN is not right. It is now locked, and waiting does not open it: your municipal "
            "office resets it. Bring the card and something that proves who you are. Or set a new "
            "one at once at a kiosk terminal in a convenience store, with PIN ② (user proof)."
        )
    if tries_left == 0:
        return _(
            "This PIN is not right. It is now locked, and waiting does not open it: your municipal "
            "office resets it. Bring the card and something that proves who you are."
        )
    return ngettext(
        "This PIN is not right. It locks after %(tries)d more wrong try.",
        "This PIN is not right. It locks after %(tries)d more wrong tries.",
        tries_left,
    ) % {"tries": tries_left}


def wrong_at_kiosk(tries_left: int) -> str:
    """PIN ② was entered wrongly at a kiosk; once it is locked, the kiosk cannot help either."""
    if tries_left == 0:
        return _(
            "PIN ② is not right and is now locked, so PIN ① cannot be initialised here. Your "
            "municipal office can reset both. Bring the card and something that proves who you are."
        )
    return wrong(tries_left)
