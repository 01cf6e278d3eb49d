"""Certificates: how they stand for their holder, and issuing them again at the counter (G2)."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cards.models import Card
from cards.operations import (
    OperationRefused,
    issue_certificates,
    record_move,
    set_expiry,
    suspend,
)
from cards.rules.kinds import (
    CardVariant,
    CertificateKind,
    EventKind,
    ExpiryBasis,
    MoveKind,
)
from cards.rules.moves import MoveDates
from notifications.models import Notification
from notifications.planner import tell_events
from portal import clock
from tests.builders import (
    hold,
    make_card,
    make_certificate,
    make_clerk,
    make_move,
    make_office,
    make_resident,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db
SIGNATURE, USER_PROOF = CertificateKind


@pytest.fixture(autouse=True)
def today(on_day: Any) -> None:
    on_day("2026-11-22")


@pytest.fixture
def clerk() -> User:
    return make_clerk()


@pytest.fixture
def lan(client: Client) -> User:
    user = make_user()
    sign_in(client, user)
    return user


def a_card(user: User, **fields: Any) -> Card:
    resident = make_resident(period_of_stay_ends_on=date(2032, 3, 31))
    hold(user, resident)
    return make_card(resident, **fields)


def moved(card: Card, clerk: User) -> None:
    dates = MoveDates(notified_on=date(2026, 11, 20))
    record_move(card, kind=MoveKind.RELOCATE, dates=dates, by=clerk)


def unrevoked(card: Card) -> set[tuple[str, date]]:
    rows = card.certificates.filter(revoked_at=None, medium="chip")
    return set(rows.values_list("kind", "issued_on"))


# --- At the counter -------------------------------------------------------------------------------
def test_a_signature_that_ended_with_a_move_is_issued_again(clerk: User) -> None:
    card = make_card()
    moved(card, clerk)
    event = issue_certificates(card, kinds=[SIGNATURE], by=clerk)
    assert unrevoked(card) == {
        ("signature", date(2026, 11, 22)),
        ("user_proof", date(2025, 4, 1)),
    }
    assert (event.kind, event.by, event.data) == (
        EventKind.CERTIFICATE_ISSUED,
        clerk,
        {
            "certificates": ["signature"],
            "medium": "chip",
            "valid_until": "2028-03-31",
            "replaced": False,
        },
    )


def test_a_new_certificate_lasts_until_the_fifth_birthday_after_its_issue(clerk: User) -> None:
    card = make_card()
    issue_certificates(card, kinds=[SIGNATURE], by=clerk)
    new = card.certificates.get(kind="signature", revoked_at=None)
    assert new.ends_on == date(2031, 3, 9)


def test_one_that_is_still_valid_ends_with_the_new_one_and_the_holder_is_told_once(
    clerk: User,
) -> None:
    card = make_card()
    issue_certificates(card, kinds=list(CertificateKind), by=clerk)
    old = card.certificates.exclude(revoked_at=None)
    assert {(one.kind, one.revoked_because) for one in old} == {
        ("signature", "reissued"),
        ("user_proof", "reissued"),
    }
    assert [event.kind for event in card.events.order_by("id")] == [
        "certificate_revoked",
        "certificate_issued",
    ]
    tell_events()
    assert [one.kind for one in Notification.objects.all()] == ["certificate_issued"]


def test_the_deadline_of_certificates_that_end_first_is_met(clerk: User) -> None:
    card = make_card(
        make_resident(period_of_stay_ends_on=date(2032, 3, 31)), issued_on=date(2022, 4, 1)
    )
    assert card.deadlines.filter(
        kind="certificate_expiry", last_day=date(2027, 3, 9), closed_at=None
    ).exists()
    issue_certificates(card, kinds=list(CertificateKind), by=clerk)
    open_rows = card.deadlines.filter(kind="certificate_expiry", closed_at=None)
    assert [row.last_day for row in open_rows] == [date(2031, 3, 9)]


@pytest.mark.parametrize("ended", ["suspended", "expired", "lapsed", "replaced"])
def test_a_card_that_does_not_work_gets_none(clerk: User, ended: str) -> None:
    card = make_card(expires_on=date(2026, 11, 21) if ended == "expired" else date(2028, 3, 31))
    if ended == "suspended":
        suspend(card, by=clerk)
    if ended == "lapsed":
        make_move(card, moved_in_on=date(2026, 10, 1))
    if ended == "replaced":
        Card.objects.filter(pk=card.pk).update(replaced_at=clock.now())
    before = unrevoked(card)
    with pytest.raises(OperationRefused, match=ended):
        issue_certificates(card, kinds=[USER_PROOF], by=clerk)
    assert unrevoked(card) == before


def test_a_photo_id_card_gets_user_proof_and_no_signature(clerk: User) -> None:
    card = make_card(variant=CardVariant.PHOTO_ID.value)
    for kinds in ([SIGNATURE], list(CertificateKind)):
        with pytest.raises(OperationRefused, match="no PIN") as refused:
            issue_certificates(card, kinds=kinds, by=clerk)
        assert refused.value.field == "kinds"
    issue_certificates(card, kinds=[USER_PROOF], by=clerk)
    assert unrevoked(card) == {("user_proof", date(2026, 11, 22))}


def test_another_office_issues_none_and_none_at_all_is_a_question(clerk: User) -> None:
    card = make_card()
    with pytest.raises(OperationRefused, match="keeps the residence record"):
        issue_certificates(card, kinds=[SIGNATURE], by=make_clerk(make_office("900002")))
    with pytest.raises(OperationRefused, match="at least one"):
        issue_certificates(card, kinds=[], by=clerk)


def test_a_clerk_issues_certificates_at_the_desk(client: Client, clerk: User) -> None:
    card = make_card()
    moved(card, clerk)
    sign_in(client, clerk)
    address = reverse("admin:cards_card_issue-certificates", args=[card.pk])
    page = client.get(address)
    asked = {"kinds": ["signature"], "seen": page.context["form"]["seen"].value()}
    foretold = client.post(address, asked).content.decode()
    assert "Certificate issued" in foretold
    assert "Valid until 31 March 2028" in foretold
    assert unrevoked(card) == {("user_proof", date(2025, 4, 1))}
    assert client.post(address, asked | {"confirmed": "yes"}).status_code == 302
    assert ("signature", date(2026, 11, 22)) in unrevoked(card)


def test_the_desk_offers_a_photo_id_card_no_signature(client: Client, clerk: User) -> None:
    card = make_card(variant=CardVariant.PHOTO_ID.value)
    sign_in(client, clerk)
    page = client.get(reverse("admin:cards_card_issue-certificates", args=[card.pk]))
    kinds = page.context["form"].fields["kinds"].choices
    assert [value for value, _words in kinds] == ["user_proof"]


# --- For the holder -------------------------------------------------------------------------------
def shown(client: Client, card: Card, language: str = "en") -> list[str]:
    """What the page says of each certificate, in its order."""
    answer = client.get(f"/{language}/cards/{card.reference}/certificates/")
    assert answer.status_code == 200
    page = " ".join(answer.content.decode().split())
    return re.findall(r'<section class="box certificate".*?</section>', page)


def test_each_certificate_says_where_it_lives_until_when_and_why(client: Client, lan: User) -> None:
    signature, user_proof = shown(client, a_card(lan))
    assert "Electronic certificate of the bearer&#x27;s signature" in signature
    for one in (signature, user_proof):
        assert ">Valid<" in one
        assert "On the card" in one
        assert "1 April 2025" in one
        assert "9 March 2030" in one
        assert "fifth birthday after the day of issue" in one
        assert "There is nothing to do." in one


def test_where_the_card_ends_first_that_is_the_reason(client: Client, lan: User) -> None:
    signature, _ = shown(client, a_card(lan, expires_on=date(2028, 3, 31)))
    assert "31 March 2028" in signature
    assert "the fifth birthday after the issue, 9 March 2030" in signature


def test_a_longer_card_lengthens_its_certificates(client: Client, lan: User, clerk: User) -> None:
    card = a_card(lan, expires_on=date(2028, 3, 31))
    set_expiry(card, expires_on=date(2031, 3, 31), basis=ExpiryBasis.NEW_PERIOD, by=clerk)
    assert "9 March 2030" in shown(client, card)[0]


def test_a_revoked_signature_says_when_why_and_leads_to_the_counter(
    client: Client, lan: User, clerk: User
) -> None:
    card = a_card(lan)
    moved(card, clerk)
    signature, user_proof = shown(client, card)
    assert ">Revoked<" in signature
    assert "22 November 2026<br>Personal information changed" in signature
    assert "Have it issued again at the counter." in signature
    assert ">Valid<" in user_proof
    page = client.get(reverse("cards:certificates", args=[card.reference])).content.decode()
    assert reverse("cards:sheet", args=[card.reference, "certificates"]) in page


def test_the_earlier_ones_stay_in_a_list(client: Client, lan: User, clerk: User) -> None:
    card = a_card(lan)
    issue_certificates(card, kinds=[SIGNATURE], by=clerk)
    assert len(shown(client, card)) == 2
    page = client.get(reverse("cards:certificates", args=[card.reference])).content.decode()
    assert "Issued again" in page.split("<h2>Earlier certificates</h2>")[1]


@pytest.mark.parametrize(
    ("ended", "state", "what"),
    [
        ("suspended", "Does not work with the card as it is", "works again once your office"),
        ("expired", "Expired", "It has ended with the card."),
        ("lapsed", "Does not work with the card as it is", "It has ended with the card."),
    ],
)
def test_with_a_card_that_does_not_work_none_does(
    client: Client, lan: User, ended: str, state: str, what: str
) -> None:
    card = a_card(lan, expires_on=date(2026, 11, 21) if ended == "expired" else date(2032, 3, 31))
    if ended == "suspended":
        suspend(card, by=lan)
    if ended == "lapsed":
        make_move(card, moved_in_on=date(2026, 10, 1))
    for one in shown(client, card):
        assert f">{state}<" in one
        assert what in one


def test_one_that_ends_soon_says_by_when(client: Client, lan: User) -> None:
    card = a_card(lan)
    card.certificates.filter(kind="user_proof").update(ends_on=date(2026, 12, 24))
    assert "issued again at the counter by 24 December 2026" in shown(client, card)[1]


def test_a_card_without_any_says_that_the_counter_can_put_them_on(
    client: Client, lan: User
) -> None:
    for one in shown(client, a_card(lan, certificates=False)):
        assert ">None<" in one
        assert "The counter can put it on the card." in one


def test_a_photo_id_card_shows_its_one_certificate_and_no_way_to_a_smartphone(
    client: Client, lan: User
) -> None:
    card = a_card(lan, variant=CardVariant.PHOTO_ID.value)
    assert len(shown(client, card)) == 1
    page = client.get(reverse("cards:certificates", args=[card.reference])).content.decode()
    assert reverse("cards:smartphone", args=[card.reference]) not in page


def test_those_on_a_smartphone_stand_beside_those_on_the_card(client: Client, lan: User) -> None:
    card = a_card(lan)
    for kind in CertificateKind:
        make_certificate(card, kind=kind.value, medium="smartphone")
    assert ["On a smartphone" in one for one in shown(client, card)] == [False, False, True, True]


def test_in_japanese(client: Client, lan: User, clerk: User) -> None:
    card = a_card(lan)
    moved(card, clerk)
    assert "窓口で発行し直してもらってください" in shown(client, card, "ja")[0]


def test_somebody_elses_certificates_look_like_not_there(client: Client, lan: User) -> None:
    assert client.get(f"/en/cards/{make_card().reference}/certificates/").status_code == 404
