"""Moves at the counter: clocks start and stop, and what is corrected stays in the history (G5)."""

from collections.abc import Callable
from datetime import date

import pytest

from accounts.models import User
from cards.models import Card, CardEvent, Certificate, Move, UntoldEvent
from cards.operations import (
    OperationRefused,
    correct_move,
    record_card_update,
    record_move,
    withdraw_move,
)
from cards.rules.kinds import CardState, CertificateKind, EventKind, MoveKind
from cards.rules.moves import MoveDates
from tests.builders import make_card, make_clerk, make_move

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return make_clerk()


@pytest.fixture(autouse=True)
def today(on_day: Callable[..., None]) -> None:
    on_day("2026-11-10")


def open_deadlines(card: Card) -> set[tuple[str, str]]:
    rows = card.deadlines.filter(closed_at=None).exclude(kind="card_expiry")
    return {(row.kind, str(row.last_day)) for row in rows if row.kind != "certificate_expiry"}


def kinds_of_events(card: Card) -> list[str]:
    return list(card.events.order_by("id").values_list("kind", flat=True))


def recorded(card: Card, by: User, *, kind: MoveKind = MoveKind.MOVE_IN, **days: date) -> Move:
    return record_move(card, kind=kind, dates=MoveDates(**days), by=by)


def test_moving_in_gives_fourteen_days_to_notify(clerk: User) -> None:
    card = make_card()
    recorded(card, clerk, moved_in_on=date(2026, 11, 7))
    assert open_deadlines(card) == {("move_in_14", "2026-11-21")}
    card.refresh_from_db()
    assert card.lapses_on == date(2026, 11, 22)


def test_a_notification_stops_the_first_clocks_and_starts_the_ninety_days(clerk: User) -> None:
    card = make_card()
    recorded(
        card,
        clerk,
        expected_move_out_on=date(2026, 10, 20),
        moved_in_on=date(2026, 11, 7),
        notified_on=date(2026, 11, 10),
    )
    assert open_deadlines(card) == {("card_update_90", "2027-02-08")}


def test_the_earliest_running_clock_ends_the_card(clerk: User) -> None:
    card = make_card()
    recorded(card, clerk, expected_move_out_on=date(2026, 10, 20), moved_in_on=date(2026, 11, 7))
    card.refresh_from_db()
    assert card.lapses_on == date(2026, 11, 20)
    assert card.state_on(date(2026, 11, 19)) is CardState.WORKING
    assert card.state_on(date(2026, 11, 20)) is CardState.LAPSED


def test_a_late_notification_does_not_revive_the_card(
    clerk: User, on_day: Callable[..., None]
) -> None:
    card = make_card()
    move = recorded(card, clerk, moved_in_on=date(2026, 11, 7))
    on_day("2026-11-25")
    correct_move(
        move,
        dates=MoveDates(moved_in_on=date(2026, 11, 7), notified_on=date(2026, 11, 24)),
        by=clerk,
    )
    card.refresh_from_db()
    assert card.state is CardState.LAPSED
    assert card.lapses_on == date(2026, 11, 22)


def test_a_notification_in_time_that_became_known_late_brings_the_card_back(
    clerk: User, on_day: Callable[..., None]
) -> None:
    card = make_card()
    move = recorded(card, clerk, moved_in_on=date(2026, 11, 7))
    on_day("2026-11-25")
    correct_move(
        move,
        dates=MoveDates(moved_in_on=date(2026, 11, 7), notified_on=date(2026, 11, 21)),
        by=clerk,
    )
    card.refresh_from_db()
    assert card.state is CardState.WORKING
    assert open_deadlines(card) == {("card_update_90", "2027-02-19")}


