"""What may be turned off, what may not, and that the outbox keeps to it."""

from datetime import date

import pytest

from cards.operations.record import TOLD_AT_ONCE
from cards.operations.suspend import suspend
from cards.rules.kinds import DeadlineKind, EventKind
from cards.rules.reminders import LEAD_DAYS
from notifications.kinds_of_mail import (
    GROUPS,
    SECURITY,
    SILENT,
    Always,
    Group,
    group_of,
    why_always,
)
from notifications.models import Delivery
from notifications.outbox import send_queue
from notifications.outbox.letters import TURNED_OFF
from notifications.planner import raise_alerts, tell_events
from notifications.preferences import turn_off, turn_on, turned_off
from tests.builders import make_card, make_resident


def test_every_event_is_told_or_silent_for_a_reason_and_every_mail_has_its_place():
    told, silent = set(TOLD_AT_ONCE), set(SILENT)
    assert told | silent == set(EventKind)
    assert not told & silent
    assert all(SILENT.values())
    assert set(GROUPS) | set(SECURITY) == told | set(DeadlineKind)
    assert not set(GROUPS) & set(SECURITY)


def test_the_last_days_what_concerns_safety_and_the_account_cannot_be_turned_off():
    for kind, leads in LEAD_DAYS.items():
        for lead in leads:
            expected = Always.LAST_DAYS if lead <= 3 else None
            assert why_always(kind, lead) is expected
            assert (group_of(kind, lead) is None) is (lead <= 3)
        assert why_always(kind) is Always.ASKED_FOR  # told again, without a lead
    for told in (EventKind.SUSPENDED, EventKind.PIN_LOCKED, EventKind.PIN_CHANGED):
        assert why_always(told) is Always.SECURITY
    assert why_always("guardianship_end", 30) is Always.ACCOUNT
    assert group_of(EventKind.REISSUE_ACCEPTED) is Group.APPLICATIONS


@pytest.mark.django_db
def test_groups_are_turned_off_and_on_one_by_one():
    resident, other = make_resident(), make_resident()
    assert turned_off(resident) == set()
    for _twice in range(2):
        turn_off(resident, Group.MOVES)
    turn_off(resident.pk, Group.EXPIRY)
    assert turned_off(resident) == {Group.MOVES, Group.EXPIRY}
    turn_on(resident, Group.MOVES)
    assert turned_off(resident.pk) == {Group.EXPIRY}
    assert turned_off(other) == set()


@pytest.mark.django_db
def test_what_was_turned_off_does_not_leave_even_if_it_was_queued_before(smtp_sink, on_day):
    on_day("2027-03-01")
    card = make_card(expires_on=date(2027, 3, 31), certificates=False)
    raise_alerts()
    turn_off(card.resident, Group.EXPIRY)
    suspend(card, by=None)
    tell_events()
    done = send_queue()
    assert (done.sent, done.cancelled) == (1, 1)
    assert "suspended" in smtp_sink.messages[0]["Subject"]
    assert Delivery.objects.get(state="cancelled").reason == TURNED_OFF


@pytest.mark.django_db
def test_the_last_days_are_told_whatever_was_turned_off(smtp_sink, on_day):
    on_day("2027-03-28")
    card = make_card(expires_on=date(2027, 3, 31), certificates=False)
    for group in Group:
        turn_off(card.resident, group)
    raise_alerts()
    assert send_queue().sent == 1
