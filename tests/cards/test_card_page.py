"""The page of one card, and the ways between its pages."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Relation, Resident, User
from cards.models import AdditionalInfoEntry, Card
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


def a_card(user: User, relation: Relation = Relation.SELF, name: str = "NGUYEN THI LAN", **card):
    resident = make_resident(name=name)
    hold(user, resident, relation)
    return make_card(resident, **card)


def page_of(client: Client, card: Card, language: str = "en") -> str:
    answer = client.get(f"/{language}/cards/{card.reference}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def tasks_of(client: Client, card: Card) -> str:
    return page_of(client, card).split("<h3>To do</h3>")[1].split("<h3>Last days</h3>")[0]


def test_with_nothing_to_do_the_page_says_so(client, lan):
    assert "Nothing waits for you at the moment." in tasks_of(client, a_card(lan))


def test_renewal_waits_with_its_day_and_leads_to_help(client, lan):
    todo = tasks_of(client, a_card(lan, expires_on=date(2026, 12, 20)))
    assert "Renew the card at the counter" in todo
    assert "By 19 December 2026. If the counter is closed on that day, go before." in todo


def test_on_the_day_to_go_by_it_is_today_and_on_the_last_day_it_is_late(client, lan, on_day):
    card = a_card(lan, expires_on=date(2026, 12, 20))
    on_day("2026-12-19")
    sign_in(client, lan)
    assert "Today, before the counter closes." in tasks_of(client, card)
    on_day("2026-12-20")
    sign_in(client, lan)
    assert "The day to go by was 19 December 2026. Go today" in tasks_of(client, card)


def test_a_notified_move_leaves_two_tasks_the_update_and_the_signature(client, lan):
    card = a_card(lan)
    dates = MoveDates(notified_on=date(2026, 11, 20))
    record_move(card, kind=MoveKind.RELOCATE, dates=dates, by=make_clerk())
    todo = tasks_of(client, card)
    assert todo.index("written on the card") < todo.index("signature certificate issued again")
    assert "By 18 February 2027." in todo


def test_a_move_that_nobody_notified_waits_for_the_notification(client, lan):
    card = a_card(lan)
    make_move(card, moved_in_on=date(2026, 11, 20))
    assert "Submit the moving-in notification" in tasks_of(client, card)


def test_a_pending_extension_leaves_the_second_visit(client, lan):
    card = a_card(lan, expires_on=date(2026, 12, 20))
    set_expiry(
        card,
        expires_on=date(2027, 2, 20),
        basis=ExpiryBasis.APPLICATION_FILED,
        by=make_clerk(),
    )
    todo = tasks_of(client, card)
    assert "Go to the counter a second time" in todo
    assert "By 19 February 2027." in todo
    assert "Renew the card at the counter" not in todo


def test_a_full_column_asks_for_a_new_card(client, lan):
    card = a_card(lan)
    AdditionalInfoEntry.objects.create(
        card=card, kind="address", text="new", entered_on=date(2026, 11, 1), fills_column=True
    )
    assert "Ask for a new card" in tasks_of(client, card)


def test_before_a_suspension_a_mail_is_promised_only_to_who_gets_one(client, lan):
    """Seen to fail: a mail “at the address that your office has” was promised without one."""
    card = a_card(lan)
    address = reverse("cards:suspend", args=[card.reference])
    Resident.objects.update(email="lan@example.org")
    assert "You are told by mail at once" in client.get(address).content.decode()
    Resident.objects.update(email="")
    page = client.get(address).content.decode()
    assert "told by mail" not in page
    assert "tell the counter if you want mails" in page


def test_a_suspended_card_waits_for_police_and_office(client, lan):
    card = a_card(lan)
    suspend(card, by=lan)
    assert reverse("cards:lost") in tasks_of(client, card)


def test_certificates_that_end_first_are_to_be_put_on_anew(client, lan):
    card = a_card(lan, issued_on=date(2022, 3, 9))
    card.certificates.update(ends_on=date(2026, 12, 24))
    todo = tasks_of(client, card)
    assert "Have new electronic certificates put on the card" in todo
    assert "By 24 December 2026." in todo


def test_the_tasks_are_on_the_front_page_too_and_in_japanese(client, lan):
    a_card(lan, expires_on=date(2026, 12, 20))
    assert "カードを窓口で更新してください" in client.get("/ja/").content.decode()


def nav_of(client: Client, address: str) -> str:
    page = " ".join(client.get(address).content.decode().split())
    return page.split('<nav class="card-nav"')[1].split("</nav>")[0]


def test_every_page_of_the_card_leads_to_the_others(client, lan):
    card = a_card(lan)
    nav = nav_of(client, f"/en/cards/{card.reference}/")
    assert f'href="/en/cards/{card.reference}/" aria-current="page"' in nav
    assert f'href="/en/cards/{card.reference}/pins/"' in nav
    assert "This card" in nav
    nav = nav_of(client, f"/en/cards/{card.reference}/pins/")
    assert f'href="/en/cards/{card.reference}/pins/" aria-current="page"' in nav


def test_with_several_cards_the_way_says_whose_card_it_is(client, lan):
    a_card(lan)
    child = a_card(lan, Relation.GUARDIAN, name="NGUYEN VAN MINH")
    nav = nav_of(client, f"/en/cards/{child.reference}/")
    assert "Card of NGUYEN VAN MINH" in nav
    assert 'href="/en/"' in nav


def test_somebody_elses_card_looks_like_not_there(client, lan):
    assert client.get(f"/en/cards/{make_card().reference}/").status_code == 404
    assert client.get("/en/cards/NO-SUCH-CARD/").status_code == 404
