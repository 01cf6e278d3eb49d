"""What the counter writes on a card: address, name, and a column that is full (G5①)."""

from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cards.models import AdditionalInfoEntry, Card, Certificate, UntoldEvent
from cards.operations import (
    OperationRefused,
    Written,
    correct_move,
    record_card_update,
    record_move,
    record_name_change,
    suspend,
    tell_move,
    withdraw_move,
)
from cards.operations.refresh import refresh_deadlines
from cards.rules.kinds import CardState, EventKind, InfoKind, MoveKind
from cards.rules.moves import MoveDates
from tests.builders import make_card, make_clerk, make_move, make_resident, make_user, sign_in

pytestmark = pytest.mark.django_db

ADDRESS = Written(InfoKind.ADDRESS, "3-1 Kita, Hinode City")
NAME = Written(InfoKind.NAME, "TRAN THI LAN")
NUMBER = "123456789018"


@pytest.fixture(autouse=True)
def today(on_day: Callable[..., None]) -> None:
    on_day("2026-11-10")


@pytest.fixture
def clerk() -> User:
    return make_clerk()


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    sign_in(client, clerk)
    return client


@pytest.fixture
def card() -> Card:
    return make_card(make_resident(name="NGUYEN THI LAN"), reference="HINODE-7")


def moved(card: Card, clerk: User, kind: MoveKind = MoveKind.MOVE_IN, **days: date) -> Any:
    days = days or {"moved_in_on": date(2026, 11, 7), "notified_on": date(2026, 11, 9)}
    return record_move(card, kind=kind, dates=MoveDates(**days), by=clerk)


def updated(card: Card, clerk: User, *written: Written, **options: Any) -> Any:
    options.setdefault("card_updated_on", date(2026, 11, 10))
    return record_card_update(card, by=clerk, written=written, **options)


def renamed(card: Card, clerk: User, name: str = "TRAN THI LAN", **options: Any) -> Any:
    options.setdefault("changed_on", date(2026, 11, 9))
    return record_name_change(card, name=name, by=clerk, **options)


def test_a_certificate_that_a_new_name_ended_is_reminded_of_no_more(
    card: Card, clerk: User
) -> None:
    """Seen to fail with the deadlines left as they were."""
    Certificate.objects.filter(card=card, kind="signature").update(ends_on=date(2027, 1, 9))
    refresh_deadlines(card)
    renamed(card, clerk)
    assert not card.deadlines.filter(
        kind="certificate_expiry", last_day=date(2027, 1, 9), closed_at=None
    ).exists()


def test_what_was_written_is_kept_word_for_word_and_not_in_the_history(
    card: Card, clerk: User
) -> None:
    moved(card, clerk)
    updated(card, clerk, ADDRESS)
    entry = card.info_entries.get()
    assert (entry.kind, entry.text) == ("address", "3-1 Kita, Hinode City")
    assert (entry.entered_on, entry.fills_column) == (date(2026, 11, 10), False)
    assert "Kita" not in str(list(card.events.values_list("data", flat=True)))


def test_a_move_recorded_with_the_update_writes_its_entry_at_once(card: Card, clerk: User) -> None:
    record_move(
        card,
        kind=MoveKind.RELOCATE,
        dates=MoveDates(notified_on=date(2026, 11, 10), card_updated_on=date(2026, 11, 10)),
        by=clerk,
        written=[ADDRESS],
        column_full=True,
    )
    assert card.info_entries.get().fills_column
    assert not card.deadlines.filter(closed_at=None, kind="card_update_90").exists()


def test_nothing_is_written_without_the_day_on_which_it_was(card: Card, clerk: User) -> None:
    with pytest.raises(OperationRefused) as refused:
        record_move(
            card,
            kind=MoveKind.RELOCATE,
            dates=MoveDates(notified_on=date(2026, 11, 10)),
            by=clerk,
            written=[ADDRESS],
        )
    assert refused.value.field == "card_updated_on"
    assert not card.moves.exists()


def test_into_a_full_column_nothing_is_written_and_a_new_card_is_needed(
    card: Card, clerk: User
) -> None:
    moved(card, clerk)
    updated(card, clerk, ADDRESS, column_full=True)
    move = moved(card, clerk, notified_on=date(2026, 11, 10))
    days = MoveDates(notified_on=date(2026, 11, 10), card_updated_on=date(2026, 11, 10))
    for attempt in (
        lambda: updated(card, clerk, ADDRESS),
        lambda: updated(card, clerk),
        lambda: record_move(card, kind=MoveKind.RELOCATE, dates=days, by=clerk, written=[ADDRESS]),
        lambda: correct_move(move, dates=days, by=clerk),
    ):
        with pytest.raises(OperationRefused, match="reason: column full"):
            attempt()
    assert card.info_entries.count() == 1
    assert card.deadlines.filter(closed_at=None, kind="card_update_90").exists()


