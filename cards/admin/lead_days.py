"""On which days reminders go out, to look at: the table of the rules itself.

It is shown and not edited. The rules are pure functions that tests hold to the guide; the day of
the next alert is kept in every deadline, and what was sent is known by its lead: were the leads
data, each change would have to rewrite the days of millions of rows, while a reminder already
sent could stand for another day than the one it was sent on.
"""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.reminders import GONE, LEAD_DAYS


def lead_days(request: HttpRequest, of: admin.ModelAdmin[Any]) -> HttpResponse:
    """Each deadline with its lead days."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if not of.has_view_permission(request):
        raise PermissionDenied
    rows = [
        (labels.DEADLINE_KIND[kind], [lead for lead in leads if lead >= 0], GONE in leads)
        for kind, leads in LEAD_DAYS.items()
    ]
    context = {
        **of.admin_site.each_context(request),
        "title": _("Days on which reminders go out"),
        "opts": of.opts,
        "rows": rows,
    }
    return TemplateResponse(request, "admin/cards/lead_days.html", context)
