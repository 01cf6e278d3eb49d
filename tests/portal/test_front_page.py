"""The front page: the card, each last day with its reason, what the card can do today."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import Relation
from cards.models import PinSlot
from cards.operations.suspend import suspend
from cards.rules.kinds import CardVariant, PinKind
from notifications.models import Notification
from tests.builders import hold, make_card, make_move, make_resident, make_user, set_pins, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan(client: Client):
    user = make_user()
    sign_in(client, user)
    return user


def a_card(user, relation=Relation.SELF, **fields):
    resident = make_resident(name=fields.pop("name", "NGUYEN THI LAN"))
    hold(user, resident, relation)
    return set_pins(make_card(resident, **fields))


def shown(client: Client, language: str = "en") -> str:
    return " ".join(client.get(f"/{language}/").content.decode().split())


def test_a_deadline_says_days_left_the_day_to_go_and_the_reason(client, lan, on_day):
    on_day("2026-09-10")
    make_move(a_card(lan), notified_on=date(2026, 9, 1))
    page = shown(client)
    assert "81 days left to have the new address written on the card" in page
    assert "Go by 30 November 2026." in page
    assert (
        "submitted on 1 September 2026. The card must show the new address within 90 days" in page
    )


def test_the_same_in_japanese(client, lan, on_day):
    on_day("2026-09-10")
    make_move(a_card(lan), notified_on=date(2026, 9, 1))
    page = shown(client, "ja")
    assert "カードに新しい住所を書いてもらう期限まで、あと81日です" in page
    assert "2026年11月30日までに窓口へ行ってください。" in page


def test_renewal_is_for_the_day_before_expiry(client, lan, on_day):
    on_day("2026-11-22")
    a_card(lan, expires_on=date(2026, 11, 30))
    assert "Go by 29 November 2026." in shown(client)


def test_a_card_is_expired_from_the_day_after_without_any_job(client, lan, on_day):
    a_card(lan, expires_on=date(2026, 11, 30))
    on_day("2026-11-30", at="23:59")
    sign_in(client, lan)
    assert "The Individual Number Card expires today" in shown(client)
    on_day("2026-12-01", at="00:00")
    page = shown(client)
    assert "The Individual Number Card has expired" in page
    assert "Worked until 30 November 2026" in page


def test_what_would_come_after_the_end_of_the_card_is_not_said(client, lan, on_day):
    card = a_card(lan, expires_on=date(2026, 12, 1))
    make_move(card, moved_in_on=date(2026, 11, 1))
    on_day("2026-11-20")
    page = shown(client)
    assert "has lapsed" in page
    assert "expires in" not in page


def test_a_locked_pin_stops_what_needs_it_and_says_what_mends_it(client, lan):
    card = a_card(lan)
    assert "Not now" not in shown(client)
    PinSlot.objects.create(card=card, kind=PinKind.SIGNATURE.value, failed_tries=5)
    page = shown(client)
    assert "Its PIN is locked after too many wrong tries." in page
    assert "The counter resets the PIN." in page
    assert page.count('<span class="tag tag--good">Yes</span>') == 6


def test_a_suspended_card_can_do_nothing_and_the_way_back_is_told(client, lan):
    card = a_card(lan)
    suspend(card, by=lan)
    page = shown(client)
    assert '<span class="tag tag--good">Yes</span>' not in page
    assert "only that office lifts the suspension" in page


def test_a_guardian_sees_whose_card_it_is(client, lan):
    a_card(lan, Relation.GUARDIAN, name="NGUYEN VAN MINH", variant=CardVariant.PHOTO_ID.value)
    page = shown(client)
    assert "NGUYEN VAN MINH" in page
    assert "You look after this card as a parent or guardian." in page


def test_without_a_card_the_page_says_how_the_office_links_it(client, lan):
    page = shown(client)
    assert "No card is shown here yet" in page
    assert "Ask for the linking letter of the portal" in page


@pytest.mark.parametrize("cards", [1, 3])
def test_four_queries_are_enough_whatever_there_is(
    client, lan, cards, on_day, django_assert_max_num_queries
):
    on_day("2026-11-22")
    for number in range(cards):
        card = a_card(lan, Relation.GUARDIAN, name=f"CHILD {number}")
        make_move(card, expected_move_out_on=date(2026, 11, 1), moved_in_on=date(2026, 11, 10))
        suspend(card, by=lan)
        for deadline in card.deadlines.all():
            Notification.objects.create(
                card=card,
                kind=deadline.kind,
                deadline=deadline,
                last_day=deadline.last_day,
                lead=3,
            )
        event = card.events.get(kind="suspended")
        Notification.objects.create(card=card, kind=event.kind, event=event)
    with django_assert_max_num_queries(4):
        answer = client.get("/en/")
    assert answer.content.decode().count("You look after this card") == cards


def test_certificates_that_ended_before_the_card_are_not_spoken_of_once_it_is_gone(
    client, lan, on_day
):
    # It would have new ones put on a card that is gone.
    on_day("2026-12-01")
    sign_in(client, lan)
    a_card(lan, issued_on=date(2021, 5, 1), expires_on=date(2026, 11, 30))
    page = shown(client)
    assert "The Individual Number Card has expired" in page
    assert "Electronic certificates have expired" not in page
    assert "The card itself did not end" not in page
