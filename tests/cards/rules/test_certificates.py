"""How long certificates last (G2)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.rules.certificates import birthday_in, valid_until

FAR = date(2100, 1, 1)


@pytest.mark.parametrize(
    ("issued_on", "birth_date", "last_day"),
    [
        # The day before the birthday, the birthday and the day after.
        (date(2026, 3, 14), date(1990, 3, 15), date(2030, 3, 15)),
        (date(2026, 3, 15), date(1990, 3, 15), date(2031, 3, 15)),
        (date(2026, 3, 16), date(1990, 3, 15), date(2031, 3, 15)),
        # Around the turn of the year.
        (date(2026, 12, 30), date(1990, 12, 31), date(2030, 12, 31)),
        (date(2026, 12, 31), date(1990, 1, 1), date(2031, 1, 1)),
        (date(2027, 1, 1), date(1990, 1, 1), date(2032, 1, 1)),
        # A newborn.
        (date(2026, 5, 1), date(2026, 4, 20), date(2031, 4, 20)),
    ],
)
def test_a_certificate_lasts_until_the_fifth_birthday_after_issue(issued_on, birth_date, last_day):
    assert valid_until(issued_on, birth_date, FAR) == last_day


@pytest.mark.parametrize(
    ("issued_on", "last_day"),
    [
        (date(2026, 2, 27), date(2030, 2, 28)),
        (date(2026, 2, 28), date(2031, 2, 28)),  # the birthday itself, in a common year
        (date(2027, 3, 1), date(2032, 2, 29)),
        (date(2028, 2, 28), date(2032, 2, 29)),  # the day before it, in a leap year
        (date(2028, 2, 29), date(2033, 2, 28)),
    ],
)
def test_a_29_february_birthday_is_28_february_in_common_years(issued_on, last_day):
    assert valid_until(issued_on, date(2000, 2, 29), FAR) == last_day


@pytest.mark.parametrize(
    ("card_expires_on", "last_day"),
    [
        (date(2030, 3, 14), date(2030, 3, 14)),
        (date(2030, 3, 15), date(2030, 3, 15)),
        (date(2030, 3, 16), date(2030, 3, 15)),
    ],
)
def test_a_certificate_never_outlives_its_card(card_expires_on, last_day):
    assert valid_until(date(2026, 3, 14), date(1990, 3, 15), card_expires_on) == last_day


@given(
    issued_on=st.dates(date(2016, 1, 1), date(2090, 12, 31)),
    birth_date=st.dates(date(1900, 1, 1), date(2015, 12, 31)),
)
def test_exactly_five_birthdays_lie_after_issue_and_up_to_the_last_day(issued_on, birth_date):
    last_day = valid_until(issued_on, birth_date, FAR)
    birthdays = [birthday_in(year, birth_date) for year in range(issued_on.year, 2100)]
    assert len([day for day in birthdays if issued_on < day <= last_day]) == 5
    assert last_day in birthdays


def test_a_fifth_birthday_beyond_the_calendar_leaves_the_cards_own_date():
    birth_date = date(9990, 6, 1)
    assert valid_until(date(9996, 1, 1), birth_date, date.max) == date.max
    assert valid_until(date(9995, 1, 1), birth_date, date.max) == date(9999, 6, 1)
    assert valid_until(date(9995, 7, 1), birth_date, date.max) == date.max
    assert valid_until(date(9994, 7, 1), birth_date, date.max) == date(9999, 6, 1)
