"""Recognising the 12-digit Individual Number, so that it is never stored (G1)."""

import re

MASK = "*" * 12

# From the left, for the first eleven digits: counted from the right, n + 1 up to the sixth
# digit and n - 5 from the seventh.
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_ASCII_DIGITS = re.compile(r"[0-9]{12}")

# What people put between digits: blanks, hyphens, dashes, dots of any width, slashes, colons. Not
# the comma, the tab and the line end, which stand between cells.
_SIGN = "[ \u00a0\u2000-\u200b\u202f\u3000\u00ad\\-\u2010-\u2015\u2212\ufe63\uff0d\u30fc\uff70._\uff0e\u00b7\u30fb/\uff0f:\uff1a]"  # noqa: E501
_IN_FOURS = rf"\d(?<!\d\d)\d{{3}}{_SIGN}{{0,3}}\d{{4}}{_SIGN}{{0,3}}\d{{4}}(?!\d)"
# Otherwise only if no other digit belongs to it, and unless it is plainly something else: a
# telephone number from abroad, a day with a time, an address of the internet.
_DAY_AND_TIME = (
    r"(?:(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d) \d\d?:\d\d"
)
_IN_ANY_GROUPS = (
    rf"(?<![\d+])(?<!\d{_SIGN})(?!{_DAY_AND_TIME})(?!\d{{3}}(?:\.\d{{3}}){{3}})"
    rf"\d(?:{_SIGN}?\d){{11}}(?!{_SIGN}?\d)"
)
_CANDIDATE = re.compile(f"{_IN_FOURS}|{_IN_ANY_GROUPS}")

# A quick look before the expression above, several times cheaper: imports ask for every row.
# Of the UTF-8 bytes, digits become 0, possible blanks and dashes vanish, and the bytes that
# begin a character of a block with digits of its own (full-width, Arabic, Indic …) become FF,
# which UTF-8 never uses.
_DIGITS_IN_OTHER_SCRIPTS = b"\xd9\xdb\xdf\xe0\xe1\xea\xef\xf0"
_TO_SHAPE = bytes.maketrans(
    b"0123456789" + _DIGITS_IN_OTHER_SCRIPTS, b"0" * 10 + b"\xff" * len(_DIGITS_IN_OTHER_SCRIPTS)
)
_TO_NOTHING = b" -._/:\xc2\xe2\xe3" + bytes(range(0x80, 0xC0))


def is_valid(digits: str) -> bool:
    """Whether `digits` are twelve ASCII digits of which the last is the right check digit."""
    if _ASCII_DIGITS.fullmatch(digits) is None:
        return False
    remainder = sum(weight * int(one) for weight, one in zip(_WEIGHTS, digits, strict=False)) % 11
    return int(digits[-1]) == (0 if remainder <= 1 else 11 - remainder)


def contains(text: str) -> bool:
    """Whether an Individual Number stands in `text`.

    Twelve decimal digits of any script with a right check digit, and no digit right before or
    after: in one run, in groups of four, or with one sign at most between any two of them.
    """
    return _may_contain(text) and _find(text, 0) is not None


def mask(text: str) -> str:
    """`text` with every Individual Number in it replaced by twelve asterisks."""
    while _may_contain(text) and _find(text, 0):
        parts: list[str] = []
        position = 0
        while found := _find(text, position):
            parts += text[position : found.start()], MASK
            position = found.end()
        # Once more: digits that stood next to a number may themselves be one.
        text = "".join([*parts, text[position:]])
    return text


def _may_contain(text: str) -> bool:
    shape = text.encode("utf-8", "surrogatepass").translate(_TO_SHAPE, _TO_NOTHING)
    return b"000000000000" in shape or b"\xff" in shape


def _find(text: str, position: int) -> re.Match[str] | None:
    while found := _CANDIDATE.search(text, position):
        if is_valid("".join(str(int(one)) for one in found[0] if one.isdecimal())):
            return found
        # The next may begin within this one: 1111 1234 5678 9018.
        position = found.start() + 1
    return None
