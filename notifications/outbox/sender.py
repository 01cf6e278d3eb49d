"""Sending what is queued: claim, ask again, send, mark. No transaction is open while it talks."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_noop

from notifications import pulse
from notifications.bounces import Verdict, refused, verdict_of
from notifications.messages.prepared import AddressRefused, envelope_address, mail_bytes
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
TAKES_NOTHING = gettext_noop("The mail server takes no mail from anybody now.")


@dataclass(slots=True)
class Sent:
    """What one run did, in messages. `trouble` is what the server said when all had to wait."""

    sent: int = 0
    cancelled: int = 0
    failed: int = 0
    later: int = 0
    trouble: str = ""

    def tell(self, before: Sent, queue: str) -> None:
        """Add to the totals of `queue` what was done since `before`."""
        for what in ("sent", "cancelled", "failed", "later"):
            pulse.add(f"{queue} {what}", getattr(self, what) - getattr(before, what))


def tell_of_server(done: Sent) -> None:
    """Keep since when the mail server takes nothing, for whoever watches: not reached, or not one
    of many messages taken."""
    if not done.sent and (done.trouble or done.later >= MANY):
        pulse.begins(pulse.MAIL_SERVER_TROUBLE)
        pulse.done(pulse.MAIL_SERVER_ASKED)
    elif done.sent:
        pulse.ends(pulse.MAIL_SERVER_TROUBLE)


def server_rests() -> bool:
    """Whether a server that takes nothing is to be left in peace for now.

    It is asked again after a quarter of the time that it has taken nothing for, and at least
    every eight minutes.
    """
    since, asked = pulse.last(pulse.MAIL_SERVER_TROUBLE), pulse.last(pulse.MAIL_SERVER_ASKED)
    if since is None or asked is None:
        return False
    longest = rows.pause(rows.TRIES_LOST_TO_THE_SERVER)
    return clock.now() < asked + min((asked - since) / 4, longest)


def send_queue(*, seconds: float = 300.0, batch: int = rows.BATCH) -> Sent:
    """Send what may leave now, until nothing is left, `seconds` are over or the server fails.

    Several senders may run at once: each row is sent by the one that claimed it.
    """
    done = Sent()
    stop_at = time.monotonic() + seconds
    daily.gather()
    if reclaimed := rows.reclaim_expired():
        log.warning("%d mails of a sender that stopped are queued again", reclaimed)
    writer, past = LetterWriter(), _Past(pulse.last(pulse.MAIL_SERVER_TROUBLE), pulse.mail_taken())
    with MailServer() as server, Marker() as marker:
        while not done.trouble and time.monotonic() < stop_at:
            claim = rows.claim(batch)
            if not claim.ids:
                break
            before = replace(done)
            try:
                _Batch(claim, server, marker, writer, done, past).send(
                    min(stop_at, time.monotonic() + USE_OF_A_CLAIM)
                )
            finally:
                rows.release(claim.lease)
            done.tell(before, pulse.NOTIFICATIONS)
    tell_of_server(done)
    if done.trouble:
        log.warning("The mail server does not take mail: %s", done.trouble)
    return done


class _Past(NamedTuple):
    """What is known of the mail server: since when it takes nothing; when it last took a mail."""

    trouble_since: datetime | None
    taken_at: datetime | None


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
        past: _Past,
    ) -> None:
        self.claim, self.done = claim, done
        self._past, self._put_off = past, 0
        self.server, self.marker, self.writer = server, marker, writer
        self._drafts: Iterator[_Draft] = iter(())
        self._ahead: _Draft | None = None
        # The day that the drafts are written for, asked anew with each: a batch may last past
        # midnight.
        self._today, self._now, self._aged = clock.today(), clock.now(), False

    def send(self, stop_at: float) -> None:
        holding = []
        for row in load(self.claim.ids):
            if reason := row.no_longer_holds(self._today):
                rows.cancel(self.claim.lease, row.id, reason)
                self.done.cancelled += 1
            else:
                holding.append(row)
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
                    self._not_now(holding[index], str(trouble), hung_up=True)
                    self._all_wait(holding[index + 1 :], str(trouble), counted=False)
                    return
                except ServerTrouble as trouble:
                    self._all_wait(holding[index:], str(trouble))
                    return
                if self._takes_nothing and self._put_off >= MANY:
                    # Nor does it now, after as many were asked as it takes to know.
                    self._all_wait(holding[index + 1 :], TAKES_NOTHING, counted=False)
                    return
        finally:
            self.marker.settle()

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
            self._put_off += 1
            with transaction.atomic():
                hung_up = isinstance(trouble, Dropped)
                given_up = not self._not_now(row, str(trouble), hung_up=hung_up)
                if given_up and isinstance(trouble, TryLater):
                    refused(row.id, row.email, Verdict.SOFT, str(trouble))
            return None
        self.marker.taken(self.claim.lease, row.id, draft.to)
        self.done.sent += 1
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

    @property
    def _takes_nothing(self) -> bool:
        """The server took nothing in the last run that asked it, nor in this one so far."""
        return self._past.trouble_since is not None and not self.done.sent

    def _not_now(self, row: Due, reason: str, *, hung_up: bool) -> bool:
        """The server did not take it, and may another time. False if it was set aside instead.

        As long as it takes nothing from anybody, that is no fault of the row's, and costs it no
        more than the server may. Once it took others since, a row at which it hung up before
        and after is what it hangs up at: from then on each time counts.
        """
        most = rows.TRIES_LOST_TO_THE_SERVER
        if hung_up and self._others_went_past(row):
            return self._later(row, reason, max(row.attempts, most))
        if row.attempts > most or not self._takes_nothing:
            return self._later(row, reason)
        rows.wait_for_server(self.claim.lease, {row.id: row.attempts}, reason)
        self.done.later += 1
        return True

    def _others_went_past(self, row: Due) -> bool:
        tried = rows.last_tried(row.attempts, row.not_before)
        if tried is None:
            return False
        return bool(self.done.sent or (self._past.taken_at and self._past.taken_at > tried))

    def _later(self, row: Due, reason: str, attempts: int | None = None) -> bool:
        """False if it was set aside instead."""
        so_far = row.attempts if attempts is None else attempts
        later = rows.try_later(self.claim.lease, row.id, so_far, reason)
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
