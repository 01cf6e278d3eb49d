"""The three clocks of a move (G5②)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.rules.kinds import DeadlineKind
from cards.rules.moves import CLOCK_DAYS, Clock, MoveDates, lapses_on, move_deadlines

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
MAYBE = st.none() | st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31))
STARTS = {
    DeadlineKind.MOVE_OUT_30: "expected_move_out_on",
    DeadlineKind.MOVE_IN_14: "moved_in_on",
    DeadlineKind.CARD_UPDATE_90: "notified_on",
}
STOPPED_BY = [
    (DeadlineKind.MOVE_OUT_30, "notified_on"),
    (DeadlineKind.MOVE_OUT_30, "card_updated_on"),
    (DeadlineKind.MOVE_IN_14, "notified_on"),
    (DeadlineKind.MOVE_IN_14, "card_updated_on"),
    (DeadlineKind.CARD_UPDATE_90, "card_updated_on"),
]


def test_the_guide_gives_30_14_and_90_days():
    assert CLOCK_DAYS == {
        DeadlineKind.MOVE_OUT_30: 30,
        DeadlineKind.MOVE_IN_14: 14,
        DeadlineKind.CARD_UPDATE_90: 90,
    }


@pytest.mark.parametrize(
    ("kind", "start", "last_day", "lapsed"),
    [
        (DeadlineKind.CARD_UPDATE_90, date(2026, 9, 1), date(2026, 11, 30), date(2026, 12, 1)),
        (DeadlineKind.MOVE_OUT_30, date(2026, 10, 20), date(2026, 11, 19), date(2026, 11, 20)),
        (DeadlineKind.MOVE_IN_14, date(2026, 11, 7), date(2026, 11, 21), date(2026, 11, 22)),
        # Over 29 February, and over a February without one.
        (DeadlineKind.MOVE_OUT_30, date(2028, 1, 30), date(2028, 2, 29), date(2028, 3, 1)),
        (DeadlineKind.MOVE_OUT_30, date(2027, 1, 30), date(2027, 3, 1), date(2027, 3, 2)),
        (DeadlineKind.MOVE_IN_14, date(2028, 2, 29), date(2028, 3, 14), date(2028, 3, 15)),
        # Over the end of a year.
        (DeadlineKind.MOVE_IN_14, date(2026, 12, 17), date(2026, 12, 31), date(2027, 1, 1)),
        (DeadlineKind.CARD_UPDATE_90, date(2026, 12, 31), date(2027, 3, 31), date(2027, 4, 1)),
    ],
)
def test_the_first_day_is_left_out_and_the_card_lapses_the_day_after(kind, start, last_day, lapsed):
    dates = {STARTS[kind]: start}
    assert move_deadlines(**dates) == (Clock(kind, start, last_day),)
    assert lapses_on(**dates) == lapsed


@given(kind=st.sampled_from(list(STARTS)), start=DAYS)
def test_a_clock_runs_its_whole_number_of_days_whatever_the_calendar(kind, start):
    (clock,) = move_deadlines(**{STARTS[kind]: start})
    assert (clock.last_day - start).days == CLOCK_DAYS[kind]
    assert lapses_on(**{STARTS[kind]: start}) == clock.last_day + timedelta(1)


@pytest.mark.parametrize(("kind", "stopper"), STOPPED_BY)
@given(start=DAYS)
def test_a_clock_can_be_stopped_through_its_last_day_and_not_after(kind, stopper, start):
    last_day = start + timedelta(CLOCK_DAYS[kind])

    def kinds_left(stopped_on):
        dates = {STARTS[kind]: start, stopper: stopped_on}
        return [clock.kind for clock in move_deadlines(**dates)]

    assert kind not in kinds_left(start - timedelta(1))
    assert kind not in kinds_left(last_day - timedelta(1))
    assert kind not in kinds_left(last_day)
    assert kind in kinds_left(last_day + timedelta(1))


def test_moving_out_and_in_do_not_stop_the_ninety_days():
    clocks = move_deadlines(
        expected_move_out_on=date(2026, 9, 1),
        moved_in_on=date(2026, 9, 2),
        notified_on=date(2026, 9, 3),
    )
    assert [clock.kind for clock in clocks] == [DeadlineKind.CARD_UPDATE_90]


@pytest.mark.parametrize(
    ("notified_on", "card_updated_on"),
    [
        (date(2026, 9, 15), date(2026, 9, 16)),
        (date(2026, 9, 16), date(2026, 9, 15)),
    ],
)
def test_the_earlier_of_notification_and_card_update_counts(notified_on, card_updated_on):
    clocks = move_deadlines(
        moved_in_on=date(2026, 9, 1), notified_on=notified_on, card_updated_on=card_updated_on
    )
    assert clocks == ()


def test_a_late_notification_does_not_revive_the_card_and_starts_its_own_clock():
    dates = {"moved_in_on": date(2026, 11, 7), "notified_on": date(2026, 11, 22)}
    assert move_deadlines(**dates) == (
        Clock(DeadlineKind.MOVE_IN_14, date(2026, 11, 7), date(2026, 11, 21)),
        Clock(DeadlineKind.CARD_UPDATE_90, date(2026, 11, 22), date(2027, 2, 20)),
    )
    assert lapses_on(**dates) == date(2026, 11, 22)


def test_a_card_updated_after_the_ninety_days_stays_lapsed():
    dates = {"notified_on": date(2026, 9, 1), "card_updated_on": date(2026, 12, 1)}
    assert lapses_on(**dates) == date(2026, 12, 1)


def test_the_earliest_clock_decides_and_comes_first():
    dates = {"expected_move_out_on": date(2026, 10, 20), "moved_in_on": date(2026, 11, 1)}
    assert [(clock.kind, clock.last_day) for clock in move_deadlines(**dates)] == [
        (DeadlineKind.MOVE_IN_14, date(2026, 11, 15)),
        (DeadlineKind.MOVE_OUT_30, date(2026, 11, 19)),
    ]
    assert lapses_on(**dates) == date(2026, 11, 16)


@pytest.mark.parametrize(
    "dates",
    [
        {},
        {"card_updated_on": date(2026, 9, 1)},
        {"notified_on": date(2026, 9, 1), "card_updated_on": date(2026, 11, 30)},
    ],
)
def test_nothing_running_means_no_lapse(dates):
    assert move_deadlines(**dates) == ()
    assert lapses_on(**dates) is None


@given(MAYBE, MAYBE, MAYBE, MAYBE)
def test_the_card_lapses_the_day_after_its_earliest_last_day(out, moved_in, notified, updated):
    dates = {
        "expected_move_out_on": out,
        "moved_in_on": moved_in,
        "notified_on": notified,
        "card_updated_on": updated,
    }
    clocks = move_deadlines(**dates)
    last_days = [clock.last_day for clock in clocks]
    assert last_days == sorted(last_days)
    assert lapses_on(**dates) == (min(last_days) + timedelta(1) if last_days else None)
    assert clocks == MoveDates(**dates).deadlines()


@pytest.mark.parametrize("start", STARTS.values())
def test_a_clock_that_leaves_the_calendar_never_lapses_a_card(start):
    (clock,) = move_deadlines(**{start: date.max})
    assert clock.last_day == date.max
    assert lapses_on(**{start: date.max}) is None


def test_a_last_day_on_the_eve_of_the_calendars_end_still_has_a_day_after():
    start = date.max - timedelta(15)
    assert lapses_on(moved_in_on=start) == date.max
