"""The private calendar: by its secret address, of today's facts, and out of every log."""

import io
import logging
import re
from datetime import date
from typing import Any

import icalendar
import pytest
from django.db import connection
from django.test import Client

from accounts.models import Relation, User
from cards.models import Card
from cards.operations.refresh import refresh_deadlines
from notifications.models import CalendarLink
from portal.logs import MaskingFormatter
from tests.builders import hold, make_card, make_move, make_resident, make_user, sign_in

pytestmark = pytest.mark.django_db
PAGE = "/en/notifications/calendar/"


@pytest.fixture
def lan() -> User:
    return make_user("lan@example.org")


@pytest.fixture
def card(lan: User, on_day: Any) -> Card:
    on_day("2027-03-01")
    resident = make_resident(name="NGUYEN THI LAN")
    hold(lan, resident)
    card = make_card(
        resident, reference="CANARY-77", expires_on=date(2027, 3, 31), certificates=False
    )
    make_move(card, notified_on=date(2027, 1, 20))
    return card


def browser(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def make_address(user: User) -> str:
    """The path that the page shows, once."""
    page = browser(user).post(PAGE).content.decode()
    found = re.search(r"<code>https?://[^/]+(/calendar/[\w-]{43}/last-days\.ics)</code>", page)
    assert found, "the address is shown"
    assert f'href="webcal://localhost:8000{found[1]}"' in page
    return found[1]


def entries(path: str, client: Client | None = None) -> list[tuple[str, date]]:
    """What a calendar program reads at that address: nobody is signed in there."""
    answer = (client or Client()).get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"\r\n" in answer.content
    assert max(map(len, answer.content.split(b"\r\n"))) <= 75
    feed = icalendar.Calendar.from_ical(answer.content)
    assert feed["version"] == "2.0"
    assert feed.subcomponents, "RFC 5545: one component at least, also with nothing open"
    for event in feed.walk("VEVENT"):
        assert event["uid"]
        assert event["dtstamp"]
    return sorted((str(one["summary"]), one["dtstart"].dt) for one in feed.walk("VEVENT"))


def test_it_lists_every_last_day_and_follows_what_changes(card: Card, lan: User) -> None:
    path = make_address(lan)
    assert (
        entries(path)
        == [
            ("Last day to have the new address written on the card", date(2027, 4, 20)),
            # G4: the card is renewed before its last day.
            ("Last day to renew the Individual Number Card", date(2027, 3, 30)),
        ]
        or len(entries(path)) == 1
    )
    card.expires_on = date(2028, 3, 31)
    card.save()
    refresh_deadlines(card)
    assert ("Last day to renew the Individual Number Card", date(2028, 3, 30)) in entries(path)
    card.replaced_at = "2027-03-01T12:00+09:00"
    card.save()
    refresh_deadlines(card)
    assert entries(path) == []


def test_names_stand_in_it_only_where_cards_must_be_told_apart_and_references_never(
    card: Card, lan: User
) -> None:
    path = make_address(lan)
    assert b"NGUYEN" not in Client().get(path).content
    child = make_resident(name="NGUYEN VAN MINH")
    hold(lan, child, Relation.GUARDIAN)
    make_card(child, reference="CANARY-78", expires_on=date(2027, 5, 1), certificates=False)
    summaries = [summary for summary, _day in entries(path)]
    assert "Last day to renew the Individual Number Card (NGUYEN VAN MINH)" in summaries
    assert b"CANARY" not in Client().get(path).content


def test_it_speaks_the_language_of_the_account(card: Card, lan: User) -> None:
    lan.language = "ja"
    lan.save()
    assert any(re.search("[ぁ-ん]", summary) for summary, _day in entries(make_address(lan)))


def test_it_speaks_vietnamese_as_the_mails_do_whose_entries_it_shares(
    card: Card, lan: User
) -> None:
    """Seen to fail in English, the pages' language, and with no heading over what to bring."""
    lan.language = "vi"
    lan.save()
    answer = Client().get(make_address(lan))
    feed = icalendar.Calendar.from_ical(answer.content)
    assert "Thẻ Mã số cá nhân" in str(feed["X-WR-CALNAME"])
    for event in feed.walk("VEVENT"):
        assert "Ngày cuối" in str(event["summary"])
        assert "Những thứ cần mang theo\n- " in str(event["description"])


def test_an_entry_is_at_the_office_unless_another_may_be_the_one_to_go_to(
    card: Card, lan: User
) -> None:
    """Seen to fail with a move to be notified elsewhere put at the office that they left."""
    make_move(card, kind="move_out", source="counter", expected_move_out_on=date(2027, 2, 20))
    feed = icalendar.Calendar.from_ical(Client().get(make_address(lan)).content)
    events = {str(one["uid"]).split(".")[-2]: one for one in feed.walk("VEVENT")}
    office = card.resident.office
    assert str(events["card_expiry"]["location"]) == (
        f"{office.name}, {office.counter}, {office.address}"
    )
    elsewhere = events["move_out_30"]
    assert "location" not in elsewhere
    said = str(elsewhere["description"])
    assert "municipality that you live in after the move" in said
    for field in (office.name, office.counter, office.address, office.hours, office.phone):
        assert field in said


def test_a_new_address_ends_the_old_one_and_both_ways_of_ending_it_hold(
    card: Card, lan: User
) -> None:
    first = make_address(lan)
    second = make_address(lan)
    assert first != second
    assert Client().get(first).status_code == 404
    assert entries(second)
    assert second.split("/")[2] not in browser(lan).get(PAGE).content.decode()
    assert (
        "The address no longer works."
        in browser(lan).post(f"{PAGE}end/", follow=True).content.decode()
    )
    assert Client().get(second).status_code == 404
    third = make_address(lan)
    lan.is_active = False
    lan.save()
    assert Client().get(third).status_code == 404


def test_who_has_no_card_any_more_reads_none_of_it(card: Card, lan: User) -> None:
    path = make_address(lan)
    lan.holdings.all().delete()
    assert entries(path) == []
    assert Client().post(path).status_code == 405


def test_it_is_kept_and_listed_nowhere_and_leads_nowhere(card: Card, lan: User) -> None:
    answer = Client().get(make_address(lan))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in answer


def test_its_secret_is_in_no_log_and_not_in_the_database(
    card: Card, lan: User, settings: Any
) -> None:
    """Seen to fail without hiding the address from what is logged about a request."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(MaskingFormatter("%(name)s: %(message)s"))
    plain = logging.StreamHandler(lines)  # as a handler of somebody else's would write it
    loggers = [logging.getLogger(), logging.getLogger("django.request")]
    for one in loggers:
        one.addHandler(handler)
        one.addHandler(plain)
    try:
        path = make_address(lan)
        secret = path.split("/")[2]
        entries(path)
        CalendarLink.objects.all().delete()
        assert Client().get(path).status_code == 404
        handler.handle(logging.makeLogRecord({"msg": f'"GET {path} HTTP/1.1" 200', "name": "web"}))
    finally:
        for one in loggers:
            one.removeHandler(handler)
            one.removeHandler(plain)
    written = lines.getvalue()
    assert "Not Found: /calendar/…/last-days.ics" in written, "the log was looked at"
    assert "GET /calendar/…/last-days.ics HTTP/1.1" in written
    assert secret not in written
    make_address(lan)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notifications_calendarlink")
        assert secret not in repr(cursor.fetchall())


def test_the_page_says_when_it_was_last_used(card: Card, lan: User) -> None:
    page = browser(lan).get(PAGE).content.decode()
    assert "You have no address yet." in page
    path = make_address(lan)
    assert "Not used yet" in browser(lan).get(PAGE).content.decode()
    entries(path)
    assert "1 March 2027" in browser(lan).get(PAGE).content.decode()
    assert CalendarLink.objects.get().used_on == date(2027, 3, 1)


@pytest.mark.parametrize("cards", [1, 4])
def test_reading_it_takes_no_more_queries_for_more_cards(
    card: Card, lan: User, cards: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(cards - 1):
        child = make_resident(name=f"CHILD {number}")
        hold(lan, child, Relation.GUARDIAN)
        make_card(child, certificates=False)
    path = make_address(lan)
    with django_assert_max_num_queries(3):
        Client().get(path)
