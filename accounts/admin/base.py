"""What every page of the desk has in common.

Django's own admin scripts need jQuery, which writes HTML from strings; the portal's policy
(Trusted Types) forbids that, and is not weakened for staff. So the desk works without script:
days are typed into the browser's own date fields, and nothing is picked in a pop-up.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar, NoReturn

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import DateField, QuerySet, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.admin.left_empty import telling
from accounts.admin.noticing import noticing, said
from accounts.models import User
from accounts.scope import offices_seen_by, seen_by

COUNTED_AT_MOST = 10_000
# More rows than any office has: only who sees every office can ask for more to be sorted.
SORTED_AT_MOST = 100_000
# Digits; databases refuse to look for a number that no key can be.
LONGEST_KEY = 19


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than anybody leafs, so that a list of millions opens at once."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[:COUNTED_AT_MOST].count()


class DeskList(ChangeList):
    """Sorted by a column only where there are few enough rows: a million would keep one waiting."""

    too_long_to_sort = False

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        found = super().get_queryset(request, exclude_parameters)
        if not self.params.get(ORDER_VAR):
            return found
        if found.order_by()[: SORTED_AT_MOST + 1].count() > SORTED_AT_MOST:
            self.too_long_to_sort = True
            del self.params[ORDER_VAR]
            found = found.order_by(*self.get_ordering(request, found))
        return found


class DeskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Without script, without bulk actions; what is not there and what is not yours is a 404."""

    actions: Sequence[str] | None = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    # No row has an address of its own on the portal.
    view_on_site = False
    formfield_overrides = {DateField: {"widget": DayInput}}
    # Fields of which the history tells only that they changed.
    told_without_values: frozenset[str] = frozenset()
    # Lookup from a row to its office; None where rows belong to no office.
    office: str | None = None
    # Whether the list can be taken out as a file (export.py).
    exports = False
    # What stands in the file where the list shows a link or a mark: quicker than reading HTML.
    in_file: ClassVar[dict[str, Callable[[Any], object]]] = {}

    def get_urls(self) -> list[URLPattern]:
        """With the list as a file, where there is one."""
        from accounts.admin.export import export

        urls: list[URLPattern] = super().get_urls()
        if self.exports:
            view = self.admin_site.admin_view(partial(export, of=self))
            name = f"{self.opts.app_label}_{self.opts.model_name}_export"
            urls.insert(0, path("export/", view, name=name))
        return urls

    @property
    def media(self) -> forms.Media:
        return forms.Media()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if self.office is None else seen_by(staff(request), rows, self.office)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # The links beside a choice open pop-ups by script.
        for link in ("add", "change", "delete", "view"):
            if field is not None and hasattr(field.widget, f"can_{link}_related"):
                setattr(field.widget, f"can_{link}_related", False)
        return field

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = telling(super().get_form(request, obj, change=change, **kwargs))
        return form if obj is None else noticing(form)

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """Within Django's transaction. What two send at once is looked at one after the other."""
        if request.method == "POST" and object_id is not None:
            with suppress(ValueError, ValidationError):
                # Not the full lock, which would keep out who only refers to it, as the sweep does.
                rows = self.model._default_manager.select_for_update(no_key=True)
                rows.filter(pk=object_id).first()
        if request.method == "POST" and (asked := self._asked_first(request, object_id)):
            return asked
        answer: HttpResponse = super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        return answer

    def ask_before_saving(self, request: HttpRequest, form: Any) -> HttpResponse | None:
        """For forms of which it is to be said first what will happen: the page that asks
        (`ask_first`), or None. The form is valid, allowed, and changes something."""
        return None

    def _asked_first(self, request: HttpRequest, object_id: str | None) -> HttpResponse | None:
        if type(self).ask_before_saving is DeskAdmin.ask_before_saving:
            return None  # no form is looked at twice for nothing
        row = None if object_id is None else self.get_object(request, unquote(object_id))
        if object_id is None:
            allowed = self.has_add_permission(request)
        else:
            allowed = row is not None and self.has_change_permission(request, row)
        if not allowed:
            return None  # Django says so
        form = self.get_form(request, row, change=row is not None)(request.POST, instance=row)
        if not form.is_valid() or not form.has_changed():
            return None
        return self.ask_before_saving(request, form)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, dict[str, list[str]]]]:
        """For the history: each changed field, from what to what."""
        if add or not form.changed_data:
            return super().construct_change_message(request, form, formsets, add)
        with override(None):
            fields = [self._change(form, name) for name in form.changed_data]
        return [{"changed": {"fields": fields}}]

    def _change(self, form: Any, name: str) -> str:
        field = form.fields[name]
        label = str(
            form.instance._meta.get_field(name).verbose_name if field.label is None else field.label
        )
        if name in self.told_without_values:
            return label
        before, after = form.initial.get(name), form.cleaned_data.get(name)
        return f"{label} ({said(field, before)} → {said(field, after)})"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Under the plain name of what is listed; says so where it was not sorted as asked."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        response = super().changelist_view(request, title | (extra_context or {}))
        shown = (getattr(response, "context_data", None) or {}).get("cl")
        if isinstance(shown, DeskList) and shown.too_long_to_sort:
            messages.info(
                request,
                _(
                    "This list is too long to be sorted by a column. Narrow it first, by a filter "
                    "or a search."
                ),
            )
        return response

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DeskList

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return self._nameless(super().log_addition(request, obj, _nobody(message)))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Also tells whoever writes down looks that this one was more than a look."""
        request.acted = True  # type: ignore[attr-defined]
        return self._nameless(super().log_change(request, obj, _nobody(message)))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return self._nameless(super().log_deletions(request, queryset))

    def _nameless(self, written: Any) -> Any:
        """Django's log keeps what it was done to as text, for good: a number tells as well, and
        is nobody's address once the account is closed."""
        entries = written if isinstance(written, list) else [written]
        LogEntry.objects.filter(pk__in=[one.pk for one in entries if one]).update(
            object_repr=Concat(Value(f"{self.opts.label_lower} "), "object_id")
        )
        return written

    def ask_first(
        self,
        request: HttpRequest,
        *,
        title: Any,
        what_happens: Any,
        button: Any,
        back: str,
        about: Sequence[Any] = (),
    ) -> HttpResponse | None:
        """The page that says what will happen, to be confirmed; None once it was.

        What was posted is posted again from there. `back` is the address that leaves all as it
        is; `about` lists what it will happen to.
        """
        if "confirmed" in request.POST:
            return None
        kept = [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken"
            for value in values
        ]
        context = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "what_happens": what_happens,
            "about": about,
            "button": button,
            "back": back,
            "kept": kept,
        }
        return TemplateResponse(request, "admin/ask_first.html", context)

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> NoReturn:
        raise Http404


def _nobody(message: Any) -> Any:
    """A message of Django's own without the names of the rows within the page."""
    if isinstance(message, list):
        for one in message:
            for what in one.values():
                if "object" in what:
                    what["object"] = "…"
    return message


class ReadOnlyAdmin(DeskAdmin):
    """To look at. Changes go through the operations, on the card's page."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfficeFilter(admin.SimpleListFilter):
    """The offices that this member of staff sees, and no others."""

    title = _("office")
    parameter_name = "office"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.lookup = model_admin.office
        return [(str(office.pk), str(office)) for office in offices_seen_by(staff(request))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        return (
            queryset.filter(**{self.lookup: int(value)})
            if value.isdecimal() and len(value) < LONGEST_KEY
            else queryset.none()
        )


def shows_many(request: HttpRequest, what: str, *, taken_out: bool = False) -> None:
    """This page shows data of many people: `what` is written down, with who looked.

    `taken_out`: as a file, which leaves the portal.
    """
    request.shows_many = what, taken_out  # type: ignore[attr-defined]


def staff(request: HttpRequest) -> User:
    """Who is signed in. The desk lets nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101 - the site's own check came first
    return request.user
