"""What differs between two versions of a section, field by field, so that it can be read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from guide.models import Section
from guide.standing import TEXTS, columns, languages

# Words of letters that are written with blanks between them; of all others each is its own.
_PIECE = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
# So many lines that are the same are shown around what differs.
_AROUND = 2
_LEFT_OUT = "…\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: kind is “same”, “gone” or “new”."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field. `language` is empty for what is the same in every language."""

    label: str
    language: str
    pieces: tuple[Piece, ...]


def differences(before: Any, after: Any) -> list[Difference]:
    """Between two versions, or a version and the section; `before` None: all is new."""
    found: list[Difference] = []
    for name in ("slug", "position"):
        label = _called(name)
        found += _field(before, after, name, label, "")
    for code, language in languages():
        for name, text in zip(columns(code), TEXTS, strict=True):
            label = _("%(what)s, %(language)s") % {"what": _called(text), "language": language}
            found += _field(before, after, name, label, code)
    return found


def changed_fields(before: Any, after: Any) -> list[str]:
    """The labels of what differs, without working out how."""
    return [one.label for one in differences(before, after)]


def compare(old: str, new: str) -> tuple[Piece, ...]:
    """Line by line, and within lines that differ piece by piece."""
    lines, others = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    steps = SequenceMatcher(None, lines, others, autojunk=False).get_opcodes()
    for number, (what, a, b, c, d) in enumerate(steps):
        if what == "equal":
            same = lines[a:b]
            first, last = number == 0, number == len(steps) - 1
            pieces.append(Piece("same", "".join(_shortened(same, first, last))))
        else:
            pieces += _within("".join(lines[a:b]), "".join(others[c:d]))
    return tuple(pieces)


def _called(name: str) -> str:
    field: Any = Section._meta.get_field(name)
    return str(field.verbose_name)


def _field(before: Any, after: Any, name: str, label: Any, language: str) -> Iterator[Difference]:
    old = "" if before is None else str(getattr(before, name) or "")
    new = str(getattr(after, name) or "")
    if old != new:
        yield Difference(capfirst(str(label)), language, compare(old, new))


def _shortened(lines: list[str], first: bool, last: bool) -> list[str]:
    head = 0 if first else _AROUND
    tail = 0 if last else _AROUND
    if len(lines) <= head + tail + 1:
        return lines
    return [*lines[:head], _LEFT_OUT, *(lines[-tail:] if tail else [])]


def _within(old: str, new: str) -> Iterator[Piece]:
    if not old or not new:
        yield from (Piece(kind, text) for kind, text in (("gone", old), ("new", new)) if text)
        return
    parts, others = _PIECE.findall(old), _PIECE.findall(new)
    matcher = SequenceMatcher(None, parts, others, autojunk=False)
    if matcher.quick_ratio() < 0.4:  # another text: nothing to be found in it
        yield Piece("gone", old)
        yield Piece("new", new)
        return
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(parts[a:b]))
            continue
        if b > a:
            yield Piece("gone", "".join(parts[a:b]))
        if d > c:
            yield Piece("new", "".join(others[c:d]))
