"""What mail servers send back to the sender: delivery status notifications (RFC 3464), and a few
older kinds."""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import logging
import quopri
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import Message
from itertools import islice
from typing import NamedTuple

from notifications.bounces.flagging import account_mail_came_back, came_back, was_written_to
from notifications.bounces.in_words import diagnosed, in_words, said_below, text_of
from notifications.bounces.verdict import Verdict, status_in, tells_nothing, verdict_reported
from notifications.messages.letter import one_line
from notifications.models import AccountMail, Delivery

log = logging.getLogger(__name__)

# Larger ones are not read: a report needs a few kilobytes.
LONGEST = 1_000_000
# Nor those with so many parts in parts, each of which is looked for in every line.
PARTED = 60
# Nor of more recipients: ours have one, and few forward to many.
RECIPIENTS = 50
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_MAILS = ("message/rfc822", "message/global")
# The two kinds of Message-ID that the outbox gives: the row, and the moment it was made.
_OUR_ID = re.compile(r"<?(notification|account)\.(\d{1,18})\.(\d{1,18})@[^<>\s]+>?")
# It reached somebody, or somebody else cares for it from there on.
_ARRIVED = ("delivered", "relayed", "expanded")


class Outcome(NamedTuple):
    """What a report says of one recipient. `original` is "" where the server did not keep it."""

    original: str
    final: str
    action: str
    status: str
    diagnostic: str


class Report(NamedTuple):
    """A mail of ours that at least one server gave up. `row`, `moment`: those of its Message-ID."""

    what: str  # “notification” or “account”
    row: int
    moment: int
    outcomes: tuple[Outcome, ...]


def read(content: bytes) -> Report | None:
    """What a mail reports about one of ours; None if it is something else, or not final."""
    if len(content) > LONGEST or content.lower().count(b"boundary") > PARTED:
        return None
    mail = email.message_from_bytes(content, policy=email.policy.compat32)
    report = _report_in(mail)
    if report is not None:
        outcomes = tuple(islice(_outcomes(report), RECIPIENTS))
        returned = "\n".join(_message_ids(report))
    elif told := in_words(mail):
        outcomes = tuple(_in_words(address, words) for address, words in told.failed)
        returned = _message_id_in(told.returned)
    else:
        return None
    ours = our_id(returned)
    if ours is None or not any(one.action == "failed" for one in outcomes):
        return None
    return Report(*ours, outcomes=outcomes)


def our_id(text: str) -> tuple[str, int, int] | None:
    """The first Message-ID of ours in a text: kind, row, moment."""
    found = _OUR_ID.search(text)
    return (found[1], int(found[2]), int(found[3])) if found else None


def take(report: Report) -> bool:
    """Note what a report says. False if it is about none of our mails, was known, or nothing
    happened to the one whom we wrote to."""
    # First of all: anybody may write a report, but not know the microsecond.
    row = _row((report.what, report.row, report.moment))
    if row is None:
        return False
    about = _about(report.outcomes, _written_to(row))
    if about is None:
        return False
    verdict, answer = verdict_reported(about.status, about.diagnostic)
    # Where it was to go in the end: not that it came by way of us.
    return _undelivered(row, verdict, answer, about.final or about.original)


def found_undelivered(
    ours: tuple[str, int, int], verdict: Verdict, reason: str, *, recipient: str
) -> bool:
    """A mail of ours did not arrive. Its Message-ID must be right to the microsecond: nobody who
    has not seen the mail can have it flagged."""
    row = _row(ours)
    return row is not None and _undelivered(row, verdict, reason, recipient)


def _undelivered(
    row: AccountMail | Delivery, verdict: Verdict, reason: str, recipient: str
) -> bool:
    if isinstance(row, AccountMail):
        return account_mail_came_back(row.pk, verdict, reason, address=recipient)
    return came_back(row.pk, verdict, reason, address=recipient)


def _row(ours: tuple[str, int, int]) -> AccountMail | Delivery | None:
    """The mail that has this Message-ID, if it is right to the microsecond."""
    what, number, moment = ours
    if what == "account":
        mail = AccountMail.objects.filter(pk=number).first()
        return mail if mail and _microseconds(mail.queued_at) == moment else None
    rows = Delivery.objects.select_related("notification")
    row = rows.filter(notification=number).first()
    return row if row and _microseconds(row.notification.created_at) == moment else None


