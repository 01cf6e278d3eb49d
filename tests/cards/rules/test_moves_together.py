"""Moves of one card seen together: what one notification settles of another (G5②)."""

from datetime import date

import pytest

from cards.rules.kinds import DeadlineKind, MoveKind
from cards.rules.moves import Clock, MoveDates, RecordedMove, still_told, together

OUT = RecordedMove(
    MoveKind.MOVE_OUT, MoveDates(expected_move_out_on=date(2026, 10, 20)), date(2026, 10, 12)
)


def move_in(
    notified_on: date | None, updated_on: date | None = None, moved_in_on: date | None = None
) -> RecordedMove:
    dates = MoveDates(moved_in_on=moved_in_on, notified_on=notified_on, card_updated_on=updated_on)
    return RecordedMove(MoveKind.MOVE_IN, dates, date(2026, 11, 10))


def kinds(dates: MoveDates) -> list[DeadlineKind]:
    return [clock.kind for clock in dates.deadlines()]


def test_the_moving_in_notification_stops_the_clock_of_the_moving_out_recorded_before():
    out, arrived = together([OUT, move_in(date(2026, 11, 10), moved_in_on=date(2026, 11, 7))])
    assert out.deadlines() == (
        Clock(DeadlineKind.CARD_UPDATE_90, date(2026, 11, 10), date(2027, 2, 8)),
    )
    assert kinds(arrived) == [DeadlineKind.CARD_UPDATE_90]


def test_a_late_moving_in_notification_does_not_revive():
    (out, _) = together([OUT, move_in(date(2026, 11, 20))])
    assert out.lapses_on() == date(2026, 11, 20)


def test_it_counts_also_for_who_moved_sooner_than_expected():
    early = RecordedMove(
        MoveKind.MOVE_OUT, MoveDates(expected_move_out_on=date(2026, 12, 1)), date(2026, 11, 1)
    )
    (out, _) = together([early, move_in(date(2026, 11, 10))])
    assert kinds(out) == [DeadlineKind.CARD_UPDATE_90]


def test_a_notification_from_before_settles_nothing_that_comes_after():
    later = RecordedMove(
        MoveKind.MOVE_OUT, MoveDates(expected_move_out_on=date(2026, 12, 20)), date(2026, 12, 5)
    )
    (out, _) = together([later, move_in(date(2026, 11, 10))])
    assert kinds(out) == [DeadlineKind.MOVE_OUT_30]


def test_a_notification_within_the_municipality_leaves_the_way_out_open():
    within = RecordedMove(
        MoveKind.RELOCATE, MoveDates(notified_on=date(2026, 10, 25)), date(2026, 10, 25)
    )
    (out, _) = together([OUT, within])
    assert kinds(out) == [DeadlineKind.MOVE_OUT_30]


def within(updated_on: date, recorded_on: date | None = None) -> RecordedMove:
    dates = MoveDates(moved_in_on=updated_on, notified_on=updated_on, card_updated_on=updated_on)
    return RecordedMove(MoveKind.RELOCATE, dates, recorded_on or updated_on)


def test_a_card_updated_for_a_move_within_shows_the_address_of_the_moving_in_before():
    dates = MoveDates(moved_in_on=date(2026, 8, 30), notified_on=date(2026, 9, 1))
    arrived = RecordedMove(MoveKind.MOVE_IN, dates, date(2026, 9, 1))
    assert together([arrived])[0].lapses_on() == date(2026, 12, 1)
    assert together([arrived, within(date(2026, 10, 1))])[0].deadlines() == ()
    assert together([arrived, within(date(2026, 12, 1))])[0].lapses_on() == date(2026, 12, 1)


def test_nothing_is_left_to_notify_once_the_card_is_updated():
    dates = MoveDates(moved_in_on=date(2026, 9, 20))
    arrived = RecordedMove(MoveKind.MOVE_IN, dates, date(2026, 9, 21))
    assert together([arrived, within(date(2026, 10, 1))])[0].deadlines() == ()


def test_a_card_updated_for_a_move_within_leaves_the_way_out_open_that_is_still_to_come():
    assert kinds(together([OUT, within(date(2026, 10, 19))])[0]) == [DeadlineKind.MOVE_OUT_30]
    assert together([OUT, within(date(2026, 10, 20))])[0].deadlines() == ()


def test_of_two_updates_the_first_counts_in_whichever_order_they_were_recorded():
    dates = MoveDates(moved_in_on=date(2026, 8, 30), notified_on=date(2026, 9, 1))
    arrived = RecordedMove(MoveKind.MOVE_IN, dates, date(2026, 9, 1))
    late, in_time = within(date(2026, 12, 5)), within(date(2026, 10, 1), date(2026, 12, 6))
    assert together([arrived, late, in_time])[0].deadlines() == ()


