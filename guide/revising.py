"""Changing the guide: each change is one version, with who made it and why."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Max

from guide.models import Section
from guide.standing import SOURCE, columns, languages
from portal import clock

Version = Any  # a row of the history, with the section's own fields


@transaction.atomic
def revise(
    section: Section, *, by: Any, still_right: Collection[str] = (), reason: str = ""
) -> None:
    """Keep what was written in `section`.

    A language whose texts changed, or that is said to be `still_right`, stands as of now.
    """
    before = Section.objects.select_for_update().filter(pk=section.pk).first()
    if before is not None:
        _keep_unseen(before)
    now = clock.now().isoformat()
    for code, _name in languages():
        if code in still_right or _differs(section, before, code):
            section.as_of = section.as_of | {code: now}
    _save(section, by, reason)


@transaction.atomic
def put_back(section: Section, version: Version, *, by: Any) -> None:
    """Let every language say again what it said in `version`.

    Its address and place stay as they are now. What was as new as the source then is so again.
    """
    section = Section.objects.select_for_update().get(pk=section.pk)
    _keep_unseen(section)
    source_then = version.as_of.get(SOURCE, "")
    now, as_of = clock.now().isoformat(), {}
    for code, _name in languages():
        for name in columns(code):
            setattr(section, name, getattr(version, name))
        then = version.as_of.get(code, "")
        as_of[code] = now if then >= source_then else then
    section.as_of = as_of
    _save(section, by, _back_to(version))


@transaction.atomic
def bring_back(version: Version, *, by: Any) -> Section:
    """A section that was removed, as it last was; behind the others if its place is taken."""
    section = Section(
        **{field.name: getattr(version, field.name) for field in Section._meta.concrete_fields}
    )
    if Section.objects.filter(position=section.position).exists():
        last = Section.objects.aggregate(last=Max("position"))["last"]
        section.position = last + 1
    _save(section, by, _back_to(version))
    return section


def newest(section: Section) -> Version | None:
    """The version that the section is in, unless it was changed past the desk."""
    return section.history.order_by("-history_id").first()


def removed() -> list[Version]:
    """The last version of every section that is no longer there."""
    gone = Section.history.filter(history_type="-").order_by("-history_id")
    there = set(Section.objects.values_list("pk", flat=True))
    last: dict[int, Version] = {}
    for version in gone:
        if version.id not in there:
            last.setdefault(version.id, version)
    return list(last.values())


def _save(section: Section, by: Any, reason: str) -> None:
    section._history_user = by  # type: ignore[attr-defined]
    section._change_reason = reason  # type: ignore[attr-defined]
    section.save()


def _keep_unseen(section: Section) -> None:
    """Make a version of what stands there, if none has it yet: it was changed past the desk."""
    known = newest(section)
    fields = [field.attname for field in Section._meta.concrete_fields]
    if known is None or any(getattr(known, one) != getattr(section, one) for one in fields):
        kept = section.history.model(
            **{one: getattr(section, one) for one in fields},
            history_date=clock.now(),
            history_type="+" if known is None else "~",
        )
        kept.save()


def _differs(section: Section, before: Section | None, language: str) -> bool:
    names = columns(language)
    if before is None:
        return any(getattr(section, name) for name in names)
    return any((getattr(section, n) or "") != (getattr(before, n) or "") for n in names)


def _back_to(version: Version) -> str:
    return f"back to {version.history_id}"
