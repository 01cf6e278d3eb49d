"""Committing that a message was taken, without keeping the next one waiting.

What the server took is marked while it answers the next message's first command, so before that
next message is handed over. On PostgreSQL marking is writing one statement to the database's
socket: the database carries it out even if this process dies at that moment. Its answer is
collected later, and the waits for the disk of several connections are shared. On SQLite the
statement itself is quick, as WAL needs no wait for the disk.

So a sender that is killed leaves one message at most that was taken and is not marked. Only if
the database machine dies in the same moment may it be one more for each connection.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from types import TracebackType
from typing import NamedTuple

import psycopg
from django.db import Error, connection
from psycopg.pq import ExecStatus

from notifications.addresses import masked
from notifications.outbox import rows
from portal import clock

log = logging.getLogger(__name__)

# At most so many connections mark in turn: so many waits for the disk run at once.
LINES = 8
# Seconds between tries when the database does not take a mark: it may be starting again.
PAUSES = (0.5, 1, 2, 4, 8, 15)


class _Taken(NamedTuple):
    """A row of the outbox that the server took, and the masked address it went to."""

    lease: str
    pk: int
    to: str


class Marker:
    """Marks what was taken, one message behind."""

    def __init__(self) -> None:
        self._taken: _Taken | None = None
        # Another connection would not see the rows of a transaction that is open around us.
        self._beside = connection.vendor == "postgresql" and not connection.in_atomic_block
        self._lines: deque[_Line] = deque()  # the one that has marked longest ago first

    def __enter__(self) -> Marker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for line in self._lines:
            line.close()

    def taken(self, lease: str, pk: int, to: str) -> None:
        """The server took this one: it is marked at the next `mark` or `settle`."""
        self.mark()
        self._taken = _Taken(lease, pk, masked(to))

    def mark(self) -> None:
        """Mark what was taken: once this returns, the death of this process undoes it no more."""
        if self._taken is None:
            return
        taken, self._taken = self._taken, None
        if self._beside:
            self._line().mark(taken)
        else:
            mark_for_sure(taken)

    def settle(self) -> None:
        """Return once all that was taken is committed."""
        self.mark()
        for line in self._lines:
            line.settle()

    def _line(self) -> _Line:
        """One that is free; or a new one; or, if there are enough, the first to be free."""
        enough = len(self._lines) >= LINES
        reused = self._lines and (enough or self._lines[0].is_free())
        line = self._lines.popleft() if reused else _Line()
        self._lines.append(line)
        return line


class _Line:
    """A database connection with at most one mark under way. Connects when first needed."""

    def __init__(self) -> None:
        self._database = connection.copy()
        self._prepared = False
        self._marking: _Taken | None = None

    def is_free(self) -> bool:
        """Whether the answer to the last mark is there."""
        try:
            self._pgconn.consume_input()
            return not self._pgconn.is_busy()
        except psycopg.Error:
            return True  # `settle` deals with it

    def mark(self, taken: _Taken) -> None:
        self.settle()
        self._marking = taken
        try:
            if not self._prepared:
                self._prepare()
            self._pgconn.send_query_prepared(
                b"mark",
                [
                    value.encode()
                    for value in (clock.now().isoformat(), taken.to, str(taken.pk), taken.lease)
                ],
            )
        except (Error, psycopg.Error):
            self.settle()

    def settle(self) -> None:
        """Collect the answer; what was not marked for whatever reason is marked now."""
        if self._marking is None:
            return
        taken, self._marking = self._marking, None
        if not self._was_marked():
            self.close()
            mark_for_sure(taken)

    def close(self) -> None:
        self._prepared = False
        self._database.close()

    def _prepare(self) -> None:
        self._database.ensure_connection()
        # Writing and collecting return when done: the statements are smaller than any buffer.
        self._pgconn.nonblocking = 0
        result = self._pgconn.prepare(b"mark", rows.MARK_POSTGRESQL)
        if result.status != ExecStatus.COMMAND_OK:
            raise psycopg.OperationalError(result.error_message.decode("utf-8", "replace"))
        self._prepared = True

    def _was_marked(self) -> bool:
        marked = False
        try:
            while result := self._pgconn.get_result():
                marked = result.status == ExecStatus.COMMAND_OK and result.command_tuples == 1
        except psycopg.Error:
            return False
        return marked

    @property
    def _pgconn(self) -> psycopg.pq.abc.PGconn:
        raw = self._database.connection
        if raw is None:
            raise psycopg.OperationalError("not connected")
        pgconn: psycopg.pq.abc.PGconn = raw.pgconn
        return pgconn


def mark_for_sure(taken: _Taken) -> None:
    """Mark and wait for it, also past a restart of the database."""
    for pause in (*PAUSES, None):
        try:
            if not rows.mark_sent(taken.lease, taken.pk, taken.to):
                log.error("Delivery %d was sent after its lease was lost", taken.pk)
            return
        except Error:
            if pause is None or connection.in_atomic_block:
                raise
            log.warning("Delivery %d was sent and could not be marked; trying again", taken.pk)
            connection.close()
            time.sleep(pause)
