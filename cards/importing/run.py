"""One import from beginning to end."""

import gc
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from cards.importing.database import ImportBusy, ImportOvertaken, RefusedByDatabase, database
from cards.importing.known_cards import KnownCards
from cards.importing.new_cards import NewCards
from cards.importing.notes import Notes
from cards.importing.portions import Portion, portions
from cards.importing.problems import Problem, Report
from cards.importing.reading import Source
from portal import clock

SAME_REFERENCE = _("The same reference stands in line %(first)s already.")

# Called with how many bytes of how many are read, and how many rows that was.
Progress = Callable[[int, int, int], None]


@dataclass(slots=True)
class Summary:
    """What an import did, in rows; or would do, if `dry_run`.

    If anything was refused, nothing was written: `refused` lines have a problem, `first_problems`
    are some of them, and `report` is the file that names all.
    """

    report: Path | None = None
    dry_run: bool = False
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    # Rows of cards that another has taken over from: left as they are.
    replaced: int = 0
    refused: int = 0
    first_problems: list[Problem] = field(default_factory=list)


class _Refused(Exception):
    """Takes the transaction back."""


def import_cards(path: Path, *, dry_run: bool = False, progress: Progress | None = None) -> Summary:
    """Read cards from a CSV file: all of its rows, or none if any is refused.

    Returns what was done. Raises ImportBusy while another import is running, ImportOvertaken if
    somebody else registered a card of the file meanwhile (nothing is written then either),
    RefusedByDatabase if the rows break a rule of the database that reading them does not know,
    OSError if the file cannot be read or its report not be written.
    """
    report = _report_beside(path, dry_run=dry_run)
    with path.open("rb") as file:
        return import_file(file, report, Terms(dry_run=dry_run), progress=progress)


def _report_beside(path: Path, *, dry_run: bool) -> Report:
    """cards.csv has cards.errors.csv, and a dry run of it one of its own.

    The real one tells what an office has to mend since its last import: no rehearsal takes it
    away. A file of another name (cards.txt) has cards.txt-errors.csv, or two would share a report.
    """
    name = path.name.removesuffix(".csv")
    joint = "-" if name == path.name else "."
    real = path.with_name(f"{name}{joint}errors.csv")
    rehearsed = path.with_name(f"{name}{joint}dry-run.errors.csv")
    return Report(rehearsed) if dry_run else Report(real, out_of_date=[rehearsed])


@dataclass(frozen=True, slots=True)
class Terms:
    """For whom an import runs, and how far it goes."""

    # Rows of other offices, and cards that others keep, are refused. None: there are no others.
    only: Collection[int] | None = None
    # The account that the history names.
    by: int | None = None
    # All is written, asked of the database, and taken back.
    dry_run: bool = False
    # Nothing is written at all: what would happen is only told, for every good row.
    preview: bool = False


def import_file(
    file: BinaryIO,
    report: Report,
    terms: Terms,
    *,
    notes: Notes | None = None,
    progress: Progress | None = None,
    at_end: Callable[[Summary], None] | None = None,
) -> Summary:
    """`import_cards`, from an open file.

    `at_end` is called in the same transaction, before it ends, if nothing was refused: what it
    writes is written with the cards or not at all, and what it raises takes everything back.
    """
    summary = Summary(report.path, dry_run=terms.dry_run)
    source = Source(file)
    try:
        with _rare_garbage_collection(), transaction.atomic():
            _Run(terms, report, summary, notes).all_of(source, progress)
            if report:
                raise _Refused
            if at_end is not None:
                at_end(summary)
            report.settle()
            transaction.set_rollback(terms.dry_run)
    except IntegrityError as broken:
        # Without its cause: the database quotes the row, and a log is no place for that.
        rule = database().rule(broken)
        if database().is_taken(broken) and not terms.preview:
            raise ImportOvertaken(rule) from None
        raise RefusedByDatabase(rule) from None
    except OperationalError as broken:
        if database().is_busy(broken):
            raise ImportBusy from broken
        raise
    except _Refused:
        if not terms.preview:
            summary.new = summary.changed = summary.unchanged = summary.replaced = 0
    finally:
        source.close()
        report.close()
    summary.refused, summary.first_problems = report.lines, report.first
    if summary.new and not terms.dry_run and not terms.preview:
        database().learn(summary.new)
    return summary


@contextmanager
def _rare_garbage_collection() -> Iterator[None]:
    """Each portion is some ten thousand objects without cycles: looking for these is a waste."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Run:
    """The file's portions, taken one after the other."""

    def __init__(self, terms: Terms, report: Report, summary: Summary, notes: Notes | None) -> None:
        self._terms, self._report, self._summary, self._notes = terms, report, summary, notes
        self._to = database()
        now, writes = clock.now(), not terms.preview
        self._today = clock.day_of(now)
        self._new = NewCards(self._to, now, by=terms.by, writes=writes)
        self._known = KnownCards(
            self._to, now, by=terms.by, only=terms.only, writes=writes, notes=notes
        )

    def all_of(self, source: Source, progress: Progress | None) -> None:
        if not self._terms.preview:
            self._to.lock()
        self._to.begin_lines()
        reading = portions(source, self._new, self._terms.only, today=self._today)
        with closing(reading) as coming:
            for portion in coming:
                self._summary.rows += portion.count
                for problem in portion.problems:
                    self._report.add(problem)
                self._to.note_lines(portion.lines)
                # After the first problem nothing will be kept; the rest is only read.
                if self._terms.preview or not self._report:
                    self._take(portion)
                if progress:
                    progress(portion.bytes_read, source.size, self._summary.rows)
        self._report_repeated()
        self._to.end_lines()

    def _take(self, portion: Portion) -> None:
        summary, new, count = self._summary, self._new, len(portion.rows)
        outcome = self._known.update(portion.rows)
        for problem in outcome.problems:
            self._report.add(problem)
        if not self._terms.preview:
            new.expected = len(portion.rows) == count
            if not self._report:
                tables = portion.tables if new.expected else None
                new.insert(
                    new.tables([portion.records[reference] for reference in portion.rows])
                    if tables is None
                    else tables
                )
        if self._notes is not None:
            self._notes.new(portion.rows.values())
        summary.new += len(portion.rows)
        summary.changed += outcome.changed
        summary.unchanged += outcome.unchanged
        summary.replaced += outcome.replaced

    def _report_repeated(self) -> None:
        for line, first in self._to.repeated():
            self._report.add(Problem(line, "reference", SAME_REFERENCE, {"first": first}))
