"""A list of the desk as a file: what the list shows, as it is filtered, of one's own offices.

Read and written a batch at a time, so that a list of millions needs no more memory than one of
hundreds, and begins to arrive at once.
"""

import csv
import html
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from accounts.admin.base import shows_many, staff
from accounts.roles import EXPORT_LISTS
from accounts.spreadsheets import guarded
from portal import clock

BATCH = 2_000
# Spreadsheets take a file without it for one in the computer's old encoding.
_BOM = "\ufeff"

Admin = admin.ModelAdmin[Any]


def export(request: HttpRequest, of: Admin) -> HttpResponse | StreamingHttpResponse:
    """The list `of` as CSV. Who took out what is written down before the first row leaves."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if not of.has_view_permission(request) or not staff(request).has_perm(EXPORT_LISTS):
        raise PermissionDenied
    try:
        rows = of.get_changelist_instance(request).get_queryset(request)
    except IncorrectLookupParameters:
        # What the list itself does with an address that nobody could have clicked together.
        name = f"admin:{of.opts.app_label}_{of.opts.model_name}_changelist"
        return redirect(reverse(name) + "?e=1")
    asked = ", ".join(f"{name}={value}" for name, value in request.GET.items() if value)
    shows_many(request, asked, taken_out=True)
    response = StreamingHttpResponse(
        _lines(of, rows, translation.get_language()), content_type="text/csv; charset=utf-8"
    )
    name = f"{of.opts.model_name}-{clock.today().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(of: Admin, rows: QuerySet[Any], language: str | None) -> Iterator[str]:
    """The file, a batch of its lines at a time, in the language it was asked for in."""
    with translation.override(language):
        columns = [_column(of, str(name)) for name in of.list_display]
        head = [str(label_for_field(str(name), of.model, of)) for name in of.list_display]
        start = _BOM + _as_csv([head])
    yield start
    for batch in _batches(rows):
        with translation.override(language):
            lines = _as_csv([[guarded(text(row)) for text in columns] for row in batch])
        yield lines


def _batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """By key and not by offset: each costs the same, and no transaction stays open between."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


def _as_csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _column(of: Admin, name: str) -> Callable[[Any], str]:
    """How a row's cell in this column of the list reads."""
    if plain := getattr(of, "in_file", {}).get(name):
        return lambda row: _plain(plain(row))
    if callable(getattr(of, name, None)):
        return lambda row: _plain(getattr(of, name)(row))
    if getattr(of.model, f"get_{name}_display", None) is not None:
        return lambda row: str(getattr(row, f"get_{name}_display")())
    return lambda row: _plain(getattr(row, name))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(clock.TOKYO).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "__html__"):
        return html.unescape(strip_tags(str(value).replace("<br>", ", ")))
    return str(value)