@pytest.mark.parametrize("text", ["", "   ", "x" * 201, f"No. {NUMBER}"])
def test_an_entry_says_something_short_and_no_individual_number(
    card: Card, clerk: User, text: str
) -> None:
    moved(card, clerk)
    with pytest.raises(OperationRefused) as refused:
        updated(card, clerk, Written(InfoKind.ADDRESS, text))
    assert refused.value.field == "written_address"
    assert not AdditionalInfoEntry.objects.exists()
    assert card.moves.get().card_updated_on is None


def test_a_column_is_filled_by_an_entry(card: Card, clerk: User) -> None:
    moved(card, clerk)
    with pytest.raises(OperationRefused) as refused:
        updated(card, clerk, column_full=True)
    assert refused.value.field == "column_full"


def test_a_name_written_alone_stops_no_clock_of_a_move(card: Card, clerk: User) -> None:
    moved(card, clerk)
    renamed(card, clerk)
    updated(card, clerk, NAME)
    card.refresh_from_db()
    assert card.name_changed_on is None
    assert card.moves.get().card_updated_on is None
    updated(card, clerk, ADDRESS)
    assert card.moves.get().card_updated_on == date(2026, 11, 10)


def test_address_and_name_are_written_in_one_go(card: Card, clerk: User) -> None:
    moved(card, clerk)
    renamed(card, clerk)
    updated(card, clerk, ADDRESS, NAME, column_full=True)
    card.refresh_from_db()
    assert card.name_changed_on is None
    assert [e.fills_column for e in card.info_entries.all()] == [False, True]


@pytest.mark.parametrize(("entry", "field"), [(ADDRESS, "written_address"), (NAME, "written_name")])
def test_what_was_not_recorded_first_is_not_written(
    card: Card, clerk: User, entry: Written, field: str
) -> None:
    with pytest.raises(OperationRefused) as refused:
        updated(card, clerk, entry)
    assert refused.value.field == field


def test_a_moving_in_recorded_after_the_moving_out_ends_its_thirty_days(
    card: Card, clerk: User
) -> None:
    moved(card, clerk, MoveKind.MOVE_OUT, expected_move_out_on=date(2026, 10, 20))
    card.refresh_from_db()
    assert card.lapses_on == date(2026, 11, 20)
    arrived = moved(card, clerk)
    card.refresh_from_db()
    assert card.lapses_on == date(2027, 2, 8)
    withdraw_move(arrived, by=clerk)
    card.refresh_from_db()
    assert card.lapses_on == date(2026, 11, 20)


def test_of_a_moving_out_only_the_expected_day_is_recorded(card: Card, clerk: User) -> None:
    with pytest.raises(OperationRefused) as refused:
        moved(
            card,
            clerk,
            MoveKind.MOVE_OUT,
            expected_move_out_on=date(2026, 11, 20),
            notified_on=date(2026, 11, 10),
        )
    assert refused.value.field == "notified_on"


def test_a_move_within_the_municipality_has_no_move_out_day(card: Card, clerk: User) -> None:
    with pytest.raises(OperationRefused) as refused:
        moved(card, clerk, MoveKind.RELOCATE, expected_move_out_on=date(2026, 11, 20))
    assert refused.value.field == "expected_move_out_on"
    move = moved(card, clerk, MoveKind.RELOCATE, moved_in_on=date(2026, 11, 7))
    with pytest.raises(OperationRefused):
        correct_move(move, dates=MoveDates(expected_move_out_on=date(2026, 11, 7)), by=clerk)


# A new name


def test_a_new_name_ends_the_signature_certificate_and_starts_no_clock(
    card: Card, clerk: User
) -> None:
    Certificate.objects.create(
        card=card,
        kind="signature",
        medium="smartphone",
        issued_on=date(2026, 1, 1),
        ends_on=date(2030, 1, 1),
    )
    before = set(card.deadlines.filter(closed_at=None).values_list("kind", "last_day"))
    renamed(card, clerk)
    card.refresh_from_db()
    assert card.resident.name == "TRAN THI LAN"
    assert card.name_changed_on == date(2026, 11, 9)
    assert card.state is CardState.WORKING
    assert not card.certificates.filter(kind="signature", revoked_at=None).exists()
    assert card.certificates.get(kind="user_proof").revoked_at is None
    assert set(card.deadlines.filter(closed_at=None).values_list("kind", "last_day")) == before
    assert UntoldEvent.objects.get().event.kind == EventKind.CERTIFICATE_REVOKED


