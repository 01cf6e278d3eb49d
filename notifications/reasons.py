"""Why a mail did not leave or came back, as staff read it.

Reasons are kept as they arose: ours as English sentences, a mail server's in its own words or by
its code alone.
"""

import re

from django.utils.translation import gettext as _

from notifications.bounces.verdict import status_in
from notifications.bounces.words import Says, said_in
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

# Of a status: no such domain, none that takes mail, no way to it; closed; full; not wanted.
_NO_DOMAIN, _CLOSED, _FULL, _POLICY = ("1.2", "1.10", "4.4"), "2.1", "2.2", "7."


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


def trouble_words(kept: str, *, hard: bool) -> str:
    """What is wrong with an address and what to do about it, with what was said in brackets.

    `hard`: nobody is there.
    """
    _kind, _dot, detail = status_in(kept).partition(".")
    says, said = said_in(kept), {"said": kept or "–"}
    if detail in _NO_DOMAIN or says is Says.NO_DOMAIN:
        return (
            _(
                "What stands behind the @ does not exist or takes no mail. Ask how the address is "
                "written. (%(said)s)"
            )
            % said
        )
    if detail == _CLOSED:
        return (
            _("The mailbox is closed or switched off. Ask for another address. (%(said)s)") % said
        )
    if detail == _FULL or says is Says.FULL:
        return (
            _(
                "The mailbox is full. Ask to have room made in it, or for another address. "
                "(%(said)s)"
            )
            % said
        )
    if hard:
        return (
            _(
                "There is no such mailbox. Ask how the address is written, or for another. "
                "(%(said)s)"
            )
            % said
        )
    if detail.startswith(_POLICY) or says in (Says.US, Says.MESSAGE):
        return (
            _(
                "Their mail server does not let our mail in. Ask for an address with another "
                "provider; if it happens to several people, tell whoever runs the portal. "
                "(%(said)s)"
            )
            % said
        )
    return (
        _(
            "Mails did not arrive, and it was not said why. Ask whether other mail arrives there, "
            "or for another address. (%(said)s)"
        )
        % said
    )
