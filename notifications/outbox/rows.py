"""The rows of the outbox, and who holds them: claimed by compare-and-set, under a lease.

Every change says whose lease it is made under. A sender that outlived its lease changes nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from notifications.models import Delivery, DeliveryState
from portal import clock

BATCH = 400
# A sender stops using a claim well before its lease ends (`sender.USE_OF_A_CLAIM`).
LEASE = timedelta(minutes=10)
# Failures of a row itself until it is set aside, to be seen by staff: about half a day.
TRIES = 16
# Trouble that is the server's own makes pauses longer, but uses up no more tries than this.
TRIES_LOST_TO_THE_SERVER = 5
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)

STOPPED = gettext_noop("The sender stopped while this was being sent.")

_CLAIM = """
    WITH picked AS (
        SELECT id FROM notifications_delivery
        WHERE state = 'queued' AND not_before <= %(now)s AND NOT daily
        ORDER BY urgent DESC, not_before, id LIMIT %(limit)s {lock}
    )
    UPDATE notifications_delivery
    SET state = 'sending', lease = %(lease)s, leased_until = %(until)s
    WHERE id IN (SELECT id FROM picked)
    RETURNING id"""
_MARK = """
    UPDATE notifications_delivery
    SET state = 'sent', sent_at = {}, sent_to = {}, leased_until = NULL,
        reason = CASE WHEN bounced_at IS NULL THEN '' ELSE reason END
    WHERE id = {} AND lease = {} AND state = 'sending'"""
_MARKS = {"postgresql": _MARK.format(*["%s"] * 4), "sqlite": _MARK.format(*"????")}
# The same for libpq. Values, as text: the moment in ISO 8601, the masked address, the row's id
# and the lease.
MARK_POSTGRESQL = _MARK.format("$1", "$2", "$3", "$4").encode()


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows that are ours until the lease ends."""

    lease: str
    ids: tuple[int, ...]


def claim(limit: int = BATCH) -> Claim:
    """Take up to `limit` rows that may leave now. Others' rows are passed over."""
    lease, now = secrets.token_hex(16), clock.now()
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    values = {"now": _moment(now), "until": _moment(now + LEASE), "lease": lease, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(lock=lock), values)
        return Claim(lease, tuple(sorted(row[0] for row in cursor.fetchall())))


def mark_sent(lease: str, pk: int, to: str) -> bool:
    """Commit that the server took this one for `to`, a masked address. False if the lease was
    lost meanwhile."""
    connection.ensure_connection()
    # The driver's own way: Django's costs as much again as the statement, once a message.
    with connection.wrap_database_errors:
        marked = connection.connection.execute(
            _MARKS[connection.vendor], (_moment(clock.now()), to, pk, lease)
        )
    if marked.rowcount:
        return True
    return Delivery.objects.filter(pk=pk, lease=lease, state=DeliveryState.SENT).exists()


def cancel(lease: str, pk: int, reason: str) -> None:
    """It need not leave any more."""
    _let_go(lease, [pk], state=DeliveryState.CANCELLED, reason=reason)


def leave_out(lease: str, part: int, reason: str) -> None:
    """The mail of the day under this lease leaves without it: its record says why."""
    carriers = Delivery.objects.filter(lease=lease, state=DeliveryState.SENDING)
    held = Delivery.objects.filter(pk=part, daily_mail__in=carriers.values("pk"))
    held.update(reason=reason, daily_mail=None)


def fail(lease: str, pk: int, reason: str, to: str) -> bool:
    """It cannot leave for `to`, a masked address: staff see it, and why. False if the lease was
    lost meanwhile."""
    return _let_go(lease, [pk], state=DeliveryState.FAILED, reason=reason, sent_to=to)


def try_later(lease: str, pk: int, attempts: int, reason: str) -> bool:
    """It failed once more: queue it again after a pause. False if it was set aside instead."""
    attempts += 1
    if attempts >= TRIES:
        _let_go(
            lease,
            [pk],
            state=DeliveryState.FAILED,
            attempts=attempts,
            reason=reason,
            set_aside_at=clock.now(),
        )
        return False
    _requeue(lease, [pk], attempts, reason)
    return True


def wait_for_server(lease: str, attempts: dict[int, int], reason: str) -> None:
    """Nothing can leave now: queue these (row: its failures so far) again after a pause."""
    for tried in set(attempts.values()):
        rows = [pk for pk, count in attempts.items() if count == tried]
        _requeue(lease, rows, max(tried, min(tried + 1, TRIES_LOST_TO_THE_SERVER)), reason)


def last_tried(attempts: int, not_before: datetime) -> datetime | None:
    """When a row that waits was tried last, or somewhat later; None if it never was."""
    return not_before - pause(attempts) if attempts else None


def wait_a_moment(lease: str, attempts: dict[int, int], reason: str) -> None:
    """These were not tried: queue them again for before those that were (row: its failures)."""
    for tried in set(attempts.values()):
        rows = [pk for pk, count in attempts.items() if count == tried]
        _requeue(lease, rows, tried, reason)


def release(lease: str) -> None:
    """Give back whatever is still held under this lease, as if never claimed."""
    held = Delivery.objects.filter(lease=lease, state=DeliveryState.SENDING)
    held.update(state=DeliveryState.QUEUED, lease="", leased_until=None)


def reclaim_expired() -> int:
    """Queue again what a dead sender held; how many rows.

    Rows are sent in the order of their failures, then what happened to a card first, then in that
    of their ids, so the first one of a lease is where the sender died: it alone counts a failure,
    and is set aside if that happens again and again.
    """
    expired = Delivery.objects.filter(state=DeliveryState.SENDING, leased_until__lt=clock.now())
    reclaimed = 0
    for lease in set(expired.values_list("lease", flat=True)):
        held = expired.filter(lease=lease).order_by("attempts", "-urgent", "pk")
        first = held.values_list("pk", "attempts").first()
        if first is None:
            continue  # another sender was quicker
        try_later(lease, *first, STOPPED)
        rest = Delivery.objects.filter(lease=lease, state=DeliveryState.SENDING)
        reclaimed += 1 + rest.update(state=DeliveryState.QUEUED, lease="", leased_until=None)
    return reclaimed


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failures: 30 s, then twice as long, at most an hour.

    Half of that after none: what was not tried comes before what was.
    """
    return min(_FIRST_PAUSE * (1 << attempts) / 2, _LONGEST_PAUSE)


def _requeue(lease: str, ids: Iterable[int], attempts: int, reason: str) -> None:
    not_before = clock.now() + pause(attempts)
    state = DeliveryState.QUEUED
    _let_go(lease, ids, state=state, attempts=attempts, not_before=not_before, reason=reason)


def _let_go(lease: str, ids: Iterable[int], **changes: object) -> bool:
    held = Delivery.objects.filter(pk__in=ids, lease=lease, state=DeliveryState.SENDING)
    return bool(held.update(lease="", leased_until=None, **changes))


def _moment(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
