"""Importing the office's file of cards: sent in, looked at, agreed to, imported."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.base import OfficeFilter, ReadOnlyAdmin, shows_many, staff
from accounts.models import Office, User
from accounts.roles import EXPORT_LISTS
from accounts.scope import offices_seen_by
from cards import tasks
from cards.admin.import_words import change_words, refusal_words
from cards.importing import requests
from cards.importing.columns import COLUMNS
from cards.importing.first_look import first_look
from cards.importing.heartbeat import how_far
from cards.models import CardImport, ImportState, PartKind
from cards.models.card_import import OPEN
from portal import clock

# Pages that show rows of the file, and with them people's data.
_SHOWS_ROWS = (ImportState.CHECKED, ImportState.DONE, ImportState.REFUSED)


def offices_to_import_for(user: User) -> QuerySet[Office]:
    """Where they work; every office for superusers."""
    return Office.objects.all() if user.is_superuser else user.offices.all()


class ImportForm(forms.Form):
    office = forms.ModelChoiceField(
        label=_("For which office"),
        queryset=Office.objects.none(),
        help_text=_("Rows of other offices are refused."),
        empty_label=None,
    )
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_("A CSV file in UTF-8 or Shift_JIS, of 50 MB at most (some 250,000 rows)."),
        error_messages={
            "required": _("Choose the file."),
            "empty": _("This file is empty. Choose the one with the cards."),
        },
    )

    # Their only office: there is nothing to choose.
    only: Office | None = None

    def __init__(self, *args: Any, request: HttpRequest) -> None:
        super().__init__(*args)
        self._too_large = getattr(request, "upload_too_large", False)
        offices = offices_to_import_for(staff(request))
        office: Any = self.fields["office"]
        office.queryset = offices
        if len(mine := list(offices[:2])) == 1:
            office.initial, office.widget = mine[0].pk, forms.HiddenInput()
            self.only = mine[0]
        self.possible = bool(mine)

    def clean_file(self) -> Any:
        """Refused before it is kept: above all, a file with an Individual Number in it (G1)."""
        file = self.cleaned_data["file"]
        if problem := first_look(file.file):
            raise forms.ValidationError(str(problem))
        return file

    def clean(self) -> dict[str, Any]:
        if self._too_large:
            self.errors.pop("file", None)
            self.errors.pop("office", None)
            self.add_error(
                "file", _("This file is larger than 50 MB. Send it in as several smaller ones.")
            )
        return super().clean() or {}


@admin.register(CardImport)
class CardImportAdmin(ReadOnlyAdmin):
    """Imports of one's own offices. Whoever works there may agree to what a colleague sent in."""

    list_display = ["name", "office", "stands", "asked_at", "rows"]
    list_filter = [OfficeFilter, "state"]
    list_select_related = ["office", "by"]
    ordering = ["-id"]
    # Not “office”: that is how a page about one resident leads to their office.
    office = "office__pk"
    change_list_template = "admin/cards/imports.html"

    @admin.display(description=_("state"))
    def stands(self, job: CardImport) -> str:
        return str(job.stands.label)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return staff(request).has_perm("cards.add_cardimport")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        named = {"title": _("Imports of cards")} | (extra_context or {})
        return super().changelist_view(request, named)

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Any, name: str) -> URLPattern:
            guarded = self.admin_site.admin_view(view)
            found: URLPattern = path(route, guarded, name=f"cards_cardimport_{name}")
            return found

        return [
            page("example/", self.example, "example"),
            page("<int:object_id>/agree/", self.agree, "agree"),
            page("<int:object_id>/discard/", self.discard, "discard"),
            page("<int:object_id>/again/", self.again, "again"),
            page("<int:object_id>/progress/", self.progress, "progress"),
            page("<int:object_id>/report/", self.report, "report"),
            *super().get_urls(),
        ]

    def found(self, request: HttpRequest, object_id: Any) -> CardImport:
        """404 for one that is not theirs to see."""
        mine = self.get_queryset(request).select_related("office", "by", "confirmed_by")
        job: CardImport | None = mine.filter(pk=object_id).first()
        if job is None or not self.has_view_permission(request, job):
            raise Http404
        return job

    def may_act(self, request: HttpRequest, job: CardImport) -> bool:
        """Whether they may decide about this import."""
        offices = offices_to_import_for(staff(request))
        return self.has_add_permission(request) and offices.filter(pk=job.office_id).exists()

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """GET asks for the file; POST keeps it, and has it checked."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._ask(request, ImportForm(request=request))
        form = ImportForm(request.POST, request.FILES, request=request)
        if not form.is_valid():
            return self._ask(request, form)
        file, office = form.cleaned_data["file"], form.cleaned_data["office"]
        try:
            job = requests.send_in(
                office=office, by=staff(request), name=file.name, content=file.chunks()
            )
        except requests.OtherImportOpen as busy:
            if busy.other is None:
                form.add_error(
                    None,
                    _("Another import of this office ended this moment. Send the file in again."),
                )
            return self._ask(request, form, other=busy.other)
        self.log_addition(request, job, "Sent in.")
        transaction.on_commit(tasks.hint_importer)
        return redirect("admin:cards_cardimport_change", job.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """How it stands: progress, preview, result."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        job = self.found(request, object_id)
        stands = job.stands
        if stands in _SHOWS_ROWS:
            shows_many(request, f"{job.pk}: {job.name}")
        shown = job.shown
        context = {
            "job": job,
            "stands": stands,
            "far": how_far(job),
            "percent": _percent(job),
            "waits_for_worker": _waits_for_worker(job),
            "acts": self.may_act(request, job),
            "has_report": staff(request).has_perm(EXPORT_LISTS)
            and job.parts.filter(kind=PartKind.REPORT).exists(),
            "has_file": stands == ImportState.FAILED
            and job.parts.filter(kind=PartKind.FILE).exists(),
            "new_rows": shown.get("new", []),
            "changed_rows": [
                row | {"told": [change_words(*one) for one in row["columns"]]}
                for row in shown.get("changed", [])
            ],
            "refused_rows": [refusal_words(one) for one in shown.get("refused", [])],
        }
        return self._page(request, "admin/cards/import.html", job.name, context)

    def agree(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """POST: import it, as the preview that was looked at says."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        job = self._to_act_on(request, object_id)
        try:
            requests.agree(job.pk, by=staff(request), digest=request.POST.get("digest", ""))
        except requests.NotNow:
            job.refresh_from_db()
            if job.state == ImportState.DONE:
                messages.info(request, _("This was imported already: below is what it did."))
            else:
                messages.warning(
                    request, _("Nothing was begun: look at how the import stands now.")
                )
        else:
            self.log_change(request, job, "Agreed to the import.")
            transaction.on_commit(tasks.hint_importer)
        return redirect("admin:cards_cardimport_change", job.pk)

    def discard(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """POST: give it up, and remove the file, once confirmed."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        job = self._to_act_on(request, object_id)
        asked = self.ask_first(
            request,
            title=_("Discard this import"),
            what_happens=_(
                "The file is removed from the portal, and nothing of it is written. To import it "
                "after all, send it in again."
            ),
            about=[job.name],
            button=_("Discard"),
            back=reverse("admin:cards_cardimport_change", args=[job.pk]),
        )
        if asked:
            return asked
        try:
            requests.discard(job.pk)
        except requests.NotNow:
            messages.warning(request, _("It cannot be discarded any more."))
        else:
            self.log_change(request, job, "Discarded the import.")
            messages.success(request, _("The import was discarded. Nothing was written."))
        return redirect("admin:cards_cardimport_change", job.pk)

    def again(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """POST: check the file of an import that broke off once more, once confirmed."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        job = self._to_act_on(request, object_id)
        asked = self.ask_first(
            request,
            title=_("Try this import again"),
            what_happens=_(
                "The file is checked from its beginning. Nothing is written: what the import would "
                "do is shown to you, and it is begun once you agree."
            ),
            about=[job.name],
            button=_("Try again"),
            back=reverse("admin:cards_cardimport_change", args=[job.pk]),
        )
        if asked:
            return asked
        try:
            requests.try_again(job.pk)
        except requests.NotNow:
            messages.warning(request, _("Its file is no longer kept: send it in again."))
        except requests.OtherImportOpen:
            messages.warning(request, _("Another import of this office is open. End it first."))
        else:
            self.log_change(request, job, "Asked for another try.")
            transaction.on_commit(tasks.hint_importer)
        return redirect("admin:cards_cardimport_change", job.pk)

    def progress(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """How far it is, for the page's script."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        job = self.found(request, object_id)
        return JsonResponse(
            {"state": job.stands.value, "percent": _percent(job), "rows": _rows_read(job)}
        )

    def report(self, request: HttpRequest, object_id: int) -> HttpResponse | StreamingHttpResponse:
        """Every row that is refused, or every change, as a file."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        job = self.found(request, object_id)
        if not staff(request).has_perm(EXPORT_LISTS):
            raise PermissionDenied
        if not job.parts.filter(kind=PartKind.REPORT).exists():
            raise Http404
        shows_many(request, f"{job.pk}: {job.name}", taken_out=True)
        response = StreamingHttpResponse(
            requests.parts_of(job, PartKind.REPORT), content_type="text/csv; charset=utf-8"
        )
        what = "refused" if job.state == ImportState.REFUSED else "changes"
        response["Content-Disposition"] = f'attachment; filename="import-{job.pk}-{what}.csv"'
        return response

    def example(self, request: HttpRequest) -> HttpResponse:
        """A file with every column and one row."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        office = offices_seen_by(staff(request)).first()
        row = dict.fromkeys(COLUMNS, "") | _EXAMPLE | {"office_code": office.code if office else ""}
        lines = [",".join(COLUMNS), ",".join(row[name] for name in COLUMNS), ""]
        response = HttpResponse("\r\n".join(lines), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="cards-example.csv"'
        return response

    def _to_act_on(self, request: HttpRequest, object_id: int) -> CardImport:
        job = self.found(request, object_id)
        if not self.may_act(request, job):
            raise PermissionDenied
        return job

    def _ask(
        self, request: HttpRequest, form: ImportForm, other: CardImport | None = None
    ) -> HttpResponse:
        if not form.is_bound:
            mine = offices_to_import_for(staff(request))
            other = CardImport.objects.filter(office__in=mine, state__in=OPEN).first()
        context = {"form": form, "other": other, "columns": COLUMNS}
        failed = form.is_bound
        title = _("Import cards from a file")
        return self._page(
            request, "admin/cards/import_new.html", title, context, status=422 if failed else 200
        )

    def _page(
        self,
        request: HttpRequest,
        template: str,
        title: Any,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        shared = self.admin_site.each_context(request) | {"title": title, "opts": self.opts}
        return TemplateResponse(request, template, shared | context, status=status)


_EXAMPLE = {
    "reference": "EXAMPLE-0001",
    "name": "NGUYEN THI LAN",
    "birth_date": "1994-03-09",
    "address": "2-3-4 Minami",
    "residence_status": "Engineer",
    "period_of_stay_ends_on": "2028-03-31",
    "variant": "standard",
    "issued_on": "2025-04-01",
    "language": "vi",
}


def _percent(job: CardImport) -> int:
    done, _rows = how_far(job)
    return min(100, done * 100 // job.size) if job.size else 0


def _rows_read(job: CardImport) -> str:
    _done, rows = how_far(job)
    return ngettext("%(rows)s row read", "%(rows)s rows read", rows) % {"rows": f"{rows:,}"}


def _waits_for_worker(job: CardImport) -> bool:
    """Whether nobody works on it at this moment: not yet, or no longer."""
    return job.leased_until is None or job.leased_until < clock.now() or not job.lease
