"""Mails that were set aside: somebody looks, then sends them again or leaves it at that."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import QuerySet

from notifications.models import AccountMail, Delivery, DeliveryState
from portal import clock


def listed() -> Iterator[str]:
    """One line each: number, since when, why. Nobody's name or address."""
    for name, rows in (("mail", _deliveries()), ("account mail", _account_mails())):
        for row in rows.order_by("set_aside_at", "pk").iterator():
            since = row.set_aside_at.astimezone(clock.TOKYO)
            yield f"{name} {row.pk}, {since:%Y-%m-%d %H:%M}: {row.reason}"


def send_again(numbers: Collection[int] = ()) -> int:
    """Queue these deliveries (all, if none is named) as if never tried; how many.

    Whether each still holds is asked at sending, as always. Mails about accounts are erased when
    they are set aside, and so cannot leave again.
    """
    now = clock.now()
    return _chosen(_deliveries(), numbers).update(
        state=DeliveryState.QUEUED,
        attempts=0,
        not_before=now,
        queued_again_at=now,
        set_aside_at=None,
    )


def leave(numbers: Collection[int] = ()) -> int:
    """They stay failed, and were looked at; how many. None named: all, account mails as well."""
    left = _chosen(_deliveries(), numbers).update(set_aside_at=None)
    return left if numbers else left + _account_mails().update(set_aside_at=None)


def _deliveries() -> QuerySet[Any]:
    return Delivery.objects.filter(state=DeliveryState.FAILED, set_aside_at__isnull=False)


def _account_mails() -> QuerySet[Any]:
    return AccountMail.objects.filter(set_aside_at__isnull=False)


def _chosen(rows: QuerySet[Any], numbers: Collection[int]) -> QuerySet[Any]:
    return rows.filter(pk__in=numbers) if numbers else rows
