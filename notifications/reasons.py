"""Why a mail did not leave or came back, as staff read it.

Reasons are kept as they arose: ours as English sentences, a mail server's in its own words.
"""

import re

from django.utils.translation import gettext as _

from notifications.messages.prepared import NO_SUCH_WRITING
from notifications.outbox import letters
from notifications.outbox.rows import STOPPED

OURS = frozenset(
    {
        letters.NO_ADDRESS,
        letters.REPLACED,
        letters.CLOSED,
        letters.ENDED,
        letters.NEARER,
        letters.TURNED_OFF,
        letters.TOO_LATE,
        letters.SAID_DONE,
        letters.TOO_EARLY,
        letters.IN_DAILY,
        letters.NOTHING_LEFT,
        letters.UNREACHABLE,
        STOPPED,
        NO_SUCH_WRITING,
    }
)
# As `outbox.sender` and `outbox.server` write them.
_NO_WORDS = re.compile(r"It could not be put into words: (?P<what>\w+)\.")
_NOT_REACHED = re.compile(r"[A-Za-z_]\w*: .*", re.DOTALL)


def reason_words(kept: str) -> str:
    """A kept reason in the language of the reader; what others said is quoted as they said it."""
    if not kept:
        return ""
    if kept in OURS:
        return _(kept)
    if found := _NO_WORDS.fullmatch(kept):
        return _("It could not be put into words: %(what)s.") % {"what": found["what"]}
    if _NOT_REACHED.fullmatch(kept):
        return _("The mail server was not reached, or broke off: “%(words)s”") % {"words": kept}
    return _("The mail server said: “%(words)s”") % {"words": kept}
