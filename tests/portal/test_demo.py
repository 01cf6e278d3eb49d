"""The demo, made: somebody in every state, an account for each role, mail on its way."""

import csv
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Resident, User
from cards.models import Card, CardEvent, Deadline
from cards.rules.deadlines import ENDS_THE_CARD
from cards.rules.kinds import CardVariant, DeadlineKind, PinKind
from notifications.models import Delivery, Notification
from portal.demo.accounts import DEMO_ACCOUNTS
from portal.demo.create import staff_code
from portal.demo.people import PEOPLE

TODAY = date(2026, 11, 22)


@pytest.fixture
def demo(db, settings, tmp_path: Path, on_day) -> Path:
    """The demo, made on TODAY; where its sheet is."""
    on_day(TODAY)
    settings.DEBUG, settings.VAR_DIR = True, tmp_path
    call_command("create_demo", stdout=StringIO())
    return tmp_path / "demo" / "cards.csv"


def test_every_person_is_in_the_state_they_are_there_to_show(demo: Path) -> None:
    cards = {card.reference: card for card in Card.objects.all()}
    assert len(cards) == Resident.objects.count() == 1000
    for person in PEOPLE:
        assert cards[person.reference].state is person.state, person.reference


def test_every_clock_is_seen_running_and_run_out(demo: Path) -> None:
    for person in PEOPLE:
        if person.days_left is None:
            continue
        rows = Deadline.objects.filter(
            card__reference=person.reference, kind=person.deadline.value, closed_at=None
        )
        assert person.days_left in [(row.last_day - TODAY).days for row in rows], person.reference
    shown = {(p.deadline, p.days_left >= 0) for p in PEOPLE if p.days_left is not None}
    clocks = ENDS_THE_CARD
    assert shown >= {(kind, running) for kind in clocks for running in (True, False)}
    assert (DeadlineKind.CERTIFICATE_EXPIRY, True) in shown


def test_a_pin_is_locked_and_a_card_has_no_pins(demo: Path) -> None:
    slot = Card.objects.get(reference="DEMO-PIN-LOCKED").pin_slots.get()
    assert (slot.kind, slot.is_locked) == (PinKind.USER_PROOF.value, True)
    photo_id = Card.objects.get(reference="DEMO-PHOTO-ID")
    assert photo_id.variant == CardVariant.PHOTO_ID.value
    assert not photo_id.pin_slots.exists()


def test_a_told_move_reminds_a_column_is_full_and_a_name_waits_for_its_card(demo: Path) -> None:
    told = Card.objects.get(reference="DEMO-MOVE-TOLD")
    assert told.lapses_on is None
    assert told.planned_moves.filter(closed_at=None).exists()
    full = Card.objects.get(reference="DEMO-COLUMN-FULL")
    assert [e.fills_column for e in full.info_entries.all()] == [False, False, True]
    assert Card.objects.get(reference="DEMO-NEW-NAME").name_changed_on == date(2026, 11, 17)


def test_the_resident_sees_their_own_card_and_their_childs(demo: Path) -> None:
    seen = Card.objects.held_by(User.objects.get(email="resident@example.com"))
    assert {card.reference for card in seen} == {"DEMO-UPDATE-90", "DEMO-CHILD"}


def test_a_newcomer_adds_a_card_with_the_letter_that_lies_ready(demo: Path, settings) -> None:
    settings.DEBUG = False  # its pages name the mailbox, whose addresses this process may not have
    letter = demo.with_name("linking-letter.txt").read_text()
    (code,), (born,) = (re.findall(rf"{what}  +(\S+)", letter) for what in ("code", "birth date"))
    year, month, day = born.split("-")
    client = Client()
    newcomer = next(one for one in DEMO_ACCOUNTS if one.role == "Newcomer")
    client.post("/en/accounts/login/", {"login": newcomer.email, "password": newcomer.password})
    entries = {"birth_date_0": year, "birth_date_1": month, "birth_date_2": day}
    answer = client.post("/en/link/", entries | {"code": code, "confirmed": "yes"}, follow=True)
    assert "DEMO-FINE" in answer.content.decode()


def test_every_account_signs_in(demo: Path) -> None:
    for account in DEMO_ACCOUNTS:
        client = Client()
        form = {"login": account.email, "password": account.password}
        answer = client.post("/en/accounts/login/", form)
        assert answer.status_code == 302, account.email
        if account.is_staff:
            assert "_auth_user_id" not in client.session
            client.post("/en/accounts/2fa/authenticate/", {"code": staff_code()})
            assert client.get("/admin/").status_code == 200
        user = User.objects.get(email=account.email)
        assert client.session["_auth_user_id"] == str(user.pk)
        assert user.groups.filter(name=account.group).exists() == bool(account.group)


def test_a_clerk_keeps_the_cards_of_their_own_office(demo: Path) -> None:
    for email, office in (("clerk1@example.com", "900001"), ("clerk2@example.com", "900002")):
        clerk = User.objects.get(email=email)
        assert clerk.is_staff
        kept = Card.objects.of_offices_of(clerk).values_list("resident__office__code", flat=True)
        assert set(kept) == {office}


def test_the_first_look_shows_unread_notifications_and_mail_on_its_way(demo: Path) -> None:
    resident = User.objects.get(email="resident@example.com")
    unread = Notification.objects.for_holder(resident).unread()
    assert DeadlineKind.CARD_UPDATE_90.value in {one.kind for one in unread}
    assert Delivery.objects.filter(notification__in=unread).exists()
    assert not Delivery.objects.filter(notification__card__reference="DEMO-FINE").exists()


def test_a_second_run_changes_nothing(demo: Path, on_day) -> None:
    User.objects.get(email="editor@example.com").delete()
    Resident.objects.filter(cards__reference="DEMO-FINE").update(address="Somewhere else")
    before, sheet = _everything(), demo.read_bytes()
    on_day(date(2026, 11, 25))
    said = StringIO()
    call_command("create_demo", stdout=said)
    assert "nothing was changed" in said.getvalue()
    assert _everything() == before
    assert demo.read_bytes() == sheet


def test_the_sheet_is_what_the_residents_came_from(demo: Path) -> None:
    with demo.open(encoding="utf-8", newline="") as file:
        names = {row["reference"]: row["name"] for row in csv.DictReader(file)}
    names["DEMO-NEW-NAME"] = "SATO KAROLINA"  # recorded at the counter since
    stored = Card.objects.values_list("reference", "resident__name")
    assert dict(stored) == names


def test_a_real_installation_refuses_the_demo(db, settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="needs DEBUG"):
        call_command("create_demo")
    assert not User.objects.exists()


def _everything() -> list[list[tuple[object, ...]]]:
    models = (User, Resident, Card, Deadline, CardEvent, Notification, Delivery)
    return [list(model.objects.order_by("pk").values_list()) for model in models]