def test_a_correction_keeps_the_old_days_in_the_history(clerk: User) -> None:
    card = make_card()
    move = recorded(card, clerk, moved_in_on=date(2026, 11, 7))
    correct_move(move, dates=MoveDates(moved_in_on=date(2026, 11, 5)), by=clerk)
    event = card.events.latest("id")
    assert event.kind == EventKind.MOVE_CORRECTED
    assert event.by == clerk
    assert event.data["before"]["moved_in_on"] == "2026-11-07"
    assert event.data["moved_in_on"] == "2026-11-05"
    assert open_deadlines(card) == {("move_in_14", "2026-11-19")}


def test_a_correction_that_changes_nothing_leaves_no_trace(clerk: User) -> None:
    card = make_card()
    move = recorded(card, clerk, moved_in_on=date(2026, 11, 7))
    correct_move(move, dates=move.dates, by=clerk)
    assert kinds_of_events(card) == ["move_recorded"]


def test_a_day_brought_back_by_a_correction_is_not_alerted_again(clerk: User) -> None:
    card = make_card()
    move = recorded(card, clerk, moved_in_on=date(2026, 11, 7))
    card.deadlines.filter(kind="move_in_14").update(last_lead=7, next_alert_on=date(2026, 11, 18))
    correct_move(move, dates=MoveDates(moved_in_on=date(2026, 11, 6)), by=clerk)
    correct_move(move, dates=MoveDates(moved_in_on=date(2026, 11, 7)), by=clerk)
    deadline = card.deadlines.get(kind="move_in_14", closed_at=None)
    assert (deadline.last_lead, deadline.next_alert_on) == (7, date(2026, 11, 18))


def test_a_withdrawn_move_counts_no_longer_and_stays_in_the_history(clerk: User) -> None:
    card = make_card()
    move = recorded(card, clerk, moved_in_on=date(2026, 11, 7))
    withdraw_move(move, by=clerk)
    assert open_deadlines(card) == set()
    card.refresh_from_db()
    assert card.lapses_on is None
    assert card.moves.count() == 1
    assert kinds_of_events(card) == ["move_recorded", "move_withdrawn"]


def test_withdrawing_twice_is_harmless_and_tells_of_the_same_move(clerk: User) -> None:
    card = make_card()
    one = recorded(card, clerk, moved_in_on=date(2026, 11, 7))
    other = recorded(card, clerk, moved_in_on=date(2026, 11, 8))
    first = withdraw_move(one, by=clerk)
    withdraw_move(other, by=clerk)
    assert withdraw_move(one, by=clerk) == first
    assert kinds_of_events(card).count("move_withdrawn") == 2


def test_a_withdrawn_move_cannot_be_corrected(clerk: User) -> None:
    card = make_card()
    move = recorded(card, clerk, moved_in_on=date(2026, 11, 7))
    withdraw_move(move, by=clerk)
    with pytest.raises(OperationRefused, match="withdrawn"):
        correct_move(move, dates=MoveDates(moved_in_on=date(2026, 11, 8)), by=clerk)


def test_the_updated_card_stops_every_clock(clerk: User) -> None:
    card = make_card()
    recorded(card, clerk, moved_in_on=date(2026, 11, 1), notified_on=date(2026, 11, 5))
    record_card_update(card, card_updated_on=date(2026, 11, 9), by=clerk)
    assert open_deadlines(card) == set()
    card.refresh_from_db()
    assert card.lapses_on is None
    assert kinds_of_events(card)[-1] == "card_updated"


def test_the_updated_card_leaves_a_way_out_open_that_is_still_to_come(clerk: User) -> None:
    """In two steps as in one: the card shows where its holder lives until then (G5②)."""
    for at_once in (True, False):
        card = make_card()
        out = recorded(card, clerk, kind=MoveKind.MOVE_OUT, expected_move_out_on=date(2026, 11, 20))
        days = {"moved_in_on": date(2026, 11, 1), "notified_on": date(2026, 11, 5)}
        if at_once:
            days["card_updated_on"] = date(2026, 11, 9)
        within = recorded(card, clerk, kind=MoveKind.RELOCATE, **days)
        if not at_once:
            record_card_update(card, card_updated_on=date(2026, 11, 9), by=clerk)
        out.refresh_from_db()
        within.refresh_from_db()
        assert (out.card_updated_on, within.card_updated_on) == (None, date(2026, 11, 9))
        assert open_deadlines(card) == {("move_out_30", "2026-12-20")}
        with pytest.raises(OperationRefused, match="No move"):
            record_card_update(card, card_updated_on=date(2026, 11, 10), by=clerk)


