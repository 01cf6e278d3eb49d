"""The card's own date (G4)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.rules.expiry import (
    go_by,
    is_expired,
    latest_last_day,
    renewal_opens_on,
    special_period_limit,
)

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))


@given(DAYS)
def test_a_card_works_through_its_last_day_and_is_expired_from_the_next(expires_on):
    assert not is_expired(expires_on, expires_on - timedelta(1))
    assert not is_expired(expires_on, expires_on)
    assert is_expired(expires_on, expires_on + timedelta(1))


@given(DAYS)
def test_renewal_must_happen_before_the_expiry_day(expires_on):
    assert go_by(expires_on) == expires_on - timedelta(1)


@pytest.mark.parametrize(
    ("expires_on", "day_before"),
    [
        (date(2028, 3, 1), date(2028, 2, 29)),
        (date(2027, 3, 1), date(2027, 2, 28)),
        (date(2027, 1, 1), date(2026, 12, 31)),
    ],
)
def test_go_by_crosses_month_and_year_ends(expires_on, day_before):
    assert go_by(expires_on) == day_before


def test_renewal_is_open_for_the_last_ninety_days():
    assert renewal_opens_on(date(2026, 11, 30)) == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("expires_on", "limit"),
    [
        (date(2026, 9, 1), date(2026, 11, 1)),
        (date(2026, 10, 31), date(2026, 12, 31)),
        (date(2026, 11, 15), date(2027, 1, 15)),
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2027, 12, 31), date(2028, 2, 29)),
        (date(2027, 12, 29), date(2028, 2, 29)),
        (date(2026, 12, 28), date(2027, 2, 28)),
        (date(2028, 2, 29), date(2028, 4, 29)),
        (date(2026, 7, 31), date(2026, 9, 30)),
    ],
)
def test_the_special_period_is_two_calendar_months_at_most(expires_on, limit):
    assert special_period_limit(expires_on) == limit


@given(DAYS)
def test_the_special_period_limit_keeps_the_day_or_takes_the_months_last(expires_on):
    limit = special_period_limit(expires_on)
    months = (limit.year - expires_on.year) * 12 + limit.month - expires_on.month
    assert months == 2
    assert limit.day == expires_on.day or (
        limit.day < expires_on.day and (limit + timedelta(1)).day == 1
    )


def test_the_ends_of_the_calendar_hold():
    assert go_by(date.min) == date.min
    assert renewal_opens_on(date(1, 2, 1)) == date.min
    assert special_period_limit(date(9999, 9, 30)) == date(9999, 11, 30)
    assert special_period_limit(date(9999, 10, 31)) == date.max
    assert special_period_limit(date(9999, 11, 1)) == date.max


@pytest.mark.parametrize(
    ("today", "latest"),
    [
        (date(2026, 11, 22), date(2036, 11, 22)),
        (date(2028, 2, 29), date(2038, 2, 28)),
        (date(9990, 1, 1), date.max),
    ],
)
def test_no_card_lasts_beyond_ten_years_from_today(today, latest):
    assert latest_last_day(today) == latest
