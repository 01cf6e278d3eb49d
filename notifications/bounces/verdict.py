"""What a mail server's no says about an address. Plain Python, by the codes of RFC 3463.

Where a server gives no code that tells anything, by its words.
"""

import re
from enum import StrEnum

# What is read of an answer: anybody may write a report, as long as they like.
_READ = 1000
# “5.1.1”, as a word of its own.
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"\s*([45])\d\d\b")
# Of us, who did not sign in, or not in this order.
NOT_SIGNED_IN = re.compile(r"\s*5(?:03|30|34|35|38)\b")
# Said of the sender or of the message, not of who was to get it.
_NOT_THE_READER = frozenset({(1, 7), (1, 8), (2, 3), (3, 4), (6, 0), (6, 1), (6, 2), (6, 3)})
# No such mailbox, no such domain, moved away, takes no mail; closed.
_ADDRESSING, _CLOSED = 1, (2, 1)
# With “Recipient address rejected”: how Microsoft 365 says that there is no such mailbox.
_NO_ANSWER = (4, 1)
_REJECTED = re.compile(r"recipient address rejected", re.IGNORECASE)

# From the beginning of a word alone: from each of its letters, a long word takes for ever.
_ADDRESS = re.compile(r"(?<!\S)\S*@\S*")
# Words of servers that give a bare code, in the order in which they are looked for.
_OF_THE_SENDER = re.compile(
    r"\bsender\b|\bspf\b|\bdkim\b|\bdmarc\b|\b(?:client )?host\b.{0,60}\b(?:blocked|rejected)",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"\b(?:no such|unknown|invalid|non-?existent)\b.{0,20}"
    r"\b(?:user|mailbox|recipient|account|person|address|local part)\b"
    r"|\b(?:user|mailbox|recipient|account|address)\b.{0,30}"
    r"\b(?:unknown|not found|not exist|doesn'?t exist|disabled|inactive|invalid)\b",
    re.IGNORECASE,
)
_OF_US = re.compile(
    r"\b(?:your|client|sending) (?:ip|host|server|domain|address|network)\b|\bip\b|\bptr\b|\brdns\b"
    r"|reverse dns|\bhelo\b|\behlo\b|\bblack-?list|\bblock-?list|\bblocked\b|\blisted\b|\brbl\b"
    r"|dnsbl|spamhaus|\breputation\b|\brelay(?:ing)?\b|\bauthenticat|\btls\b|\brcpthosts\b",
    re.IGNORECASE,
)
_OF_THE_MESSAGE = re.compile(
    r"\bspam\b|\bpolicy\b|\bcontent\b|\bvirus\b|\bmessage (?:was )?(?:rejected|refused)\b"
    r"|\bend of data\b|\bdata command\b",
    re.IGNORECASE,
)
# What a server says at the address alone when it wants none of it.
_OF_AN_ADDRESS = re.compile(r"\s*55[013]\b")


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
    answer = answer[:_READ]
    found = _STATUS.search(answer)
    if found and not _tells_nothing(found[0]):
        kind, subject, detail = int(found[1]), int(found[2]), int(found[3])
        if kind == 2 or (subject, detail) in _NOT_THE_READER:
            return Verdict.NONE
        nobody = subject == _ADDRESSING or (subject, detail) == _CLOSED
        nobody |= (subject, detail) == _NO_ANSWER and bool(_REJECTED.search(answer))
        return Verdict.HARD if kind == 5 and nobody else Verdict.SOFT
    if NOT_SIGNED_IN.match(answer):
        return Verdict.NONE
    code = _CODE.match(answer)
    if code and code[1] == "5":
        return _by_words(answer, of_recipient=of_recipient)
    return Verdict.SOFT


def verdict_reported(status: str, diagnostic: str) -> tuple[Verdict, str]:
    """What a report says of an address, and the code that says so.

    `status` is its field, which decides unless it tells nothing (“5.0.0”); `diagnostic` what the
    last server said: “smtp; 550 Unknown user”.
    """
    kind, _semicolon, said = diagnostic[:_READ].partition(";")
    said = (said if kind.strip().lower() == "smtp" else "").strip()
    within = status_in(said)
    if status and not _tells_nothing(status):
        same_one = within == status
        return verdict_of(said if same_one else status, of_recipient=False), status
    if within and not _tells_nothing(within):
        return verdict_of(said, of_recipient=False), within
    code = _CODE.match(said)
    if code and not (status.startswith("4")):
        whole = " ".join(filter(None, (code[0].strip(), status)))
        of_recipient = bool(_OF_AN_ADDRESS.match(said))
        return verdict_of(said, of_recipient=of_recipient), whole
    return Verdict.SOFT, status or within or "5.0.0"


def _by_words(answer: str, *, of_recipient: bool) -> Verdict:
    """Of a 5xx whose status tells nothing."""
    words = " ".join(_ADDRESS.sub(" ", answer).split())
    if _OF_THE_SENDER.search(words):
        return Verdict.NONE
    if _NOBODY.search(words):
        return Verdict.HARD
    if _OF_US.search(words):
        return Verdict.NONE
    if _OF_THE_MESSAGE.search(words) or answer.lstrip().startswith("552"):
        return Verdict.SOFT
    return Verdict.HARD if of_recipient else Verdict.SOFT


def _tells_nothing(status: str) -> bool:
    return status.endswith(".0.0")
