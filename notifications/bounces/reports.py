"""Delivery status notifications (RFC 3464), as mail servers send them back to the sender."""

from __future__ import annotations

import email
import email.policy
import logging
import re
from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple

from notifications.bounces.flagging import account_came_back, came_back
from notifications.bounces.verdict import Verdict, status_in, verdict_of
from notifications.messages.letter import one_line
from notifications.models import AccountMail, Delivery

log = logging.getLogger(__name__)

# Larger ones are not read: a report needs a few kilobytes.
LONGEST = 1_000_000
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
# The two kinds of Message-ID that the outbox gives: the row, and the moment it was made.
_OUR_ID = re.compile(r"<?(notification|account)\.(\d{1,18})\.(\d{1,18})@[^<>\s]+>?")
_MICROSECONDS = 1_000_000


class Report(NamedTuple):
    """One mail that finally did not arrive. `row` and `moment` are those of its Message-ID."""

    what: str  # “notification” or “account”
    row: int
    moment: int
    recipient: str
    status: str
    diagnostic: str


def read(content: bytes) -> Report | None:
    """What a mail reports about one of ours; None if it is something else, or not final."""
    if len(content) > LONGEST:
        return None
    mail = email.message_from_bytes(content, policy=email.policy.compat32)
    fields = _of_recipient(mail)
    ours = our_id("\n".join(_message_ids(mail)))
    if fields is None or ours is None:
        return None
    return Report(
        *ours,
        recipient=_address(fields.get("original-recipient") or fields.get("final-recipient")),
        status=status_in(str(fields.get("status", ""))),
        diagnostic=str(fields.get("diagnostic-code", "")),
    )


def our_id(text: str) -> tuple[str, int, int] | None:
    """The first Message-ID of ours in a text: kind, row, moment."""
    found = _OUR_ID.search(text)
    return (found[1], int(found[2]), int(found[3])) if found else None


def take(report: Report) -> bool:
    """Note what a report says. False if it is about none of our mails, or was known."""
    # The status decides; a diagnostic text only where a server gave none.
    answer = report.status or status_in(report.diagnostic) or "5.0.0"
    return found_undelivered(
        (report.what, report.row, report.moment),
        verdict_of(answer, of_recipient=False),
        answer,
        recipient=report.recipient,
    )


def found_undelivered(
    ours: tuple[str, int, int], verdict: Verdict, reason: str, *, recipient: str
) -> bool:
    """A mail of ours did not arrive. Its Message-ID must be right to the microsecond: nobody who
    has not seen the mail can have it flagged."""
    what, row, moment = ours
    if what == "account":
        mail = AccountMail.objects.filter(pk=row).first()
        if mail is None or int(mail.queued_at.timestamp() * _MICROSECONDS) != moment:
            return False
        account_came_back(recipient, verdict, reason)
        return True
    delivery = Delivery.objects.select_related("notification").filter(notification=row).first()
    if delivery is None:
        return False
    if int(delivery.notification.created_at.timestamp() * _MICROSECONDS) != moment:
        return False
    return came_back(delivery.pk, verdict, reason, address=recipient)


def _of_recipient(mail: Message) -> Message | None:
    """The fields about the one recipient, if they say that delivery finally failed."""
    if mail.get_content_type() != "multipart/report":
        return None
    for part in mail.walk():
        if part.get_content_type() in _STATUS_TYPES and part.is_multipart():
            for block in part.get_payload():
                if isinstance(block, Message) and _action(block) == "failed":
                    return block
    return None


def _action(block: Message) -> str:
    """Without a comment, which may stand behind it (RFC 3464, 2.1.1)."""
    return str(block.get("action", "")).partition("(")[0].strip().lower()


def _message_ids(mail: Message) -> Iterator[str]:
    """Of the mail that is sent back: whole, or its headers alone."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind in ("message/rfc822", "message/global") and part.is_multipart():
            inner = part.get_payload(0)
            if isinstance(inner, Message):
                yield str(inner.get("message-id", ""))
        elif kind in ("text/rfc822-headers", "message/global-headers", "message/rfc822"):
            raw = part.get_payload(decode=True)
            text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
            yield str(email.message_from_string(text.lstrip()).get("message-id", ""))


def _address(field: object) -> str:
    """“rfc822; lan@example.org” → “lan@example.org”."""
    _kind, _semicolon, address = str(field or "").rpartition(";")
    return one_line(address).strip("<> ")
