"""Which days of a move can be true, of this holder and this card (G5②)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cards.rules.moves import MoveDates, lapses_on
from cards.rules.possible_moves import (
    MoveFault,
    contradictions,
    faults_of,
    is_of_an_earlier_card,
)

BORN, ISSUED, TODAY = date(1994, 3, 9), date(2025, 4, 1), date(2026, 11, 22)
DAY = timedelta(1)


def faults(**days):
    return list(faults_of(MoveDates(**days), birth_date=BORN, issued_on=ISSUED, today=TODAY))


@pytest.mark.parametrize(
    "name", ["expected_move_out_on", "moved_in_on", "notified_on", "card_updated_on"]
)
def test_nobody_moves_before_their_birth(name):
    assert faults(**{name: BORN - DAY}) == [(name, MoveFault.BEFORE_BIRTH)]
    assert (name, MoveFault.BEFORE_BIRTH) not in faults(**{name: BORN})


def test_a_child_may_move_in_on_the_day_of_birth_and_get_its_card_later():
    born = date(2026, 9, 1)
    dates = MoveDates(moved_in_on=born, notified_on=born + DAY, card_updated_on=born + 20 * DAY)
    assert not list(faults_of(dates, birth_date=born, issued_on=born + 10 * DAY, today=TODAY))


@pytest.mark.parametrize(("days", "fault"), [(366, False), (367, True)])
def test_a_way_out_is_expected_within_a_year(days, fault):
    told = faults(expected_move_out_on=TODAY + timedelta(days))
    assert told == ([("expected_move_out_on", MoveFault.FAR_AHEAD)] if fault else [])


@pytest.mark.parametrize("arrival", ["moved_in_on", "notified_on"])
def test_who_moves_in_sooner_than_expected_has_left_but_not_by_months(arrival):
    arrived = date(2026, 11, 1)
    assert not faults(**{arrival: arrived}, expected_move_out_on=arrived + 30 * DAY)
    assert faults(**{arrival: arrived}, expected_move_out_on=arrived + 31 * DAY) == [
        ("expected_move_out_on", MoveFault.TWO_MOVES)
    ]
    done = {arrival: arrived, "card_updated_on": arrived}
    assert faults(**done, expected_move_out_on=arrived + 31 * DAY)


@pytest.mark.parametrize(("name", "days"), [("expected_move_out_on", 30), ("moved_in_on", 14)])
def test_no_card_is_issued_after_it_would_have_lapsed(name, days):
    """`days`: how long the clock runs. On the day after it, the card no longer works."""
    assert faults(**{name: ISSUED - timedelta(days)}) == []
    assert faults(**{name: ISSUED - timedelta(days + 1)}) == [
        (name, MoveFault.RAN_OUT_BEFORE_ISSUE)
    ]
    # Notified only after the card was issued: nor then.
    late = {name: ISSUED - timedelta(days + 1), "notified_on": ISSUED + DAY}
    assert faults(**late) == [(name, MoveFault.RAN_OUT_BEFORE_ISSUE)]


@pytest.mark.parametrize(
    "days",
    [
        # Completed in time, and a card was lost and issued anew since.
        {"moved_in_on": -400, "notified_on": -390, "card_updated_on": -380},
        # Notified, never written on the earlier card; late; the card before lapsed.
        {"moved_in_on": -400, "notified_on": -390},
        {"notified_on": -91},
        {"moved_in_on": -60, "notified_on": -20},
        {"expected_move_out_on": -100, "moved_in_on": -90, "notified_on": 0},
        {"expected_move_out_on": -100, "card_updated_on": -5},
    ],
)
def test_a_move_that_an_earlier_card_went_through_may_be_told_of(days):
    dates = MoveDates(**{name: ISSUED + timedelta(ago) for name, ago in days.items()})
    assert not list(faults_of(dates, birth_date=BORN, issued_on=ISSUED, today=TODAY))
    lapsed = dates.lapses_on() is not None
    assert is_of_an_earlier_card(dates, ISSUED) == lapsed


def test_what_still_runs_when_the_card_is_issued_is_of_this_card():
    for days in ({"notified_on": -90}, {"moved_in_on": -14}, {"moved_in_on": 0}):
        dates = MoveDates(**{name: ISSUED + timedelta(ago) for name, ago in days.items()})
        assert not is_of_an_earlier_card(dates, ISSUED)


@given(
    some.lists(
        some.none() | some.dates(date(2023, 1, 1), date(2027, 6, 1)), min_size=4, max_size=4
    ),
    some.dates(date(2023, 1, 1), date(2027, 1, 1)),
)
def test_days_without_fault_let_no_card_lapse_before_its_issue(days, issued_on):
    dates = MoveDates(*days)
    found = list(faults_of(dates, birth_date=BORN, issued_on=issued_on, today=TODAY))
    lapse = dates.lapses_on()
    if lapse and lapse <= issued_on and not found:
        assert is_of_an_earlier_card(dates, issued_on)
    if not found:
        assert not list(contradictions(dates))
    assert lapse == lapses_on(**{name: getattr(dates, name) for name in dates.__slots__})