def _microseconds(moment: datetime) -> int:
    """As the outbox writes it into a Message-ID."""
    return int(moment.timestamp() * 1_000_000)


def _written_to(row: AccountMail | Delivery) -> Callable[[str], bool]:
    """Tells whether a mail of ours went to an address."""
    if isinstance(row, AccountMail):
        return row.is_for
    number = row.pk
    return lambda address: was_written_to(number, address)


def _about(outcomes: tuple[Outcome, ...], is_ours: Callable[[str], bool]) -> Outcome | None:
    """What is said of the one whom we wrote to; of whom it was forwarded to if they are not named.

    None where it arrived, whatever became of its copies.
    """
    of_them = [one for one in outcomes if is_ours(one.original) or is_ours(one.final)]
    if any(one.action in _ARRIVED for one in of_them):
        return None
    of_them.sort(key=lambda one: not is_ours(one.final))
    return next((one for one in of_them or outcomes if one.action == "failed"), None)


def _report_in(mail: Message) -> Message | None:
    """The report, also where a gateway put a footer beside it; not one that somebody forwards."""
    if mail.get_content_type() == "multipart/report":
        return mail
    if mail.get_content_maintype() != "multipart" or not mail.is_multipart():
        return None
    parts = [part for part in mail.get_payload() if isinstance(part, Message)]
    if any(part.get_content_type() in _STATUS_TYPES for part in parts):
        return mail  # not called a report, and one all the same
    return next((found for found in map(_report_in, parts) if found is not None), None)


def _outcomes(mail: Message) -> Iterator[Outcome]:
    text = next((part for part in mail.walk() if part.get_content_type() == "text/plain"), None)
    words = text_of(text) if text else ""
    for part in mail.walk():
        if part.get_content_type() in _STATUS_TYPES and part.is_multipart():
            for block in _blocks(part):
                if block.get("action"):
                    final = _address(block.get("final-recipient"))
                    status = status_in(str(block.get("status", "")))
                    diagnostic = str(block.get("diagnostic-code", ""))
                    if tells_nothing(status) and not diagnostic:  # Exim says it in words alone
                        diagnostic = diagnosed(said_below(words, final))
                    yield Outcome(
                        original=_address(block.get("original-recipient")),
                        final=final,
                        action=_action(block),
                        status=status,
                        diagnostic=diagnostic,
                    )


def _in_words(address: str, words: str) -> Outcome:
    diagnostic = diagnosed(words)
    status = "" if diagnostic.startswith("smtp") else status_in(words)
    return Outcome("", one_line(address), "failed", status, diagnostic)


def _blocks(part: Message) -> list[Message]:
    blocks = [block for block in part.get_payload() if isinstance(block, Message)]
    if any(block.get("action") for block in blocks):
        return blocks
    plain = _uncoded(part, "\n".join(str(block.get_payload()) for block in blocks))
    if plain is None:
        return blocks
    return [email.message_from_string(block) for block in re.split(r"(?:\r?\n){2,}", plain)]


def _uncoded(part: Message, text: str) -> str | None:
    """`text` of a part that RFC 2046 forbids to encode and some servers encode all the same; None
    if it is as it should be."""
    coding = str(part.get("content-transfer-encoding", "")).strip().lower()
    try:
        if coding == "base64":
            return base64.b64decode(text).decode("utf-8", "replace")
        if coding == "quoted-printable":
            return quopri.decodestring(text.encode()).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        pass
    return None


def _action(block: Message) -> str:
    """Without a comment, which may stand behind it (RFC 3464, 2.1.1)."""
    return str(block.get("action", "")).partition("(")[0].strip().lower()


def _message_ids(mail: Message) -> Iterator[str]:
    """Of the mail that is sent back: whole, or its headers alone."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind in _MAILS and part.is_multipart():
            inner = part.get_payload(0)
            if isinstance(inner, Message):
                plain = None if inner.keys() else _uncoded(part, str(inner.get_payload()))
                inner = inner if plain is None else email.message_from_string(plain)
                yield str(inner.get("message-id", ""))
        elif kind in ("text/rfc822-headers", "message/global-headers", "message/rfc822"):
            yield _message_id_in(text_of(part))


def _message_id_in(text: str) -> str:
    return str(email.message_from_string(text.lstrip()).get("message-id", ""))


def _address(field: object) -> str:
    """“rfc822; lan@example.org” → “lan@example.org”."""
    _kind, _semicolon, address = str(field or "").rpartition(";")
    return one_line(address).strip("<> ")
