"""What a holder has to see to, from the facts alone (G2, G4, G5, G6)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cards.rules.kinds import CardState, CardVariant, ReissueReason, ReissueState
from cards.rules.tasks import Task, TaskFacts, TaskKind, tasks

TODAY = date(2026, 11, 22)
REPORTED = (ReissueReason.LOST, ReissueReason.FIRE)
LIVING = (CardState.WORKING, CardState.SUSPENDED)
QUIET = TaskFacts(CardState.WORKING, CardVariant.STANDARD, TODAY + timedelta(500))

_days = some.dates(date(2026, 1, 1), date(2028, 12, 31))
_perhaps = some.none() | _days
_facts = some.builds(
    TaskFacts,
    state=some.sampled_from(CardState),
    variant=some.sampled_from(CardVariant),
    expires_on=_days,
    awaits_second_visit=some.booleans(),
    notify_by=_perhaps,
    update_by=_perhaps,
    name_changed=some.booleans(),
    planned_notify_by=_perhaps,
    column_full=some.booleans(),
    signature_ended_by_change=some.booleans(),
    certificates_end_on=_perhaps,
    reissue=some.none() | some.sampled_from(ReissueState),
    reissue_reason=some.none() | some.sampled_from(ReissueReason),
)


def kinds(**facts: object) -> list[TaskKind]:
    return [task.kind for task in tasks(replace(QUIET, **facts), TODAY)]


def test_a_working_card_far_from_every_day_asks_for_nothing():
    assert tasks(QUIET, TODAY) == ()


@given(_facts, _days)
def test_what_has_a_day_comes_first_the_nearest_first_and_nothing_is_said_twice(facts, today):
    found = tasks(facts, today)
    days = [task.by or date.max for task in found]
    assert days == sorted(days)
    assert len({task.kind for task in found}) == len(found)
    undated = [task.kind for task in found if task.by is None]
    assert undated == [kind for kind in TaskKind if kind in undated]


@given(_facts, _days)
def test_a_card_that_is_gone_asks_for_a_new_one_or_for_what_its_application_waits_for(facts, today):
    if facts.state in LIVING:
        return
    about_a_new_card = {
        ReissueState.ASKED_BACK: [TaskKind.ANSWER_OFFICE],
        ReissueState.ACCEPTED: [TaskKind.COLLECT_CARD],
        None: [TaskKind.ASK_FOR_NEW_CARD],
    }
    wanted = about_a_new_card.get(facts.reissue, [])
    undecided = facts.reissue in (ReissueState.REQUESTED, ReissueState.ASKED_BACK)
    if undecided and facts.reissue_reason in REPORTED:
        wanted = [*wanted, TaskKind.BRING_REPORT]
    if facts.state is CardState.REPLACED:
        wanted = []
    assert [task.kind for task in tasks(facts, today)] == wanted


@given(_facts, _days)
def test_a_second_visit_takes_the_place_of_renewal_and_both_are_the_day_before(facts, today):
    found = {task.kind: task.by for task in tasks(facts, today)}
    assert not {TaskKind.RENEW, TaskKind.SECOND_VISIT} <= set(found)
    for kind in (TaskKind.RENEW, TaskKind.SECOND_VISIT):
        if kind in found:
            assert found[kind] == facts.expires_on - timedelta(1)
    if facts.awaits_second_visit and facts.state in LIVING:
        assert TaskKind.SECOND_VISIT in found


@given(_facts, _days)
def test_each_running_clock_is_a_task_with_its_own_day(facts, today):
    found = {task.kind: task.by for task in tasks(facts, today)}
    if facts.state not in LIVING:
        return
    for kind, day in (
        (TaskKind.NOTIFY_MOVE, facts.notify_by),
        (TaskKind.PLANNED_MOVE, facts.planned_notify_by),
    ):
        assert found.get(kind) == day
        assert (kind in found) == bool(day)
    assert (TaskKind.UPDATE_CARD in found) == bool(facts.update_by or facts.name_changed)
    still_to_tell = facts.state is CardState.SUSPENDED and facts.reissue_reason not in REPORTED
    assert (TaskKind.REPORT_LOSS in found) == still_to_tell


@pytest.mark.parametrize(
    ("days_left", "found"),
    [(91, []), (90, [TaskKind.RENEW]), (1, [TaskKind.RENEW]), (0, [TaskKind.RENEW])],
)
def test_renewal_is_a_task_from_90_days_before(days_left, found):
    assert kinds(expires_on=TODAY + timedelta(days_left)) == found


@pytest.mark.parametrize(
    ("days_left", "found"),
    [
        (91, ()),
        (90, (Task(TaskKind.RENEW_CERTIFICATES, TODAY + timedelta(90)),)),
        (0, (Task(TaskKind.RENEW_CERTIFICATES, TODAY),)),
        (-1, (Task(TaskKind.RENEW_CERTIFICATES),)),
    ],
)
def test_certificates_that_end_before_the_card_are_a_task_from_90_days_before(days_left, found):
    facts = replace(QUIET, certificates_end_on=TODAY + timedelta(days_left))
    assert tasks(facts, TODAY) == found


def test_a_signature_that_ended_with_a_change_is_issued_again_unless_the_card_has_none():
    assert kinds(signature_ended_by_change=True) == [TaskKind.SIGN_AGAIN]
    assert kinds(signature_ended_by_change=True, variant=CardVariant.PHOTO_ID) == []


def test_a_full_column_asks_for_a_new_card_until_one_is_asked_for():
    assert kinds(column_full=True) == [TaskKind.ASK_FOR_NEW_CARD]
    assert kinds(column_full=True, reissue=ReissueState.REQUESTED) == []
    assert kinds(column_full=True, reissue=ReissueState.ACCEPTED) == [TaskKind.COLLECT_CARD]


@pytest.mark.parametrize("reason", REPORTED)
def test_until_the_office_has_seen_the_report_bringing_it_is_the_task(reason):
    suspended = {"state": CardState.SUSPENDED, "reissue_reason": reason}
    assert kinds(**suspended, reissue=ReissueState.REQUESTED) == [TaskKind.BRING_REPORT]
    assert kinds(**suspended, reissue=ReissueState.ASKED_BACK) == [
        TaskKind.ANSWER_OFFICE,
        TaskKind.BRING_REPORT,
    ]
    assert kinds(**suspended, reissue=ReissueState.ACCEPTED) == [TaskKind.COLLECT_CARD]


@pytest.mark.parametrize("reissue", [ReissueState.REQUESTED, ReissueState.ACCEPTED])
def test_who_found_the_card_withdraws_the_application_for_its_loss(reissue):
    found = {"reissue": reissue, "column_full": True}
    lost = kinds(**found, reissue_reason=ReissueReason.LOST)
    assert lost == [TaskKind.WITHDRAW_APPLICATION]
    assert TaskKind.WITHDRAW_APPLICATION not in kinds(**found, reissue_reason=ReissueReason.FIRE)


def test_a_new_name_waits_for_the_card_without_a_day():
    assert tasks(replace(QUIET, name_changed=True), TODAY) == (Task(TaskKind.UPDATE_CARD),)
