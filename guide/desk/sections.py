"""The guide's sections at the desk: the list with what waits, and a section to write in."""

from typing import Any, NoReturn

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from guide.desk.form import SectionForm
from guide.desk.versions import VersionPages
from guide.differences import differences
from guide.models import Section
from guide.revising import newest, removed, revise
from guide.standing import SOURCE, Standing, languages, standing, waiting
from guide.views import preview


class WaitsFilter(admin.SimpleListFilter):
    """Sections in which a language is missing or older. There are few: each is looked at."""

    title = _("what waits")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(one.value, one.words) for one in (Standing.MISSING, Standing.OLDER)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        found = [
            section.pk
            for section in Section.objects.all()
            if any(stands.value == self.value() for _code, _name, stands in waiting(section))
        ]
        return queryset.filter(pk__in=found)


@admin.register(Section)
class SectionAdmin(VersionPages, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["position", "title", "slug", "waits"]
    list_display_links = ["title"]
    list_filter = [WaitsFilter]
    search_fields = ["title_en", "title_ja", "body_en", "body_ja", "slug"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    change_list_template = "admin/guide/sections.html"

    @property
    def media(self) -> forms.Media:
        """None: Django's admin scripts need jQuery, which our security policy refuses."""
        return forms.Media()

    @admin.display(description=_("what waits"))
    def waits(self, section: Section) -> SafeString | str:
        found = [(stands.value, name, stands.words) for _code, name, stands in waiting(section)]
        return (
            format_html_join(" ", '<span class="state stands-{}">{}: {}</span>', found)
            if found
            else "–"
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {"title": _("Sections of the guide"), "removed": bool(removed())}
        return super().changelist_view(request, more | (extra_context or {}))

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Any, name: str) -> URLPattern:
            guarded = self.admin_site.admin_view(view)
            found: URLPattern = path(route, guarded, name=f"guide_section_{name}")
            return found

        return [
            page("preview/", self.preview, "preview"),
            page("removed/", self.removed_sections, "removed"),
            page("removed/<int:version>/", self.bring_back, "bring-back"),
            page("<int:object_id>/history/<int:version>/", self.version, "version"),
            page("<int:object_id>/history/<int:version>/put-back/", self.put_back, "put-back"),
            *super().get_urls(),
        ]

    def found(self, object_id: Any) -> Section:
        known = str(object_id).isdecimal() and len(str(object_id)) < 19
        section = Section.objects.filter(pk=object_id).first() if known else None
        if section is None:
            raise Http404
        return section

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        last = Section.objects.aggregate(last=Max("position"))["last"] or 0
        return self._write(request, Section(position=last + 1))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        return self._write(request, self.found(object_id))

    def preview(self, request: HttpRequest) -> HttpResponse:
        """POST: what is typed, as the page will show it. Nothing is kept."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        language = request.POST.get("preview", SOURCE)
        if language not in dict(languages()):
            raise Http404
        return preview(request, language)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_delete_permission(request):
            raise PermissionDenied
        return self.remove(request, self.found(object_id))

    def _write(self, request: HttpRequest, section: Section) -> HttpResponse:
        """GET shows, POST keeps; what was typed is never lost."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        beside = self._beside(request, section)
        adds = section.pk is None
        may = self.has_add_permission(request) if adds else self.has_change_permission(request)
        if request.method != "POST":
            form = SectionForm(instance=section, beside=beside, may_change=may)
            return self._form_page(request, section, form)
        form = SectionForm(request.POST, instance=section, beside=beside, may_change=may)
        if not form.is_valid():
            return self._form_page(request, section, form, status=422)
        with transaction.atomic():
            if not adds:
                now = Section.objects.select_for_update().get(pk=section.pk)
                if (version := newest(now)) and version.history_id != form.cleaned_data["seen"]:
                    return self._changed_meanwhile(request, now, form, version)
            revise(section, by=request.user, still_right=form.said_to_be_right())
        if adds:
            self.log_addition(request, section, [{"added": {}}])
        else:
            self.log_change(request, section, [{"changed": {}}])
        messages.success(request, _("Kept. The page shows it from now on."))
        return redirect(
            reverse("admin:guide_section_change", args=[section.pk]) + f"?beside={beside}"
        )

    def _changed_meanwhile(
        self, request: HttpRequest, now: Section, form: SectionForm, version: Any
    ) -> HttpResponse:
        """Somebody else kept another version: what they changed is shown, what was typed stays."""
        seen = now.history.filter(history_id=form.cleaned_data["seen"]).first()
        typed = request.POST.copy()
        typed["seen"] = str(version.history_id)
        again = SectionForm(typed, instance=self.found(now.pk), beside=form.beside, may_change=True)
        again.is_valid()
        changes = differences(seen, version) if seen else []
        return self._form_page(request, now, again, changes=changes, changed_by=version)

    def _beside(self, request: HttpRequest, section: Section) -> str:
        """The language asked for; else the first that waits, or the first that there is."""
        others = [code for code, _name in languages() if code != SOURCE]
        asked = request.POST.get("beside") or request.GET.get("beside")
        if asked in others:
            return str(asked)
        waits = [code for code, _name, _stands in waiting(section)] if section.pk else []
        return next((code for code in others if code in waits), others[0])

    def _form_page(
        self, request: HttpRequest, section: Section, form: SectionForm, **more: Any
    ) -> HttpResponse:
        status = more.pop("status", 200)
        known = section.pk is not None
        others = [
            (code, name, standing(section, code) if known else None)
            for code, name in languages()
            if code != SOURCE
        ]
        context = {
            "title": section.title if known else _("Add a section"),
            "section": section if known else None,
            "form": form,
            "others": others,
            "beside": form.beside,
            "may_change": not form.fields["slug"].disabled,
            "may_delete": known and self.has_delete_permission(request, section),
            "public": reverse("guide:section", args=[section.slug]) if known else "",
        }
        return self.page(request, "admin/guide/section.html", context | more, status)

    def page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        shared = self.admin_site.each_context(request) | {"opts": self.opts}
        return TemplateResponse(request, template, shared | context, status=status)

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> NoReturn:
        raise Http404
