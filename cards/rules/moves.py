"""The three clocks that a move starts (G5②), and what stops them.

The first day is left out of the count: a clock of N days from day D runs until the end of
D + N, and the card lapses at 00:00 of D + N + 1. Closed days of the office change nothing.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date

from cards.rules.days import days_from
from cards.rules.kinds import DeadlineKind, MoveKind

CLOCK_DAYS: dict[DeadlineKind, int] = {
    DeadlineKind.MOVE_OUT_30: 30,
    DeadlineKind.MOVE_IN_14: 14,
    DeadlineKind.CARD_UPDATE_90: 90,
}


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of a move: what it is, the day it is counted from and its last valid day."""

    kind: DeadlineKind
    counted_from: date
    last_day: date

    @property
    def lapses_on(self) -> date | None:
        """First day without the card if nothing stops this clock; None at the calendar's end."""
        return None if self.last_day == date.max else days_from(self.last_day, 1)


@dataclass(frozen=True, slots=True)
class MoveDates:
    """The four days of one move, each None until it is known."""

    expected_move_out_on: date | None = None
    moved_in_on: date | None = None
    notified_on: date | None = None
    card_updated_on: date | None = None

    @property
    def told_on(self) -> date | None:
        """The day on which the office learned of the new address, or None (G5①).

        That day ends the signature certificate. Without a notification it is the day on which
        the address was written on the card.
        """
        return self.notified_on or self.card_updated_on

    def deadlines(self) -> tuple[Clock, ...]:
        """The clocks of this move that were not stopped in time: see `move_deadlines`."""
        # The updated card shows the new address, so nothing is left to notify either.
        settled_on = _earlier(self.notified_on, self.card_updated_on)
        clocks = (
            _unless_stopped(DeadlineKind.MOVE_OUT_30, self.expected_move_out_on, settled_on),
            _unless_stopped(DeadlineKind.MOVE_IN_14, self.moved_in_on, settled_on),
            _unless_stopped(DeadlineKind.CARD_UPDATE_90, self.notified_on, self.card_updated_on),
        )
        return tuple(sorted(filter(None, clocks), key=lambda clock: clock.last_day))

    def lapses_on(self) -> date | None:
        """First day on which the card no longer works because of this move: see `lapses_on`."""
        clocks = self.deadlines()
        return clocks[0].lapses_on if clocks else None

    def is_to_come_after(self, day: date) -> bool:
        """Whether this is a way out, not yet followed by a moving-in, expected after `day`."""
        out = self.expected_move_out_on
        return out is not None and out > day and not (self.moved_in_on or self.notified_on)

    def first_day(self) -> date | None:
        """The day on which the first of its clocks starts, or None."""
        days = (self.expected_move_out_on, self.moved_in_on, self.notified_on)
        return min((day for day in days if day), default=None)


@dataclass(frozen=True, slots=True)
class RecordedMove:
    """A move as it stands in the records, and the day since which it stands there."""

    kind: MoveKind
    dates: MoveDates
    recorded_on: date


def together(moves: Sequence[RecordedMove]) -> list[MoveDates]:
    """The days of all running moves of a card, each with what the others settle of it (G5②).

    Offices record moves one by one, and two questions are asked of each other one:

    - What does its notification settle? A moving-in notification stops the clocks of the
      moving-out before it, too, whichever was recorded first. One within the municipality settles
      only others within it: who then leaves must still notify the new one.
    - What does the card settle that was updated for it? It shows where its holder lives, so it
      completes every move that began by then, whatever its kind. Only the way out that is still
      to come stays open when the card was updated for a move within the municipality.

    What was submitted or written before a move began and was known settles nothing of it. `moves`
    come in the order in which they were recorded.
    """
    return [_settled(place, moves) for place in range(len(moves))]


def waiting(moves: Sequence[RecordedMove]) -> list[tuple[int, MoveDates]]:
    """Those of `together` that no card update has completed yet: their places, and their days.

    A move may have no card update of its own and yet be done, because the card was updated for
    another one (G5②).
    """
    return [
        (place, dates)
        for place, dates in enumerate(together(moves))
        if dates.card_updated_on is None
    ]


