"""The linking letter at the desk: who may print it, what it says, and that it is shown once."""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import Holding, LinkingCode, Relation, Resident, User
from tests.builders import (
    hold,
    make_card,
    make_clerk,
    make_office,
    make_resident,
    make_staff,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return make_clerk()


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    sign_in(client, clerk)
    return client


@pytest.fixture
def lan() -> Resident:
    card = make_card(make_resident(name="NGUYEN THI LAN", language="vi"))
    return card.resident


@pytest.fixture
def child(on_day: Any) -> Resident:
    on_day("2026-11-10")
    return make_resident(name="NGUYEN VAN MINH", birth_date=date(2020, 6, 1), language="ja")


def page_of(resident: Resident) -> str:
    return f"/admin/accounts/resident/{resident.pk}/linking-letter/"


def letter(desk: Client, resident: Resident, relation: str = "self") -> Any:
    return desk.post(page_of(resident), {"relation": relation, "confirmed": "yes"})


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def test_what_will_happen_is_said_before_a_code_is_made(desk: Client, lan: Resident) -> None:
    asked = words(desk.get(page_of(lan)))
    assert "Who gets the letter" in asked
    said = words(desk.post(page_of(lan), {"relation": "self"}))
    assert "in the resident's language (Tiếng Việt)" in said
    assert "nobody can see the code again" in said
    assert not LinkingCode.objects.exists()


def test_the_letter_says_all_that_is_needed_in_english_and_japanese(
    desk: Client, lan: Resident, on_day: Any, settings: Any
) -> None:
    """Vietnamese is not spoken yet: English stands in, and Japanese beside it all the same."""
    settings.SITE_URL = "https://portal.example.org"
    on_day("2026-11-10")
    answer = letter(desk, lan)
    said = words(answer)
    code = re.search(r"\b(?:[A-Z2-9]{4}-){2}[A-Z2-9]{4}\b", said)[0]  # type: ignore[index]
    for text in (
        "Your code to see your Individual Number Card in the portal",
        "ご自分のマイナンバーカードをポータルで見るためのコード",
        "NGUYEN THI LAN",
        "https://portal.example.org/en/link/",
        "The code works once. The last day is 10 December 2026.",
        "最後の日は2026年12月10日です。",
        "Hinode City Office · My Number Card counter, first floor",
        "日の出市役所 · 1階 マイナンバーカード窓口",
        "03-0000-0001",
        "Give this code to nobody.",
        "not a government site",
    ):
        assert text in said, text
    assert "no-store" in answer["Cache-Control"]
    assert code not in words(desk.get(page_of(lan)))
    assert code not in words(desk.get(f"/admin/accounts/resident/{lan.pk}/change/"))


def test_a_japanese_letter_says_everything_once(desk: Client, child: Resident) -> None:
    answer = letter(desk, child, "guardian")
    said = words(answer)
    assert (
        said.count("お子さんのマイナンバーカードをポータルで見守るためのコード") == 2
    )  # and title
    assert "18歳の誕生日（2038年6月1日）に終わります" in said
    assert '<html lang="ja">' in answer.content.decode()
    assert "Your code" not in said


def test_the_qr_code_is_a_picture_without_styles_and_is_read_aloud(
    desk: Client, lan: Resident
) -> None:
    page = letter(desk, lan).content.decode()
    picture = re.search(r"<svg.*?</svg>", page, re.DOTALL)[0]  # type: ignore[index]
    assert 'role="img"' in picture
    assert "aria-label=" in picture
    assert "style" not in picture


def test_who_printed_a_letter_is_kept_and_the_code_is_not(
    desk: Client, clerk: User, lan: Resident
) -> None:
    letter(desk, lan)
    entry = LogEntry.objects.get()
    assert (entry.user_id, entry.object_id) == (clerk.pk, str(lan.pk))
    assert "Printed a linking letter" in entry.get_change_message()
    shown = words(desk.get(f"/admin/accounts/resident/{lan.pk}/change/"))
    assert clerk.email in shown
    assert "open, through" in shown


def test_a_letter_is_taken_back_at_the_residents_record(desk: Client, lan: Resident) -> None:
    letter(desk, lan)
    made = LinkingCode.objects.get()
    close = f"{page_of(lan)}{made.pk}/close/"
    assert desk.get(close).status_code == 405
    assert "no longer opens anything" in words(desk.post(close))
    assert LinkingCode.objects.get().closed_at is None, "it asks first"
    answer = desk.post(close, {"confirmed": "yes"}, follow=True)
    assert "The letter no longer works." in answer.content.decode()
    made.refresh_from_db()
    assert made.closed_at is not None


def test_a_second_letter_says_that_the_first_stops_working(desk: Client, lan: Resident) -> None:
    letter(desk, lan)
    assert "stops working" in words(desk.post(page_of(lan), {"relation": "self"}))
    assert "stops working" not in words(desk.post(page_of(lan), {"relation": "x"}))


def test_letters_of_another_offices_residents_are_not_there(desk: Client) -> None:
    resident = make_resident(office=make_office("900002"))
    assert desk.get(page_of(resident)).status_code == 404
    assert letter(desk, resident).status_code == 404
    assert desk.get("/admin/accounts/resident/999999/linking-letter/").status_code == 404
    assert not LinkingCode.objects.exists()


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_who_may_only_look_prints_no_letter(client: Client, role: str, lan: Resident) -> None:
    sign_in(client, make_staff(role, lan.office))
    assert letter(client, lan).status_code == 403
    assert not LinkingCode.objects.exists()


def test_an_adult_has_no_guardian_and_a_linked_resident_needs_no_letter(
    desk: Client, lan: Resident
) -> None:
    answer = letter(desk, lan, "guardian")
    assert answer.status_code == 422
    assert "18 or older" in words(answer)
    hold(make_user(), lan)
    answer = letter(desk, lan)
    assert "Another account is the resident&#x27;s own already" in words(answer)
    assert not LinkingCode.objects.exists()


def test_a_guardians_letter_ends_with_guardianship(
    desk: Client, clerk: User, child: Resident, on_day: Any
) -> None:
    on_day("2038-05-20")
    sign_in(desk, clerk)
    letter(desk, child, "guardian")
    assert LinkingCode.objects.get().last_day == date(2038, 5, 31)


def test_an_office_ends_a_link_at_once(desk: Client, child: Resident) -> None:
    parent, browser = make_user(), Client()
    sign_in(browser, parent)
    card = make_card(child)
    held = hold(parent, child, Relation.GUARDIAN)
    assert browser.get(f"/en/cards/{card.reference}/pins/").status_code == 200
    shown = desk.get(f"/admin/accounts/resident/{child.pk}/change/").content.decode()
    assert f"/admin/accounts/holding/{held.pk}/delete/" in shown
    desk.post(f"/admin/accounts/holding/{held.pk}/delete/", {"post": "yes"})
    assert not Holding.objects.exists()
    assert browser.get(f"/en/cards/{card.reference}/pins/").status_code == 404


def test_help_for_a_lost_card_is_one_click_away_from_a_letter(desk: Client, lan: Resident) -> None:
    assert "/cards/lost/" in letter(desk, lan).content.decode()
