"""The holder's pages: suspending, asking for a new card, the other variant and the history."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Relation, User
from cards.models import Card, Reissue
from cards.operations import (
    accept_reissue,
    answer_reissue,
    ask_back_reissue,
    change_variant,
    issue_reissue,
    lift_suspension,
    refuse_reissue,
    refuse_variant_request,
    request_reissue,
    request_variant,
    reset_pins,
    suspend,
)
from cards.rules.kinds import CardState, CardVariant, PinKind, ReissueReason, WaiverGround
from portal import clock
from tests.builders import hold, make_card, make_clerk, make_pin, make_resident, make_user

pytestmark = pytest.mark.django_db
NUMBER = "123456789018"


@pytest.fixture(autouse=True)
def today(on_day: Callable[..., None]) -> None:
    on_day("2026-11-10")


@pytest.fixture
def holder() -> User:
    return make_user()


@pytest.fixture
def card(holder: User) -> Card:
    resident = make_resident()
    hold(holder, resident)
    return make_card(resident, reference="MINE")


@pytest.fixture
def me(client: Client, holder: User) -> Client:
    client.force_login(holder)
    return client


def page(client: Client, path: str, language: str = "en") -> str:
    answer = client.get(f"/{language}/cards/{path}")
    assert answer.status_code == 200, (path, answer.status_code, answer.get("Location"))
    return " ".join(answer.content.decode().split())


def goes_to(answer: Any) -> str:
    assert answer.status_code == 302
    return str(answer["Location"])


def state_of(card: Card) -> CardState:
    return Card.objects.get(pk=card.pk).state


# --- Suspending -----------------------------------------------------------------------------------
def test_the_lost_page_names_numbers_first_and_lets_the_signed_in_stop_each_card(
    me: Client, holder: User, card: Card
) -> None:
    child = make_resident(name="NGUYEN MINH")
    hold(holder, child, Relation.GUARDIAN)
    make_card(child, reference="CHILD")
    body = page(me, "lost/")
    assert body.index("tel:0120017827") < body.index("tel:0120950178")
    assert body.index("tel:0120950178") < body.index("/en/cards/MINE/suspend/")
    assert "/en/cards/CHILD/suspend/" in body


def test_without_signing_in_the_lost_page_shows_nobodys_card(client: Client, card: Card) -> None:
    body = page(client, "lost/")
    assert "tel:0120017827" in body
    assert "/login/?next=/en/cards/lost/" in body
    assert "MINE" not in body


def test_looking_at_the_page_suspends_nothing_and_one_button_does(me: Client, card: Card) -> None:
    body = page(me, "MINE/suspend/")
    assert card.resident.name in body
    assert "only your municipal office lifts the suspension" in body
    assert state_of(card) is CardState.WORKING
    assert goes_to(me.post("/en/cards/MINE/suspend/")) == "/en/cards/MINE/suspended/"
    assert state_of(card) is CardState.SUSPENDED
    assert goes_to(me.post("/en/cards/MINE/suspend/")) == "/en/cards/MINE/suspended/"
    assert card.events.count() == 1


def test_no_password_is_asked_for_in_an_emergency(
    me: Client, card: Card, on_day: Callable[..., None]
) -> None:
    """Minutes after signing in, changing a PIN asks for the password again; suspending does not."""
    make_pin(card, PinKind.USER_PROOF, "7294")
    on_day("2026-11-10", at="12:10")
    assert "/reauthenticate/" in goes_to(me.get("/en/cards/MINE/pins/user-proof/"))
    assert goes_to(me.post("/en/cards/MINE/suspend/")).endswith("/suspended/")
    assert state_of(card) is CardState.SUSPENDED


def test_a_guardian_suspends_a_childs_card_and_a_stranger_finds_nothing(
    client: Client, card: Card
) -> None:
    mother, stranger = make_user(), make_user()
    hold(mother, card.resident, Relation.GUARDIAN)
    client.force_login(stranger)
    assert client.post("/en/cards/MINE/suspend/").status_code == 404
    assert state_of(card) is CardState.WORKING
    client.force_login(mother)
    assert client.post("/en/cards/MINE/suspend/").status_code == 302
    assert state_of(card) is CardState.SUSPENDED


def test_a_card_that_has_ended_says_why_it_cannot_be_suspended(me: Client, card: Card) -> None:
    Card.objects.update(expires_on=clock.today() - timedelta(1))
    assert "has expired" in page(me, "MINE/suspend/")
    answer = me.post("/en/cards/MINE/suspend/")
    assert answer.status_code == 409
    assert "has expired" in answer.content.decode()
    assert not card.events.exists()


def test_who_suspends_a_card_that_was_just_replaced_is_led_to_the_newer_one(
    me: Client, card: Card, holder: User
) -> None:
    _handed_out(card, holder)
    answer = me.post("/en/cards/MINE/suspend/", follow=True)
    body = answer.content.decode()
    assert "A newer card took over" in body
    assert "/en/cards/NEW/suspend/" in body


def test_after_suspending_the_page_says_what_is_done_what_is_to_do_and_who_lifts_it(
    me: Client, card: Card, holder: User
) -> None:
    suspend(card, by=holder)
    office = card.resident.office
    body = page(me, "MINE/suspended/")
    for words in (
        office.name,
        office.counter,
        office.address,
        office.hours,
        office.phone,
        "no telephone number and no page of this portal",
        "The card that was found",
        "/en/cards/MINE/sheet/found/",
        "Keep the receipt number",
    ):
        assert words in body, words
    assert body.count("To do") == 3
    request_reissue(
        card,
        reason=ReissueReason.LOST,
        with_certificates=True,
        police_receipt_number="M-77",
        by=holder,
    )
    body = page(me, "MINE/suspended/")
    assert "M-77" in body
    assert body.count("To do") == 1  # the report is brought
    assert "decides only once it has seen the police report" in body
    assert "/en/cards/MINE/sheet/reissue/" in body
    accept_reissue(card, waiver=None, report_checked=True, by=make_clerk())
    assert "To do" not in page(me, "MINE/suspended/")


def test_a_card_that_is_not_suspended_has_no_page_that_says_so(me: Client, card: Card) -> None:
    assert goes_to(me.get("/en/cards/MINE/suspended/")) == "/en/cards/MINE/suspend/"


# --- Asking for a new card ------------------------------------------------------------------------
APPLY = "/en/cards/MINE/new-card/apply/"


def answer(client: Client, step: str, **typed: str) -> str:
    return goes_to(client.post(f"{APPLY}{step}/", typed))


def test_a_damaged_card_is_asked_for_in_four_pages(me: Client, card: Card) -> None:
    assert f'href="{APPLY}reason/"' in page(me, "MINE/new-card/")
    assert answer(me, "reason", reason="damaged") == f"{APPLY}certificates/"
    assert answer(me, "certificates", with_certificates="yes") == f"{APPLY}circumstances/"
    assert (
        answer(me, "circumstances", claimed_ground="card_fault", circumstances="It broke.")
        == f"{APPLY}check/"
    )
    body = page(me, "MINE/new-card/apply/check/")
    assert "Usually 1,000 yen; the office decides." in body
    assert "A fault of the card itself" in body
    assert not Reissue.objects.exists()
    assert goes_to(me.post(f"{APPLY}check/")) == "/en/cards/MINE/new-card/"
    found = Reissue.objects.get()
    assert (found.reason, found.claimed_ground, found.circumstances) == (
        "damaged",
        "card_fault",
        "It broke.",
    )
    assert "waits for the office" in page(me, "MINE/new-card/")


def test_a_lost_card_leads_to_the_suspension_first_and_then_goes_on(me: Client, card: Card) -> None:
    assert answer(me, "reason", reason="lost") == "/en/cards/MINE/suspend/"
    assert "First stop the card" in page(me, "MINE/suspend/")
    assert goes_to(me.get(f"{APPLY}check/")) == f"{APPLY}police/"
    me.post("/en/cards/MINE/suspend/")
    assert answer(me, "reason", reason="lost") == f"{APPLY}police/"
    assert answer(me, "police", police_receipt_number="M-1") == f"{APPLY}certificates/"
    assert answer(me, "certificates", with_certificates="no") == f"{APPLY}circumstances/"
    assert answer(me, "circumstances", claimed_ground="no") == f"{APPLY}check/"
    assert "Usually 800 yen" in page(me, "MINE/new-card/apply/check/")
    me.post(f"{APPLY}check/")
    assert Reissue.objects.get().police_receipt_number == "M-1"


def test_only_reasons_that_fit_the_card_are_offered(me: Client, card: Card) -> None:
    body = page(me, "MINE/new-card/apply/reason/")
    assert 'value="expired"' not in body
    assert 'value="column_full"' not in body
    Card.objects.update(expires_on=clock.today() - timedelta(1))
    body = page(me, "MINE/new-card/apply/reason/")
    assert 'value="expired"' in body
    assert 'value="card_failure"' not in body


def test_what_is_missing_is_asked_for_and_nothing_is_skipped(me: Client, card: Card) -> None:
    assert goes_to(me.get(f"{APPLY}check/")) == f"{APPLY}reason/"
    assert goes_to(me.get(f"{APPLY}police/")) == f"{APPLY}reason/"
    answered = me.post(f"{APPLY}reason/", {})
    assert answered.status_code == 422
    assert "Choose the reason." in answered.content.decode()
    assert me.get(f"{APPLY}elsewhere/").status_code == 404


def test_an_individual_number_is_refused_where_it_is_typed(me: Client, card: Card) -> None:
    answer(me, "reason", reason="fire")
    refused = me.post(f"{APPLY}fire/", {"fire_report_number": NUMBER})
    assert refused.status_code == 422
    assert "Individual Number in this text" in refused.content.decode()
    assert NUMBER not in str(dict(me.session))


def test_a_photo_id_card_is_not_asked_about_certificates(me: Client, card: Card) -> None:
    Card.objects.update(variant=CardVariant.PHOTO_ID.value)
    assert "signing in" in page(me, "MINE/pins/") or "sign in to without" in page(me, "MINE/pins/")
    assert answer(me, "reason", reason="careless_handling") == f"{APPLY}check/"
    assert "Usually 800 yen" in page(me, "MINE/new-card/apply/check/")


def test_a_card_that_changed_before_sending_is_asked_about_anew(me: Client, card: Card) -> None:
    answer(me, "reason", reason="careless_handling")
    answer(me, "certificates", with_certificates="yes")
    Card.objects.update(expires_on=clock.today() - timedelta(1))
    assert goes_to(me.post(f"{APPLY}check/")) == f"{APPLY}reason/"
    assert not Reissue.objects.exists()


def test_with_an_application_open_no_second_one_is_begun(
    me: Client, card: Card, holder: User
) -> None:
    _asked(card, holder)
    for step in ("reason", "certificates", "check"):
        assert goes_to(me.get(f"{APPLY}{step}/")) == "/en/cards/MINE/new-card/"
        assert goes_to(me.post(f"{APPLY}{step}/", {})) == "/en/cards/MINE/new-card/"
    assert Reissue.objects.count() == 1


@pytest.mark.parametrize(
    ("reason", "number", "report"),
    [
        (ReissueReason.LOST, "police_receipt_number", "the police report of the loss"),
        (ReissueReason.FIRE, "fire_report_number", "the report of the fire station"),
    ],
)
def test_who_has_a_report_to_bring_is_told_so_and_not_to_wait(
    me: Client, card: Card, holder: User, reason: ReissueReason, number: str, report: str
) -> None:
    """Seen to fail: holder and office each waited for the other."""
    suspend(card, by=holder)
    typed: dict[str, Any] = {number: "M-77"}
    request_reissue(card, reason=reason, with_certificates=True, by=holder, **typed)
    task = "Take the report to the counter"
    front = me.get("/en/").content.decode()
    assert task in front
    assert "tell the police" not in front
    body = page(me, "MINE/new-card/")
    assert "nothing to do for you" not in body
    assert f"decides only once it has seen {report}" in body
    assert "Take the report here first" in body
    assert "/en/cards/MINE/sheet/reissue/" in body
    clerk = make_clerk()
    ask_back_reissue(card, question="Where?", by=clerk)
    assert f"decides only once it has seen {report}" in page(me, "MINE/new-card/")
    answer_reissue(card, answer="On a train", by=holder)
    accept_reissue(card, waiver=None, report_checked=True, by=clerk)
    assert task not in me.get("/en/").content.decode()
    body = page(me, "MINE/new-card/")
    assert "has seen" not in body
    assert "Collect the card here" in body


@pytest.mark.parametrize("was_accepted", [False, True])
def test_who_found_the_card_is_told_to_withdraw_the_application_for_its_loss(
    me: Client, card: Card, holder: User, was_accepted: bool
) -> None:
    suspend(card, by=holder)
    request_reissue(
        card,
        reason=ReissueReason.LOST,
        with_certificates=True,
        police_receipt_number="M-77",
        by=holder,
    )
    clerk = make_clerk()
    if was_accepted:
        accept_reissue(card, waiver=None, report_checked=True, by=clerk)
    lift_suspension(card, identity_proof="passport", by=clerk)
    front = me.get("/en/").content.decode()
    assert "Withdraw the application for a new card: this one was found" in front
    assert "Take the report" not in front
    assert "Collect your new card" not in front
    body = page(me, "MINE/new-card/")
    assert "The card was found, so no new one is issued" in body
    for no_more in ("Take the report", "Collect the card", "collect the card", "sheet/"):
        assert no_more not in body
    assert 'class="button" href="/en/cards/MINE/new-card/withdraw/"' in body


# --- How far it is --------------------------------------------------------------------------------
def test_the_question_of_the_office_is_read_and_answered(
    me: Client, card: Card, holder: User
) -> None:
    _asked(card, holder)
    ask_back_reissue(card, question="Where is the old card?", by=make_clerk())
    assert "Where is the old card?" in page(me, "MINE/new-card/")
    url = "/en/cards/MINE/new-card/answer/"
    assert "Where is the old card?" in page(me, "MINE/new-card/answer/")
    refused = me.post(url, {"answer": f"my number is {NUMBER}"})
    assert refused.status_code == 422
    assert goes_to(me.post(url, {"answer": "In my drawer"})) == "/en/cards/MINE/new-card/"
    assert "In my drawer" in page(me, "MINE/new-card/")
    assert goes_to(me.post(url, {"answer": "Again"})) == "/en/cards/MINE/new-card/"
    assert Reissue.objects.get().answer == "In my drawer"


@pytest.mark.parametrize(
    ("waiver", "said"),
    [(None, "The fee is 1,000 yen"), (WaiverGround.DISASTER, "free of charge. Ground: A disaster")],
)
def test_an_accepted_application_says_what_it_costs_what_to_bring_and_where(
    me: Client, card: Card, holder: User, waiver: WaiverGround | None, said: str
) -> None:
    _asked(card, holder)
    accept_reissue(card, waiver=waiver, note="seen", by=make_clerk())
    body = page(me, "MINE/new-card/")
    assert said in body
    assert "The damaged card" in body
    assert card.resident.office.counter in body
    assert "/en/cards/MINE/sheet/collect/" in body
    assert "seen" not in body.replace("overseen", "")


def test_a_refusal_is_read_with_its_reason_and_one_can_apply_again(
    me: Client, card: Card, holder: User
) -> None:
    _asked(card, holder)
    refuse_reissue(card, reason="The card still works.", by=make_clerk())
    body = page(me, "MINE/new-card/")
    assert "The card still works." in body
    assert f'href="{APPLY}reason/"' in body


def test_an_application_is_withdrawn_after_being_asked_once_more(
    me: Client, card: Card, holder: User
) -> None:
    _asked(card, holder)
    url = "/en/cards/MINE/new-card/withdraw/"
    assert "Withdraw the application?" in page(me, "MINE/new-card/withdraw/")
    assert Reissue.objects.get().closed_at is None
    assert goes_to(me.post(url)) == "/en/cards/MINE/new-card/"
    assert Reissue.objects.get().state == "withdrawn"
    assert "You withdrew" in page(me, "MINE/new-card/")
    assert goes_to(me.post(url)) == "/en/cards/MINE/new-card/"
    assert card.events.filter(kind="reissue_withdrawn").count() == 1


def test_the_old_cards_page_leads_to_the_card_that_took_over(
    me: Client, card: Card, holder: User
) -> None:
    _handed_out(card, holder)
    assert goes_to(me.get("/en/cards/MINE/new-card/")) == "/en/cards/NEW/new-card/"
    body = page(me, "NEW/new-card/")
    assert "took over from card MINE" in body
    assert me.get("/en/cards/NOT-THERE/new-card/").status_code == 404


# --- The other variant ----------------------------------------------------------------------------
def test_a_photo_id_card_is_asked_for_after_reading_what_it_cannot_do(
    me: Client, card: Card
) -> None:
    body = page(me, "MINE/photo-id/")
    assert "No official certificates from the terminals of convenience stores" in body
    url = "/en/cards/MINE/photo-id/"
    unread = me.post(url, {"x": "y"})
    assert unread.status_code == 422
    assert not card.variant_requests.exists()
    assert goes_to(me.post(url, {"understood": "on"})) == url
    assert goes_to(me.post(url, {"understood": "on"})) == url
    assert card.variant_requests.count() == 1
    assert "Your request waits" in page(me, "MINE/photo-id/")
    assert goes_to(me.post(f"{url}withdraw/")) == url
    assert goes_to(me.post(f"{url}withdraw/")) == url
    assert card.variant_requests.get().state == "withdrawn"


def test_a_refused_request_is_read_with_its_reason(me: Client, card: Card, holder: User) -> None:
    request_variant(card, by=holder)
    refuse_variant_request(card, reason="Come in person first.", by=make_clerk())
    assert "Come in person first." in page(me, "MINE/photo-id/")


def test_the_way_back_and_what_to_do_without_pins(me: Client, card: Card) -> None:
    change_variant(card, identity_proof="passport", by=make_clerk())
    body = page(me, "MINE/photo-id/")
    assert "At a counter, staff serve you after a look at the photo." in body
    assert "sign in without the card" in body
    assert "/en/cards/MINE/sheet/photo-id-back/" in body
    assert goes_to(me.post("/en/cards/MINE/photo-id/", {"understood": "on"}))
    assert card.variant_requests.get().variant == "standard"


def test_a_card_that_does_not_work_keeps_its_variant(me: Client, card: Card, holder: User) -> None:
    suspend(card, by=holder)
    assert "can be changed only while the card works" in page(me, "MINE/photo-id/")
    refused = me.post("/en/cards/MINE/photo-id/", {"understood": "on"})
    assert refused.status_code == 422
    assert "is suspended" in refused.content.decode()


# --- History --------------------------------------------------------------------------------------
def test_the_history_says_who_without_a_clerks_name(
    client: Client, card: Card, holder: User
) -> None:
    clerk, mother = make_clerk(), make_user()
    hold(mother, card.resident, Relation.GUARDIAN)
    request_reissue(card, reason=ReissueReason.DAMAGED, with_certificates=True, by=mother)
    ask_back_reissue(card, question="Which?", by=clerk)
    answer_reissue(card, answer="That one", by=holder)
    reset_pins(
        card,
        kinds=[PinKind.SIGNATURE],
        identity_proof="passport",
        reason="seemed confused",
        by=clerk,
    )
    for reader, said in (
        (holder, ["By: A parent or guardian", "By: Your office", "By: You"]),
        (mother, ["By: You", "By: Your office", "By: The holder of the card"]),
    ):
        client.force_login(reader)
        body = page(client, "MINE/history/")
        for words in (
            *said,
            "Question: Which?",
            "Answer: That one",
            "Identity checked by: Passport",
        ):
            assert words in body, words
        assert body.index("PIN reset") < body.index("Which?") < body.index("New card asked for")
        for secret in (clerk.email, mother.email, holder.email, "seemed confused"):
            assert secret not in body.replace(f'value="{secret}"', "")


def test_the_history_speaks_the_readers_language(me: Client, card: Card, holder: User) -> None:
    _asked(card, holder)
    body = page(me, "MINE/history/", "ja")
    assert "行った人：あなた" in body
    assert "電子証明書あり" in body


def test_a_long_history_comes_in_pages_newest_first(me: Client, card: Card, holder: User) -> None:
    for number in range(15):
        request_variant(card, by=holder)
        me.post("/en/cards/MINE/photo-id/withdraw/")
        assert number < 15
    first, second = page(me, "MINE/history/"), page(me, "MINE/history/?page=2")
    assert first.count("By: You") == 20
    assert second.count("By: You") == 10
    assert "Page 1 of 2" in first


def test_an_earlier_cards_history_is_reached_from_the_new_card_and_back(
    me: Client, card: Card, holder: User
) -> None:
    _handed_out(card, holder)
    new = page(me, "NEW/history/")
    assert "In place of card MINE" in new
    assert 'href="/en/cards/MINE/history/"' in new
    old = page(me, "MINE/history/")
    assert "By card NEW" in old
    assert 'href="/en/cards/NEW/history/"' in old


def test_the_history_costs_the_same_however_long(
    me: Client, card: Card, holder: User, django_assert_max_num_queries: Any
) -> None:
    for _time in range(12):
        request_variant(card, by=holder)
        me.post("/en/cards/MINE/photo-id/withdraw/")
    with django_assert_max_num_queries(12):
        page(me, "MINE/history/")


# --- On every page --------------------------------------------------------------------------------
@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "500", "503"])
def test_error_pages_help_with_a_lost_card_too(rf: Any, status: str) -> None:
    from django.template.loader import render_to_string

    body = render_to_string(f"{status}.html", {}, rf.get("/en/"))
    assert re.search(r'href="/en/cards/lost/"|tel:0120017827', body)


def _asked(card: Card, by: User) -> Reissue:
    return request_reissue(card, reason=ReissueReason.DAMAGED, with_certificates=True, by=by)


def _handed_out(card: Card, by: User) -> None:
    clerk = make_clerk()
    _asked(card, by)
    accept_reissue(card, waiver=None, by=clerk)
    issue_reissue(card, new_reference="NEW", identity_proof="passport", by=clerk)
