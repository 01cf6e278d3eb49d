"""What a card is on a day (G4, G5②, G6)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.rules.deadlines import ends_on
from cards.rules.kinds import CardState
from cards.rules.state import card_state

EXPIRES = date(2028, 2, 29)
DAY = timedelta(1)


def state(today, *, lapses_on=None, suspended=False, replaced=False):
    return card_state(
        expires_on=EXPIRES,
        lapses_on=lapses_on,
        suspended=suspended,
        replaced=replaced,
        today=today,
    )


def test_a_card_works_through_its_last_day():
    assert state(EXPIRES) is CardState.WORKING
    assert state(EXPIRES + DAY) is CardState.EXPIRED


def test_a_card_lapses_from_its_first_unusable_day():
    lapses_on = date(2026, 12, 1)
    assert state(lapses_on - DAY, lapses_on=lapses_on) is CardState.WORKING
    assert state(lapses_on, lapses_on=lapses_on) is CardState.LAPSED
    assert state(lapses_on + DAY, lapses_on=lapses_on) is CardState.LAPSED


@pytest.mark.parametrize(
    ("lapses_on", "name"),
    [
        (EXPIRES, CardState.LAPSED),
        (EXPIRES + DAY, CardState.EXPIRED),
        (EXPIRES + 2 * DAY, CardState.EXPIRED),
    ],
)
def test_what_ended_a_card_first_names_it_and_on_one_day_the_expiry_does(lapses_on, name):
    assert state(EXPIRES + 9 * DAY, lapses_on=lapses_on) is name


def test_a_suspended_card_does_not_work_and_ends_like_any_other():
    assert state(EXPIRES, suspended=True) is CardState.SUSPENDED
    assert state(EXPIRES + DAY, suspended=True) is CardState.EXPIRED
    assert state(EXPIRES, lapses_on=EXPIRES, suspended=True) is CardState.LAPSED


@pytest.mark.parametrize("today", [EXPIRES, EXPIRES + DAY])
def test_a_replaced_card_is_replaced_whatever_else_it_is(today):
    assert state(today, replaced=True) is CardState.REPLACED
    assert state(today, lapses_on=EXPIRES, suspended=True, replaced=True) is CardState.REPLACED


def test_a_card_that_expires_on_the_calendars_last_day_works_on_it():
    facts = {"expires_on": date.max, "lapses_on": None, "suspended": False, "today": date.max}
    assert card_state(**facts) is CardState.WORKING


IN_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(expires_on=IN_2026, lapses_on=st.none() | IN_2026, today=IN_2026)
def test_a_card_works_exactly_until_the_day_it_ends(expires_on, lapses_on, today):
    found = card_state(expires_on=expires_on, lapses_on=lapses_on, suspended=False, today=today)
    assert (found is CardState.WORKING) == (today <= ends_on(expires_on, lapses_on))
