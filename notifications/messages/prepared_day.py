"""The calendar file within a prepared mail: where its marks stand, and what is put there.

A line of a calendar is folded at 75 bytes. So that a value of any length fits in, each stands
folded on lines of its own; whoever reads the file joins them again.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from icalendar import vText

from notifications.calendar import sequence
from notifications.messages.letter import OFFICE_FIELDS, Letter, OfficeWords

_FOLD = b"\r\n "
_WIDTH = 74
_NAMES = {b"DTSTAMP:": "stamp", b"SEQUENCE:": "sequence"}
# Short values, which stay on their line.
_SHORT = (b"uid", b"stamp", b"sequence")


def with_marks(part: bytes, said_at: datetime, mark: str, marks: re.Pattern[bytes]) -> bytes:
    """The part of a mail that is the file, its marks on lines of their own.

    `said_at` is the moment it was made with. `mark` makes a mark of a name, `marks` finds them.
    """
    heading, content = part.split(b"\r\n\r\n", 1)
    content = content.replace(_FOLD, b"")
    for label, value in ((b"DTSTAMP:", _stamp(said_at)), (b"SEQUENCE:", _sequence(said_at))):
        content = content.replace(label + value, label + mark.format(_NAMES[label]).encode())
    lines = (_marked(line, marks) for line in content.split(b"\r\n"))
    return heading + b"\r\n\r\n" + b"\r\n".join(lines)


def values(letter: Letter) -> dict[bytes, bytes]:
    """What is put there for one person; nothing for what is no deadline."""
    if not letter.saying:
        return {}
    return {
        b"uid": letter.saying.uid.encode(),
        b"stamp": _stamp(letter.saying.said_at),
        b"sequence": _sequence(letter.saying.said_at),
        b"name": _written(letter.name),
        **_office(letter.office),
    }


def _marked(line: bytes, marks: re.Pattern[bytes]) -> bytes:
    lines, at = [], 0
    for mark in marks.finditer(line):
        if mark[1] in _SHORT:
            continue
        lines += [_folded(line[at : mark.start()]), mark[0]]
        at = mark.end()
    if at < len(line):
        lines.append(_folded(line[at:]))
    return _FOLD.join(lines)


def _folded(text: bytes) -> bytes:
    """In pieces short enough for a line, no character parted."""
    pieces = []
    while len(text) > _WIDTH:
        cut = _WIDTH
        while text[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(text[:cut])
        text = text[cut:]
    return _FOLD.join([*pieces, text])


def _written(value: str) -> bytes:
    return _folded(vText(value).to_ical())


@lru_cache(maxsize=64)
def _stamp(moment: datetime) -> bytes:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ").encode()


def _sequence(moment: datetime) -> bytes:
    return str(sequence(moment)).encode()


@lru_cache(maxsize=256)
def _office(office: OfficeWords) -> dict[bytes, bytes]:
    return {f"office {name}".encode(): _written(getattr(office, name)) for name in OFFICE_FIELDS}
