"""Which days of a move can be true: together, of this holder, and of this card (G5②)."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from cards.rules.days import days_from
from cards.rules.kinds import DeadlineKind
from cards.rules.moves import ONE_MOVE_DAYS, MoveDates

# Farther ahead than a year, leap years too, a day is rather mistyped than planned.
REACH_DAYS = 366
_COUNTED_FROM = {
    DeadlineKind.MOVE_OUT_30: "expected_move_out_on",
    DeadlineKind.MOVE_IN_14: "moved_in_on",
    DeadlineKind.CARD_UPDATE_90: "notified_on",
}


class MoveFault(StrEnum):
    """Why a day of a move cannot be."""

    NOTIFIED_BEFORE_MOVE = "notified_before_move"
    UPDATED_BEFORE_NOTIFIED = "updated_before_notified"
    UPDATED_BEFORE_MOVE = "updated_before_move"
    NOTHING_TO_UPDATE = "nothing_to_update"
    TWO_MOVES = "two_moves"
    FAR_AHEAD = "far_ahead"
    BEFORE_BIRTH = "before_birth"
    RAN_OUT_BEFORE_ISSUE = "ran_out_before_issue"


Fault = tuple[str, MoveFault]


def faults_of(
    dates: MoveDates, *, birth_date: date, issued_on: date, today: date
) -> Iterator[Fault]:
    """What cannot be about a move of this holder and this card: the day's name, and why.

    The card may well be younger than the move. A new card shows the address that was notified, so
    offices go on telling of a move that an earlier card went through (`is_of_an_earlier_card`),
    and a clock may already be running when the card is issued. Only a card that would have lapsed
    before it was issued, by a move that nobody had notified until then, cannot be: an office
    issues cards for addresses that it knows. That is asked where nothing else is wrong.
    """
    born_later = [
        (name, MoveFault.BEFORE_BIRTH) for name, day in _named(dates) if day and day < birth_date
    ]
    if born_later:
        yield from born_later
        return
    found = list(contradictions(dates))
    if (out := dates.expected_move_out_on) is not None and out > days_from(today, REACH_DAYS):
        found = [("expected_move_out_on", MoveFault.FAR_AHEAD)]
    yield from found
    if not found and _had_lapsed(dates, issued_on) and not is_of_an_earlier_card(dates, issued_on):
        yield _COUNTED_FROM[dates.deadlines()[0].kind], MoveFault.RAN_OUT_BEFORE_ISSUE


def contradictions(dates: MoveDates) -> Iterator[Fault]:
    """What cannot be true together in the days of one move, whoever it is of.

    Who moved in sooner than expected has left, so the expected move-out day may come later: by
    `ONE_MOVE_DAYS` at most. Farther off it is of the next move, whose clock would be taken for
    stopped by this one's notification.
    """
    out, moved_in, notified, updated = (
        dates.expected_move_out_on,
        dates.moved_in_on,
        dates.notified_on,
        dates.card_updated_on,
    )
    arrived = moved_in or notified or updated
    if out and arrived and out > days_from(arrived, ONE_MOVE_DAYS):
        yield "expected_move_out_on", MoveFault.TWO_MOVES
    if notified and moved_in and notified < moved_in:
        yield "notified_on", MoveFault.NOTIFIED_BEFORE_MOVE
    if updated:
        if notified and updated < notified:
            yield "card_updated_on", MoveFault.UPDATED_BEFORE_NOTIFIED
        elif moved_in and updated < moved_in:
            yield "card_updated_on", MoveFault.UPDATED_BEFORE_MOVE
        elif not (out or moved_in or notified):
            yield "card_updated_on", MoveFault.NOTHING_TO_UPDATE


def is_of_an_earlier_card(dates: MoveDates, issued_on: date) -> bool:
    """Whether a card before the one issued on that day lapsed by this move, which is over (G5②).

    The office knew the new address when it issued this card, so this card shows it.
    """
    known_on = min(filter(None, (dates.notified_on, dates.card_updated_on)), default=None)
    return known_on is not None and known_on <= issued_on and _had_lapsed(dates, issued_on)


def _had_lapsed(dates: MoveDates, issued_on: date) -> bool:
    lapsed_on = dates.lapses_on()
    return lapsed_on is not None and lapsed_on <= issued_on


def _named(dates: MoveDates) -> Iterator[tuple[str, date | None]]:
    yield "expected_move_out_on", dates.expected_move_out_on
    yield "moved_in_on", dates.moved_in_on
    yield "notified_on", dates.notified_on
    yield "card_updated_on", dates.card_updated_on
