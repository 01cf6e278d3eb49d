"""Which reasons fit which card, and what passes on to a new one (G4–G7)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.rules.kinds import CardState, ReissueReason
from cards.rules.moves import MoveDates
from cards.rules.reissue import (
    fitting_reasons,
    must_suspend_first,
    needs_fire_report,
    needs_police_receipt,
    passes_on,
)

LIVING = (CardState.WORKING, CardState.SUSPENDED)
ENDED = (CardState.EXPIRED, CardState.LAPSED)
TODAY = date(2026, 11, 10)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def test_nothing_is_asked_for_in_place_of_a_replaced_card():
    for full in (True, False):
        assert fitting_reasons(CardState.REPLACED, column_full=full) == ()


@pytest.mark.parametrize("state", ENDED)
def test_a_card_that_ended_is_asked_for_because_it_ended(state):
    offered = fitting_reasons(state, column_full=True)
    assert offered[0] is ReissueReason.EXPIRED
    assert ReissueReason.COLUMN_FULL not in offered
    assert ReissueReason.DAMAGED not in offered
    assert {ReissueReason.LOST, ReissueReason.OFFICE_ERROR, ReissueReason.DISASTER} < set(offered)


@pytest.mark.parametrize("state", LIVING)
def test_a_card_that_counts_has_not_expired(state):
    offered = fitting_reasons(state, column_full=False)
    assert set(ReissueReason) - set(offered) == {ReissueReason.EXPIRED, ReissueReason.COLUMN_FULL}
    assert fitting_reasons(state, column_full=True)[0] is ReissueReason.COLUMN_FULL


def test_only_a_lost_card_that_works_is_suspended_first():
    wanted = {
        (state, reason)
        for state in CardState
        for reason in ReissueReason
        if must_suspend_first(state, reason)
    }
    assert wanted == {(CardState.WORKING, ReissueReason.LOST)}


def test_each_report_is_asked_for_by_one_reason():
    assert [r for r in ReissueReason if needs_police_receipt(r)] == [ReissueReason.LOST]
    assert [r for r in ReissueReason if needs_fire_report(r)] == [ReissueReason.FIRE]


def test_only_a_move_out_still_to_come_goes_on_with_the_new_card():
    assert passes_on(MoveDates(expected_move_out_on=TODAY), TODAY)
    assert passes_on(MoveDates(expected_move_out_on=TODAY - timedelta(30)), TODAY)
    assert not passes_on(MoveDates(expected_move_out_on=TODAY - timedelta(31)), TODAY)
    assert not passes_on(MoveDates(moved_in_on=TODAY), TODAY)
    assert not passes_on(MoveDates(notified_on=TODAY), TODAY)
    assert not passes_on(MoveDates(expected_move_out_on=TODAY, card_updated_on=TODAY), TODAY)


@given(st.none() | days, st.none() | days, st.none() | days, days)
def test_what_passes_on_never_ends_the_new_card_at_once(out, moved, notified, today):
    move = MoveDates(out, moved, notified)
    if passes_on(move, today):
        ends = MoveDates(expected_move_out_on=out).lapses_on()
        assert ends is None or ends > today
