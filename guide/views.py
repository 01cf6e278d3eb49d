"""The guide: its contents, and a section a page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from guide.models import Section
from guide.standing import TEXTS, columns
from guide.text import as_html


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    return render(request, "guide/contents.html", {"sections": Section.objects.all()})


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Section, slug=slug)
    return _page(request, {text: str(getattr(found, text)) for text in TEXTS})


def preview(request: HttpRequest, language: str) -> HttpResponse:
    """The page that what was typed would make, in this language, by the page's own template."""
    typed = [request.POST.get(name, "") for name in columns(language)]
    texts = dict(zip(TEXTS, typed, strict=True))
    with translation.override(language):
        return _page(request, texts, is_preview=True, page_languages=_public(request))


def _page(request: HttpRequest, texts: dict[str, str], **more: Any) -> HttpResponse:
    html = as_html(texts["body"])
    return render(request, "guide/section.html", {"section": texts, "html": html} | more)


def _public(request: HttpRequest) -> list[dict[str, str]]:
    """Where the switch of languages leads from a preview: to the pages as they are."""
    found = []
    for code, name in settings.LANGUAGES:
        with translation.override(code):
            found.append({"code": code, "name": name, "url": reverse("guide:contents")})
    return found
