"""Every version of a section: who made it and what it changed, and putting one back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from guide.differences import changed_fields, differences
from guide.models import Section
from guide.revising import bring_back, newest, put_back, removed

ON_A_PAGE = 20
CHANGED_MEANWHILE = _("Somebody kept another version meanwhile. Nothing was done: look again.")


class VersionPages:
    """The pages of SectionAdmin about versions."""

    # Of the admin that these are mixed into.
    page: Any
    found: Any
    has_view_or_change_permission: Any
    has_change_permission: Any
    has_add_permission: Any
    log_change: Any
    log_addition: Any
    log_deletions: Any

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The versions, the newest first, each with what it changed."""
        section = self._seen(request, object_id)
        versions = section.history.select_related("history_user").order_by("-history_id")
        shown = Paginator(versions, ON_A_PAGE).get_page(request.GET.get("page"))
        rows = [(one, changed_fields(_before(section, one), one)) for one in shown]
        context = {"title": _("Versions"), "section": section, "rows": rows, "page": shown}
        return self._answer(request, "admin/guide/history.html", context)

    def version(self, request: HttpRequest, object_id: int, version: int) -> HttpResponse:
        """What one version changed, field by field."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        section = self._seen(request, object_id)
        one = _version_of(section, version)
        latest = newest(section)
        context = {
            "title": _("What this version changed"),
            "section": section,
            "version": one,
            "differences": differences(_before(section, one), one),
            "is_newest": latest is not None and latest.history_id == one.history_id,
            "may_change": self.has_change_permission(request),
        }
        return self._answer(request, "admin/guide/version.html", context)

    def put_back(self, request: HttpRequest, object_id: int, version: int) -> HttpResponse:
        """GET says what would change; POST does it, unless another version was kept meanwhile."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        section = self._seen(request, object_id)
        one = _version_of(section, version)
        if request.method == "POST":
            with transaction.atomic():
                section = Section.objects.select_for_update().get(pk=section.pk)
                if seen_in(request, section):
                    put_back(section, one, by=request.user)
                    self.log_change(request, section, "Put an earlier version back.")
                    messages.success(request, _("The earlier texts were put back."))
                    return redirect("admin:guide_section_change", section.pk)
            messages.warning(request, CHANGED_MEANWHILE)
        # Address and place stay: they are no texts.
        changes = [one for one in differences(section, one) if one.language]
        context = {
            "title": _("Put this version back"),
            "section": section,
            "seen": newest(section),
            "version": one,
            "differences": changes,
        }
        return self._answer(request, "admin/guide/put_back.html", context)

    def removed_sections(self, request: HttpRequest) -> HttpResponse:
        """Sections that are no longer there, to bring back."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        context = {
            "title": _("Removed sections"),
            "versions": removed(),
            "may_add": self.has_add_permission(request),
        }
        return self._answer(request, "admin/guide/removed.html", context)

    def bring_back(self, request: HttpRequest, version: int) -> HttpResponse:
        """GET shows what was removed; POST: it is there again."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        one = next((one for one in removed() if one.history_id == version), None)
        if one is None:
            raise Http404
        if Section.objects.filter(slug=one.slug).exists():
            messages.warning(request, _("Another section has its address by now."))
            return redirect("admin:guide_section_removed")
        if request.method != "POST":
            context = {
                "title": _("Bring this section back"),
                "version": one,
                "differences": differences(None, one),
            }
            return self._answer(request, "admin/guide/bring_back.html", context)
        section = bring_back(one, by=request.user)
        self.log_addition(request, section, "Brought back.")
        messages.success(request, _("The section is there again."))
        return redirect("admin:guide_section_change", section.pk)

    def remove(self, request: HttpRequest, section: Section) -> HttpResponse:
        """GET shows what goes; POST removes it, unless another version was kept meanwhile."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if request.method == "POST":
            with transaction.atomic():
                section = Section.objects.select_for_update().get(pk=section.pk)
                if seen_in(request, section):
                    self.log_deletions(request, Section.objects.filter(pk=section.pk))
                    section._history_user = request.user  # type: ignore[attr-defined]
                    section.delete()
                    messages.success(request, _("The section was removed."))
                    return redirect("admin:guide_section_changelist")
            messages.warning(request, CHANGED_MEANWHILE)
        context = {
            "title": _("Remove this section"),
            "section": section,
            "seen": newest(section),
            "differences": differences(None, section),
        }
        return self._answer(request, "admin/guide/remove.html", context)

    def _seen(self, request: HttpRequest, object_id: Any) -> Section:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        section: Section = self.found(object_id)
        return section

    def _answer(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        answer: HttpResponse = self.page(request, template, context)
        return answer


def seen_in(request: HttpRequest, section: Section) -> bool:
    """Whether what was sent was decided in sight of the version that the section is in now."""
    version = newest(section)
    return request.POST.get("seen") == (str(version.history_id) if version else "")


def _version_of(section: Section, version: int) -> Any:
    one = section.history.select_related("history_user").filter(history_id=version).first()
    if one is None:
        raise Http404
    return one


def _before(section: Section, version: Any) -> Any:
    """The version before this one; None before the first."""
    earlier = section.history.filter(history_id__lt=version.history_id)
    return earlier.order_by("-history_id").first()
