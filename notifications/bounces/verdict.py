"""What a mail server's no says about an address. Plain Python, by the codes of RFC 3463."""

import re
from enum import StrEnum

# “5.1.1”, as a word of its own.
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"\s*([45])\d\d\b")
# Of us, who did not sign in, or not in this order.
NOT_SIGNED_IN = re.compile(r"\s*5(?:03|30|34|35|38)\b")
# Said of the sender or of the message, not of who was to get it.
_NOT_THE_READER = frozenset({(1, 7), (1, 8), (2, 3), (3, 4), (6, 0), (6, 1), (6, 2), (6, 3)})
# No such mailbox, no such domain, moved away, takes no mail; closed.
_ADDRESSING, _CLOSED = 1, (2, 1)


class Verdict(StrEnum):
    HARD = "hard"  # nobody is there: one is enough
    SOFT = "soft"  # this mail did not arrive; several say that none does
    NONE = "none"  # nothing against the address


def status_in(answer: str) -> str:
    """The status in a server's answer or a report (“5.1.1”), or ""."""
    found = _STATUS.search(answer)
    return found[0] if found else ""


def verdict_of(answer: str, *, of_recipient: bool) -> Verdict:
    """What a final no means for the address it was about.

    `answer` is a status (“5.1.1”) or the server's whole line (“550 5.1.1 No such mailbox”).
    `of_recipient`: it was said to the address alone, before the message was seen.
    """
    found = _STATUS.search(answer)
    if found:
        kind, subject, detail = int(found[1]), int(found[2]), int(found[3])
        if kind == 2 or (subject, detail) in _NOT_THE_READER:
            return Verdict.NONE
        nobody = subject == _ADDRESSING or (subject, detail) == _CLOSED
        return Verdict.HARD if kind == 5 and nobody else Verdict.SOFT
    if NOT_SIGNED_IN.match(answer):
        return Verdict.NONE
    code = _CODE.match(answer)
    if code and code[1] == "5" and of_recipient and not answer.lstrip().startswith("552"):
        return Verdict.HARD
    return Verdict.SOFT
