"""A file as portions of checked rows, each read while the database takes the one before."""

import sys
from collections.abc import Collection, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.models import Office
from cards.importing.columns import COLUMNS
from cards.importing.database import Record
from cards.importing.new_cards import NewCards, Records, Tables
from cards.importing.problems import Problem
from cards.importing.reading import CELLS, EMPTY, Line, Source, split, unfit
from cards.importing.rows import Row, RowReader, has_no_commas, header_problems

ROWS = 2_000

NO_ROWS = _("The file has a header and no rows.")


@dataclass(slots=True)
class Portion:
    """Some rows of the file, by reference, each with what it needs if its card is new."""

    rows: dict[str, Row] = field(default_factory=dict)
    records: dict[str, Records] = field(default_factory=dict)
    # The same by table, made while the database is busy: right if every card is new.
    tables: Tables | None = None
    # (line, reference) of every row that could be read, also of those that repeat one.
    lines: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    bytes_read: int = 0


def portions(
    source: Source, new_cards: NewCards, only: Collection[int] | None = None, *, today: date
) -> Generator[Portion, None, None]:
    """Every portion of the file. The header's problems come in a portion alone: nothing follows.

    `only`: rows of other offices than these are refused. Rows that tell of what would have
    happened after `today` are refused as well.
    """
    offices = dict(Office.objects.values_list("code", "pk"))
    others = {code for code, pk in offices.items() if only is not None and pk not in only}
    own = {code: pk for code, pk in offices.items() if code not in others}
    reading = _read(source, own, others, new_cards, today)
    new_cards.take_ids(2 * ROWS)
    # Threads take turns every 5 ms by default: as long as the database needs for its answer.
    turn = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    with ThreadPoolExecutor(1, thread_name_prefix="import") as reader:
        coming = reader.submit(next, reading, None)
        try:
            while portion := coming.result():
                new_cards.take_ids(2 * ROWS)
                coming = reader.submit(next, reading, None)
                yield portion
        finally:
            coming.cancel()
            sys.setswitchinterval(turn)


def _read(
    source: Source, offices: dict[str, int], others: set[str], new_cards: NewCards, today: date
) -> Iterator[Portion]:
    if (unreadable := source.unreadable()) is not None:
        yield Portion(problems=[unreadable])
        return
    lines = source.lines()
    names, problems = header_of(lines, source.encoding)
    if problems:
        yield Portion(problems=problems)
        return
    reader = RowReader(names, offices, others, today=today)
    portion, total = Portion(), 0
    for line in lines:
        if _is_blank(line.text):
            continue
        total += 1
        portion.count += 1
        row = _row(line, names, reader, source.encoding)
        if isinstance(row, Row):
            portion.lines.append(new_cards.noted(row))
            if row.reference not in portion.rows:
                portion.rows[row.reference] = row
                portion.records[row.reference] = new_cards.records(row)
        else:
            portion.problems += row
        if portion.count == ROWS:
            yield _whole(portion, source, new_cards)
            portion = Portion()
    if not total:
        portion.problems.append(Problem(1, "", NO_ROWS))
    yield _whole(portion, source, new_cards)


def _is_blank(text: str) -> bool:
    """Whether there is nothing on a line, or only what old programs end a file with (Ctrl-Z)."""
    return not text or text.isspace() or text == "\x1a"


def _whole(portion: Portion, source: Source, new_cards: NewCards) -> Portion:
    portion.bytes_read = source.bytes_read
    if new_cards.expected:
        portion.tables = new_cards.tables(list(portion.records.values()))
    return portion


def header_of(lines: Iterator[Line], encoding: str) -> tuple[list[str], list[Problem]]:
    """The names of the columns, and what is wrong with them: the first line that is not blank."""
    header = next((line for line in lines if not _is_blank(line.text)), None)
    names = _names(header) if header else []
    return names, _header(header, names, encoding)


def _names(header: Line) -> list[str]:
    cells = split(header)
    return [] if isinstance(cells, Problem) else [cell.strip() for cell in cells]


def _header(header: Line | None, names: list[str], encoding: str) -> list[Problem]:
    if header is None or not (header.text or header.cut):
        return [Problem(1, "", EMPTY)]
    # An unknown name is not repeated next to what is wrong with it.
    shown = [name if name in COLUMNS else "" for name in names]
    cells = split(header)
    if has_no_commas(names):  # told before the tabs, which may be why
        return header_problems(names)
    if problems := unfit(header, cells, shown, encoding):
        return problems
    return [cells] if isinstance(cells, Problem) else header_problems(names)


def _row(line: Line, names: list[str], reader: RowReader, encoding: str) -> Row | list[Problem]:
    cells = split(line)
    if problems := unfit(line, cells, names, encoding):
        return problems
    if isinstance(cells, Problem):
        return [cells]
    if len(cells) != len(names):
        return [
            Problem(line.number, "", CELLS, {"found": len(cells), "expected": len(names)}),
        ]
    return reader.read(line.number, cells)
