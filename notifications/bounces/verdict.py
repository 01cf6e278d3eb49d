"""What a mail server's no says about an address. Plain Python, by the codes of RFC 3463.

Its words are heard first: servers blame the sender under the code of a mailbox that is not there,
and say that nobody is there under codes that tell nothing.
"""

import re
from enum import StrEnum

from notifications.bounces.words import Says, names_recipient, said_in

# What is read of an answer: anybody may write a report, as long as they like.
_READ = 1000
# “5.1.1”, as a word of its own.
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"\s*([45])\d\d\b")
# Of us, who did not sign in, or not in this order.
NOT_SIGNED_IN = re.compile(r"\s*5(?:03|30|34|35|38)\b")
# Said of the sender, of how much it sends or of the message, not of who was to get it.
_NOT_THE_READER = frozenset(
    {"1.7", "1.8", "2.3", "3.4", "4.5", "6.0", "6.1", "6.2", "6.3"},
)
# No such mailbox, no such domain, moved away, takes no mail; closed. Not 1.0, which says of no one
# what is wrong with their address.
_NO_MAILBOX = frozenset({"1.1", "1.2", "1.3", "1.4", "1.6", "1.10"})
_CLOSED, _FULL = "2.1", "2.2"
# No way to it: how Postfix and Exchange say that there is no such domain. (For a while: 4.4.3.)
_NO_ROUTE = "4.4"
# With “Recipient address rejected”: how Microsoft 365 says that there is no such mailbox.
_NO_ANSWER = "4.1"
_REJECTED = re.compile(r"recipient address rejected", re.IGNORECASE)
# With “mailbox unavailable”: how Outlook.com does.
_PROTOCOL = "5.0"
# Where it is told not to whom it belongs, nobody is there only if the recipient is named.
_POLICY = "7"
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

    Asked in this order: is it about us or about the message by its status; about us by its words;
    not for good; a full mailbox; nobody there by its words; then the rest of its status.
    """
    answer = answer[:_READ]
    status = status_in(answer)
    kind, _dot, detail = status.partition(".")
    code = _CODE.match(answer)
    says = said_in(answer)
    if kind == "2" or detail in _NOT_THE_READER or NOT_SIGNED_IN.match(answer):
        return Verdict.NONE
    if says is Says.US and detail not in (_CLOSED, _FULL):
        return Verdict.NONE
    if kind == "4" or (code and code[1] == "4") or not (kind or code):
        return Verdict.SOFT
    if says in (Says.FULL, Says.US) or detail == _FULL:
        return Verdict.SOFT
    of_them = of_recipient or names_recipient(answer)
    if says is Says.NOBODY and (of_them or not detail.startswith(_POLICY)):
        return Verdict.HARD
    if says is Says.NO_DOMAIN and (names_recipient(answer) or detail.startswith(("1.", "4."))):
        return Verdict.HARD
    if not tells_nothing(status):
        return _by_status(detail, says, rejected=bool(_REJECTED.search(answer)))
    if says in (Says.MESSAGE, Says.NO) or answer.lstrip().startswith("552"):
        return Verdict.SOFT
    return Verdict.HARD if of_recipient and code else Verdict.SOFT


def _by_status(detail: str, says: Says, *, rejected: bool) -> Verdict:
    """Of one that tells something, under which nobody's absence was put into words."""
    if says is Says.MESSAGE:
        return Verdict.SOFT
    nobody = detail in _NO_MAILBOX or detail in (_CLOSED, _NO_ROUTE)
    nobody |= detail == _NO_ANSWER and rejected
    nobody |= detail == _PROTOCOL and says is Says.UNAVAILABLE
    return Verdict.HARD if nobody else Verdict.SOFT


def verdict_reported(status: str, diagnostic: str) -> tuple[Verdict, str]:
    """What a report says of an address, and the code that says so.

    `status` is its field, which decides unless it tells nothing (“5.0.0”) or the words say it
    outright; `diagnostic` what the last server said: “smtp; 550 Unknown user”.
    """
    kind, semicolon, said = diagnostic[:_READ].partition(";")
    said = (said if semicolon else kind).strip()
    of_smtp = kind.strip().lower() == "smtp"
    within = status_in(said) if of_smtp else ""
    code = _CODE.match(said) if of_smtp else None
    if not tells_nothing(status):
        words = _STATUS.sub(" ", said[code.end() :] if code else said)
        answer = " ".join(filter(None, (code[0].strip() if code else "", status, words)))
        return verdict_of(answer, of_recipient=False), status
    if not tells_nothing(within):
        return verdict_of(said, of_recipient=False), within
    if status.startswith("4"):
        return Verdict.SOFT, status
    if code:
        whole = " ".join(filter(None, (code[0].strip(), status)))
        of_recipient = bool(_OF_AN_ADDRESS.match(said))
        return verdict_of(said, of_recipient=of_recipient), whole
    status = status or within or "5.0.0"
    return verdict_of(f"{status} {said}", of_recipient=False), status


def tells_nothing(status: str) -> bool:
    """Whether a status says no more than its first digit does, or there is none."""
    return not status or status.endswith(".0.0")
