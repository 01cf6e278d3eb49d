"""What a PIN may look like (G3).

Two rules, kept apart: the format, which the card itself demands, and being hard to guess,
which is ours. A refusal never carries the PIN: not in its text, not in its arguments.
"""

import string
from datetime import date
from enum import StrEnum
from itertools import permutations, product

from cards.rules import individual_number
from cards.rules.kinds import PinKind

# Wrong tries in a row until the PIN locks.
TRY_LIMIT: dict[PinKind, int] = {
    PinKind.SIGNATURE: 5,
    PinKind.USER_PROOF: 3,
    PinKind.RESIDENT_REGISTRATION: 3,
    PinKind.CARD_INFO_INPUT: 3,
}

SIGNATURE_MIN_LENGTH = 6
SIGNATURE_MAX_LENGTH = 16
SHORT_LENGTH = 4

# Spelt out: `isdigit()`, `isupper()` and `\d` know the digits and letters of every script.
_DIGITS = frozenset(string.digits)
_CAPITALS = frozenset(string.ascii_uppercase)
_SMALL = frozenset(string.ascii_lowercase)


class PinReason(StrEnum):
    """Why a PIN is refused; pages say from it what to do."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    WRONG_LENGTH = "wrong_length"
    NO_LETTER = "no_letter"
    NO_DIGIT = "no_digit"
    LOWER_CASE = "lower_case"
    FULL_WIDTH = "full_width"
    NOT_DIGITS = "not_digits"
    NOT_ALLOWED = "not_allowed"  # blanks, line ends, signs, other scripts
    EASY_TO_GUESS = "easy_to_guess"
    INDIVIDUAL_NUMBER = "individual_number"  # sealed or not, it may be kept nowhere (G1)
    SAME_AS_CURRENT = "same_as_current"
    MISMATCH = "mismatch"


class PinRefused(ValueError):
    """A PIN that cannot be set; `reason` says why, and nothing says what it was."""

    def __init__(self, reason: PinReason) -> None:
        super().__init__(reason)
        self.reason = reason


def check_format(kind: PinKind, pin: str) -> None:
    """Raise PinRefused unless `pin` is written as the card wants it (G3).

    ①: 6 to 16 of A-Z and 0-9, at least one of each. ②③④: exactly four of 0-9. What is typed
    is what is set: nothing is trimmed, folded or converted. Characters are judged before the
    length. ValueError for an unknown kind.
    """
    if PinKind(kind) is PinKind.SIGNATURE:
        _check_signature_format(pin)
    else:
        _check_short_format(pin)


def _check_signature_format(pin: str) -> None:
    characters = set(pin)
    _refuse(any(_is_full_width(one) for one in characters), PinReason.FULL_WIDTH)
    _refuse(not characters <= _CAPITALS | _SMALL | _DIGITS, PinReason.NOT_ALLOWED)
    _refuse(bool(characters & _SMALL), PinReason.LOWER_CASE)
    _refuse(len(pin) < SIGNATURE_MIN_LENGTH, PinReason.TOO_SHORT)
    _refuse(len(pin) > SIGNATURE_MAX_LENGTH, PinReason.TOO_LONG)
    _refuse(not characters & _CAPITALS, PinReason.NO_LETTER)
    _refuse(not characters & _DIGITS, PinReason.NO_DIGIT)


def _check_short_format(pin: str) -> None:
    characters = set(pin)
    _refuse(any(_is_full_width(one) for one in characters), PinReason.FULL_WIDTH)
    _refuse(not characters <= _CAPITALS | _SMALL | _DIGITS, PinReason.NOT_ALLOWED)
    _refuse(not characters <= _DIGITS, PinReason.NOT_DIGITS)
    _refuse(len(pin) != SHORT_LENGTH, PinReason.WRONG_LENGTH)


def _is_full_width(character: str) -> bool:
    """Whether it is the wide twin of an ASCII character, as a Japanese keyboard types it."""
    return "\uff01" <= character <= "\uff5e" or character == "\u3000"


def _refuse(wrong: bool, reason: PinReason) -> None:
    if wrong:
        raise PinRefused(reason)


# Four digits that people choose most, beyond repeats, runs and years: steps of two, pairs,
# and lines and corners of a keypad.
_COMMON_DIGITS = frozenset(
    """
    0001 0007 0070 0101 0741 0852 0963 1000 1004 1100 1112 1122 1123 1133 1221 1230 1233 1235
    1236 1245 1324 1342 1357 1379 1397 1470 2112 2211 2233 2244 2468 2580 3000 3344 3690 4000
    4455 5000 5566 5683 6677 7788 8642 8899 9753 9876
    """.split()  # noqa: SIM905 (read as a list of words)
)

_COMMON_WORDS = frozenset(
    """
    ADMIN CARD CODE DRAGON ETAX HELLO ILOVEYOU JAPAN LETMEIN LOGIN LOVE MONKEY MYCARD MYNA
    MYNAPORTAL MYNUMBER NIHON NIPPON OSAKA PASS PASSCODE PASSWD PASSWORD PIN SAKURA SECRET
    TEST TOKYO USER WELCOME
    ASD ASDF ASDFG ASDFGH ASDFGHJKL QAZ QAZWSX QWE QWER QWERT QWERTY QWERTYU QWERTYUI QWERTYUIO
    QWERTYUIOP WSX WSXQAZ XSW ZAQ ZAQWSX ZAQXSW ZXC ZXCV ZXCVB ZXCVBN ZXCVBNM
    """.split()  # noqa: SIM905
)

# Digits that stand for letters in the middle of a word (PASSW0RD).
_AS_LETTERS = str.maketrans("013457", "OIEAST")

# Rows and slanting columns of a keyboard, there and back.
_KEYS = "1234567890 QWERTYUIOP ASDFGHJKL ZXCVBNM 1QAZ 2WSX 3EDC 4RFV 5TGB 6YHN 7UJM 8IK 9OL"
_ALONG_THE_KEYS = f"{_KEYS} {_KEYS[::-1]}"
_SHORTEST_WALK = 3

# Long enough for any PIN from any start; 9 and 0 are neighbours on a keypad.
_UPWARDS = string.digits * 3 + string.ascii_uppercase
_DOWNWARDS = _UPWARDS[::-1]

# Shorter ones turn up by chance inside the digits of ①.
_BIRTHDAY_INSIDE_MIN_LENGTH = 6


def check_guessable(pin: str, birth_date: date | None) -> None:
    """Raise PinRefused (EASY_TO_GUESS) for a PIN that others would try first.

    One that holds an Individual Number is refused before that (INDIVIDUAL_NUMBER, G1).
    Repeats, runs, years, the commonest choices, and the holder's birthday in any order
    (`birth_date` None: not known, not looked for). For ① the letters and the digits are
    judged apart, wherever they stand, and refused when both are easy, and so is a common word
    with digits in place of letters, and what is typed along the keys; and its digits may not hold
    a whole birthday. `pin` must have passed `check_format`.
    """
    _refuse(individual_number.contains(pin), PinReason.INDIVIDUAL_NUMBER)
    digits = "".join(one for one in pin if one in _DIGITS)
    letters = "".join(one for one in pin if one not in _DIGITS)
    birthdays = _birthday_forms(birth_date) if birth_date else frozenset()
    digits_are_easy = (
        _is_pattern(digits) or _is_year(digits) or digits in _COMMON_DIGITS or digits in birthdays
    )
    letters_are_easy = _is_pattern(letters) or letters in _COMMON_WORDS
    # Digits around a word are more of it, or nothing that has to be guessed.
    cores = {pin, pin.strip(string.digits), pin.rstrip(string.digits), pin.lstrip(string.digits)}
    is_disguised = any(
        core.translate(_AS_LETTERS) in _COMMON_WORDS and _is_pattern(pin.replace(core, "", 1))
        for core in cores - {""}
    )
    holds_birthday = any(
        form in digits for form in birthdays if len(form) >= _BIRTHDAY_INSIDE_MIN_LENGTH
    )
    _refuse(
        (digits_are_easy and letters_are_easy)
        or is_disguised
        or holds_birthday
        or _is_repeat(pin)
        or (len(pin) > SHORT_LENGTH and _is_along_the_keys(pin)),
        PinReason.EASY_TO_GUESS,
    )


def _is_pattern(text: str) -> bool:
    return _is_repeat(text) or _is_run(text)


def _is_repeat(text: str) -> bool:
    """Whether a part of it, said again and again, gives the whole (1111, 1212, ABAB)."""
    return text in (text + text)[1:-1]


def _is_run(text: str) -> bool:
    """Whether each character is the next, or each the previous (1234, 7890, DCBA).

    Nothing, or one character, is a run: it adds nothing that would have to be guessed.
    """
    return text in _UPWARDS or text in _DOWNWARDS


def _is_along_the_keys(text: str) -> bool:
    """Whether it is nothing but walks of three keys or more along a row or column (2WSX3EDC)."""
    if not text:
        return True
    return any(
        text[:length] in _ALONG_THE_KEYS and _is_along_the_keys(text[length:])
        for length in range(_SHORTEST_WALK, len(text) + 1)
    )


def _is_year(digits: str) -> bool:
    return len(digits) == SHORT_LENGTH and digits[:2] in ("19", "20")


def _birthday_forms(birth_date: date) -> frozenset[str]:
    """The birthday in digits: its parts in any order, with and without zeros, two or all three."""
    years = (f"{birth_date.year:04}", f"{birth_date.year % 100:02}")
    months = (f"{birth_date.month:02}", str(birth_date.month))
    days = (f"{birth_date.day:02}", str(birth_date.day))
    return frozenset(
        "".join(order)
        for parts in product(years, months, days)
        for count in (1, 2, 3)
        for order in permutations(parts, count)
    )
