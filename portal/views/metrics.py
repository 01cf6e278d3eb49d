"""Figures for a monitoring system, in the text format that Prometheus and others read."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import watching
from portal import clock

_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


class _Metric(NamedTuple):
    name: str
    kind: str
    help: str
    values: list[tuple[str, float]]


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures, to who shows METRICS_TOKEN or comes from METRICS_FROM; to others, 404."""
    if not (_shows_token(request) or _comes_from_there(request)):
        raise Http404
    return HttpResponse("".join(_written(metric) for metric in _all()), content_type=_FORMAT)


def _shows_token(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    shown = request.headers.get("Authorization", "")
    return bool(token) and constant_time_compare(shown, f"Bearer {token}")


def _comes_from_there(request: HttpRequest) -> bool:
    """By the address of the connection itself. What a proxy passes on has another sender."""
    passed_on = {"X-Forwarded-For", "Forwarded", "X-Real-Ip"} & request.headers.keys()
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return not passed_on and any(address in network for network in settings.METRICS_FROM)


def _all() -> Iterator[_Metric]:
    found = watching.queues()

    def each(what: str) -> list[tuple[str, float]]:
        return [(f'{{queue="{queue.name}"}}', getattr(queue, what)) for queue in found]

    yield _Metric("portal_mail_queued", "gauge", "Mails that wait.", each("queued"))
    yield _Metric("portal_mail_sending", "gauge", "Mails a sender holds.", each("sending"))
    yield _Metric(
        "portal_mail_oldest_seconds",
        "gauge",
        "How long the mail has waited that may leave and waits longest.",
        [(f'{{queue="{queue.name}"}}', _age(queue.oldest)) for queue in found],
    )
    yield _Metric(
        "portal_mail_set_aside", "gauge", "Mails that somebody must look at.", each("set_aside")
    )
    for what, words in (
        ("sent", "Mails that the mail server took."),
        ("failed", "Mails that were given up."),
        ("cancelled", "Mails that were no longer needed."),
        ("later", "Tries that were put off."),
    ):
        values = [(f'{{queue="{queue.name}"}}', float(queue.totals[what])) for queue in found]
        yield _Metric(f"portal_mail_{what}_total", "counter", words, values)
    planned = watching.planned_at()
    age = _age(planned) if planned else float("inf")
    yield _Metric("portal_planning_age_seconds", "gauge", "Since the last planning.", [("", age)])
    if settings.BOUNCE_MAILBOX:
        read_at = watching.bounces_read_at()
        age = _age(read_at) if read_at else float("inf")
        words = "Since the mailbox for reports of undelivered mail was last read."
        yield _Metric("portal_bounces_read_age_seconds", "gauge", words, [("", age)])
    yield _Metric(
        "portal_planner_lag_days",
        "gauge",
        "By how many days the most overdue alert is late.",
        [("", watching.planner_lag_days())],
    )
    yield _Metric(
        "portal_events_untold", "gauge", "Events to be told of.", [("", watching.untold_events())]
    )


def _age(moment: datetime | None) -> float:
    return max(0.0, (clock.now() - moment).total_seconds()) if moment else 0.0


def _written(metric: _Metric) -> str:
    lines = [f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} {metric.kind}"]
    lines += [f"{metric.name}{labels} {_number(value)}" for labels, value in metric.values]
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return "+Inf" if value == float("inf") else f"{value:.10g}"
