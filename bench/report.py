"""What was measured, and the page that is written from it."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROUNDS = max(3, int(os.environ.get("BENCH_ROUNDS", "3")))
DOCUMENT = Path(__file__).parent.parent / "docs" / "performance.md"
# What each part measured last, in seconds of each round: what the document is written from.
MEASURED = Path(__file__).parent / "measured"


@dataclass
class Figure:
    """One comparison, in seconds of each round. `at_most`: what ours / theirs is to stay under."""

    work: str
    database: str
    against: str
    ours: list[float]
    theirs: list[float]
    at_most: float | None = None
    at_least: float | None = None

    @property
    def ratio(self) -> float:
        """How many times as long as the other ours takes; for `at_least`, how many times faster."""
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        return ours / theirs if self.at_most is not None else theirs / ours

    @property
    def reached(self) -> bool:
        if self.at_most is not None:
            return self.ratio <= self.at_most
        return self.ratio >= (self.at_least or 0)

    @property
    def aim(self) -> str:
        if self.at_most is not None:
            return f"at most {self.at_most:g}× as long"
        return f"at least {self.at_least:g}× as fast"


@dataclass
class PageTime:
    """A page of the desk, in seconds of each round: with so many cards, and without any."""

    who: str
    page: str
    cards: int
    queries: int
    full: list[float]
    empty: list[float]
    at_most: float

    @property
    def reached(self) -> bool:
        return statistics.median(self.full) <= self.at_most


@dataclass
class Report:
    database: str = ""
    pages: list[PageTime] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # Which part was measured when, and on what.
    days: dict[str, str] = field(default_factory=dict)

    def compare(
        self,
        work: str,
        against: str,
        ours: list[float],
        theirs: list[float],
        *,
        at_most: float | None = None,
        at_least: float | None = None,
    ) -> None:
        """Record seconds of ours and of the other side, round by round, and the aim.

        Give one aim: ours takes `at_most` so many times as long, or is `at_least` so many times
        as fast. A floor's rate × 0.8 is `at_least=0.8`.
        """
        figure = Figure(work, self.database, against, ours, theirs, at_most, at_least)
        self.figures.append(figure)
        verdict = f"{figure.aim}: {'reached' if figure.reached else 'NOT REACHED'}"
        print(f"  {work}, against {against}: {figure.ratio:.2f} ({verdict})", flush=True)

    def page(self, one: PageTime) -> None:
        """Record a page of the desk; it stands in a table of its own."""
        self.pages.append(one)
        took = _time(statistics.median(one.full))
        beside = _time(statistics.median(one.empty)) if one.empty else "none"
        verdict = "reached" if one.reached else "NOT REACHED"
        print(f"  {one.who}, {one.page}: {took}, empty {beside}, {one.queries} queries ({verdict})")

    def note(self, text: str) -> None:
        """One line beside the tables: a size, a memory peak."""
        self.notes.append(f"{self.database}: {text}")
        print(f"  {text}", flush=True)

    def missed(self) -> list[Figure]:
        return [figure for figure in self.figures if not figure.reached]

    def keep(self, name: str) -> None:
        """Put down what one part measured on one database, with the day and the machine's size."""
        if not (self.figures or self.pages):
            return
        kept = {
            "on": f"{datetime.now(UTC):%Y-%m-%d}",  # noqa: TID251 - the run's day, not the portal's
            "with": f"Python {platform.python_version()}, {os.cpu_count()} cores",
            "figures": [asdict(figure) for figure in self.figures],
            "pages": [asdict(page) for page in self.pages],
            "notes": self.notes,
        }
        MEASURED.mkdir(exist_ok=True)
        place = MEASURED / f"{name}-{self.database.lower()}.json"
        place.write_text(json.dumps(kept, indent=1) + "\n")

    def add_kept(self, path: Path) -> None:
        """Take in what a part put down."""
        kept = json.loads(path.read_text())
        self.figures += [Figure(**figure) for figure in kept["figures"]]
        self.pages += [PageTime(**page) for page in kept["pages"]]
        self.notes += kept["notes"]
        self.days[path.stem] = f"{kept['on']} ({kept['with']})"


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measured(names: list[str]) -> Report:
    """What stands measured: of the parts so named, or of all."""
    report = Report()
    for path in sorted(MEASURED.glob("*.json")):
        if not names or path.stem.rpartition("-")[0] in names:
            report.add_kept(path)
    return report


def write_document(report: Report) -> None:
    """docs/performance.md, anew."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench` (`ARGS=sweep` for one part) from the seconds that it leaves in",
        "`bench/measured/`; do not edit. Each figure is a ratio of two sides measured in turn in",
        "one run, by the median of several rounds: seconds differ from machine to machine, ratios",
        "hardly. PostgreSQL runs with fsync and synchronous_commit on.",
        "",
        "| work | database | against | ours | theirs | ratio | aim | |",
        "|---|---|---|---:|---:|---:|---|---|",
    ]
    for figure in report.figures:
        ours, theirs = statistics.median(figure.ours), statistics.median(figure.theirs)
        lines.append(
            f"| {figure.work} | {figure.database} | {figure.against} | {_time(ours)} | "
            f"{_time(theirs)} | {figure.ratio:.2f} | {figure.aim} | "
            f"{'reached' if figure.reached else '**not reached**'} |"
        )
    lines += ["", *(f"- {note}" for note in report.notes), "", *_pages(report)]
    lines += ["## When", "", *(f"- {part}: {day}" for part, day in report.days.items()), ""]
    DOCUMENT.write_text("\n".join(lines))


def _pages(report: Report) -> list[str]:
    """The desk's pages beside themselves without a card; no line where they were not measured."""
    if not report.pages:
        return []
    first = report.pages[0]
    return [
        "## The desk",
        "",
        f"The pages that a clerk opens all day, on PostgreSQL with {first.cards:,} cards of forty",
        "offices, beside the same pages without a card. A clerk sees one office, an auditor all.",
        "The queries are exactly as many with 40,000 cards. Plots are worked out every ten minutes",
        "at most; what that costs stands by itself.",
        "",
        "| who | page | queries | without a card | with them | aim | |",
        "|---|---|---:|---:|---:|---|---|",
        *(
            f"| {one.who} | {one.page} | {one.queries} | "
            f"{_time(statistics.median(one.empty)) if one.empty else '–'} | "
            f"{_time(statistics.median(one.full))} | at most {one.at_most:g} s | "
            f"{'reached' if one.reached else '**not reached**'} |"
            for one in report.pages
        ),
        "",
    ]


def _time(value: float) -> str:
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1000:.1f} ms" if value >= 0.001 else f"{value * 1e6:.0f} µs"
