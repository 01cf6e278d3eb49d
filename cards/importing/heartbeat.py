"""How far an import is, and that its worker is alive, written down while it runs.

The import itself is one transaction, out of which nobody can read; so this goes over a
connection of its own, in a thread, once a second. SQLite has one writer at a time, the import:
there, how far it is stands in the cache meanwhile.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from types import TracebackType
from typing import Self

from django.core.cache import cache
from django.db import DatabaseError, connection

from cards.models import CardImport
from portal import clock

_EVERY = 1.0  # seconds


def lease_time() -> timedelta:
    """For how long a worker that says nothing keeps an import.

    On SQLite it cannot say anything while it writes.
    """
    return timedelta(seconds=600 if connection.vendor == "sqlite" else 30)


class Heartbeat:
    """`beat` is told how far the reading is; within the block that is written down."""

    def __init__(self, job: CardImport) -> None:
        self._job = job
        self._far = (0, 0)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="import-heartbeat", daemon=True)

    def beat(self, done: int, size: int, rows: int) -> None:
        self._far = (done, rows)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _go_on(self) -> None:
        try:
            while not self._over.wait(_EVERY):
                self._write()
        finally:
            connection.close()

    def _write(self) -> None:
        done, rows = self._far
        if connection.vendor == "sqlite":
            cache.set(_key(self._job.pk), self._far, timeout=60)
            return
        ours = CardImport.objects.filter(pk=self._job.pk, lease=self._job.lease)
        try:
            ours.update(bytes_done=done, rows_done=rows, leased_until=clock.now() + lease_time())
        except DatabaseError:
            connection.close()  # once more in a second, over a new connection


def how_far(job: CardImport) -> tuple[int, int]:
    """Bytes and rows read so far."""
    if connection.vendor == "sqlite" and (far := cache.get(_key(job.pk))):
        return int(far[0]), int(far[1])
    return job.bytes_done, job.rows_done


def _key(pk: int) -> str:
    return f"import-{pk}"
