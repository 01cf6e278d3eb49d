"""The desk's page on the alerts of the next 90 days, and the same as a file."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import staff
from accounts.models import Office
from accounts.plots import Bars, Row
from accounts.scope import offices_seen_by
from accounts.spreadsheets import guarded
from cards import labels
from notifications.desk import foreseen, short_day
from notifications.forecast import Foreseen, days_ahead
from portal import clock

PERMISSION = "notifications.view_notification"
COLUMNS = ("day", "office_code", "office", "kind", "what_ends", "alerts")


class ForecastPages:
    """Two addresses of the desk: the page, and the file."""

    def __init__(self, site: AdminSite) -> None:
        self.site = site

    def page(self, request: HttpRequest) -> HttpResponse:
        """By day, drawn and in a table; by office, where several are seen; narrowed by GET."""
        asked = _Asked(request)
        return TemplateResponse(
            request,
            "admin/notifications/forecast.html",
            {
                **self.site.each_context(request),
                "title": _("Alerts of the next 90 days"),
                "asked": asked,
                "kinds": list(labels.DEADLINE_KIND.items()),
                "plot": _by_day(asked),
                "offices": _by_office(asked),
                "total": sum(one.alerts for one in asked.found),
                "last_day": days_ahead()[-1],
            },
        )

    def file(self, request: HttpRequest) -> StreamingHttpResponse:
        """One line a day, office and kind."""
        asked = _Asked(request)
        name = f"forecast-{clock.today()}.csv"
        return StreamingHttpResponse(
            _lines(asked),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class _Asked:
    """What of the forecast this request is about; nothing of other offices than theirs."""

    def __init__(self, request: HttpRequest) -> None:
        me = staff(request)
        if not me.has_perm(PERMISSION):
            raise PermissionDenied
        self.offices = {office.pk: office for office in offices_seen_by(me)}
        office, kind = request.GET.get("office", ""), request.GET.get("kind", "")
        number = int(office) if office.isdecimal() and len(office) < 19 else None
        self.office: Office | None = self.offices.get(number) if number is not None else None
        self.kind = kind if kind in labels.DEADLINE_KIND else ""
        self.query = request.GET.urlencode()
        self.found: list[Foreseen] = [
            one
            for one in foreseen(me)
            if one.office in self.offices
            and (self.office is None or one.office == self.office.pk)
            and self.kind in ("", one.kind)
        ]

    @property
    def choices(self) -> list[Office]:
        return list(self.offices.values())


def _by_day(asked: _Asked) -> Bars:
    counts: Counter[date] = Counter()
    for one in asked.found:
        counts[one.day] += one.alerts
    return Bars(
        slug="days",
        title=_("Alerts by day"),
        axis=_("day"),
        series=[_("Alerts")],
        rows=[Row(short_day(day), (counts[day],)) for day in days_ahead()],
    )


def _by_office(asked: _Asked) -> list[dict[str, Any]]:
    """Each office with its numbers by kind, in the order of the kinds."""
    counts: Counter[tuple[int, str]] = Counter()
    for one in asked.found:
        counts[one.office, one.kind.value] += one.alerts
    return [
        {
            "name": office,
            "numbers": [counts[pk, kind] for kind in labels.DEADLINE_KIND],
            "total": sum(counts[pk, kind] for kind in labels.DEADLINE_KIND),
        }
        for pk, office in asked.offices.items()
        if asked.office in (None, office)
    ]


def _lines(asked: _Asked) -> Iterator[bytes]:
    """The file, a line at a time, with the sign by which spreadsheets know its letters."""
    yield b"\xef\xbb\xbf"
    for cells in _cells(asked):
        line = io.StringIO()
        csv.writer(line).writerow([guarded(cell) for cell in cells])
        yield line.getvalue().encode()


def _cells(asked: _Asked) -> Iterator[tuple[str, ...]]:
    yield COLUMNS
    for one in asked.found:
        office = asked.offices[one.office]
        words = str(labels.DEADLINE_KIND[one.kind])
        yield str(one.day), office.code, str(office), one.kind.value, words, str(one.alerts)