def test_an_update_is_not_counted_for_what_an_earlier_one_completed(
    clerk: User, on_day: Callable[..., None]
) -> None:
    on_day("2026-10-01")
    card = make_card()
    recorded(card, clerk, moved_in_on=date(2026, 8, 30), notified_on=date(2026, 9, 1))
    updated = date(2026, 10, 1)
    recorded(card, clerk, kind=MoveKind.RELOCATE, notified_on=updated, card_updated_on=updated)
    on_day("2026-12-05")
    recorded(card, clerk, kind=MoveKind.RELOCATE, notified_on=date(2026, 12, 1))
    record_card_update(card, card_updated_on=date(2026, 12, 5), by=clerk)
    card.refresh_from_db()
    assert card.lapses_on is None


def test_a_card_is_not_updated_before_the_notification(clerk: User) -> None:
    card = make_card()
    recorded(card, clerk, notified_on=date(2026, 11, 5))
    with pytest.raises(OperationRefused) as refused:
        record_card_update(card, card_updated_on=date(2026, 11, 4), by=clerk)
    assert refused.value.field == "card_updated_on"


def test_a_card_without_a_move_needs_no_update(clerk: User) -> None:
    with pytest.raises(OperationRefused, match="No move"):
        record_card_update(make_card(), card_updated_on=date(2026, 11, 4), by=clerk)


def test_a_notification_revokes_the_signature_certificate_everywhere_and_tells_the_holder(
    clerk: User,
) -> None:
    card = make_card()
    Certificate.objects.create(
        card=card,
        kind="signature",
        medium="smartphone",
        issued_on=date(2026, 1, 1),
        ends_on=date(2030, 1, 1),
    )
    recorded(card, clerk, notified_on=date(2026, 11, 10))
    signature = card.certificates.filter(kind=CertificateKind.SIGNATURE.value)
    assert signature.count() == 2
    assert not signature.filter(revoked_at=None).exists()
    assert card.certificates.get(kind="user_proof").revoked_at is None
    told = UntoldEvent.objects.get(event__card=card).event
    assert told.kind == EventKind.CERTIFICATE_REVOKED
    assert told.data == {"certificate": "signature", "because": "information_changed"}


def test_a_move_not_yet_notified_leaves_the_certificates_alone(clerk: User) -> None:
    card = make_card()
    recorded(card, clerk, moved_in_on=date(2026, 11, 7))
    assert not card.certificates.filter(revoked_at__isnull=False).exists()


def test_a_card_updated_without_a_notification_loses_its_signature_certificate_too(
    clerk: User,
) -> None:
    card = make_card()
    recorded(card, clerk, moved_in_on=date(2026, 11, 7))
    record_card_update(card, card_updated_on=date(2026, 11, 10), by=clerk)
    assert card.certificates.get(kind="signature").revoked_at is not None


