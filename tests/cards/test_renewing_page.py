"""The renewal as its holder prepares it (G4)."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cards.models import Card
from cards.operations import record_move, set_expiry, suspend
from cards.rules.kinds import ExpiryBasis, MoveKind
from cards.rules.moves import MoveDates
from tests.builders import hold, make_card, make_clerk, make_move, make_resident, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan(client: Client, on_day) -> User:
    on_day("2026-11-22")
    user = make_user()
    sign_in(client, user)
    return user


def card_until(user: User, day: date, **fields) -> Card:
    resident = make_resident(period_of_stay_ends_on=day)
    hold(user, resident)
    return make_card(resident, **fields)


def page_of(client: Client, card: Card, language: str = "en") -> str:
    answer = client.get(f"/{language}/cards/{card.reference}/renewing/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def unmet(page: str) -> list[str]:
    checks = page.split('<ul class="checks">')[1].split("</ul>")[0]
    return [part.split("<p>")[1].split("<")[0].strip() for part in checks.split("unmet")[1:]]


def test_before_90_days_the_page_says_when_renewal_opens(client, lan):
    page = page_of(client, card_until(lan, date(2027, 3, 31)))
    assert "Renewal opens on 31 December 2026" in page
    assert "reminders come in good time" in page
    assert unmet(page) == []


def test_within_90_days_it_names_the_day_before_expiry_and_both_residence_cards(client, lan):
    card = card_until(lan, date(2026, 12, 20))
    page = page_of(client, card)
    assert "Go by 19 December 2026" in page
    assert "① You have applied and are waiting" in page
    assert "works until 20 February 2027 at the latest" in page
    assert "② Your longer stay is granted" in page
    assert "does not move the card’s date by itself" in page
    assert "Monday to Friday, 8:30 to 17:00" in page
    assert reverse("cards:sheet", args=[card.reference, "renewal"]) in page


def test_in_japanese(client, lan):
    page = page_of(client, card_until(lan, date(2026, 12, 20)), "ja")
    assert "2026年12月19日までに窓口へ行ってください" in page
    assert "特例期間" in page


def test_on_the_day_to_go_by_and_on_the_last_day(client, lan, on_day):
    card = card_until(lan, date(2026, 12, 20))
    for day, said in (
        ("2026-12-19", "Go today, before the counter closes"),
        ("2026-12-20", "The card expires today"),
    ):
        on_day(day)
        sign_in(client, lan)
        page = page_of(client, card)
        assert said in page
        assert "A visit to the counter today" in page


def test_a_suspended_card_is_blocked_until_it_is_found(client, lan):
    card = card_until(lan, date(2026, 12, 20))
    suspend(card, by=lan)
    page = page_of(client, card)
    assert "This card cannot be renewed now" in page
    assert unmet(page) == ["The card is suspended."]
    assert "your office lifts the suspension at the counter" in page
    assert reverse("cards:sheet", args=[card.reference, "renewal"]) not in page


@pytest.mark.parametrize("ended", ["expired", "lapsed"])
def test_a_card_that_is_gone_needs_a_new_one(client, lan, ended):
    card = card_until(lan, date(2026, 11, 21) if ended == "expired" else date(2027, 1, 1))
    if ended == "lapsed":
        make_move(card, moved_in_on=date(2026, 10, 1))
    page = page_of(client, card)
    assert unmet(page) == [
        "The card has expired." if ended == "expired" else "The card has lapsed after a move."
    ]
    assert "It cannot be renewed any more. Ask for a new card" in page
    assert "What to bring" not in page


def test_a_pending_extension_makes_it_the_second_visit(client, lan):
    card = card_until(lan, date(2026, 12, 20))
    set_expiry(
        card, expires_on=date(2027, 2, 20), basis=ExpiryBasis.APPLICATION_FILED, by=make_clerk()
    )
    page = page_of(client, card)
    assert "<h1>The second visit</h1>" in page
    assert "Go by 19 February 2027" in page
    assert "It now ends on 20 February 2027" in page
    assert "① You have applied" not in page
    assert reverse("cards:sheet", args=[card.reference, "second-visit"]) in page


def test_what_the_same_visit_settles_is_named(client, lan):
    card = card_until(lan, date(2026, 12, 20))
    dates = MoveDates(notified_on=date(2026, 11, 20))
    record_move(card, kind=MoveKind.RELOCATE, dates=dates, by=make_clerk())
    along = page_of(client, card).split("You can settle this at the same visit")[1]
    assert "Have your new address or name written on the card" in along
    assert "Have the signature certificate issued again" in along


def test_somebody_elses_renewal_looks_like_not_there(client, lan):
    assert client.get(f"/en/cards/{make_card().reference}/renewing/").status_code == 404