def _settled(place: int, moves: Sequence[RecordedMove]) -> MoveDates:
    move, dates = moves[place], moves[place].dates
    began_on = dates.first_day() or move.recorded_on
    others = [
        (other, _counts_from(other, began_on, min(began_on, move.recorded_on), after=at > place))
        for at, other in enumerate(moves)
        if at != place
    ]
    for other, since in others:
        told_on = other.dates.notified_on
        if told_on is None or told_on < since or dates.notified_on:
            continue
        if _notification_settles(other.kind, move.kind):
            dates = replace(dates, notified_on=told_on)
    updates = [
        day
        for other, since in others
        if (day := other.dates.card_updated_on)
        and day >= max(since, move.dates.notified_on or since)
        and _update_settles(other.kind, dates, day)
    ]
    if dates.card_updated_on is None and updates:
        dates = replace(dates, card_updated_on=min(updates))
    return dates


def _counts_from(other: RecordedMove, began_on: date, known_on: date, *, after: bool) -> date:
    """From when on a day of `other` may settle the move that began, and was known, on these.

    Of a move recorded before, a day counts only if it surely came later: or if it is the arrival
    of that very move, out and in on one day.
    """
    if after:
        return known_on
    arrived_on = other.dates.moved_in_on
    if other.kind is MoveKind.MOVE_IN and arrived_on is not None and arrived_on >= began_on:
        return began_on
    return days_from(began_on, 1)


def _notification_settles(kind: MoveKind, of: MoveKind) -> bool:
    return kind is MoveKind.MOVE_IN or (kind is of and kind is MoveKind.RELOCATE)


def _update_settles(kind: MoveKind, of: MoveDates, day: date) -> bool:
    if kind is MoveKind.RELOCATE:
        return not of.is_to_come_after(day)
    # Who has moved in has left, also when that was sooner than expected.
    return kind is MoveKind.MOVE_IN


# A plan may shift by so many days and is still the same move.
ONE_MOVE_DAYS = 30


def still_told(told: MoveDates, recorded: MoveDates) -> bool:
    """Whether a move that only the holder told of says more than the one that staff recorded.

    So it is where it begins long after (more than `ONE_MOVE_DAYS`): then it is another move. And
    where staff know of the way out alone while the holder told of a move-in day, whose 14 days
    end before the 30 (G5②).
    """
    known = [day for day in astuple(recorded) if day is not None]
    begins_on = told.first_day()
    if not known or begins_on is None or (begins_on - max(known)).days > ONE_MOVE_DAYS:
        return True
    arrived = recorded.moved_in_on or recorded.told_on
    return told.moved_in_on is not None and arrived is None


def move_deadlines(
    *,
    expected_move_out_on: date | None = None,
    moved_in_on: date | None = None,
    notified_on: date | None = None,
    card_updated_on: date | None = None,
) -> tuple[Clock, ...]:
    """The clocks of a move that were not stopped in time, the earliest last day first (G5②).

    A clock stopped on or before its last day is left out. One stopped later has run out and
    stays in: a late notification does not revive the card. Each clock starts at its own day,
    also when another has run out already.
    """
    return MoveDates(expected_move_out_on, moved_in_on, notified_on, card_updated_on).deadlines()


def lapses_on(
    *,
    expected_move_out_on: date | None = None,
    moved_in_on: date | None = None,
    notified_on: date | None = None,
    card_updated_on: date | None = None,
) -> date | None:
    """First day on which the card no longer works because of a move, or None (G5②).

    That is the day after the earliest last day of `move_deadlines`. It may lie in the future:
    the card lapses then unless the clock is stopped before.
    """
    return MoveDates(expected_move_out_on, moved_in_on, notified_on, card_updated_on).lapses_on()


def _unless_stopped(
    kind: DeadlineKind, counted_from: date | None, stopped_on: date | None
) -> Clock | None:
    if counted_from is None:
        return None
    last_day = days_from(counted_from, CLOCK_DAYS[kind])
    if stopped_on is not None and stopped_on <= last_day:
        return None
    return Clock(kind, counted_from, last_day)


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
