"""Everything about one person, read from the tables of the register."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, ForeignKey, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Holding, Office, User
from cards.models import Card
from cards.rules.individual_number import mask
from portal import clock
from privacy.register import NOT_PERSONAL, TOPICS, Table


@dataclass(frozen=True, slots=True)
class Value:
    """One field of one row: its name, what it is called, what stands in it, and that in words."""

    name: str
    label: str
    value: Any
    words: str


Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table."""

    table: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The account's own part (`relation` is ""), or that of one resident whose cards it sees."""

    name: str
    relation: str
    relation_words: str
    topics: tuple[tuple[str | Promise, tuple[Section, ...]], ...]


def everything_about(user: User) -> list[Part]:
    """The account, then the person's own record, then those of the children they look after.

    A child's record belongs to it: a parent or guardian asks on the child's behalf, and already
    sees its card. Other accounts and staff are named nowhere.
    """
    own = _topics(lambda table: _of_account(table, user), user, deeds=True)
    parts = [Part(user.email, "", "", own)]
    holdings: QuerySet[Holding] = user.holdings.in_force().select_related("resident")
    for held in holdings.order_by("-relation", "resident__name", "pk"):
        of_resident = _topics(lambda table, held=held: _of_resident(table, held), user)  # type: ignore[misc]
        words = held.get_relation_display()
        parts.append(Part(held.resident.name, held.relation, words, of_resident))
    return parts


Rows = Callable[[Table], "QuerySet[Any] | None"]


def _of_account(table: Table, user: User) -> QuerySet[Any] | None:
    return _filtered(table, table.account, user.pk) if table.account else None


def _of_resident(table: Table, held: Holding) -> QuerySet[Any] | None:
    if table.model == "accounts.holding":
        return None  # the account's own part has it; others' links are theirs
    if table.model == "admin.logentry":
        return _done_at_the_desk(held)
    if not table.resident:
        return None
    return _filtered(table, table.resident, held.resident_id)


def _done_at_the_desk(held: Holding) -> QuerySet[LogEntry]:
    """Django's log knows its objects only by number, and those as text."""
    cards = [str(pk) for pk in held.resident.cards.values_list("pk", flat=True)]
    of = ContentType.objects.get_for_model
    about = Q(content_type=of(held.resident), object_id=str(held.resident_id))
    return LogEntry.objects.filter(about | Q(content_type=of(Card), object_id__in=cards))


def _filtered(table: Table, lookup: str, key: int) -> QuerySet[Any]:
    rows: QuerySet[Any] = apps.get_model(table.model)._default_manager.filter(**{lookup: key})
    return rows


def _topics(
    rows: Rows, reader: User, *, deeds: bool = False
) -> tuple[tuple[str | Promise, tuple[Section, ...]], ...]:
    found = []
    for topic in TOPICS:
        sections = []
        for table in topic.tables:
            if table.is_installed and (chosen := rows(table)) is not None:
                left_out = {**table.left_out, **(table.left_out_of_deeds if deeds else {})}
                written = tuple(_row(row, left_out, reader) for row in chosen.order_by("pk"))
                if written:
                    title = str(chosen.model._meta.verbose_name_plural)
                    sections.append(Section(table.model, title, written))
        if sections:
            found.append((topic.title, tuple(sections)))
    return tuple(found)


def _row(row: Any, left_out: Container[str], reader: User) -> Row:
    return tuple(_values(row, left_out, reader))


def _values(row: Any, left_out: Container[str], reader: User) -> Iterator[Value]:
    for one in row._meta.concrete_fields:
        if one.name in left_out:
            continue
        value, words = _told(row, one, reader)
        yield Value(one.name, str(one.verbose_name), value, words)
    if isinstance(row, User):
        for name in ("groups", "offices"):
            names = [str(each) for each in getattr(row, name).all()]
            label = str(User._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            yield Value(name, label, names, ", ".join(names))


def _told(row: Any, one: Field[Any, Any], reader: User) -> tuple[Any, str]:
    """What stands in a field: for a program, and for a person."""
    value = getattr(row, one.attname)
    if value is None or value == "":
        return value, "–"
    if isinstance(one, ForeignKey):
        return _pointed_at(row, one, value, reader)
    if isinstance(value, datetime):
        moment = value.astimezone(clock.TOKYO)
        return moment.isoformat(), f"{moment:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat(), value.isoformat()
    if isinstance(value, bool):
        return value, pgettext("a fact", "Yes") if value else pgettext("a fact", "No")
    if one.choices:
        return value, str(getattr(row, f"get_{one.name}_display")())
    if isinstance(value, (dict, list)):
        return _masked(value), str(_masked(value))
    return (mask(value), mask(value)) if isinstance(value, str) else (value, str(value))


def _pointed_at(row: Any, one: ForeignKey[Any, Any], value: Any, reader: User) -> tuple[Any, str]:
    """Another person is never named; a place or a kind of thing is; the rest is a number."""
    if one.related_model is User:
        return ("you", str(_("you"))) if value == reader.pk else ("other", str(_("somebody else")))
    if one.related_model is Office or one.related_model._meta.label_lower in NOT_PERSONAL:
        name = str(getattr(row, one.name))
        return name, name
    return value, str(value)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _masked(one) for key, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list) else value
