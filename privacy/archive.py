"""Everything about one person as a file: for programs (JSON) and for reading (HTML), in one zip."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from portal import clock
from privacy.collect import Part, Section, everything_about

JSON_NAME, PAGE_NAME = "my-data.json", "my-data.html"


def archive(user: User, language: str) -> bytes:
    """The zip, its readable page in `language`."""
    with translation.override(language):
        parts = everything_about(user)
        page = render_to_string(
            "privacy/archive.html",
            {
                "parts": parts,
                "language": language,
                "made_at": clock.now(),
                "site": str(settings.SITE_NAME),
            },
        )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(PAGE_NAME, page)
        bundle.writestr(JSON_NAME, json.dumps(_plain(parts), ensure_ascii=False, indent=1))
    return written.getvalue()


def _plain(parts: list[Part]) -> dict[str, Any]:
    account, *people = parts
    return {
        "made_at": clock.now().isoformat(),
        "account": _tables(account),
        "people": [
            {"name": one.name, "relation": one.relation, "records": _tables(one)} for one in people
        ],
    }


def _tables(part: Part) -> dict[str, list[dict[str, Any]]]:
    return {
        section.table: _rows(section) for _topic, sections in part.topics for section in sections
    }


def _rows(section: Section) -> list[dict[str, Any]]:
    return [{value.name: value.value for value in row} for row in section.rows]
