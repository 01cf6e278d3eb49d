"""What the card can do now, as its holder asks (G1-G3, G9)."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cards.models import Card, PinSlot
from cards.operations import suspend
from cards.operations.revoke_signature import revoke_signature
from cards.rules.kinds import CardVariant, PinKind
from cards.rules.uses import UseKind
from tests.builders import (
    hold,
    make_card,
    make_certificate,
    make_resident,
    make_user,
    set_pins,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan(client: Client, on_day) -> User:
    on_day("2026-11-22")
    user = make_user()
    sign_in(client, user)
    return user


def a_card(user: User, **fields) -> Card:
    resident = make_resident()
    hold(user, resident)
    return set_pins(make_card(resident, **fields))


def uses_on(client: Client, card: Card, language: str = "en") -> dict[str, str]:
    """What the page says of each use, by its kind."""
    answer = client.get(f"/{language}/cards/{card.reference}/uses/")
    assert answer.status_code == 200
    page = " ".join(answer.content.decode().split())
    return dict(re.findall(r'<li id="([a-z_-]+)">(.*?)</li>', page))


def yes(said: dict[str, str]) -> set[str]:
    return {kind for kind, text in said.items() if ">Yes<" in text}


def test_a_working_card_does_everything_and_each_use_names_its_pin(client, lan):
    said = uses_on(client, a_card(lan))
    assert yes(said) == set(UseKind)
    for kind, pin in (
        ("online_application", "It asks for: ①"),
        ("log_in", "It asks for: ②"),
        ("convenience_store", "It asks for: ②"),
        ("medical_institution", "It asks for your face, or: ②"),
        ("moving_house", "It asks for: ③"),
        ("text_data", "It asks for: ④"),
    ):
        assert pin in said[kind]
    assert "asks for" not in said["identification"]


def test_a_locked_pin_and_one_that_is_not_set_lead_to_the_pins(client, lan):
    card = a_card(lan)
    PinSlot.objects.create(card=card, kind=PinKind.SIGNATURE.value, failed_tries=5)
    said = uses_on(client, card)
    assert "Its PIN is locked after too many wrong tries." in said["online_application"]
    assert reverse("cards:pins", args=[card.reference]) in said["online_application"]
    assert yes(said) == set(UseKind) - {"online_application"}

    unset = make_card(lan.holdings.get().resident)
    said = uses_on(client, unset)
    assert "Its PIN is not set." in said["log_in"]
    assert yes(said) == {"medical_institution", "identification"}


def test_the_front_page_agrees_about_a_pin_that_is_not_set(client, lan):
    make_card(a_card(lan).resident, reference="UNSET")
    page = client.get("/en/").content.decode()
    assert "Its PIN is not set." in page
    assert "The counter sets the PIN with you." in page


def test_a_signature_that_ended_with_a_change_leads_to_the_certificates(client, lan):
    card = a_card(lan)
    revoke_signature(card, by=lan)
    said = uses_on(client, card)
    assert yes(said) == set(UseKind) - {"online_application"}
    assert "The counter issues it again." in said["online_application"]


@pytest.mark.parametrize("variant", CardVariant)
def test_a_suspended_card_does_nothing_and_each_use_says_what_mends_that(client, lan, variant):
    card = a_card(lan, variant=variant.value)
    suspend(card, by=lan)
    said = uses_on(client, card)
    assert yes(said) == set()
    assert reverse("cards:lost") in said["identification"]


def test_a_photo_id_card_shows_a_face_and_the_rest_says_why_not(client, lan):
    said = uses_on(client, a_card(lan, variant=CardVariant.PHOTO_ID.value))
    assert yes(said) == {"medical_institution", "identification"}
    assert "has no PIN, and this needs one" in said["log_in"]
    assert not any("asks for" in text for text in said.values())


def test_an_expired_card_says_so_with_the_way_to_a_new_one(client, lan):
    said = uses_on(client, a_card(lan, expires_on=date(2026, 11, 21)))
    assert yes(said) == set()
    assert all("Ask the counter for a new card." in text for text in said.values())


def on_smartphone(card: Card) -> None:
    for kind in ("signature", "user_proof"):
        make_certificate(card, kind=kind, medium="smartphone")


def test_a_smartphone_with_certificates_does_its_share_by_itself(client, lan):
    card = a_card(lan)
    assert not any(kind.startswith("smartphone-") for kind in uses_on(client, card))
    on_smartphone(card)
    said = uses_on(client, card)
    assert ">Yes<" in said["smartphone-log_in"]
    revoke_signature(card, by=lan)
    said = uses_on(client, card)
    assert (
        "Apply for certificates on the smartphone again." in said["smartphone-online_application"]
    )
    assert ">Yes<" in said["smartphone-log_in"]


def test_in_japanese(client, lan):
    card = a_card(lan)
    PinSlot.objects.create(card=card, kind=PinKind.USER_PROOF.value, failed_tries=3)
    assert "暗証番号がロックされています" in uses_on(client, card, "ja")["log_in"]


def test_somebody_elses_card_looks_like_not_there(client, lan):
    assert client.get(f"/en/cards/{make_card().reference}/uses/").status_code == 404
