"""Whose a mail server's no is: an address's, a mailbox's, the server's with us, or not told by it.

By the codes of RFC 5321 and the status of RFC 3463.
"""

from enum import Enum, auto

from django.db.models import Q

from notifications.bounces.verdict import NOT_SIGNED_IN, status_in

# Closed, full, too long a message for it, a list's own. Not 2.0, by which some greylist everybody.
_MAILBOX = ("2.1", "2.2", "2.3", "2.4")
# No such mailbox or domain, moved, takes no mail. Not 1.0, which tells nothing, nor 1.7 and 1.8,
# which are about the sender.
_ADDRESS = ("1.1", "1.2", "1.3", "1.4", "1.6", "1.10")
# x.3 its system, x.5 the conversation, x.7 its policy.
_SERVER = ("3", "5", "7")


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
    if not detail:
        return Whose.SERVER if NOT_SIGNED_IN.match(answer) else Whose.UNTOLD
    if detail in _MAILBOX:
        return Whose.MAILBOX
    if detail in _ADDRESS:
        return Whose.ADDRESS
    return Whose.SERVER if detail.partition(".")[0] in _SERVER else Whose.UNTOLD


def put_off_by_one() -> Q:
    """Rows whose `reason` says that it is their mailbox or address alone, for now."""
    found = Q()
    for detail in (*_MAILBOX, *_ADDRESS):
        status = f" 4.{detail}"
        found |= Q(reason__contains=f"{status} ")
        found |= Q(reason__endswith=status) | Q(reason__endswith=f"{status}.")
    return found
