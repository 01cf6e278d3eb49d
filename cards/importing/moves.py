"""The days of a move in a row, next to the moves that a card has already (G5)."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from datetime import date, datetime
from typing import Any

from cards.importing.columns import MOVE_DAYS
from cards.models import Card, Move
from cards.operations.record_move import as_fields
from cards.rules.kinds import EventKind, MoveKind, MoveSource
from cards.rules.moves import MoveDates
from cards.rules.possible_moves import contradictions
from portal import clock

NO_MOVE = MoveDates()
# A row that brings one of these tells of a move.
STARTS = frozenset({"expected_move_out_on", "moved_in_on", "notified_on"})


def move_kind(move: MoveDates) -> MoveKind:
    """The notification that the days of an imported move call for (G5)."""
    return MoveKind.MOVE_IN if move.moved_in_on or move.notified_on else MoveKind.MOVE_OUT


@dataclass(slots=True)
class MoveChanges:
    """What a row changes: moves to write, days by column before and after, a move withdrawn."""

    moves: list[Move] = field(default_factory=list)
    told: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    withdrawn: Move | None = None


def says(row: MoveDates, known: MoveDates) -> bool:
    """Whether the row tells of the imported move as it is known.

    The counter may have recorded that the card was updated before the office's system knows.
    """
    if row.card_updated_on is None:
        return as_fields(row) == {**as_fields(known), "card_updated_on": None}
    return row == known


def ran_out(known: MoveDates, today: date) -> bool:
    """Whether a clock of this move ran out before `today`: the card lapsed by it (G5②)."""
    lapses_on = known.lapses_on()
    return lapses_on is not None and lapses_on <= today


def stays_without_days(known: MoveDates, today: date) -> bool:
    """Whether the imported move stays when its days leave the file: if finished or run out."""
    return known.card_updated_on is not None or ran_out(known, today)


def follow(row: MoveDates | None, card: Card, moves: Sequence[Move], now: datetime) -> MoveChanges:
    """Give the moves of a card the row's days; `moves` are all that it has.

    None, from a file without such columns, changes nothing. A row without days withdraws the
    imported move, unless it was finished or its time ran out: of that only corrected days are
    taken (`_corrected`), as nothing else revives the card (G5②). Days that the counter recorded,
    withdrew or corrected stay as the counter has them; what is still empty in the same move is
    filled in from the row.
    """
    changes, today = MoveChanges(), clock.day_of(now)
    if row is None:
        return changes
    move = next((one for one in moves if one.source == MoveSource.IMPORT.value), None)
    if row == NO_MOVE:
        if move and not move.withdrawn_at and not stays_without_days(move.dates, today):
            move.withdrawn_at = now
            changes.moves.append(move)
            changes.withdrawn = move
        return changes
    before = move.dates if move and not move.withdrawn_at else NO_MOVE
    if says(row, before):
        return changes
    known = _of_the_counter(card, moves)
    if any(_says_nothing_more(row, dates) for _, told in known for dates in told):
        return changes
    same = [(one, told) for one, told in known if _is_the_same(row, one, told)]
    for one, told in same:
        _complete(one, told, row, changes)
    if same and not _is_one_move(row, before):
        return changes
    if ran_out(before, today):
        if (corrected := _corrected(row, before, today)) is None:
            return changes
        row = corrected
    if move is None:
        move = Move(card=card, source=MoveSource.IMPORT.value, recorded_at=now)
    move.kind, move.withdrawn_at = move_kind(row).value, None
    _set(move, as_fields(before), as_fields(row), changes)
    return changes


def _corrected(row: MoveDates, known: MoveDates, today: date) -> MoveDates | None:
    """The days of a move that ran out, as the row corrects them; None if it tells of the next one.

    It is the same move if a day from which a clock runs is the same in both, or if the row's
    begins before the card lapsed: whoever moves on later does so without this card. A day that is
    merely left out corrects nothing. Only where the days are in time with those that were known
    beside them does the row count as it stands.
    """
    lapsed_on, begins_on = known.lapses_on(), row.first_day()
    begins_before = lapsed_on and begins_on and begins_on < lapsed_on
    if not (begins_before or any(one == other for one, other in _starts(row, known))):
        return None
    pairs = zip(astuple(row), astuple(known), strict=True)
    both = MoveDates(*(one or other for one, other in pairs))
    if any(contradictions(both)):
        return None
    return both if ran_out(both, today) else row


def _of_the_counter(card: Card, moves: Sequence[Move]) -> list[tuple[Move, list[MoveDates]]]:
    """Moves of the counter, each with its days and with those it had before each correction."""
    known = {one.pk: (one, [one.dates]) for one in moves if one.source == MoveSource.COUNTER.value}
    for event in card.events.filter(kind=EventKind.MOVE_CORRECTED.value) if known else ():
        before = event.data.get("before") or {}
        days = {name: date.fromisoformat(before[name]) for name in MOVE_DAYS if before.get(name)}
        if event.data.get("move") in known:
            known[event.data["move"]][1].append(MoveDates(**days))
    return list(known.values())


def _says_nothing_more(row: MoveDates, known: MoveDates) -> bool:
    """Whether every day that the row gives is that of this move."""
    days = as_fields(known)
    return all(day is None or day == days[name] for name, day in as_fields(row).items())


def _is_the_same(row: MoveDates, move: Move, told: list[MoveDates]) -> bool:
    """Whether the row tells of this move, by the days it has or had, and may complete it."""
    return move.withdrawn_at is None and any(_is_one_move(row, dates) for dates in told)


def _is_one_move(row: MoveDates, known: MoveDates) -> bool:
    """Whether a day that starts a clock is the same in both, and none is another."""
    both = _starts(row, known)
    return bool(both) and all(one == other for one, other in both)


def _starts(row: MoveDates, known: MoveDates) -> list[tuple[date, date]]:
    """The days from which clocks run, of those that are known in both."""
    pairs = (
        (row.expected_move_out_on, known.expected_move_out_on),
        (row.moved_in_on, known.moved_in_on),
        (row.notified_on, known.notified_on),
    )
    return [(one, other) for one, other in pairs if one and other]


def _complete(move: Move, told: list[MoveDates], row: MoveDates, changes: MoveChanges) -> None:
    """Fill the move's empty days from the row, but for those that the counter took away.

    Nothing is filled in if the days could then not be true together: the counter's stay.
    """
    old, new = as_fields(move.dates), as_fields(row)
    filled = {
        name: new[name] if all(getattr(dates, name) is None for dates in told) else old[name]
        for name in MOVE_DAYS
    }
    if filled != old and not any(contradictions(MoveDates(**filled))):
        _set(move, old, filled, changes)


def _set(
    move: Move, old: dict[str, date | None], new: dict[str, date | None], changes: MoveChanges
) -> None:
    for column in MOVE_DAYS:
        setattr(move, column, new[column])
        if old[column] != new[column]:
            changes.told[column] = old[column], new[column]
    if move not in changes.moves:
        changes.moves.append(move)
