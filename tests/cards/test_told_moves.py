"""Moves that only the holder told of: they remind, and end nothing (G5②)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from cards.models import Card, PlannedMove
from cards.operations import (
    OperationRefused,
    call_off_move,
    record_move,
    suspend,
    tell_move,
    withdraw_move,
)
from cards.rules.kinds import CardState, CardVariant, EventKind, MoveKind
from cards.rules.moves import MoveDates
from notifications.models import Delivery, Notification
from notifications.outbox import send_queue
from notifications.planner import raise_alerts
from tests.builders import hold, make_card, make_clerk, make_move, make_office, make_user
from tests.cards.importing import imported, line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(on_day: Callable[..., None]) -> None:
    on_day("2026-11-10")


@pytest.fixture
def card() -> Card:
    return make_card()


@pytest.fixture
def holder(card: Card) -> User:
    user = make_user()
    hold(user, card.resident)
    return user


def told(card: Card, by: User, kind: MoveKind = MoveKind.MOVE_OUT, **days: date) -> PlannedMove:
    return tell_move(card, kind=kind, dates=MoveDates(**days), by=by)


def open_deadlines(card: Card) -> set[tuple[str, str]]:
    rows = card.deadlines.filter(closed_at=None, kind__startswith="planned")
    return {(row.kind, str(row.last_day)) for row in rows}


def kinds_of_events(card: Card) -> list[str]:
    return list(card.events.order_by("id").values_list("kind", flat=True))


def test_both_days_start_their_reminders(card: Card, holder: User) -> None:
    told(card, holder, expected_move_out_on=date(2026, 12, 1), moved_in_on=date(2026, 12, 5))
    assert open_deadlines(card) == {
        ("planned_move_out_30", "2026-12-31"),
        ("planned_move_in_14", "2026-12-19"),
    }
    assert kinds_of_events(card) == ["move_told"]
    assert card.events.get().by == holder


def test_a_move_long_past_that_was_only_told_lapses_no_card(card: Card, holder: User) -> None:
    told(card, holder, MoveKind.MOVE_IN, moved_in_on=date(2026, 8, 1))
    card.refresh_from_db()
    assert card.lapses_on is None
    assert card.state is CardState.WORKING


def test_telling_anew_replaces_and_the_history_keeps_both(card: Card, holder: User) -> None:
    told(card, holder, moved_in_on=date(2026, 12, 5))
    told(card, holder, MoveKind.RELOCATE, moved_in_on=date(2026, 12, 6))
    assert card.planned_moves.filter(closed_at=None).count() == 1
    assert open_deadlines(card) == {("planned_move_in_14", "2026-12-20")}
    assert kinds_of_events(card) == ["move_told", "move_told"]
    assert card.events.latest("id").data["before"]["moved_in_on"] == "2026-12-05"


def test_telling_the_same_again_changes_nothing(card: Card, holder: User) -> None:
    first = told(card, holder, moved_in_on=date(2026, 12, 5))
    assert told(card, holder, moved_in_on=date(2026, 12, 5)) == first
    assert kinds_of_events(card) == ["move_told"]


def test_a_move_called_off_reminds_no_more(card: Card, holder: User) -> None:
    told(card, holder, moved_in_on=date(2026, 12, 5))
    first = call_off_move(card, by=holder)
    assert call_off_move(card, by=holder) == first
    assert open_deadlines(card) == set()
    assert kinds_of_events(card) == ["move_told", "told_move_withdrawn"]


def test_there_is_nothing_to_call_off_where_nothing_was_told(card: Card, holder: User) -> None:
    with pytest.raises(OperationRefused, match="no move to call off"):
        call_off_move(card, by=holder)


@pytest.mark.parametrize(
    ("kind", "days", "field"),
    [
        (MoveKind.MOVE_OUT, {}, ""),
        (MoveKind.MOVE_OUT, {"expected_move_out_on": date(2028, 1, 1)}, "expected_move_out_on"),
        (MoveKind.MOVE_IN, {"moved_in_on": date(2024, 1, 1)}, "moved_in_on"),
        (MoveKind.RELOCATE, {"expected_move_out_on": date(2026, 12, 1)}, "expected_move_out_on"),
    ],
)
def test_impossible_days_are_refused_at_their_field(
    card: Card, holder: User, kind: MoveKind, days: dict[str, date], field: str
) -> None:
    with pytest.raises(OperationRefused) as refused:
        told(card, holder, kind, **days)
    assert refused.value.field == field
    assert not card.planned_moves.exists()
    assert not card.events.exists()


def test_of_a_card_that_has_ended_no_move_is_told(holder: User) -> None:
    expired, lapsed = make_card(expires_on=date(2026, 11, 9)), make_card()
    make_move(lapsed, moved_in_on=date(2026, 10, 1))
    for card in (expired, lapsed):
        with pytest.raises(OperationRefused, match="new card"):
            told(card, holder, moved_in_on=date(2026, 12, 5))


def test_a_suspended_card_and_one_without_pins_have_the_same_clocks(holder: User) -> None:
    suspended, photo_id = make_card(), make_card(variant=CardVariant.PHOTO_ID.value)
    suspend(suspended, by=holder)
    for card in (suspended, photo_id):
        told(card, holder, moved_in_on=date(2026, 12, 5))
        assert open_deadlines(card) == {("planned_move_in_14", "2026-12-19")}


def test_a_recorded_move_settles_the_told_one(card: Card, holder: User) -> None:
    told(card, holder, moved_in_on=date(2026, 11, 9))
    record_move(
        card,
        kind=MoveKind.MOVE_IN,
        dates=MoveDates(moved_in_on=date(2026, 11, 8)),
        by=make_clerk(),
    )
    assert not card.planned_moves.filter(closed_at=None).exists()
    assert open_deadlines(card) == set()


def test_a_move_withdrawn_as_a_mistake_leaves_the_told_one_reminding_again(
    card: Card, holder: User
) -> None:
    told(card, holder, moved_in_on=date(2026, 12, 5))
    clerk = make_clerk()
    move = record_move(
        card, kind=MoveKind.MOVE_IN, dates=MoveDates(moved_in_on=date(2026, 11, 8)), by=clerk
    )
    withdraw_move(move, by=clerk)
    assert open_deadlines(card) == {("planned_move_in_14", "2026-12-19")}


def test_a_move_that_comes_by_import_settles_the_told_one(tmp_path: Path) -> None:
    make_office()
    file = tmp_path / "cards.csv"
    imported(file, line())
    card, holder = Card.objects.get(), make_user()
    told(card, holder, moved_in_on=date(2026, 11, 9))
    imported(file, line(address="3-1 Kita, Hinode City"))  # says nothing of a move
    assert card.planned_moves.filter(closed_at=None).exists()
    assert not imported(file, line(moved_in_on="2026-11-08")).refused
    assert not card.planned_moves.filter(closed_at=None).exists()
    assert open_deadlines(card) == set()
    assert Card.objects.get().lapses_on == date(2026, 11, 23)


def _told_by_mail() -> list[str]:
    return list(Notification.objects.order_by("id").values_list("kind", flat=True))


def test_the_reminders_of_a_told_move_go_out_and_say_if(
    card: Card, holder: User, on_day: Callable[..., None], smtp_sink: Any
) -> None:
    told(card, holder, moved_in_on=date(2026, 12, 5))
    on_day("2026-12-12")
    raise_alerts()
    send_queue()
    (mail,) = smtp_sink.messages
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"].startswith("If you move on the day you told us: 7 days left")
    assert "You told the portal of moving in on 5 December 2026." in text
    assert "counter of the municipality" in text
    assert "call the move off" in " ".join(text.split())


def test_a_reminder_on_its_way_is_not_sent_once_the_move_is_called_off(
    card: Card, holder: User, on_day: Callable[..., None], smtp_sink: Any
) -> None:
    told(card, holder, moved_in_on=date(2026, 12, 5))
    on_day("2026-12-12")
    raise_alerts()
    assert Delivery.objects.count() == 1
    call_off_move(card, by=holder)
    send_queue()
    assert smtp_sink.messages == []
    on_day("2026-12-19")
    assert raise_alerts().total == 0


@pytest.mark.parametrize("change", ["days", "recorded"])
def test_changed_or_recorded_days_take_the_reminders_with_them(
    card: Card, holder: User, on_day: Callable[..., None], change: str
) -> None:
    told(card, holder, moved_in_on=date(2026, 12, 5))
    on_day("2026-12-06")
    if change == "days":
        told(card, holder, moved_in_on=date(2027, 1, 5))
    else:
        record_move(
            card,
            kind=MoveKind.MOVE_IN,
            dates=MoveDates(moved_in_on=date(2026, 12, 5), notified_on=date(2026, 12, 6)),
            by=make_clerk(),
        )
    on_day("2026-12-19")
    raise_alerts()
    assert "planned_move_in_14" not in _told_by_mail()


def test_the_day_after_a_told_moves_last_day_one_mail_still_says_if(
    card: Card, holder: User, on_day: Callable[..., None]
) -> None:
    told(card, holder, moved_in_on=date(2026, 12, 5))
    on_day("2026-12-25")
    assert raise_alerts().total == 1
    card.refresh_from_db()
    assert card.state is CardState.WORKING
    assert not card.events.filter(kind=EventKind.CERTIFICATE_REVOKED.value).exists()


def test_the_move_in_day_told_of_goes_on_reminding_once_only_the_moving_out_is_recorded(
    card, holder, on_day
):
    """Its 14 days end before the 30 of the moving-out: who went by these lost the card."""
    on_day("2026-12-10")
    out = {"expected_move_out_on": date(2026, 12, 20)}
    told(card, holder, moved_in_on=date(2026, 12, 22), **out)
    clerk = make_clerk(card.resident.office)
    record_move(card, kind=MoveKind.MOVE_OUT, dates=MoveDates(**out), by=clerk)
    assert open_deadlines(card) == {("planned_move_in_14", "2027-01-05")}
    record_move(
        card,
        kind=MoveKind.MOVE_IN,
        dates=MoveDates(moved_in_on=date(2026, 12, 9), notified_on=date(2026, 12, 10)),
        by=clerk,
    )
    assert open_deadlines(card) == set()
    assert not card.planned_moves.filter(closed_at=None).exists()


def test_a_move_told_of_for_later_stays_when_another_one_is_recorded(card, holder):
    told(card, holder, expected_move_out_on=date(2027, 3, 1))
    here = date(2026, 11, 10)
    record_move(
        card,
        kind=MoveKind.RELOCATE,
        dates=MoveDates(moved_in_on=here, notified_on=here),
        by=make_clerk(card.resident.office),
    )
    assert open_deadlines(card) == {("planned_move_out_30", "2027-03-31")}


def test_a_plan_that_shifted_by_some_days_reminds_by_the_recorded_days_alone(card, holder):
    told(card, holder, expected_move_out_on=date(2026, 11, 20), moved_in_on=date(2026, 11, 22))
    dates = MoveDates(expected_move_out_on=date(2026, 11, 25))
    record_move(card, kind=MoveKind.MOVE_OUT, dates=dates, by=make_clerk(card.resident.office))
    assert open_deadlines(card) == {("planned_move_in_14", "2026-12-06")}


def test_a_file_that_tells_of_the_moving_out_alone_leaves_the_move_in_day_told_of(
    holder, tmp_path: Path
):
    imported(tmp_path / "cards.csv", line(reference="H-9"))
    card = Card.objects.get(reference="H-9")
    told(card, holder, moved_in_on=date(2026, 11, 25))
    imported(tmp_path / "cards.csv", line(reference="H-9", expected_move_out_on="2026-11-20"))
    assert card.planned_moves.filter(closed_at=None).count() == 1
