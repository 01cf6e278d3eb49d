"""Bars, drawn on the server: no script, no inline style, in the page's own colours.

Whatever is drawn also stands in a table beside it, so the drawing itself is silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

Words = str | Promise

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 8, 12, 32
# More labels than these would run into each other.
LABELS = 7
# Up to so many bars say their number themselves.
NUMBERED = 8


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at one place of the axis: its name, and one number for each series."""

    name: Words
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rectangle:
    x: str
    y: str
    width: str
    height: str
    series: int
    says: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A word on the drawing, and where."""

    x: str
    y: str
    text: Words


@dataclass(frozen=True)
class Bars:
    """A plot and its table. `slug` names it on its page."""

    slug: str
    title: Words
    axis: Words
    series: Sequence[Words]
    rows: Sequence[Row]
    note: Words = ""
    width: int = field(default=WIDTH, init=False)
    height: int = field(default=HEIGHT, init=False)

    @property
    def top(self) -> int:
        """A round number that no bar is taller than."""
        tallest = max((number for row in self.rows for number in row.numbers), default=0)
        step = 1
        while tallest > step * 10:
            step *= 10
        for factor in (1, 2, 4, 5, 10):
            if tallest <= factor * step:
                return max(factor * step, 4)
        return 10 * step

    @property
    def is_empty(self) -> bool:
        return not any(number for row in self.rows for number in row.numbers)

    @property
    def lines(self) -> list[Mark]:
        """The heights that are marked: none, a half and all of it."""
        marked = ((share, self.top * share // 4) for share in (0, 2, 4))
        return [Mark("0", _said(self._height(share)), f"{number:,}") for share, number in marked]

    @property
    def rectangles(self) -> list[Rectangle]:
        found = []
        place = self._place
        thick = place * 0.76 / max(1, len(self.series))
        for at, row in enumerate(self.rows):
            for number, value in enumerate(row.numbers):
                tall = value / self.top * (HEIGHT - TOP - BOTTOM)
                found.append(
                    Rectangle(
                        x=_said(LEFT + at * place + place * 0.12 + number * thick),
                        y=_said(HEIGHT - BOTTOM - tall),
                        width=_said(thick),
                        height=_said(tall),
                        series=number + 1,
                        says=f"{row.name}: {value:,}",
                    )
                )
        return found

    @property
    def labels(self) -> list[Mark]:
        every = -(-len(self.rows) // LABELS)
        y = _said(HEIGHT - BOTTOM + 20)
        return [
            Mark(_said(LEFT + (at + 0.5) * self._place), y, row.name)
            for at, row in enumerate(self.rows)
            if at % every == 0
        ]

    @property
    def numbers(self) -> list[Mark]:
        """Above the bars, where there are few."""
        if len(self.rows) * len(self.series) > NUMBERED:
            return []
        return [
            Mark(
                _said(float(bar.x) + float(bar.width) / 2),
                _said(float(bar.y) - 4),
                bar.says.rsplit(": ", 1)[1],
            )
            for bar in self.rectangles
        ]

    @property
    def _place(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(1, len(self.rows))

    def _height(self, quarters: int) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * quarters / 4


def _said(number: float) -> str:
    """With a point, whatever the page's language."""
    return f"{number:.1f}"
