"""Whose a mail server's no is: an address's, a mailbox's, the server's with us, or not told by it.

By the codes of RFC 5321 and the status of RFC 3463.
"""

from enum import Enum, auto

from django.db.models import Q

from notifications.bounces.verdict import Verdict, status_in, verdict_of

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
    if detail in _MAILBOX:
        return Whose.MAILBOX
    # Where the status tells nothing, its words may.
    verdict = verdict_of(answer, of_recipient=False)
    if detail in _ADDRESS or verdict is Verdict.HARD:
        return Whose.ADDRESS
    of_server = verdict is Verdict.NONE and detail in ("", "0.0")
    return Whose.SERVER if of_server or detail.partition(".")[0] in _SERVER else Whose.UNTOLD


def limits_rate(answer: str) -> bool:
    """Whether the server's policy puts this off for now, as it does with whoever sends much."""
    return status_in(answer).startswith("4.7.")


def put_off_by(*whose: Whose) -> Q:
    """Rows whose `reason` says that it is their mailbox or address alone, for now."""
    details = [*(_MAILBOX if Whose.MAILBOX in whose else ())]
    details += _ADDRESS if Whose.ADDRESS in whose else ()
    status = "|".join(detail.replace(".", "[.]") for detail in details)
    return Q(reason__regex=f"(^|[^0-9.])4[.]({status})([^0-9.]|[.]$|$)")
