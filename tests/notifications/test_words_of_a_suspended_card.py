"""Of a suspended card every deadline says so, and what must come first (G2, G4, G5, G6).

The counter writes nothing on it, renews it not and puts no certificates on it before the
suspension is lifted; and nothing of it works until some day. Each seen to fail where only the
card's expiry said so.
"""

import re
from collections.abc import Callable
from datetime import date

import icalendar
import pytest
from django.test import Client

from accounts.models import ClosedDays
from cards.models import Card
from cards.operations.refresh import refresh_deadlines
from notifications.models import Delivery, Preference
from notifications.outbox import send_queue
from notifications.planner import raise_alerts
from tests.builders import (
    hold,
    make_card,
    make_certificate,
    make_move,
    make_resident,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

ENDS = date(2027, 3, 9)
LANGUAGES = ["en", "ja", "vi"]
SUSPENDED = {"en": "is suspended", "ja": "一時停止中", "vi": "bị tạm dừng"}
LIFTED = {
    "en": re.compile("suspension (is|has to be|must be|was)? ?lifted"),
    "ja": re.compile("一時停止(の|が|を)解除"),
    "vi": re.compile("hủy (việc )?tạm dừng"),
}
WORKS = {
    "en": re.compile("stays valid|stops working|no longer works|still be working|still work"),
    "ja": re.compile("引き続き使え|カード[がは]使えなくなり"),
    "vi": re.compile("vẫn còn hiệu lực|(thẻ|chứng thư này) (sẽ )?không (làm|dùng) được nữa"),
}


def expiring(card: Card) -> None:
    card.expires_on = ENDS
    card.save()


def waiting_for_its_second_visit(card: Card) -> None:
    card.expires_on = ENDS
    card.expiry_basis = "application_filed"
    card.save()


def with_certificates(card: Card) -> None:
    for kind in ("signature", "user_proof"):
        make_certificate(card, kind=kind, ends_on=ENDS)


def of_photo_id(card: Card) -> None:
    card.variant = "photo_id"
    card.save()
    make_certificate(card, kind="user_proof", ends_on=ENDS)


def told(**days: date) -> Callable[[Card], object]:
    return lambda card: card.planned_moves.create(kind="move_in", told_at=TOLD, **days)


def moved(**days: date) -> Callable[[Card], object]:
    return lambda card: make_move(card, **days)


TOLD = "2027-01-05T10:00+09:00"
# What is told of the card, and the kind of it whose last day is 9 March 2027.
CARDS: dict[str, tuple[str, Callable[[Card], object]]] = {
    "it expires": ("card_expiry", expiring),
    "it was extended": ("card_expiry", waiting_for_its_second_visit),
    "its address is to be written": ("card_update_90", moved(notified_on=date(2026, 12, 9))),
    "it moves in": ("move_in_14", moved(moved_in_on=date(2027, 2, 23))),
    "it moves out": ("move_out_30", moved(expected_move_out_on=date(2027, 2, 7))),
    "it says that it moves in": ("planned_move_in_14", told(moved_in_on=date(2027, 2, 23))),
    "it says that it moves out": (
        "planned_move_out_30",
        told(expected_move_out_on=date(2027, 2, 7)),
    ),
    "its certificates end": ("certificate_expiry", with_certificates),
    "its only certificate ends": ("certificate_expiry", of_photo_id),
}
every_card = pytest.mark.parametrize(("kind", "becomes"), CARDS.values(), ids=CARDS.keys())
every_language = pytest.mark.parametrize("language", LANGUAGES)


def a_suspended_card(becomes: Callable[[Card], object], language: str = "en") -> Card:
    resident = make_resident(language=language, period_of_stay_ends_on=date(2030, 1, 31))
    card = make_card(resident, issued_on=date(2026, 4, 1), certificates=False)
    becomes(card)
    card.suspended_at = "2027-02-20T10:00+09:00"
    card.save()
    refresh_deadlines(card)
    return card


def said_rightly(said: str, language: str) -> bool:
    assert not WORKS[language].search(said), said
    return SUSPENDED[language] in said and bool(LIFTED[language].search(said))


def mailed(smtp_sink, kind: str) -> tuple[str, str]:
    """What the mail about this kind says, and the entry in its calendar ("" without one)."""
    raise_alerts()
    Delivery.objects.exclude(notification__kind=kind).delete()
    assert send_queue().sent == 1
    (message,) = smtp_sink.messages
    own = message.get_body("plain").get_content().split("-" * 70)[0]
    entries = [
        str(event["description"])
        for file in message.iter_attachments()
        for event in icalendar.Calendar.from_ical(file.get_content()).walk("VEVENT")
    ]
    blank = "" if message["Content-Language"] == "ja" else " "
    return blank.join(own.split()), blank.join(" ".join(entries).split())


@every_language
@pytest.mark.parametrize("day", ["2027-03-06", "2027-03-09"])
@every_card
def test_its_mails_and_their_calendars_say_so(smtp_sink, on_day, kind, becomes, day, language):
    on_day(day)
    a_suspended_card(becomes, language)
    mail, calendar = mailed(smtp_sink, kind)
    assert said_rightly(mail, language), mail
    assert not calendar or said_rightly(calendar, language), calendar


@every_language
@pytest.mark.parametrize("name", ["its certificates end", "its only certificate ends"])
def test_so_they_do_once_its_certificates_have_ended(smtp_sink, on_day, name, language):
    on_day("2027-03-10")
    kind, becomes = CARDS[name]
    a_suspended_card(becomes, language)
    mail, _calendar = mailed(smtp_sink, kind)
    assert said_rightly(mail, language), mail


@every_language
@pytest.mark.parametrize("name", ["it says that it moves in", "it says that it moves out"])
def test_so_they_do_once_the_day_of_a_move_told_of_has_passed(smtp_sink, on_day, name, language):
    on_day("2027-03-10")
    kind, becomes = CARDS[name]
    a_suspended_card(becomes, language)
    mail, _calendar = mailed(smtp_sink, kind)
    assert said_rightly(mail, language), mail


@every_language
@pytest.mark.parametrize(
    "name", ["it expires", "its address is to be written", "it moves in", "it moves out"]
)
def test_once_it_has_ended_only_a_new_card_is_spoken_of(smtp_sink, on_day, name, language):
    """Nobody lifts the suspension of a card that has expired or lapsed."""
    on_day("2027-03-10")
    kind, becomes = CARDS[name]
    a_suspended_card(becomes, language)
    mail, _calendar = mailed(smtp_sink, kind)
    assert not LIFTED[language].search(mail)


@every_language
@pytest.mark.parametrize("name", ["it expires", "its address is to be written"])
def test_so_they_do_where_the_counter_is_closed_until_the_end(smtp_sink, on_day, name, language):
    on_day("2027-03-06")
    kind, becomes = CARDS[name]
    card = a_suspended_card(becomes, language)
    ClosedDays.objects.create(
        office=card.resident.office,
        first_on=date(2027, 3, 6),
        last_on=date(2027, 3, 12),
        name="x",
    )
    mail, _calendar = mailed(smtp_sink, kind)
    assert said_rightly(mail, language), mail


@every_language
def test_a_mail_of_the_day_says_so_of_each_thing(smtp_sink, on_day, language):
    on_day("2027-01-08")
    card = a_suspended_card(moved(notified_on=date(2026, 12, 9)), language)
    with_certificates(card)
    expiring(card)
    card.certificates.update(ends_on=date(2027, 2, 7))
    refresh_deadlines(card)
    Preference.objects.create(resident=card.resident, daily=True)
    raise_alerts()
    on_day("2027-01-09", at="08:00")
    assert send_queue().sent == 1
    (message,) = smtp_sink.messages
    own = message.get_body("plain").get_content().split("-" * 70)[0]
    _above, *parts = re.split(r"^\* ", own, flags=re.MULTILINE)
    assert len(parts) == 3
    for part in parts:
        assert said_rightly(("" if language == "ja" else " ").join(part.split()), language), part


@every_card
def test_its_front_page_and_the_calendar_to_subscribe_to_say_so(client, on_day, kind, becomes):
    """Also in the list of what is to do."""
    on_day("2027-03-09")
    card = a_suspended_card(becomes)
    user = make_user()
    hold(user, card.resident)
    sign_in(client, user)
    page = " ".join(client.get("/en/").text.split())
    articles = re.findall(r'<article class="deadline .*?</article>', page)
    assert articles
    for said in articles:
        if "2027" in said.split("</h3>")[0]:
            assert said_rightly(said, "en"), said
    tasks = re.findall(r'<li><div class="tasks__what">.*?</li>', page)
    assert tasks
    for task in tasks:
        assert not WORKS["en"].search(task), task
    address = re.search(
        r"(/calendar/[\w-]{43}/last-days\.ics)", client.post("/en/notifications/calendar/").text
    )
    assert address
    feed = icalendar.Calendar.from_ical(Client().get(address[1]).content)
    for event in feed.walk("VEVENT"):
        if event["dtstart"].dt.year == 2027:
            assert said_rightly(str(event["description"]), "en"), event


def test_the_page_about_a_second_visit_does_not_say_until_when_it_works(client, on_day):
    """Seen to fail."""
    on_day("2027-02-21")
    card = a_suspended_card(waiting_for_its_second_visit)
    user = make_user()
    hold(user, card.resident)
    sign_in(client, user)
    page = client.get(f"/en/cards/{card.reference}/renewing/").text
    assert not re.search("(It now|The card) works until", page)
    assert "It now ends on 9 March 2027." in page
    assert "The card is suspended" in page
