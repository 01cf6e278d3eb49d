"""What is looked for before a file is kept at all: no Individual Number is ever stored (G1)."""

from typing import BinaryIO

from cards.importing.portions import header_of
from cards.importing.problems import Problem
from cards.importing.reading import (
    LINE_LENGTH,
    NUMBER,
    TOO_LONG,
    Source,
    column_with_the_number,
    split,
)


def first_look(file: BinaryIO) -> Problem | None:
    """Why this file cannot be kept to be checked, or None.

    A number in it, or anything that would hide one: another encoding, no header, a line too long
    to be read. The check proper tells all the rest. `file` stays open.
    """
    source = Source(file)
    try:
        return _look(source)
    finally:
        source.release()


def _look(source: Source) -> Problem | None:
    if (unreadable := source.unreadable()) is not None:
        return unreadable
    lines = source.lines()
    names, problems = header_of(lines, source.encoding)
    if problems:
        return problems[0]
    for line in lines:
        if line.cut:
            return Problem(line.number, "", TOO_LONG, {"limit": LINE_LENGTH})
        if (column := column_with_the_number(line, split(line), names)) is not None:
            return Problem(line.number, column, NUMBER)
    return None
