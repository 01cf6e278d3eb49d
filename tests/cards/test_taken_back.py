"""A move or a new name recorded by mistake is taken back, with all that came with it (G5)."""

from collections.abc import Callable
from datetime import date
from html import unescape
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import translation

from accounts.models import User
from cards.history import tell
from cards.models import AdditionalInfoEntry, Card, Move
from cards.operations import (
    OperationRefused,
    Written,
    correct_move,
    correct_name_change,
    issue_certificates,
    record_card_update,
    record_move,
    record_name_change,
    withdraw_move,
)
from cards.overview import overview
from cards.rules.kinds import CertificateKind, EventKind, InfoKind, MoveKind
from cards.rules.moves import MoveDates
from cards.rules.tasks import TaskKind
from tests.builders import (
    hold,
    make_card,
    make_clerk,
    make_move,
    make_resident,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 10)
WRONG, RIGHT = "9-9 Somebody Else's Street", "3-1 Kita, Hinode City"


@pytest.fixture(autouse=True)
def today(on_day: Callable[..., None]) -> None:
    on_day(str(TODAY))


@pytest.fixture
def card() -> Card:
    return make_card(make_resident(name="NGUYEN THI LAN"))


@pytest.fixture
def clerk(card: Card) -> User:
    return make_clerk(card.resident.office)


def address(text: str) -> list[Written]:
    return [Written(InfoKind.ADDRESS, text)]


def moved_and_updated(card: Card, clerk: User, text: str, **more: Any) -> Move:
    dates = MoveDates(notified_on=TODAY, card_updated_on=TODAY)
    return record_move(
        card, kind=MoveKind.RELOCATE, dates=dates, by=clerk, written=address(text), **more
    )


def tasks_of(card: Card) -> set[TaskKind]:
    one = Card.objects.with_facts().get(pk=card.pk)
    return {task.kind for task in overview(one).tasks}


def of_a_full_column(card: Card) -> bool:
    return Card.objects.with_facts().get(pk=card.pk).column_full


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_the_right_day_of_an_update_is_the_day_of_what_was_written_with_it(card, clerk, on_day):
    move = moved_and_updated(card, clerk, RIGHT)
    on_day("2026-11-12")
    right = date(2026, 11, 12)
    correct_move(move, dates=MoveDates(notified_on=TODAY, card_updated_on=right), by=clerk)
    assert [entry.entered_on for entry in card.info_entries.all()] == [right]


def test_a_move_that_is_withdrawn_takes_its_entry_and_the_full_column_with_it(
    card: Card, clerk: User, client: Client
) -> None:
    """Seen to fail: the wrong address stayed on the holder's page, and the column stayed full."""
    holder = make_user()
    hold(holder, card.resident)
    client.force_login(holder)
    moving = f"/en/cards/{card.reference}/moving/"
    move = moved_and_updated(card, clerk, WRONG, column_full=True)
    assert WRONG in page(client, moving)
    asked_before = tasks_of(card)
    withdraw_move(move, by=clerk)
    told = page(client, moving)
    assert WRONG not in told
    assert "The column is full" not in told
    assert asked_before - tasks_of(card)
    assert not of_a_full_column(card)
    moved_and_updated(card, clerk, RIGHT, column_full=True)
    assert RIGHT in page(client, moving)
    assert of_a_full_column(card)


def test_what_was_taken_back_stays_at_the_desk_and_in_the_history(
    card: Card, clerk: User, client: Client
) -> None:
    withdraw_move(moved_and_updated(card, clerk, WRONG, column_full=True), by=clerk)
    sign_in(client, clerk)
    shown = page(client, f"/admin/cards/card/{card.pk}/change/")
    assert WRONG in shown
    assert "The column is full now" not in shown
    event = card.events.get(kind=EventKind.MOVE_WITHDRAWN.value)
    with translation.override("en"):
        assert tell(event).lines == (
            "Taken back from the additional information column: Address",
            "The additional information column is no longer full.",
        )
    assert "9-9" not in str(event.data)


def test_what_was_written_for_two_moves_stays_until_the_last_of_them_is_withdrawn(
    card: Card, clerk: User
) -> None:
    one = make_move(card, expected_move_out_on=date(2026, 11, 1))
    other = make_move(card, kind="relocate", source="counter", notified_on=date(2026, 11, 9))
    name = Written(InfoKind.NAME, "TRAN THI LAN")
    record_name_change(card, name="TRAN THI LAN", changed_on=date(2026, 11, 9), by=clerk)
    record_card_update(card, card_updated_on=TODAY, by=clerk, written=[*address(RIGHT), name])
    withdraw_move(one, by=clerk)
    entries = card.info_entries.filter(withdrawn_at=None)
    assert [entry.kind for entry in entries] == ["address", "name"]
    withdraw_move(other, by=clerk)
    assert [entry.kind for entry in entries.all()] == ["name"], "the name is no move's"


