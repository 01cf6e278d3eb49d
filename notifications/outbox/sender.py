"""Sending what is queued: claim, ask again, send, mark. No transaction is open while it talks."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from notifications import pulse
from notifications.addresses import masked
from notifications.bounces import Verdict, refused, verdict_of
from notifications.messages.prepared import AddressRefused, envelope_address, mail_bytes
from notifications.outbox import account_mails, daily, rows
from notifications.outbox.answers import Whose, is_final, is_of_policy, limits_rate, whose
from notifications.outbox.letter_writer import LetterWriter
from notifications.outbox.letters import Due, load
from notifications.outbox.marker import Marker
from notifications.outbox.run import MANY, Sent, may_be_the_first_no, tell_of_server
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

# Seconds a claim is used for: what is left of its lease covers one message at its slowest, and the
# codes that are let through before it.
USE_OF_A_CLAIM = 100.0
# Somebody waits for a code: so often (seconds) it is looked whether one does, and so long it takes.
CODES_EVERY, TIME_FOR_CODES = 2.0, 20.0
# Put off because of their number, and none taken after them: it is left in peace.
MANY_PUT_OFF = 20
# How long (seconds) it counts that a row was asked whether it still holds, and for how many at once
# it is asked anew, unless each takes so long: a slow server takes minutes for a claim.
HOLDS_FOR = 1.0
ASKED_ANEW, SLOW = 10, 0.1


def send_queue(*, seconds: float = 300.0, batch: int = rows.BATCH) -> Sent:
    """Send what may leave now, until nothing is left, `seconds` are over or the server fails.

    Several senders may run at once: each row is sent by the one that claimed it.
    """
    done = Sent()
    stop_at = time.monotonic() + seconds
    daily.gather()
    if reclaimed := rows.reclaim_expired():
        log.warning("%d mails of a sender that stopped are queued again", reclaimed)
    writer, codes, taken_at = LetterWriter(), _Codes(), pulse.last(pulse.MAIL_TAKEN)
    troubled = pulse.last(pulse.MAIL_SERVER_TROUBLE) is not None
    with MailServer() as server, Marker() as marker:
        while not done.trouble and time.monotonic() < stop_at:
            claim = rows.claim(batch)
            if not claim.ids:
                break
            before = replace(done)
            one = _Batch(claim, server, marker, writer, done, codes, taken_at, troubled=troubled)
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


class _Codes:
    """Mails about accounts, let through by those about cards."""

    def __init__(self) -> None:
        self._next = time.monotonic() + CODES_EVERY

    def let_through(self, marker: Marker) -> None:
        """Look now and then whether one may leave, and send it then."""
        if time.monotonic() < self._next:
            return
        if account_mails.any_may_leave():
            marker.settle()
            account_mails.send_account_mails(seconds=TIME_FOR_CODES)
        self._next = time.monotonic() + CODES_EVERY


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
    # When, by the monotonic clock (seconds).
    made: float = 0.0


class _Batch:
    """One claim on its way out."""

    def __init__(
        self,
        claim: rows.Claim,
        server: MailServer,
        marker: Marker,
        writer: LetterWriter,
        done: Sent,
        codes: _Codes,
        taken_at: datetime | None,
        *,
        troubled: bool,
    ) -> None:
        self.claim, self.done, self.codes = claim, done, codes
        self.taken_before = taken_at
        # It has taken nothing for a while.
        self.troubled = troubled
        # When the server last took a mail, of whomever.
        self.taken_at = taken_at
        self.server, self.marker, self.writer = server, marker, writer
        # Noes since it took one last: whose they are shows in what follows, and in their number.
        self._noes: list[tuple[Due, Refused | TryLater]] = []
        # Addresses refused one after the other.
        self._in_a_row = 0
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
        holding.sort(key=lambda row: (row.attempts, not row.urgent, row.id))
        self.writer.read_offices(holding)
        self._drafts = self._write(holding)
        try:
            for index in range(len(holding)):
                self.codes.let_through(self.marker)
                if time.monotonic() >= stop_at:
                    break
                try:
                    self._send_next()
                except ManyDropped as trouble:
                    # There is a server, and it may be these few messages: the others come first.
                    self._not_now(holding[index], str(trouble))
                    self._all_wait(holding[index + 1 :], str(trouble), counted=False)
                    break
                except ServerTrouble as trouble:
                    undecided = [row for row, _no in self._noes]
                    self._noes.clear()
                    self._all_wait([*undecided, *holding[index:]], str(trouble))
                    break
            self._settle_last()
        finally:
            self.marker.settle()
            if self.taken_at != self.taken_before and self.taken_at:
                pulse.done_at(pulse.MAIL_TAKEN, self.taken_at)
                pulse.ends(pulse.REFUSED_IN_A_ROW)
            pulse.add(pulse.REFUSED_IN_A_ROW, self._in_a_row)

    def _send_next(self) -> None:
        """Send one and decide about its row. Only ServerTrouble, which is everyone's, goes up."""
        self.server.open()
        draft, self._ahead = self._ahead or next(self._drafts), None
        row = draft.row
        if time.monotonic() > draft.made + HOLDS_FOR:
            # Written ahead, while the server took its time for the one before.
            [row] = self._as_they_are_now([row])
            draft = self._draft(row)
        elif draft.day != clock.today():
            draft = self._draft(row)  # a moment before midnight
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
        except (Refused, TryLater) as no:
            return self._said_no(row, no)
        except Dropped as trouble:
            self._not_now(row, str(trouble))
            return None
        self.marker.taken(self.claim.lease, row.id, draft.to)
        self.done.sent += 1
        self.taken_at, self._in_a_row = clock.now(), 0
        for other, answer in self._noes:
            self._settle(other, answer)
        self._noes.clear()
        if row.attempts:
            # It was in trouble before: leave nothing open that a death would make unclear.
            self.marker.settle()
        return None

    def _said_no(self, row: Due, no: Refused | TryLater) -> None:
        if whose(str(no)).is_own:
            self.done.of_one += 1
            self._settle(row, no)
        else:
            self._noes.append((row, no))

    def _settle_last(self) -> None:
        """Decide about the noes after which nothing was taken.

        Nobody's mail is stopped for good by a no that may be everybody's: one is, at once, or a
        few right behind what was taken; the others at a later try, once others were taken since
        this one.
        """
        for_good = [(row, no) for row, no in self._noes if is_final(no)]
        put_off = [(row, no) for row, no in self._noes if not is_final(no)]
        self._noes.clear()
        taken_none = self.taken_at == self.taken_before
        many = len(for_good) >= MANY or (taken_none and len(for_good) > 1)
        doubtful = many or self.troubled or not may_be_the_first_no(self.taken_at)
        for row, refusal in for_good:
            if doubtful and not self._goes_on_without(row, many):
                self._blame_nobody(row, str(refusal))
            else:
                self._settle(row, refusal)
        if for_good:
            pulse.done(pulse.MAIL_REFUSED)
        answers = [str(no) for _row, no in put_off]
        limiting = sum(map(limits_rate, answers))
        by_policy = limiting + sum(map(is_of_policy, answers))
        for row, no in put_off:
            by_number = limits_rate(str(no)) and limiting >= MANY
            if by_number or (is_of_policy(str(no)) and by_policy >= MANY_PUT_OFF):
                self._blame_nobody(row, str(no))
            else:
                self._settle(row, no)
        denied = [no for _row, no in (*for_good, *put_off) if isinstance(no, Refused)]
        if len(denied) >= MANY or by_policy >= MANY_PUT_OFF:
            # It is left in peace: the next batch would fare no better.
            self.done.trouble = str(denied[-1] if denied else put_off[-1][1])

    def _goes_on_without(self, row: Due, many: bool) -> bool:
        """Whether others were taken since this was tried last. What was taken just before does not
        count for many, until they have waited: there it may have stopped taking any."""
        if many and row.attempts < rows.TRIES_LOST_TO_THE_SERVER:
            return self._taken_since(row, self.taken_before)
        return self._others_went_past(row)

    def _settle(self, row: Due, no: Refused | TryLater) -> None:
        reason = str(no)
        if is_final(no):
            self._fail(row, reason, verdict_of(reason, of_recipient=no.of_recipient))
            return
        verdict = Verdict.NONE if whose(reason) is Whose.SERVER else Verdict.SOFT
        with transaction.atomic():
            if not self._not_now(row, reason):
                refused(row.id, row.email, verdict, reason)

    def _write_ahead(self) -> None:
        self._ahead = next(self._drafts, None)

    def _write(self, holding: list[Due]) -> Iterator[_Draft]:
        asked, paced = time.monotonic(), time.monotonic()
        anew: deque[Due] = deque()  # asked at `asked`; what comes after them, at the claim
        claimed = asked
        waiting = deque(holding)
        while anew or waiting:
            now = time.monotonic()
            if now > (asked if anew else claimed) + HOLDS_FOR:
                waiting.extendleft(reversed(anew))
                many = 1 if now > paced + SLOW else ASKED_ANEW
                some = [waiting.popleft() for _ in range(min(many, len(waiting)))]
                anew, asked = deque(self._as_they_are_now(some)), now
            paced = now
            yield self._draft(anew.popleft() if anew else waiting.popleft())

    def _as_they_are_now(self, some: list[Due]) -> list[Due]:
        self._aged = True
        try:
            found = {row.id: row for row in load([row.id for row in some])}
        except Exception:
            log.exception("It could not be asked anew whether mails hold")
            return some
        return [found.get(row.id, row) for row in some]

    def _draft(self, row: Due) -> _Draft:
        return self._put_into_words(row)._replace(made=time.monotonic())

    def _put_into_words(self, row: Due) -> _Draft:
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
            if not rows.fail(self.claim.lease, row.id, reason, masked(row.email)):
                return  # another sender has it by now
            refused(row.id, row.email, verdict, reason)
        self.done.failed += 1
        self._in_a_row += verdict is Verdict.HARD

    def _not_now(self, row: Due, reason: str) -> bool:
        """The server did not take it, and may another time. False if it was set aside instead.

        It costs the row more tries than the server may cost it only where it is known to be its
        own: the mailbox is full or closed, or others were taken since it was tried last.
        """
        if whose(reason) is Whose.MAILBOX or self._others_went_past(row):
            return self._later(row, reason)
        self._blame_nobody(row, reason)
        return True

    def _blame_nobody(self, row: Due, reason: str) -> None:
        rows.wait_for_server(self.claim.lease, {row.id: row.attempts}, reason)
        self.done.later += 1
        self.done.unexplained += not whose(reason).is_own

    def _others_went_past(self, row: Due) -> bool:
        return self._taken_since(row, self.taken_at)

    def _taken_since(self, row: Due, taken_at: datetime | None) -> bool:
        tried = rows.last_tried(row.attempts, row.not_before)
        # One of a clock that was ahead tells nothing.
        return bool(tried and taken_at and tried < taken_at <= clock.now())

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
