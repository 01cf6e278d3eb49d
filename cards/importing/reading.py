"""A file's lines and cells, without trusting it: any bytes, of any length.

The encoding is decided by a first pass over the whole file: UTF-8 if it has the mark or all of
it is UTF-8, else CP932. In a file that is neither, the lines with wrong bytes are named, and so
are those that are more likely in another encoding (see `encodings`).

One line is one row: a line break inside a cell is refused, since no column may hold one.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO

from django.utils.translation import gettext_lazy as _

from cards.importing.encodings import detect_encoding, ends_lines_with_returns, is_misread
from cards.importing.problems import Problem
from cards.rules import individual_number

# Longer than every column filled to its last character, and quoted.
LINE_LENGTH = 8_000
_BLOCK = 1 << 16

# Control characters, line separators, marks that turn the direction of text, half surrogates
# (wrong bytes, see `errors=` below) and the sign for a character that was lost.
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffd]"
)

EMPTY = _("The file is empty.")
_UNREADABLE = {
    "utf-16": _("The file is in UTF-16. Save it as UTF-8."),
    "utf-32": _("The file is in UTF-32. Save it as UTF-8."),
    "euc_jp": _("This line is in EUC-JP, which is not read here. Save the file as UTF-8."),
}
MISREAD = _(
    "This cell does not look like CP932 but like another encoding, such as Latin-1 or EUC-JP. Save "
    "the file as UTF-8."
)
WRONG_BYTES = _("Byte %(byte)s of this line is neither UTF-8 nor CP932. Save the file as UTF-8.")
NUL = _("This cell holds a NUL byte.")
CONTROL = _("This cell holds a control character, a tab or an invisible mark. Remove it.")
LOST = _("This cell holds a character that was lost in an earlier conversion (“�”).")
TOO_LONG = _("This cell is too long; nothing in this file needs more than %(limit)s characters.")
QUOTES = _(
    "The quotation marks do not match. A cell that begins with one must end with one in the "
    "same line: line breaks inside a cell are not allowed."
)
CELLS = _("This line has %(found)s cells; the header has %(expected)s.")
NUMBER = _("This cell holds a 12-digit Individual Number. It must not be in this file.")


@dataclass(slots=True)
class Line:
    """One line without its end. `cut` if it was longer than LINE_LENGTH: then this is its start."""

    number: int
    text: str
    cut: bool = False


class Source:
    """A file to import: its encoding, its lines, and how far the reading is."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, io.SEEK_END)
        self._file.seek(0)
        self.encoding = detect_encoding(self._file)
        self._end = "\r" if ends_lines_with_returns(self._file) else "\n"
        self._file.seek(0)
        # Wrong bytes come through as half surrogates, so that their line can be named.
        self._text = io.TextIOWrapper(
            self._file, encoding=self.encoding, errors="surrogateescape", newline=self._end
        )

    def close(self) -> None:
        self._text.close()

    def release(self) -> None:
        """Leave the file open, at its start."""
        self._text.detach()
        self._file.seek(0)

    @property
    def bytes_read(self) -> int:
        return self._file.tell()

    def unreadable(self) -> Problem | None:
        """Why no line of this file can be read, told where that first shows; or None."""
        why = _UNREADABLE.get(self.encoding)
        if why is None:
            return None
        number = 1
        if self.encoding == "euc_jp":
            number = next((line.number for line in self.lines() if not line.text.isascii()), 1)
        return Problem(number, "", why)

    def lines(self) -> Iterator[Line]:
        """Every line, however long: no more than LINE_LENGTH of one is ever held."""
        number = 0
        while line := self._text.readline(LINE_LENGTH):
            number += 1
            if line.endswith(self._end):
                yield Line(number, line[:-2] if line.endswith("\r\n") else line[:-1])
            elif len(line) < LINE_LENGTH:
                yield Line(number, line)
            else:
                _skip_rest(self._text, self._end)
                yield Line(number, line, cut=True)


def _skip_rest(text: IO[str], end: str) -> None:
    while (rest := text.readline(_BLOCK)) and not rest.endswith(end):
        pass


def split(line: Line) -> list[str] | Problem:
    """The cells of a line, or why it has none to speak of."""
    text = line.text
    if line.cut:
        return Problem(line.number, "", TOO_LONG, {"limit": LINE_LENGTH})
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True))
    except (csv.Error, StopIteration):
        return Problem(line.number, "", QUOTES)


def unfit(line: Line, cells: list[str] | Problem, names: list[str], encoding: str) -> list[Problem]:
    """What no line may hold, told by column: wrong bytes, control characters, the number (G1).

    `cells` are what `split` makes of the line.
    """
    if line.cut:
        return [Problem(line.number, _cut_column(line, names), TOO_LONG, {"limit": LINE_LENGTH})]
    cells, names = _known_apart(line, cells, names)
    doubtful = encoding == "cp932" and is_misread(line.text)
    if not (doubtful or _is_unfit(line.text) or _holds_the_number(line.text, cells)):
        return []
    problems = []
    for name, cell in zip(names, cells, strict=True):
        if found := _UNFIT.search(cell):
            problems.append(_unfit_problem(line, name, found[0], encoding))
        elif doubtful and is_misread(cell):
            problems.append(Problem(line.number, name, MISREAD))
        if individual_number.contains(cell):
            problems.append(Problem(line.number, name, NUMBER))
    return problems


def column_with_the_number(line: Line, cells: list[str] | Problem, names: list[str]) -> str | None:
    """The first column that holds an Individual Number (G1), or None; "" if it is not known."""
    cells, names = _known_apart(line, cells, names)
    if not _holds_the_number(line.text, cells):
        return None
    found = zip(names, map(individual_number.contains, cells), strict=True)
    return next((name for name, holds in found if holds), "")


def _known_apart(
    line: Line, cells: list[str] | Problem, names: list[str]
) -> tuple[list[str], list[str]]:
    """Cells with their columns: the whole line if nobody knows where one of them ends."""
    if isinstance(cells, Problem) or len(cells) != len(names):
        return [line.text], [""]
    return cells, names


def _holds_the_number(text: str, cells: list[str]) -> bool:
    """Whether it stands in any of the cells; asked for every line, so of all of them at once."""
    if len(cells) > 1 and '"' not in text:
        return individual_number.stands_in_a_cell(text)
    return individual_number.contains("x".join(cells))


def _is_unfit(text: str) -> bool:
    if text.isprintable():  # the quickest look; the lost character's sign is printable
        return "\ufffd" in text
    return _UNFIT.search(text) is not None


def _unfit_problem(line: Line, name: str, character: str, encoding: str) -> Problem:
    if "\ud800" <= character <= "\udfff":
        before = line.text[: line.text.index(character)]
        byte = len(before.encode(encoding.removesuffix("-sig"), "surrogateescape")) + 1
        return Problem(line.number, name, WRONG_BYTES, {"byte": byte})
    if character == "\x00":
        return Problem(line.number, name, NUL)
    return Problem(line.number, name, LOST if character == "\ufffd" else CONTROL)


def _cut_column(line: Line, names: list[str]) -> str:
    """The column that goes beyond the end of what was read of an over-long line."""
    cells = next(csv.reader([line.text.replace("\x00", "")]), [])
    return names[len(cells) - 1] if 0 < len(cells) <= len(names) else ""