def test_a_moving_out_settles_nothing():
    arrived = RecordedMove(
        MoveKind.MOVE_IN, MoveDates(moved_in_on=date(2026, 10, 1)), date(2026, 10, 2)
    )
    assert kinds(together([arrived, OUT])[0]) == [DeadlineKind.MOVE_IN_14]


@pytest.mark.parametrize("kind", [MoveKind.MOVE_IN, MoveKind.RELOCATE])
def test_one_within_the_municipality_is_settled_by_the_next(kind):
    first = RecordedMove(
        MoveKind.RELOCATE, MoveDates(moved_in_on=date(2026, 11, 1)), date(2026, 11, 2)
    )
    second = RecordedMove(kind, MoveDates(notified_on=date(2026, 11, 9)), date(2026, 11, 9))
    assert kinds(together([first, second])[0]) == [DeadlineKind.CARD_UPDATE_90]


def test_the_card_updated_for_one_move_is_updated_for_those_before():
    first = move_in(date(2026, 11, 1))
    second = move_in(date(2026, 11, 9), date(2026, 11, 10))
    assert kinds(together([first, second])[0]) == []


def test_an_update_from_before_the_notification_is_not_of_it():
    first = move_in(date(2026, 11, 9), moved_in_on=date(2026, 11, 1))
    second = move_in(None, date(2026, 11, 5))
    assert kinds(together([first, second])[0]) == [DeadlineKind.CARD_UPDATE_90]


def test_what_was_recorded_before_counts_only_if_it_surely_came_later():
    arrived = move_in(date(2026, 11, 10), date(2026, 11, 10))
    again = RecordedMove(
        MoveKind.MOVE_IN, MoveDates(notified_on=date(2026, 11, 10)), arrived.recorded_on
    )
    assert kinds(together([arrived, again])[1]) == [DeadlineKind.CARD_UPDATE_90]
    (_, out) = together([move_in(date(2026, 11, 10)), OUT])
    assert kinds(out) == [DeadlineKind.CARD_UPDATE_90]


def test_each_clock_names_the_first_day_without_the_card():
    (clock,) = OUT.dates.deadlines()
    assert clock.lapses_on == date(2026, 11, 20)
    end = Clock(DeadlineKind.MOVE_IN_14, date.max, date.max)
    assert end.lapses_on is None


def test_a_move_by_itself_is_as_it_is():
    assert together([OUT]) == [OUT.dates]
    unknown = RecordedMove(MoveKind.MOVE_IN, MoveDates(), date(2026, 11, 1))
    assert together([unknown]) == [MoveDates()]


def test_out_and_in_on_one_day_is_one_move_whichever_was_recorded_first():
    day = date(2026, 10, 20)
    arrived = RecordedMove(MoveKind.MOVE_IN, MoveDates(None, day, day, day), day)
    out = RecordedMove(MoveKind.MOVE_OUT, MoveDates(expected_move_out_on=day), date(2026, 10, 21))
    for moves in ([arrived, out], [out, arrived]):
        assert [dates.deadlines() for dates in together(moves)] == [(), ()]


def test_who_notified_an_earlier_arrival_on_the_day_of_leaving_still_has_to_notify_the_next():
    day = date(2026, 10, 20)
    arrived = RecordedMove(
        MoveKind.MOVE_IN, MoveDates(moved_in_on=date(2026, 10, 10), notified_on=day), day
    )
    out = RecordedMove(MoveKind.MOVE_OUT, MoveDates(expected_move_out_on=day), day)
    assert kinds(together([arrived, out])[1]) == [DeadlineKind.MOVE_OUT_30]


TOLD = MoveDates(expected_move_out_on=date(2026, 12, 20), moved_in_on=date(2026, 12, 22))


@pytest.mark.parametrize(
    ("told", "recorded", "stays"),
    [
        (TOLD, MoveDates(expected_move_out_on=date(2026, 12, 20)), True),
        (
            TOLD,
            MoveDates(expected_move_out_on=date(2026, 12, 20), moved_in_on=date(2026, 12, 22)),
            False,
        ),
        (TOLD, MoveDates(notified_on=date(2026, 12, 23)), False),
        (
            TOLD,
            MoveDates(card_updated_on=date(2026, 12, 23), moved_in_on=date(2026, 12, 23)),
            False,
        ),
        (
            MoveDates(expected_move_out_on=date(2026, 12, 20)),
            MoveDates(expected_move_out_on=date(2026, 12, 21)),
            False,
        ),
        # Thirty days later it may be the same plan, a day more and it is another.
        (
            MoveDates(moved_in_on=date(2026, 12, 20)),
            MoveDates(notified_on=date(2026, 11, 20)),
            False,
        ),
        (
            MoveDates(moved_in_on=date(2026, 12, 20)),
            MoveDates(notified_on=date(2026, 11, 19)),
            True,
        ),
        (TOLD, MoveDates(), True),
    ],
)
def test_what_was_only_told_stays_where_it_says_more_than_what_was_recorded(told, recorded, stays):
    assert still_told(told, recorded) is stays
