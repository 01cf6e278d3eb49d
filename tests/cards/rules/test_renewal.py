"""When a card is renewed, and what “working and in use” means (G4)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cards.rules.expiry import DateChange, granted_until, special_period_limit
from cards.rules.kinds import CardState, ExpiryBasis
from cards.rules.renewal import InUse, RenewalStage, in_use, renewal
from cards.rules.state import card_state

TODAY = date(2026, 11, 22)
APPLIED, GRANTED, CORRECTED = ExpiryBasis
_days = some.dates(date(2026, 6, 1), date(2027, 6, 1))


def stage(days_left: int, *, state: CardState = CardState.WORKING, second: bool = False) -> str:
    found = renewal(
        state=state,
        expires_on=TODAY + timedelta(days_left),
        awaits_second_visit=second,
        today=TODAY,
    )
    assert found.second_visit is second
    return found.stage


@pytest.mark.parametrize(
    ("days_left", "wanted", "with_second_visit"),
    [
        (91, RenewalStage.NOT_YET, RenewalStage.OPEN),
        (90, RenewalStage.OPEN, RenewalStage.OPEN),
        (2, RenewalStage.OPEN, RenewalStage.OPEN),
        (1, RenewalStage.TODAY, RenewalStage.TODAY),
        (0, RenewalStage.LATE, RenewalStage.LATE),
    ],
)
def test_renewal_opens_90_days_before_and_is_for_the_days_before_the_last(
    days_left, wanted, with_second_visit
):
    assert stage(days_left) == wanted
    assert stage(days_left, second=True) == with_second_visit


@pytest.mark.parametrize("state", [one for one in CardState if one is not CardState.WORKING])
def test_a_card_that_does_not_work_is_not_renewed_on_any_day(state):
    assert {stage(days, state=state) for days in (500, 90, 1, 0, -1)} == {RenewalStage.BLOCKED}


def test_the_days_are_told():
    found = renewal(
        state=CardState.WORKING,
        expires_on=date(2026, 12, 20),
        awaits_second_visit=False,
        today=TODAY,
    )
    assert (found.opens_on, found.go_by) == (date(2026, 9, 21), date(2026, 12, 19))


@given(_days, some.none() | _days, some.booleans(), some.booleans(), _days)
def test_working_and_in_use_is_exactly_the_state_working(
    expires_on, lapses_on, suspended, replaced, today
):
    facts = {
        "expires_on": expires_on,
        "lapses_on": lapses_on,
        "suspended": suspended,
        "replaced": replaced,
        "today": today,
    }
    found = in_use(**facts)
    state = card_state(**facts)
    assert all(found.values()) == (state is CardState.WORKING)
    named = {
        CardState.REPLACED: InUse.NOT_REPLACED,
        CardState.LAPSED: InUse.NOT_LAPSED,
        CardState.EXPIRED: InUse.NOT_EXPIRED,
        CardState.SUSPENDED: InUse.NOT_SUSPENDED,
    }
    if state in named:
        assert not found[named[state]]
    assert found[InUse.NOT_EXPIRED] or found[InUse.NOT_LAPSED], "one end is named, not two"


def replayed(start: date, *steps: tuple[date, ExpiryBasis | None]) -> date:
    """The granted date after these steps."""
    changes, now = [], start
    for after, basis in steps:
        changes.append(DateChange(now, after, basis))
        now = after
    return granted_until(now, iter(changes))


A, B, C, D = date(2026, 12, 20), date(2027, 1, 20), date(2027, 2, 20), date(2027, 6, 20)


@pytest.mark.parametrize(
    ("steps", "granted"),
    [
        ((), A),
        (((C, APPLIED),), A),
        (((B, APPLIED), (C, APPLIED)), A),
        # A correction of the pending date neither loses nor adds months.
        (((C, APPLIED), (B, CORRECTED)), A),
        (((B, APPLIED), (C, CORRECTED), (D, APPLIED)), A),
        # One back to the granted date, or before it, takes the extension back.
        (((C, APPLIED), (A, CORRECTED)), A),
        (((C, APPLIED), (date(2026, 12, 10), CORRECTED), (B, APPLIED)), date(2026, 12, 10)),
        # What is granted, or what the office's system says, is the date from then on.
        (((C, APPLIED), (D, GRANTED)), D),
        (((C, APPLIED), (D, GRANTED), (date(2027, 8, 20), APPLIED)), D),
        (((C, APPLIED), (D, None)), D),
        (((B, CORRECTED), (C, APPLIED)), B),
    ],
)
def test_the_granted_date_is_the_one_from_before_the_application(steps, granted):
    assert replayed(A, *steps) == granted


_steps = some.lists(
    some.tuples(_days, some.sampled_from([APPLIED, CORRECTED])), min_size=1, max_size=6
)


@given(_days, _steps)
def test_no_order_of_applications_and_corrections_adds_months(start, steps):
    """Whatever is allowed step by step: never more than two months after a granted date."""
    changes: list[DateChange] = []
    now, granted, pending = start, start, False
    for after, basis in steps:
        limit = special_period_limit(granted_until(now, changes) if pending else now)
        if basis is APPLIED:
            if after <= now or after > limit:
                continue
            granted, pending = (granted if pending else now), True
        elif pending and after > limit:
            continue
        elif after <= granted or not pending:
            granted, pending = after, False
        changes.append(DateChange(now, after, basis))
        now = after
        assert granted_until(now, changes) == granted
        assert now <= special_period_limit(granted)
