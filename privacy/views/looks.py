"""Who of the offices' staff looked at my data."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from accounts.models import Office, User
from accounts.roles import ROLE_NAMES
from portal import clock
from privacy.models import Access, Action
from privacy.pages import page_name

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Look:
    """Looks in a row at the same page on one day, as one: when first, and how often."""

    whose: str
    at: datetime
    office: Office | None
    role: str | Promise
    page: str | Promise
    changed: bool
    times: int


@require_safe
@login_required
def looks(request: HttpRequest) -> HttpResponse:
    """At the reader's own record and account, and at those of the children they look after."""
    me = request.user
    assert isinstance(me, User)  # noqa: S101 - login_required came first
    mine = list(me.holdings.in_force().values_list("resident", flat=True))
    found = Access.objects.filter(Q(resident__in=mine) | Q(account=me))
    page = Paginator(
        found.select_related("resident", "office").order_by("-id"), ON_A_PAGE
    ).get_page(request.GET.get("page"))
    return render(
        request,
        "privacy/looks.html",
        {"page": page, "looks": together(list(page.object_list))},
    )


def together(rows: list[Access]) -> list[Look]:
    """Rows, newest first, those that say the same of the same day put into one."""
    return [_as_one(list(same)) for _, same in groupby(rows, key=_same)]


def _same(row: Access) -> tuple[object, ...]:
    day = clock.day_of(row.at)
    return (row.resident_id, row.account_id, day, row.office_id, row.role, row.page, row.action)


def _as_one(rows: list[Access]) -> Look:
    first = rows[-1]
    return Look(
        whose=first.resident.name if first.resident else "",
        at=first.at,
        office=first.office,
        role=ROLE_NAMES[first.role],
        page=page_name(first.page),
        changed=first.action == Action.CHANGED,
        times=len(rows),
    )