def test_the_history_keeps_neither_name(card: Card, clerk: User) -> None:
    renamed(card, clerk)
    event = card.events.get(kind=EventKind.NAME_CHANGED.value)
    assert event.data == {"changed_on": "2026-11-09"}
    assert event.by == clerk


@pytest.mark.parametrize(
    ("name", "options", "field"),
    [
        ("", {}, "name"),
        (" \t ", {}, "name"),
        ("NGUYEN THI LAN", {}, "name"),
        ("N" * 201, {}, "name"),
        ("TRAN\x00LAN", {}, "name"),
        (f"LAN {NUMBER}", {}, "name"),
        ("TRAN THI LAN", {"changed_on": date(2026, 11, 11)}, "changed_on"),
        ("TRAN THI LAN", {"changed_on": date(2025, 3, 31)}, "changed_on"),
    ],
)
def test_a_name_or_day_that_cannot_be_is_refused_at_its_field(
    card: Card, clerk: User, name: str, options: dict[str, date], field: str
) -> None:
    with pytest.raises(OperationRefused) as refused:
        renamed(card, clerk, name, **options)
    assert refused.value.field == field
    card.refresh_from_db()
    assert card.resident.name == "NGUYEN THI LAN"
    assert not card.events.exists()


def test_a_card_that_has_ended_takes_no_new_name(card: Card, clerk: User) -> None:
    make_move(card, moved_in_on=date(2026, 10, 1))
    with pytest.raises(OperationRefused, match="lapsed"):
        renamed(card, clerk)


def test_a_suspended_card_s_holder_may_take_a_new_name_but_the_card_waits(
    card: Card, clerk: User
) -> None:
    suspend(card, by=clerk)
    renamed(card, clerk)
    with pytest.raises(OperationRefused, match="suspended"):
        updated(card, clerk, NAME)


def test_the_card_is_not_updated_before_the_name_changed(card: Card, clerk: User) -> None:
    renamed(card, clerk)
    with pytest.raises(OperationRefused) as refused:
        updated(card, clerk, NAME, card_updated_on=date(2026, 11, 8))
    assert refused.value.field == "card_updated_on"


# At the desk


def page(card: Card, action: str = "change") -> str:
    return f"/admin/cards/card/{card.pk}/{action}/"


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def send(desk: Client, url: str, **entries: str) -> Any:
    seen = str(desk.get(url).context["form"]["seen"].value())
    return desk.post(url, {"seen": seen, **entries}, follow=True)


def test_a_clerk_records_a_move_and_the_update_in_one_go(desk: Client, card: Card) -> None:
    entries = {
        "kind": "relocate",
        "moved_in_on": "2026-11-07",
        "notified_on": "2026-11-10",
        "card_updated_on": "2026-11-10",
    }
    url = page(card, "record-move")
    assert "Enter what was written on the card." in text(send(desk, url, **entries))
    entries |= {"written_address": "日の出市北3-1", "column_full": "on", "confirmed": "yes"}
    body = text(send(desk, url, **entries))
    assert "The move was recorded." in body
    assert "日の出市北3-1" in body
    assert "The column is full now" in body


def test_a_clerk_records_a_new_name_and_then_the_update(desk: Client, card: Card) -> None:
    entries = {"name": "TRAN THI LAN", "changed_on": "2026-11-09", "confirmed": "yes"}
    body = text(send(desk, page(card, "name-change"), **entries))
    assert "The new name was recorded." in body
    assert "A new name was recorded on 9 November 2026 and is not yet written" in body
    entries = {"card_updated_on": "2026-11-10", "written_name": "TRAN THI LAN"}
    assert "The card now shows the new name." in text(
        send(desk, page(card, "card-update"), **entries)
    )
    body = text(send(desk, page(card, "card-update"), **entries, confirmed="yes"))
    assert "is not yet written" not in body


