"""Whose a mail server's no is: an address's, a mailbox's, the server's with us, or not told by it.

By the codes of RFC 5321 and the status of RFC 3463.
"""

import re
from enum import Enum, auto

from django.db.models import Q

from notifications.bounces.verdict import Verdict, status_in, verdict_of
from notifications.outbox.server import NotTaken, Refused

# Closed, full, too long a message for it, a list's own. Not 2.0, by which some greylist everybody.
_MAILBOX = ("2.1", "2.2", "2.3", "2.4")
# No such mailbox or domain, moved, takes no mail. Not 1.0, which tells nothing, nor 1.7 and 1.8,
# which are about the sender.
_ADDRESS = ("1.1", "1.2", "1.3", "1.4", "1.6", "1.10")
# Its room, not now, so many at once.
_BUSY = ("4.3.1", "4.3.2", "4.5.3")
_MUCH = re.compile(r"\btoo (?:many|much|fast)\b|\bslow\b|\brate\b|\bthrottl|\blimit", re.IGNORECASE)
# x.3 its system, x.5 the conversation, x.7 its policy.
_SERVER = ("3", "5", "7")
# What is said at an address of which nothing is wanted, where nothing else tells.
_OF_AN_ADDRESS = ("550", "551", "553")


class Whose(Enum):
    MAILBOX = auto()
    ADDRESS = auto()  # said by a server that cannot look up domains, too: for now, to everybody
    SERVER = auto()
    UNTOLD = auto()

    @property
    def is_own(self) -> bool:
        """Whether it is about this one recipient."""
        return self in (Whose.MAILBOX, Whose.ADDRESS)


def whose(answer: str) -> Whose:
    """`answer` is a server's line, “550 5.1.1 No such mailbox”, or the code and status of one."""
    _, _, detail = status_in(answer).partition(".")
    if detail in _MAILBOX:
        return Whose.MAILBOX
    # Where the status tells nothing, its words may.
    verdict = verdict_of(answer, of_recipient=False)
    if verdict is Verdict.HARD:
        return Whose.ADDRESS
    if verdict is Verdict.NONE:
        return Whose.SERVER
    if detail in _ADDRESS:
        return Whose.ADDRESS
    return Whose.SERVER if detail.partition(".")[0] in _SERVER else Whose.UNTOLD


def is_final(no: NotTaken) -> bool:
    """Whether this mail is given up for it, as soon as it is known that others are taken.

    A 5xx about the recipient; one that blames us, or came once it had seen the message, is a
    “not now”: it is the same for everybody, or will be looked at by somebody.
    """
    if not isinstance(no, Refused):
        return False
    return is_of_recipient(str(no), of_recipient=no.of_recipient)


def is_of_recipient(answer: str, *, of_recipient: bool) -> bool:
    """Whether a 5xx is about one address. `of_recipient`: it was said to that alone."""
    meant = whose(answer)
    return meant.is_own or (
        meant is Whose.UNTOLD and of_recipient and answer.startswith(_OF_AN_ADDRESS)
    )


def limits_rate(answer: str) -> bool:
    """Whether the server puts this off for now as it does with whoever sends much."""
    if not answer.startswith("4") or whose(answer).is_own:
        return False
    return status_in(answer) in _BUSY or bool(_MUCH.search(answer))


def is_of_policy(answer: str) -> bool:
    """Whether it is put off by the server's policy, which may be about how much we send."""
    return status_in(answer).startswith("4.7.") and not limits_rate(answer)


def put_off_by(*whose: Whose) -> Q:
    """Rows whose `reason` says that it is their mailbox or address alone, for now."""
    details = [*(_MAILBOX if Whose.MAILBOX in whose else ())]
    details += _ADDRESS if Whose.ADDRESS in whose else ()
    status = "|".join(detail.replace(".", "[.]") for detail in details)
    return Q(reason__regex=f"(^|[^0-9.])4[.]({status})([^0-9.]|[.]$|$)")