def test_an_update_that_a_correction_takes_away_takes_its_entry_with_it(
    card: Card, clerk: User
) -> None:
    move = moved_and_updated(card, clerk, WRONG, column_full=True)
    correct_move(move, dates=MoveDates(notified_on=TODAY), by=clerk)
    assert not of_a_full_column(card)
    assert not card.info_entries.filter(withdrawn_at=None).exists()
    event = card.events.get(kind=EventKind.MOVE_CORRECTED.value)
    with translation.override("en"):
        assert tell(event).lines == (
            "Card updated on: 10 November 2026 → not known",
            "Taken back from the additional information column: Address",
            "The additional information column is no longer full.",
        )
    assert TaskKind.UPDATE_CARD in tasks_of(card)


def test_entries_from_before_the_link_find_their_moves_in_the_history(
    card: Card, clerk: User
) -> None:
    first = moved_and_updated(card, clerk, WRONG)
    second = record_move(card, kind=MoveKind.RELOCATE, dates=MoveDates(notified_on=TODAY), by=clerk)
    record_card_update(card, card_updated_on=TODAY, by=clerk, written=address(RIGHT))
    linked = {entry.text: set(entry.moves.all()) for entry in card.info_entries.all()}
    assert linked == {WRONG: {first}, RIGHT: {second}}
    AdditionalInfoEntry.moves.through.objects.all().delete()
    import_module("cards.migrations.0012_moves_of_entries").link(apps, None)
    assert {entry.text: set(entry.moves.all()) for entry in card.info_entries.all()} == linked


# A new name


def corrected(card: Card, clerk: User, name: str, changed_on: date | None) -> Any:
    return correct_name_change(card, name=name, changed_on=changed_on, by=clerk)


@pytest.fixture
def renamed(card: Card, clerk: User) -> Card:
    record_name_change(card, name="TRAN THI LAN", changed_on=date(2026, 11, 9), by=clerk)
    card.refresh_from_db()
    return card


def test_a_new_name_of_another_person_is_taken_back_and_nothing_waits_for_the_card(
    renamed: Card, clerk: User
) -> None:
    """Seen to fail: the name could only be written over, and the task then stayed."""
    assert TaskKind.UPDATE_CARD in tasks_of(renamed)
    event = corrected(renamed, clerk, " NGUYEN  THI LAN ", None)
    renamed.refresh_from_db()
    assert (renamed.resident.name, renamed.name_changed_on) == ("NGUYEN THI LAN", None)
    assert TaskKind.UPDATE_CARD not in tasks_of(renamed)
    assert event.data == {"before": "2026-11-09", "changed_on": None, "name": True}
    with translation.override("en"):
        assert tell(event).lines == (
            "The recorded name was corrected.",
            "No new name is waiting to be written on the card any more.",
        )


def test_a_wrong_day_is_corrected_and_the_card_can_be_updated_from_it_on(
    renamed: Card, clerk: User
) -> None:
    issue_certificates(renamed, kinds=[CertificateKind.SIGNATURE], by=clerk)
    event = corrected(renamed, clerk, "TRAN THI LAN", date(2026, 11, 2))
    with translation.override("en"):
        assert tell(event).lines == (
            "Day of the change of name: 9 November 2026 → 2 November 2026",
        )
    living = renamed.certificates.filter(kind="signature", revoked_at=None)
    assert living.exists(), "the name that it stands in is right"
    name = [Written(InfoKind.NAME, "TRAN THI LAN")]
    record_card_update(renamed, card_updated_on=date(2026, 11, 3), by=clerk, written=name)


def test_a_certificate_in_the_wrong_name_ends_with_the_correction(
    renamed: Card, clerk: User
) -> None:
    issue_certificates(renamed, kinds=[CertificateKind.SIGNATURE], by=clerk)
    corrected(renamed, clerk, "TRAN THI LAN ANH", date(2026, 11, 9))
    assert not renamed.certificates.filter(kind="signature", revoked_at=None).exists()
    renamed.refresh_from_db()
    assert renamed.name_changed_on == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("name", "changed_on", "field"),
    [
        ("TRAN THI LAN", date(2026, 11, 9), "name"),
        (" ", None, "name"),
        ("LAN 123456789018", None, "name"),
        ("TRAN LAN", date(2026, 11, 11), "changed_on"),
        ("TRAN LAN", date(2025, 3, 31), "changed_on"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_at_its_field(
    renamed: Card, clerk: User, name: str, changed_on: date | None, field: str
) -> None:
    with pytest.raises(OperationRefused) as refused:
        corrected(renamed, clerk, name, changed_on)
    assert refused.value.field == field
    assert not renamed.events.filter(kind=EventKind.NAME_CORRECTED.value).exists()


def test_a_clerk_corrects_a_new_name_at_the_desk(
    renamed: Card, clerk: User, client: Client
) -> None:
    sign_in(client, clerk)
    url = f"/admin/cards/card/{renamed.pk}/correct-name/"
    form = client.get(url).context["form"]
    assert form["name"].value() == "TRAN THI LAN"
    sent = {"seen": str(form["seen"].value()), "name": "NGUYEN THI LAN", "changed_on": ""}
    foretold = unescape(client.post(url, sent).content.decode())
    assert "No new name is waiting to be written on the card any more." in foretold
    done = client.post(url, sent | {"confirmed": "yes"}, follow=True)
    told = unescape(done.content.decode())
    assert "The new name was corrected." in told
    assert "is not yet written on the card" not in told
    assert "There is no new name to correct" in page(client, url)