def test_no_update_is_offered_for_a_move_that_another_has_completed_or_that_is_to_come(
    desk: Client, card: Card
) -> None:
    """Seen to fail: the form was offered, and refused whatever was typed into it."""
    make_move(card, kind="move_out", expected_move_out_on=date(2026, 10, 20))
    assert "written_address" in text(desk.get(page(card, "card-update")))
    done = date(2026, 10, 26)
    days = {"moved_in_on": date(2026, 10, 25), "notified_on": done, "card_updated_on": done}
    make_move(card, kind="move_in", source="counter", **days)
    make_move(card, kind="move_out", source="counter", expected_move_out_on=date(2026, 12, 1))
    body = text(desk.get(page(card, "card-update"), follow=True))
    assert "No move and no new name is waiting to be written on this card." in body
    assert "written_address" not in body


def test_a_full_column_closes_the_update_and_says_what_is_needed(
    desk: Client, card: Card, clerk: User
) -> None:
    moved(card, clerk)
    updated(card, clerk, ADDRESS, column_full=True)
    moved(card, clerk, notified_on=date(2026, 11, 10))
    for url in (page(card), page(card, "card-update")):
        assert "A new card has to be issued (reason: column full)." in text(desk.get(url))
    for url in (page(card, "card-update"), page(card, "record-move")):
        assert page(card, "request-reissue") in text(desk.get(url))
    assert 'value="column_full"' in text(desk.get(page(card, "request-reissue")))


def test_the_desk_shows_what_the_holder_told_and_the_confirmation_that_it_is_settled(
    desk: Client, card: Card
) -> None:
    tell_move(
        card,
        kind=MoveKind.MOVE_OUT,
        dates=MoveDates(expected_move_out_on=date(2026, 12, 1)),
        by=make_user(),
    )
    assert "Told by the holder" in text(desk.get(page(card)))
    url = page(card, "record-move")
    entries = {"kind": "move_out", "expected_move_out_on": "2026-12-02"}
    assert "is settled by this" in text(send(desk, url, **entries))
    assert "Told by the holder" not in text(send(desk, url, **entries, confirmed="yes"))


def test_a_move_that_became_known_after_its_clock_ran_out_shows_the_card_as_gone(
    desk: Client, card: Card
) -> None:
    url = page(card, "record-move")
    entries = {"kind": "move_in", "moved_in_on": "2026-10-20", "notified_on": "2026-11-10"}
    assert "This ends the card" in text(send(desk, url, **entries))
    body = text(send(desk, url, **entries, confirmed="yes"))
    assert "lapsed on 4 November 2026" in body
    assert Card.objects.get().state is CardState.LAPSED


def test_a_corrected_day_brings_the_card_back_and_stays_in_the_history(
    desk: Client, card: Card, clerk: User
) -> None:
    moved(card, clerk, moved_in_on=date(2026, 10, 20), notified_on=date(2026, 11, 10))
    move = card.moves.get()
    url = f"/admin/cards/card/{card.pk}/moves/{move.pk}/correct-move/"
    entries = {"moved_in_on": "2026-10-30", "notified_on": "2026-11-10", "confirmed": "yes"}
    body = text(send(desk, url, **entries))
    assert "works until 8 February 2027" in body
    assert "Move-in day: 20 October 2026 → 30 October 2026" in body


@pytest.mark.parametrize(
    ("action", "entries"),
    [
        ("record-move", {"kind": "move_in", "moved_in_on": "2026-11-08"}),
        ("name-change", {"name": "TRAN THI LAN", "changed_on": "2026-11-09"}),
        ("card-update", {"card_updated_on": "2026-11-10", "written_address": "日の出市北3-1"}),
    ],
)
def test_who_is_second_is_told_what_changed_by_whom_and_when_and_loses_nothing(
    desk: Client, card: Card, clerk: User, action: str, entries: dict[str, str]
) -> None:
    moved(card, clerk)
    url = page(card, action)
    entries = {"seen": str(desk.get(url).context["form"]["seen"].value()), **entries}
    colleague = make_clerk()
    moved(card, colleague, MoveKind.RELOCATE, moved_in_on=date(2026, 11, 5))
    events = card.events.count()
    body = text(desk.post(url, entries | {"confirmed": "yes"}))
    changed = body[body.index("The card changed while this page was open") :]
    for words in (
        "Move recorded",
        "Moving within the municipality",
        "Move-in day: 5 November 2026",
        colleague.email,
        "10 November 2026, 12:00",
    ):
        assert words in changed
    assert all(value in changed for name, value in entries.items() if name != "seen")
    assert card.events.count() == events
