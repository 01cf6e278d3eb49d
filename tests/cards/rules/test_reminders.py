"""When alerts are due."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cards.rules.kinds import DeadlineKind
from cards.rules.reminders import (
    EARLY_ONLY,
    GONE,
    LAST_DAYS,
    LEAD_DAYS,
    LeadsReason,
    LeadsRefused,
    alert_due,
    alerts_ahead,
    check_leads,
    next_alert_on,
)

KINDS = st.sampled_from(list(DeadlineKind))
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
EVERY_LEAD = [(kind, lead) for kind, leads in LEAD_DAYS.items() for lead in leads]
LAST_DAY = date(2028, 2, 29)


def test_the_leads_are_those_of_the_table():
    assert LEAD_DAYS == {
        DeadlineKind.CARD_EXPIRY: (90, 60, 30, 14, 7, 3, 1, 0, -1),
        DeadlineKind.CARD_UPDATE_90: (60, 30, 14, 7, 3, 1, 0, -1),
        DeadlineKind.MOVE_OUT_30: (14, 7, 3, 1, 0, -1),
        DeadlineKind.MOVE_IN_14: (7, 3, 1, 0, -1),
        DeadlineKind.CERTIFICATE_EXPIRY: (90, 30, 7, 0, -1),
        # A move that only the holder told of is reminded of like a recorded one.
        DeadlineKind.PLANNED_MOVE_OUT_30: (14, 7, 3, 1, 0, -1),
        DeadlineKind.PLANNED_MOVE_IN_14: (7, 3, 1, 0, -1),
        DeadlineKind.SECOND_VISIT: (45, 21),
    }
    assert GONE == -1


@pytest.mark.parametrize(("kind", "lead"), EVERY_LEAD)
def test_an_alert_is_due_from_its_day_and_not_the_day_before(kind, lead):
    farther = [other for other in LEAD_DAYS[kind] if other > lead]
    its_day = LAST_DAY - timedelta(lead)
    assert alert_due(kind, LAST_DAY, its_day, farther) == lead
    assert alert_due(kind, LAST_DAY, its_day - timedelta(1), farther) is None


@pytest.mark.parametrize(("kind", "lead"), EVERY_LEAD)
def test_an_alert_stays_due_until_a_nearer_one_takes_over(kind, lead):
    nearer = [other for other in LEAD_DAYS[kind] if other < lead]
    if nearer:
        takes_over = LAST_DAY - timedelta(nearer[0])
        assert alert_due(kind, LAST_DAY, takes_over - timedelta(1), ()) == lead
        assert alert_due(kind, LAST_DAY, takes_over, ()) == nearer[0]
    elif lead == GONE:
        assert alert_due(kind, LAST_DAY, LAST_DAY + timedelta(1000), ()) == lead
    else:  # without a word of the day after, nothing is said once it is over
        assert alert_due(kind, LAST_DAY, LAST_DAY, ()) == lead
        assert alert_due(kind, LAST_DAY, LAST_DAY + timedelta(1), ()) is None


@pytest.mark.parametrize(("kind", "lead"), EVERY_LEAD)
def test_an_alert_sent_or_a_nearer_one_sent_is_not_due_again(kind, lead):
    its_day = LAST_DAY - timedelta(lead)
    for sent in LEAD_DAYS[kind]:
        due = alert_due(kind, LAST_DAY, its_day, iter([sent]))
        assert due == (lead if sent > lead else None)


def test_nothing_is_due_long_before():
    assert alert_due(DeadlineKind.CARD_EXPIRY, LAST_DAY, date(2016, 1, 1), ()) is None


@example(kind=DeadlineKind.SECOND_VISIT, last_day=LAST_DAY, runs={1})
@given(
    kind=KINDS,
    last_day=DAYS,
    runs=st.sets(st.integers(min_value=-120, max_value=30), max_size=60),
)
def test_whatever_days_are_skipped_each_lead_alerts_once_at_most_and_the_nearest_wins(
    kind, last_day, runs
):
    sent: list[int] = []
    for offset in sorted(runs):
        today = last_day + timedelta(offset)
        missed = [lead for lead in LEAD_DAYS[kind] if last_day - timedelta(lead) <= today]
        if offset > 0 and GONE not in LEAD_DAYS[kind]:
            missed = []  # without a word of the day after, nothing is said once it is over
        due = alert_due(kind, last_day, today, sent)
        if due is None:
            assert not missed or missed[-1] in sent
        else:
            assert due == missed[-1]
            assert due not in sent
            sent.append(due)
        # A second run on the same day finds nothing to do.
        assert alert_due(kind, last_day, today, sent) is None
    assert sent == sorted(sent, reverse=True)


@given(kind=KINDS, last_day=DAYS)
def test_with_a_run_every_day_every_lead_alerts_on_its_own_day(kind, last_day):
    sent: list[int] = []
    for offset in range(-100, 10):
        due = alert_due(kind, last_day, last_day + timedelta(offset), sent)
        if due is not None:
            assert due == -offset
            sent.append(due)
    assert tuple(sent) == LEAD_DAYS[kind]


@given(kind=KINDS, last_day=DAYS)
def test_next_alert_on_leads_from_the_first_alert_to_the_last(kind, last_day):
    last_lead = None
    days = []
    while (day := next_alert_on(kind, last_day, last_lead)) is not None:
        last_lead = alert_due(kind, last_day, day, () if last_lead is None else (last_lead,))
        days.append((day, last_lead))
    assert days == [(last_day - timedelta(lead), lead) for lead in LEAD_DAYS[kind]]


def test_next_alert_on_crosses_29_february_and_the_year():
    assert next_alert_on(DeadlineKind.MOVE_IN_14, date(2028, 3, 1), 3) == date(2028, 2, 29)
    assert next_alert_on(DeadlineKind.MOVE_IN_14, date(2026, 12, 31), 0) == date(2027, 1, 1)
    assert next_alert_on(DeadlineKind.CARD_EXPIRY, date(2027, 1, 30)) == date(2026, 11, 1)


def test_a_lead_that_is_no_longer_in_the_table_is_followed_by_the_next_that_is():
    assert next_alert_on(DeadlineKind.MOVE_IN_14, LAST_DAY, 5) == LAST_DAY - timedelta(3)


def test_the_ends_of_the_calendar_hold():
    assert next_alert_on(DeadlineKind.CARD_EXPIRY, date.max, 1) == date.max
    assert next_alert_on(DeadlineKind.CARD_EXPIRY, date.max, 0) is None
    assert next_alert_on(DeadlineKind.CARD_EXPIRY, date.max - timedelta(1), 0) == date.max
    assert next_alert_on(DeadlineKind.CARD_EXPIRY, date.min) == date.min


@given(
    kind=KINDS,
    last_day=DAYS,
    start=st.integers(-100, 5),
    horizon=st.integers(0, 120),
    last_lead=st.none() | st.integers(-1, 90),
    silent=st.none() | st.integers(-100, 10),
)
def test_what_lies_ahead_is_what_runs_on_every_day_would_say(
    kind, last_day, start, horizon, last_lead, silent
):
    today, until = last_day + timedelta(start), last_day + timedelta(start + horizon)
    silent_after = None if silent is None else last_day + timedelta(silent)
    sent = [] if last_lead is None else [last_lead]
    said = []
    for number in range(horizon + 1):
        day = today + timedelta(number)
        lead = alert_due(kind, last_day, day, sent)
        if lead is not None and (silent_after is None or day <= silent_after):
            said.append((day, lead))
            sent.append(lead)
    assert said == alerts_ahead(
        kind,
        last_day,
        last_lead=last_lead,
        silent_after=silent_after,
        today=today,
        until=until,
    )


def test_nothing_lies_ahead_after_the_end_of_the_calendar():
    ahead = alerts_ahead(
        DeadlineKind.MOVE_IN_14,
        date.max,
        last_lead=1,
        silent_after=None,
        today=date.max,
        until=date.max,
    )
    assert ahead == [(date.max, 0)]


# What an administrator may set: any days, as long as somebody is told in the last ones.
OTHER_LEADS = st.sets(st.integers(0, 90), min_size=1).map(
    lambda days: tuple(sorted({*days, 2, GONE}, reverse=True))
)


@given(OTHER_LEADS, DAYS)
def test_with_other_leads_each_alert_goes_out_once_on_its_own_day(leads, last_day):
    table = {DeadlineKind.CARD_EXPIRY: leads}
    sent: list[int] = []
    day = next_alert_on(DeadlineKind.CARD_EXPIRY, last_day, leads=table)
    while day is not None:
        lead = alert_due(DeadlineKind.CARD_EXPIRY, last_day, day, sent, table)
        assert lead == (last_day - day).days
        sent.append(lead)
        day = next_alert_on(DeadlineKind.CARD_EXPIRY, last_day, lead, leads=table)
    assert tuple(sent) == leads
    ahead = alerts_ahead(
        DeadlineKind.CARD_EXPIRY,
        last_day,
        last_lead=None,
        silent_after=None,
        today=last_day - timedelta(366),
        until=last_day + timedelta(1),
        leads=table,
    )
    assert [lead for _, lead in ahead] == sent


def test_nothing_goes_out_after_the_day_from_which_it_would_be_untrue():
    kind, silent = DeadlineKind.CARD_EXPIRY, LAST_DAY - timedelta(30)
    assert next_alert_on(kind, LAST_DAY, 60, silent_after=silent) == silent
    assert next_alert_on(kind, LAST_DAY, 60, silent_after=silent - timedelta(1)) is None


@pytest.mark.parametrize("kind", DeadlineKind)
def test_the_days_that_the_portal_comes_with_are_days_that_may_be_set(kind):
    assert check_leads(kind, LEAD_DAYS[kind]) == LEAD_DAYS[kind]
    assert check_leads(kind, LEAD_DAYS[kind][::-1]) == LEAD_DAYS[kind]


@pytest.mark.parametrize(
    ("kind", "leads", "reason", "days"),
    [
        (DeadlineKind.CARD_EXPIRY, [], LeadsReason.NONE, 0),
        (DeadlineKind.CARD_EXPIRY, [GONE], LeadsReason.NONE, 0),
        (DeadlineKind.SECOND_VISIT, [GONE], LeadsReason.NONE, 0),
        (DeadlineKind.CARD_EXPIRY, [30, 1, 30], LeadsReason.TWICE, 0),
        # Renewal opens 90 days before: earlier there is nothing to do.
        (DeadlineKind.CARD_EXPIRY, [91, 1], LeadsReason.TOO_EARLY, 90),
        (DeadlineKind.CERTIFICATE_EXPIRY, [91, 1], LeadsReason.TOO_EARLY, 90),
        (DeadlineKind.SECOND_VISIT, [91], LeadsReason.TOO_EARLY, 90),
        # On the last day it is too late: a card is renewed before it.
        (DeadlineKind.CARD_EXPIRY, [30, 0, GONE], LeadsReason.NOT_IN_TIME, 3),
        (DeadlineKind.CARD_UPDATE_90, [90, 1], LeadsReason.TOO_EARLY, 89),
        (DeadlineKind.MOVE_OUT_30, [30, 1], LeadsReason.TOO_EARLY, 29),
        (DeadlineKind.PLANNED_MOVE_OUT_30, [30, 1], LeadsReason.TOO_EARLY, 29),
        (DeadlineKind.MOVE_IN_14, [14, 1], LeadsReason.TOO_EARLY, 13),
        (DeadlineKind.PLANNED_MOVE_IN_14, [14, 1], LeadsReason.TOO_EARLY, 13),
        (DeadlineKind.CARD_EXPIRY, [1, -2], LeadsReason.AFTER, 0),
        (DeadlineKind.CARD_EXPIRY, [90, 4, GONE], LeadsReason.NOT_IN_TIME, 3),
    ],
)
def test_days_by_which_somebody_would_be_told_too_late_or_never_are_refused(
    kind, leads, reason, days
):
    with pytest.raises(LeadsRefused) as refused:
        check_leads(kind, leads)
    assert (refused.value.reason, refused.value.days) == (reason, days)


@pytest.mark.parametrize(
    ("kind", "leads"),
    [
        (DeadlineKind.CARD_EXPIRY, (90, 3)),
        (DeadlineKind.CARD_EXPIRY, (1,)),
        (DeadlineKind.CERTIFICATE_EXPIRY, (0,)),
        (DeadlineKind.CARD_UPDATE_90, (89, 3)),
        (DeadlineKind.MOVE_OUT_30, (29, 0, GONE)),
        (DeadlineKind.MOVE_IN_14, (13, 0, GONE)),
        (DeadlineKind.SECOND_VISIT, (90,)),
    ],
)
def test_the_outermost_days_may_be_set(kind, leads):
    assert check_leads(kind, leads) == leads
    assert LAST_DAYS == 3
    assert set(EARLY_ONLY) == {DeadlineKind.SECOND_VISIT}
