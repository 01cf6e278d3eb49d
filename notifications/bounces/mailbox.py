"""The mailbox that reports come back to: read over IMAP, from a Maildir, or one mail at a time."""

from __future__ import annotations

import imaplib
import logging
import mailbox
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import InterfaceError, OperationalError

from notifications import pulse
from notifications.bounces import reports

log = logging.getLogger(__name__)

# So many mails in one run; the next goes on.
AT_ONCE = 500
SECONDS = 20.0


@dataclass(slots=True)
class Read:
    """What one run did, in mails. `others` were no reports of ours and stay where they are."""

    reports: int = 0
    others: int = 0


class MailboxTrouble(Exception):
    """The mailbox cannot be read. The text says why, without its password."""


def read_one(content: bytes) -> Read:
    """A mail that a mail server hands over as it comes."""
    return Read(reports=1) if _taken(content) else Read(others=1)


def read_maildir(path: Path) -> Read:
    """What is new in a Maildir: reports are removed once noted, the rest counts as seen."""
    if not (path / "new").is_dir():
        raise MailboxTrouble(f"{path} is no Maildir.")
    done, box = Read(), mailbox.Maildir(path, factory=None, create=False)
    waiting = [key for key, mail in box.iteritems() if mail.get_subdir() == "new"]
    for key in waiting[:AT_ONCE]:
        if _taken(box.get_bytes(key)):
            box.remove(key)
            done.reports += 1
        else:
            mail = box[key]
            mail.set_subdir("cur")
            mail.add_flag("S")
            box[key] = mail
            done.others += 1
    return done


def read_imap(address: str) -> Read:
    """What was not read yet in `imaps://user:password@host[:port]/FOLDER`, as in a Maildir.

    Only `imap://` goes without TLS: for a server on the same machine.
    """
    parts = urlsplit(address)
    try:
        with _connection(parts) as server:
            server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            folder = unquote(parts.path.lstrip("/")) or "INBOX"
            state, _said = server.select(f'"{folder}"')
            if state != "OK":
                raise MailboxTrouble(f"The mailbox has no folder {folder}.")
            done, withheld = _read_new(server)
    except (OSError, imaplib.IMAP4.error) as trouble:
        raise MailboxTrouble(f"The mailbox does not answer: {type(trouble).__name__}.") from None
    if withheld:
        raise MailboxTrouble(f"The mailbox does not give out {withheld} of its new mails.")
    pulse.done(pulse.BOUNCES_READ)
    return done


def _connection(parts: Any) -> imaplib.IMAP4:
    if parts.scheme == "imaps":
        return imaplib.IMAP4_SSL(parts.hostname, parts.port or 993, timeout=SECONDS)
    if parts.scheme == "imap":
        return imaplib.IMAP4(parts.hostname, parts.port or 143, timeout=SECONDS)
    raise MailboxTrouble("The mailbox is written imaps://user:password@host/FOLDER.")


def _read_new(server: imaplib.IMAP4) -> tuple[Read, int]:
    """What was done, and how many mails the server did not give out: they stay new."""
    done, withheld = Read(), 0
    state, found = server.uid("SEARCH", "UNSEEN")
    if state != "OK":
        raise MailboxTrouble("The mailbox does not say what is new in it.")
    for uid in found[0].split()[:AT_ONCE]:
        key = uid.decode()
        # PEEK: only what was dealt with counts as seen, should this be stopped half-way.
        state, answer = server.uid("FETCH", key, "(BODY.PEEK[])")
        content = next(_bodies(answer), None)
        if state != "OK" or content is None:
            withheld += 1
        elif _taken(content):
            server.uid("STORE", key, "+FLAGS", r"(\Seen \Deleted)")
            done.reports += 1
        else:
            server.uid("STORE", key, "+FLAGS", r"(\Seen)")
            done.others += 1
    server.expunge()
    return done, withheld


def _bodies(answer: Iterable[Any]) -> Iterator[bytes]:
    for part in answer:
        if isinstance(part, tuple) and len(part) > 1:
            yield part[1]


def _taken(content: bytes) -> bool:
    """Whether this was a report about a mail of ours; it is noted then, once."""
    try:
        report = reports.read(content)
        if report is None:
            return False
        reports.take(report)
    except (OperationalError, InterfaceError):
        raise  # not the mail's doing: it is read again once the database is back
    except Exception:
        # Anybody can write to this mailbox: one odd mail must not keep the others from being read.
        log.warning("A mail in the mailbox for reports cannot be read", exc_info=True)
        return False
    return True
