"""Recognising the 12-digit Individual Number, so that it is never stored (G1)."""

import re

MASK = "*" * 12

# From the left, for the first eleven digits: counted from the right, n + 1 up to the sixth
# digit and n - 5 from the seventh.
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_ASCII_DIGITS = re.compile(r"[0-9]{12}")

# What is not seen: looked through wherever it stands, however much of it there is. All of Unicode's
# format characters (category Cf), and what else leaves no trace: fillers, variation selectors.
_UNSEEN = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Letters that people write for a dash.
_LONG_SOUNDS = "\u30fc\uff70"
# Between groups of four, up to three signs of any kind: whatever is neither letter nor digit.
_ANY_SIGN = rf"(?:[^\w{_UNSEEN}]|[_{_LONG_SOUNDS}])"
# Between other groups one alone, and none that parts one thing from another: a comma, a bracket,
# a tab or a line end. “123,456,789,018” is an amount, “03-1234-5678(12)” a telephone.
_ONE_SIGN = rf"(?:[^\w{_UNSEEN}\t\r\n,;+()\[\]{{}}<>\u3001\uff0c\uff08\uff09\u300c\u300d]|[_{_LONG_SOUNDS}])"  # noqa: E501
# The commonest of these: a digit beyond one of them belongs to what stands before it.
_JOINT = "[ \u00a0\u2000-\u200b\u202f\u3000\u00ad\\-\u2010-\u2015\u2212\ufe63\uff0d\u30fc\uff70._\uff0e\u00b7\u30fb/\uff0f:\uff1a]"  # noqa: E501
_FOUR = rf"\d(?:[{_UNSEEN}]*\d){{3}}"
_BETWEEN_FOURS = rf"[{_UNSEEN}]*(?:{_ANY_SIGN}[{_UNSEEN}]*){{0,3}}"
_IN_FOURS = rf"(?=\d)(?<!\d){_FOUR}{_BETWEEN_FOURS}{_FOUR}{_BETWEEN_FOURS}{_FOUR}(?!\d)"
# Otherwise only if no other digit belongs to it, and unless it is plainly something else: a
# telephone number from abroad, a day with a time, two days, an address of the internet or that of a
# house after its postcode.
_DAY = r"(?:(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d)"
_HYPHEN = "[-\u2010-\u2015\u2212\u30fc\uff0d\uff70]"
_POSTCODE_AND_BLOCK = rf"\d{{3}}{_HYPHEN}\d{{4}}[ \u3000]\d{{1,4}}{_HYPHEN}\d"
_IN_ANY_GROUPS = (
    rf"(?=\d)(?<![\d+])(?<!\d{_JOINT})(?!{_DAY} \d\d?:\d\d)(?!{_DAY}\W{_DAY}(?!\d))"
    rf"(?!\d{{3}}(?:\.\d{{3}}){{3}})(?!{_POSTCODE_AND_BLOCK})"
    rf"\d(?:[{_UNSEEN}]*(?:{_ONE_SIGN}[{_UNSEEN}]*)?\d){{11}}(?!{_JOINT}?\d)"
)
_CANDIDATE = re.compile(f"{_IN_FOURS}|{_IN_ANY_GROUPS}")

# A quick look before the expression above, several times cheaper: imports ask for every row.
# Of the UTF-8 bytes, digits become 0, letters of ASCII stay, and the bytes that begin a character
# of a block with digits of its own (full-width, Arabic, Indic …) become FF, which UTF-8 never uses.
# All others vanish: what may stand between digits, and more.
_DIGITS_IN_OTHER_SCRIPTS = b"\xd9\xdb\xdf\xe0\xe1\xea\xef\xf0"
_TO_SHAPE = bytes.maketrans(
    b"0123456789" + _DIGITS_IN_OTHER_SCRIPTS, b"0" * 10 + b"\xff" * len(_DIGITS_IN_OTHER_SCRIPTS)
)
_TO_NOTHING = bytes(
    byte
    for byte in range(256)
    if byte not in _DIGITS_IN_OTHER_SCRIPTS and not (byte < 0x80 and chr(byte).isalnum())
)
_TO_NOTHING_BUT_COMMAS = _TO_NOTHING.replace(b",", b"")


def is_valid(digits: str) -> bool:
    """Whether `digits` are twelve ASCII digits of which the last is the right check digit."""
    if _ASCII_DIGITS.fullmatch(digits) is None:
        return False
    remainder = sum(weight * int(one) for weight, one in zip(_WEIGHTS, digits, strict=False)) % 11
    return int(digits[-1]) == (0 if remainder <= 1 else 11 - remainder)


def contains(text: str) -> bool:
    """Whether an Individual Number stands in `text`.

    Twelve decimal digits of any script with a right check digit, and no digit right before or
    after: in one run, in groups of four with up to three signs between them, or with one sign at
    most between any two of them. What is not seen between them does not count.
    """
    return _may_contain(text) and _find(text, 0) is not None


def stands_in_a_cell(line: str) -> bool:
    """Whether an Individual Number stands in one of the cells that the commas of `line` part."""
    return _may_contain(line, _TO_NOTHING_BUT_COMMAS) and any(map(contains, line.split(",")))


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


def _may_contain(text: str, to_nothing: bytes = _TO_NOTHING) -> bool:
    shape = text.encode("utf-8", "surrogatepass").translate(_TO_SHAPE, to_nothing)
    return b"000000000000" in shape or b"\xff" in shape


def _find(text: str, position: int) -> re.Match[str] | None:
    while found := _CANDIDATE.search(text, position):
        if is_valid("".join(str(int(one)) for one in found[0] if one.isdecimal())):
            return found
        # The next may begin within this one: 1111 1234 5678 9018.
        position = found.start() + 1
    return None