def test_a_signature_certificate_issued_after_the_notification_survives_the_card_update(
    clerk: User,
) -> None:
    card = make_card()
    recorded(card, clerk, notified_on=date(2026, 11, 5))
    fresh = Certificate.objects.create(
        card=card, kind="signature", issued_on=date(2026, 11, 9), ends_on=date(2031, 3, 9)
    )
    record_card_update(card, card_updated_on=date(2026, 11, 10), by=clerk)
    fresh.refresh_from_db()
    assert fresh.revoked_at is None


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({}, ""),
        ({"card_updated_on": date(2026, 11, 1)}, ""),
        ({"moved_in_on": date(2026, 11, 11)}, "moved_in_on"),
        ({"notified_on": date(2026, 11, 11)}, "notified_on"),
        ({"moved_in_on": date(2026, 11, 7), "notified_on": date(2026, 11, 6)}, "notified_on"),
        (
            {"notified_on": date(2026, 11, 7), "card_updated_on": date(2026, 11, 6)},
            "card_updated_on",
        ),
    ],
)
def test_impossible_days_are_refused_at_their_field_and_nothing_is_kept(
    clerk: User, days: dict[str, date], field: str
) -> None:
    card = make_card()
    with pytest.raises(OperationRefused) as refused:
        recorded(card, clerk, **days)
    assert refused.value.field == field
    assert not card.moves.exists()
    assert not card.events.exists()


def test_an_expected_move_out_may_lie_ahead(clerk: User) -> None:
    card = make_card()
    recorded(card, clerk, expected_move_out_on=date(2026, 12, 1))
    assert open_deadlines(card) == {("move_out_30", "2026-12-31")}


def test_no_move_is_recorded_on_a_card_that_has_ended(
    clerk: User, on_day: Callable[..., None]
) -> None:
    expired = make_card(expires_on=date(2026, 11, 9))
    lapsed = make_card()
    make_move(lapsed, moved_in_on=date(2026, 10, 1))
    for card in (expired, lapsed):
        with pytest.raises(OperationRefused):
            recorded(card, clerk, moved_in_on=date(2026, 11, 7))
        assert not card.events.exists()


def test_a_failing_last_step_leaves_nothing_behind(
    clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = make_card()

    def broken(moves: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("cards.operations.refresh.card_lapses_on", broken)
    with pytest.raises(RuntimeError):
        recorded(card, clerk, notified_on=date(2026, 11, 10))
    assert not card.moves.exists()
    assert not CardEvent.objects.filter(card=card).exists()
    assert not UntoldEvent.objects.exists()
    assert not card.certificates.filter(revoked_at__isnull=False).exists()


def test_a_notification_in_time_recorded_a_day_too_late_gives_the_card_back(
    clerk: User, on_day: Callable[..., None]
) -> None:
    """The clock runs until it is submitted (G5②), not until somebody records it."""
    card = make_card()
    recorded(card, clerk, kind=MoveKind.MOVE_OUT, expected_move_out_on=date(2026, 10, 20))
    on_day("2026-11-20")
    with pytest.raises(OperationRefused, match="This card has lapsed"):
        recorded(card, clerk, notified_on=date(2026, 11, 20))
    assert card.moves.count() == 1
    recorded(card, clerk, moved_in_on=date(2026, 11, 18), notified_on=date(2026, 11, 19))
    card.refresh_from_db()
    assert card.state is CardState.WORKING
    assert open_deadlines(card) == {("card_update_90", "2027-02-17")}


def test_what_cannot_have_been_written_on_an_ended_card_is_refused_in_a_correction_too(
    clerk: User, on_day: Callable[..., None]
) -> None:
    expired = make_card(expires_on=date(2026, 11, 20))
    lapsed = make_card(reference="H-2")
    days = {"moved_in_on": date(2026, 11, 8), "notified_on": date(2026, 11, 9)}
    of_expired = recorded(expired, clerk, **days)
    of_lapsed = recorded(lapsed, clerk, moved_in_on=date(2026, 11, 8))
    on_day("2026-12-05")
    for move, dates in (
        (of_expired, MoveDates(**days, card_updated_on=date(2026, 11, 28))),
        (of_lapsed, MoveDates(moved_in_on=date(2026, 11, 8), card_updated_on=date(2026, 12, 5))),
    ):
        with pytest.raises(OperationRefused) as refused:
            correct_move(move, dates=dates, by=clerk)
        assert refused.value.field == "card_updated_on"
    correct_move(of_expired, dates=MoveDates(**days, card_updated_on=date(2026, 11, 20)), by=clerk)
