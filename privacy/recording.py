"""Writing down who of the staff looked at whose data.

Around every page of the desk at once, so that no page can forget it: what a page is about is told
by its address (`object_id`) and by its admin's `office`, the lookup that leads through the
resident. A number is in plain digits: no other spelling of it opens anything. A page that is
refused or not there shows nothing, and is not written down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from typing import Any, NamedTuple

from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import User
from accounts.roles import ROLES
from cards.rules.individual_number import mask
from privacy.models import Access, Action

View = Callable[..., HttpResponse]
SEARCH_KEPT = 200  # characters
DIGITS = 19  # a row's number has fewer


class Subject(NamedTuple):
    """Whose page it is: a resident (with the office that keeps them) or an account."""

    resident: int | None = None
    office: int | None = None
    account: int | None = None


def recorded(view: View, site: AdminSite) -> View:
    """The view, its looks written down. It must already be certain that the reader may see it."""

    @wraps(view)
    def watched(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _require_plain_number(request)
        admin = _admin_of(request, site)
        if admin is None:
            response = view(request, *args, **kwargs)
            _record_many(request, response)
            return response
        # Before the view acts: it may remove the very row that says whom it was about.
        subjects = list(_subjects(request, admin))
        response = view(request, *args, **kwargs)
        action = _action(request, response)
        if action is not None:
            if not subjects and _is_list(request, admin):
                _record_list(request, admin, response)
            _record(request, admin, action, subjects)
        _record_many(request, response)
        return response

    return watched


def person_lookup(admin: ModelAdmin[Any]) -> str | None:
    """From a row of this admin to its resident, or None where rows are about nobody."""
    office = getattr(admin, "office", None)
    if office == "office":
        return "pk"
    return office.removesuffix("__office") if office and office.endswith("__office") else None


def role_and_offices(user: User) -> tuple[str, list[int]]:
    """As what somebody looks: of their roles the one that shows most, and where they work."""
    rows = User.objects.filter(pk=user.pk).values_list("groups__name", "offices")
    pairs = list(rows.order_by("offices"))
    names = {name for name, _office in pairs}
    role = next((role for role in ROLES if role in names), "none")
    offices = list(dict.fromkeys(office for _name, office in pairs if office))
    return "superuser" if user.is_superuser else role, offices


def _require_plain_number(request: HttpRequest) -> None:
    """404 for `1_2`, ` 12` or `１２`, which the database, too, would take for a row's number."""
    match = request.resolver_match
    key = str(match.kwargs.get("object_id", "0")) if match else "0"
    if not (key.isascii() and key.isdecimal() and len(key) < DIGITS):
        raise Http404


def _admin_of(request: HttpRequest, site: AdminSite) -> ModelAdmin[Any] | None:
    """The admin whose page this is, if its rows are about people."""
    match = request.resolver_match
    name = (match and match.url_name) or ""
    for model, admin in site._registry.items():
        if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
            return admin if person_lookup(admin) or model is User else None
    return None


def _subjects(request: HttpRequest, admin: ModelAdmin[Any]) -> Iterable[Subject]:
    match = request.resolver_match
    assert match  # noqa: S101 - the page was found by it
    if "object_id" in match.kwargs:
        return _looked_up(admin, [match.kwargs["object_id"]])
    # An action on chosen rows of a list.
    return _looked_up(admin, request.POST.getlist("_selected_action"))


def _looked_up(admin: ModelAdmin[Any], keys: list[Any]) -> list[Subject]:
    numbers = []
    for key in keys:
        # Read as the query of the page reads it, so that none is shown that is not written down.
        with suppress(ValidationError):
            numbers.append(admin.opts.pk.to_python(key))
    numbers = [number for number in numbers if number is not None and abs(number) < 2**63]
    if not numbers:
        return []
    if admin.model is User:
        return [Subject(account=number) for number in numbers]
    return _people(admin, numbers)


def _people(admin: ModelAdmin[Any], numbers: list[int]) -> list[Subject]:
    to_person, to_office = str(person_lookup(admin)), str(getattr(admin, "office", ""))
    rows = admin.model._default_manager.filter(pk__in=numbers).order_by()
    found = rows.values_list(to_person, f"{to_office}_id").distinct()
    return [Subject(resident=one, office=office) for one, office in found]


def _action(request: HttpRequest, response: HttpResponse) -> Action | None:
    if getattr(request, "acted", False):  # and shows something at once, such as a code
        return Action.CHANGED
    if response.status_code == 302:
        # A form that was taken leads on; a page asked for with GET has shown nothing.
        return Action.CHANGED if request.method == "POST" else None
    return Action.LOOKED if response.status_code < 300 else None


def _is_list(request: HttpRequest, admin: ModelAdmin[Any]) -> bool:
    match = request.resolver_match
    return bool(match and str(match.url_name).endswith("_changelist"))


def _record_list(request: HttpRequest, admin: ModelAdmin[Any], response: HttpResponse) -> None:
    """One row for the list; and if one person alone stands in it, that is a look at them."""
    asked = ", ".join(f"{name}={value}" for name, value in request.GET.items() if value)
    _write(
        request,
        [Subject()],
        action=Action.SEARCHED,
        page=admin.opts.label_lower,
        search=mask(asked)[:SEARCH_KEPT],
    )
    shown = getattr((getattr(response, "context_data", None) or {}).get("cl"), "result_list", ())
    keys: list[Model] = list(shown)
    subjects = _looked_up(admin, [row.pk for row in keys])
    if len(subjects) == 1:
        _record(request, admin, Action.LOOKED, subjects)


def _record_many(request: HttpRequest, response: HttpResponse) -> None:
    """A page about many that says so itself (accounts/admin/base.py, `shows_many`)."""
    what, taken_out = getattr(request, "shows_many", (None, False))
    match = request.resolver_match
    if what is None or match is None or response.status_code >= 300:
        return
    app, model = str(match.url_name).split("_")[:2]
    _write(
        request,
        [Subject()],
        action=Action.EXPORTED if taken_out else Action.SEARCHED,
        page=f"{app}.{model}",
        search=mask(what)[:SEARCH_KEPT],
    )


def _record(
    request: HttpRequest, admin: ModelAdmin[Any], action: Action, subjects: list[Subject]
) -> None:
    me = request.user.pk
    about = [one for one in subjects if one.resident or (one.account and one.account != me)]
    if about:
        _write(request, about, action=action, page=admin.opts.label_lower)


def _write(request: HttpRequest, subjects: list[Subject], **fields: Any) -> None:
    me = request.user
    assert isinstance(me, User)  # noqa: S101 - the desk lets nobody else in
    role, offices = role_and_offices(me)
    Access.objects.bulk_create(
        Access(
            by=me,
            role=role,
            office_id=one.office if one.office in offices else next(iter(offices), None),
            resident_id=one.resident,
            account_id=one.account,
            **fields,
        )
        for one in subjects
    )
