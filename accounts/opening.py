"""On which days a counter is open, as far as the office has said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

# No office is closed for longer: what is farther back is of no use to anybody.
_LOOKED_BACK = 60


class Opening(NamedTuple):
    """When one can go, as far as closed days are known.

    `open_by`: the last open day, where that comes before the day to go by. `closed`: no open day
    is left.
    """

    open_by: date | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Closures:
    """The weekdays (ISO digits) and the periods, both ends included, on which it is closed."""

    weekdays: str = ""
    periods: tuple[tuple[date, date], ...] = ()

    @classmethod
    def of(cls, weekdays: str, rows: Iterable[dict[str, str]]) -> "Closures":
        """From what `Card.objects.with_facts()` read of the card's office."""
        days = date.fromisoformat
        return cls(weekdays, tuple((days(r["first_on"]), days(r["last_on"])) for r in rows))

    def closed(self, day: date) -> bool:
        return str(day.isoweekday()) in self.weekdays or any(
            first <= day <= last for first, last in self.periods
        )

    def last_open_day(self, by: date, *, today: date) -> date | None:
        """The last day until `by` on which the counter is open, or None if there is none left.

        No last day is ever put off because of a closed one: who goes by this day is in time.
        """
        day = by
        while day >= today and (by - day).days <= _LOOKED_BACK:
            if not self.closed(day):
                return day
            day -= timedelta(1)
        return None

    def opening(self, by: date, *, today: date) -> Opening:
        """When to go from `today` on, to be there by `by`. Days farther back are not looked at."""
        last = self.last_open_day(by, today=today)
        left = (by - today).days
        return Opening(None if last == by else last, last is None and 0 <= left <= _LOOKED_BACK)
