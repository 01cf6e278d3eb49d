"""Sending what is queued: claim, ask again, send, mark. No transaction is open while it talks."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from notifications import pulse
from notifications.bounces import Verdict, refused, verdict_of
from notifications.messages.prepared import AddressRefused, envelope_address, mail_bytes
from notifications.models import AccountMail, Delivery, DeliveryState
from notifications.outbox import daily, rows
from notifications.outbox.letters import Due, LetterWriter, load
from notifications.outbox.marker import Marker
from notifications.outbox.server import (
    Dropped,
    MailServer,
    ManyDropped,
    Refused,
    ServerTrouble,
    TryLater,
)
from portal import clock

log = logging.getLogger(__name__)

# Seconds a claim is used for: what is left of its lease covers one message at its slowest.
USE_OF_A_CLAIM = 180.0
# A server that takes none of so many, each with an answer of its own, takes none.
MANY = 5
# In an answer that is kept as a reason: it is that one mailbox which takes none now (RFC 3463).
THAT_MAILBOX = " 4.2."
# What is new waits no longer than this for a server that takes nothing.
LONGEST_REST = timedelta(minutes=2)


@dataclass(slots=True)
class Sent:
    """What one run did, in messages. `trouble` is what the server said when all had to wait.

    `unexplained`: of `later`, those that may be the server's fault as well as their own.
    """

    sent: int = 0
    cancelled: int = 0
    failed: int = 0
    later: int = 0
    unexplained: int = 0
    trouble: str = ""

    def tell(self, before: Sent, queue: str) -> None:
        """Add to the totals of `queue` what was done since `before`."""
        for what in ("sent", "cancelled", "failed", "later"):
            pulse.add(f"{queue} {what}", getattr(self, what) - getattr(before, what))


def tell_of_server(done: Sent) -> None:
    """Keep since when the mail server takes nothing, for whoever watches: not reached, or not one
    of many messages taken. Over once it takes one, and once none waits for it."""
    if not done.sent and (done.trouble or done.unexplained >= MANY):
        pulse.begins(pulse.MAIL_SERVER_TROUBLE)
    elif done.sent or not _any_waits():
        pulse.ends(pulse.MAIL_SERVER_TROUBLE)


def _any_waits() -> bool:
    unsent = (DeliveryState.QUEUED, DeliveryState.SENDING)
    return (
        Delivery.objects.filter(state__in=unsent, daily=False).exists()
        or AccountMail.objects.filter(state__in=unsent).exists()
    )


def server_rests() -> bool:
    """Whether a server that cannot be used is to be left in peace for now.

    It is asked again after a quarter of the time that it has taken nothing for, and at least
    every two minutes.
    """
    since, asked = pulse.last(pulse.MAIL_SERVER_TROUBLE), pulse.last(pulse.MAIL_SERVER_ASKED)
    if since is None or asked is None or asked < since:
        return False
    return clock.now() < asked + min((asked - since) / 4, LONGEST_REST)


def send_queue(*, seconds: float = 300.0, batch: int = rows.BATCH) -> Sent:
    """Send what may leave now, until nothing is left, `seconds` are over or the server fails.

    Several senders may run at once: each row is sent by the one that claimed it.
    """
    done = Sent()
    stop_at = time.monotonic() + seconds
    daily.gather()
    if reclaimed := rows.reclaim_expired():
        log.warning("%d mails of a sender that stopped are queued again", reclaimed)
    writer, taken_at = LetterWriter(), pulse.last(pulse.MAIL_TAKEN)
    with MailServer() as server, Marker() as marker:
        while not done.trouble and time.monotonic() < stop_at:
            claim = rows.claim(batch)
            if not claim.ids:
                break
            before = replace(done)
            one = _Batch(claim, server, marker, writer, done, taken_at)
            try:
                one.send(min(stop_at, time.monotonic() + USE_OF_A_CLAIM))
            finally:
                rows.release(claim.lease)
                taken_at = one.taken_at
            done.tell(before, pulse.NOTIFICATIONS)
    tell_of_server(done)
    if done.trouble:
        pulse.done(pulse.MAIL_SERVER_ASKED)
        log.warning("The mail server does not take mail: %s", done.trouble)
    return done


class _Draft(NamedTuple):
    """One message put into words, or why it could not be."""

    row: Due
    to: str = ""
    content: bytes = b""
    trouble: Exception | None = None
    # Since the claim a day has begun on which it need not be said.
    gone: str = ""
    # The day that its words are of.
    day: date | None = None


class _Batch:
    """One claim on its way out."""

    def __init__(
        self,
        claim: rows.Claim,
        server: MailServer,
        marker: Marker,
        writer: LetterWriter,
        done: Sent,
        taken_at: datetime | None,
    ) -> None:
        self.claim, self.done = claim, done
        # When the server last took a mail, of whomever.
        self.taken_at = taken_at
        self.server, self.marker, self.writer = server, marker, writer
        self._drafts: Iterator[_Draft] = iter(())
        self._ahead: _Draft | None = None
        # The day that the drafts are written for, asked anew with each: a batch may last past
        # midnight.
        self._today, self._now, self._aged = clock.today(), clock.now(), False

    def send(self, stop_at: float) -> None:
        holding = []
        for row in load(self.claim.ids):
            for part, why in row.left_out(self._today):
                rows.leave_out(self.claim.lease, part, why)
            if reason := row.no_longer_holds(self._today):
                rows.cancel(self.claim.lease, row.id, reason)
                self.done.cancelled += 1
            else:
                holding.append(row)
        # What was never tried comes before what was put off: that may be put off for ever.
        holding.sort(key=lambda row: (row.attempts, row.id))
        self.writer.read_offices(holding)
        self._drafts = map(self._draft, holding)
        try:
            for index in range(len(holding)):
                if time.monotonic() >= stop_at:
                    return
                try:
                    self._send_next()
                except ManyDropped as trouble:
                    # There is a server, and it may be these few messages: the others come first.
                    self._not_now(holding[index], str(trouble))
                    self._all_wait(holding[index + 1 :], str(trouble), counted=False)
                    return
                except ServerTrouble as trouble:
                    self._all_wait(holding[index:], str(trouble))
                    return
        finally:
            self.marker.settle()
            if self.taken_at:
                pulse.done_at(pulse.MAIL_TAKEN, self.taken_at)

    def _send_next(self) -> None:
        """Send one and decide about its row. Only ServerTrouble, which is everyone's, goes up."""
        self.server.open()
        draft, self._ahead = self._ahead or next(self._drafts), None
        row = draft.row
        if draft.day != clock.today():
            draft = self._draft(row)  # it was written ahead, a moment before midnight
        if draft.gone:
            rows.cancel(self.claim.lease, row.id, draft.gone)
            self.done.cancelled += 1
            return None
        if isinstance(draft.trouble, AddressRefused):
            return self._fail(row, str(draft.trouble), Verdict.HARD)
        if draft.trouble:
            # A message that cannot be written must not keep the others from leaving.
            what = type(draft.trouble).__name__
            log.error(
                "Notification %d cannot be put into words", row.notification, exc_info=draft.trouble
            )
            self._later(row, f"It could not be put into words: {what}.")
            return None
        try:
            self.server.send(
                draft.to, draft.content, before=self.marker.mark, during=self._write_ahead
            )
        except Refused as no:
            verdict = verdict_of(str(no), of_recipient=no.of_recipient)
            return self._fail(row, str(no), verdict)
        except (TryLater, Dropped) as trouble:
            with transaction.atomic():
                given_up = not self._not_now(row, str(trouble))
                if given_up and isinstance(trouble, TryLater):
                    refused(row.id, row.email, Verdict.SOFT, str(trouble))
            return None
        self.marker.taken(self.claim.lease, row.id, draft.to)
        self.done.sent += 1
        self.taken_at = clock.now()
        if row.attempts:
            # It was in trouble before: leave nothing open that a death would make unclear.
            self.marker.settle()
        return None

    def _write_ahead(self) -> None:
        self._ahead = next(self._drafts, None)

    def _draft(self, row: Due) -> _Draft:
        try:
            if (today := clock.today()) != self._today:
                self._today, self._now, self._aged = today, clock.now(), True
            if self._aged and (gone := row.no_longer_holds(today)):
                return _Draft(row, gone=gone, day=today)
            letter = self.writer.letter(row, today, self._now)
            to = envelope_address(letter.email)
            content = mail_bytes(letter, eight_bit=self.server.eight_bit)
            return _Draft(row, to, content, day=today)
        except Exception as trouble:
            return _Draft(row, trouble=trouble, day=self._today)

    def _fail(self, row: Due, reason: str, verdict: Verdict) -> None:
        """The row has failed and its address is flagged: both or, if we die here, neither."""
        with transaction.atomic():
            rows.fail(self.claim.lease, row.id, reason)
            refused(row.id, row.email, verdict, reason)
        self.done.failed += 1

    def _not_now(self, row: Due, reason: str) -> bool:
        """The server did not take it, and may another time. False if it was set aside instead.

        It costs the row more tries than the server may cost it only where it is known to be its
        own: the answer says so, or others were taken since it was tried last.
        """
        if THAT_MAILBOX in reason or self._others_went_past(row):
            return self._later(row, reason)
        rows.wait_for_server(self.claim.lease, {row.id: row.attempts}, reason)
        self.done.later += 1
        self.done.unexplained += 1
        return True

    def _others_went_past(self, row: Due) -> bool:
        tried = rows.last_tried(row.attempts, row.not_before)
        return bool(tried and self.taken_at and self.taken_at > tried)

    def _later(self, row: Due, reason: str) -> bool:
        """False if it was set aside instead."""
        later = rows.try_later(self.claim.lease, row.id, row.attempts, reason)
        if later:
            self.done.later += 1
        else:
            self.done.failed += 1
        return later

    def _all_wait(self, waiting: list[Due], reason: str, *, counted: bool = True) -> None:
        attempts = {row.id: row.attempts for row in waiting}
        if counted:
            rows.wait_for_server(self.claim.lease, attempts, reason)
        else:
            rows.wait_a_moment(self.claim.lease, attempts, reason)
        self.done.later += len(attempts)
        self.done.trouble = reason
