"""What an import says on the desk's pages, in the reader's language."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.languages import CONTACT_LANGUAGES
from accounts.models import Resident
from cards import labels
from cards.importing.notes import WITHDRAWN
from cards.models import Card, Move

Words = str | Promise


def column_words(column: str) -> Words:
    """What a column of the file is called on pages."""
    if column == "office_code":
        return _("municipality code")
    if column == WITHDRAWN:
        return _("The move is no longer in the file and is withdrawn")
    for model in (Resident, Card, Move):
        for field in model._meta.concrete_fields:
            if field.name == column:
                return field.verbose_name
    return column


def cell_words(column: str, cell: str) -> Words:
    """A cell as the preview keeps it, to be read."""
    if not cell:
        return _("(empty)")
    if column == "variant":
        return labels.CARD_VARIANT.get(cell, cell)
    if column == "language":
        return dict(CONTACT_LANGUAGES).get(cell, cell)
    if column.endswith("_on") or column == "birth_date":
        return date_format(date.fromisoformat(cell))
    return cell


def change_words(column: str, before: str, after: str) -> dict[str, Words]:
    """One column that a row changes."""
    if column == WITHDRAWN:
        return {"what": column_words(column)}
    return {
        "what": column_words(column),
        "before": cell_words(column, before),
        "after": cell_words(column, after),
    }


def refusal_words(kept: dict[str, Any]) -> dict[str, Any]:
    """One refusal; only its English is kept."""
    return {
        "line": kept["line"],
        "column": kept["column"],
        "reason": gettext(kept["reason"]) % kept["values"],
    }
