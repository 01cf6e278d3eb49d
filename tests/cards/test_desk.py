"""The desk: what a clerk finds, is told and may do. Other offices look like not there."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cards.admin.filters import in_state
from cards.models import Card
from cards.operations import record_move, suspend, withdraw_move
from cards.rules.kinds import CardState, MoveKind, PinKind
from cards.rules.moves import MoveDates
from portal import clock
from tests.builders import (
    make_card,
    make_clerk,
    make_move,
    make_office,
    make_pin,
    make_resident,
    make_staff,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(on_day: Callable[..., None]) -> None:
    on_day("2026-11-10")


@pytest.fixture
def clerk() -> User:
    return make_clerk()


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    sign_in(client, clerk)
    return client


def page_of(card: Card, action: str = "change") -> str:
    return f"/admin/cards/card/{card.pk}/{action}/"


def seen(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def as_told(answer: Any, url: str) -> str:
    """A page without its own address and its form tokens, which are never the same twice."""
    return re.sub(r'(?<=csrfmiddlewaretoken" value=")\w+', "", answer.content.decode()).replace(
        url, ""
    )


def version_in(answer: Any) -> str:
    return str(answer.context["form"]["seen"].value())


def test_a_resident_is_found_by_name_birth_date_or_card(desk: Client) -> None:
    lan = make_resident(name="Nguyễn Thị Lan", birth_date=date(1994, 3, 9))
    make_card(lan, reference="HINODE-1")
    make_card(make_resident(name="SUHARTO", birth_date=date(1980, 1, 1)), reference="HINODE-2")
    for words in ("nguyễn", "lan NGUYỄN", "1994-03-09", "hinode-1", "lan 1994-03-09"):
        for page in ("cards/card", "accounts/resident"):
            body = seen(desk, f"/admin/{page}/?q={words}")
            assert "HINODE-1" in body, words
            assert "HINODE-2" not in body, words


def test_the_state_filter_agrees_with_the_rules(desk: Client) -> None:
    cards = {state: make_card(reference=f"IS-{state.upper()}") for state in CardState}
    suspend(cards[CardState.SUSPENDED], by=None)
    make_move(cards[CardState.LAPSED], moved_in_on=date(2026, 10, 1))
    Card.objects.filter(pk=cards[CardState.EXPIRED].pk).update(expires_on=date(2026, 11, 9))
    Card.objects.filter(pk=cards[CardState.REPLACED].pk).update(replaced_at=clock.now())
    for state, card in cards.items():
        assert Card.objects.get(pk=card.pk).state is state
        assert list(Card.objects.filter(in_state(state))) == [card]
        body = seen(desk, f"/admin/cards/card/?state={state}")
        assert [other for other in cards.values() if other.reference in body] == [card]


def test_the_state_filter_knows_every_boundary_day() -> None:
    """Compared with the rule itself, day by day around both dates."""
    day = date(2026, 11, 10)
    around = [date.fromordinal(day.toordinal() + step) for step in (-1, 0, 1)]
    for expires_on in around:
        for lapses_on in (*around, None):
            for suspended_at in (None, clock.now()):
                card = make_card(certificates=False)
                Card.objects.filter(pk=card.pk).update(
                    expires_on=expires_on, lapses_on=lapses_on, suspended_at=suspended_at
                )
    for card in Card.objects.all():
        in_sql = [s for s in CardState if Card.objects.filter(in_state(s), pk=card.pk).exists()]
        assert in_sql == [card.state]


def test_the_card_s_page_shows_all_of_it(desk: Client, clerk: User) -> None:
    card = make_card()
    record_move(
        card, kind=MoveKind.MOVE_IN, dates=MoveDates(notified_on=date(2026, 11, 9)), by=clerk
    )
    card.pin_slots.create(kind="user_proof", failed_tries=3)
    body = seen(desk, page_of(card))
    for words in (
        card.resident.name,
        card.resident.address,
        card.resident.email,
        "7 February 2027",  # 90 days
        "Personal information changed",
        "Locked",
        "Move recorded",
        clerk.email,
        "This card is not suspended.",
    ):
        assert words in body, words


def test_a_pin_that_is_not_set_is_not_said_to_have_tries(desk: Client) -> None:
    card = make_card()
    make_pin(card, PinKind.USER_PROOF, "7294", failed_tries=1)
    page = seen(desk, f"/admin/cards/card/{card.pk}/change/")
    assert page.count("Not set") == 3
    assert page.count("tries left") == 1


def test_recording_a_move_asks_first_and_then_acts(desk: Client, clerk: User) -> None:
    card = make_card()
    url = page_of(card, "record-move")
    entries = {"seen": "0", "kind": "move_in", "moved_in_on": "2026-11-07"}
    asked = desk.post(url, entries)
    assert "21 November 2026" in asked.content.decode()
    assert not card.moves.exists()
    assert not card.events.exists()
    done = desk.post(url, entries | {"confirmed": "yes"}, follow=True)
    assert "The move was recorded." in done.content.decode()
    assert card.moves.get().moved_in_on == date(2026, 11, 7)
    assert card.events.get().by == clerk


def test_a_get_never_acts(desk: Client) -> None:
    card = make_card()
    for action in ("record-move", "card-update", "set-expiry", "suspend", "lift-suspension"):
        assert desk.get(page_of(card, action), {"confirmed": "yes"}).status_code == 200
    card.refresh_from_db()
    assert card.suspended_at is None
    assert not card.events.exists()


def test_a_form_without_its_token_is_refused(clerk: User) -> None:
    card = make_card()
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, clerk)
    answer = strict.post(page_of(card, "suspend"), {"seen": "0", "confirmed": "yes"})
    assert answer.status_code == 403
    assert not card.events.exists()


def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(desk: Client) -> None:
    card = make_card(expires_on=date(2026, 12, 20))
    answer = desk.post(
        page_of(card, "set-expiry"),
        {"seen": "0", "basis": "application_filed", "expires_on": "2027-02-21"},
    )
    form = answer.context["form"]
    assert "two months" in form.errors["expires_on"][0]
    assert 'value="2027-02-21"' in answer.content.decode()
    assert "Error:" in answer.content.decode().split("</title>")[0]


def test_a_clerk_is_told_what_a_colleague_changed_meanwhile_and_loses_nothing(
    desk: Client,
) -> None:
    card = make_card(expires_on=date(2026, 12, 20))
    url = page_of(card, "set-expiry")
    entries = {"seen": version_in(desk.get(url)), "basis": "new_period", "expires_on": "2029-12-20"}
    colleague = make_clerk()
    record_move(
        card, kind=MoveKind.MOVE_IN, dates=MoveDates(moved_in_on=date(2026, 11, 7)), by=colleague
    )
    for step in ({}, {"confirmed": "yes"}):
        answer = desk.post(url, entries | step)
        body = answer.content.decode()
        assert "The card changed while this page was open" in body
        assert "Move recorded" in body
        assert colleague.email in body
        assert 'value="2029-12-20"' in body
        assert Card.objects.get(pk=card.pk).expires_on == date(2026, 12, 20)
    entries["seen"] = version_in(answer)
    desk.post(url, entries | {"confirmed": "yes"})
    assert Card.objects.get(pk=card.pk).expires_on == date(2029, 12, 20)


def test_the_same_form_sent_twice_acts_once(desk: Client) -> None:
    card = make_card()
    entries = {"seen": "0", "kind": "move_in", "moved_in_on": "2026-11-07", "confirmed": "yes"}
    for _ in range(2):
        desk.post(page_of(card, "record-move"), entries)
    assert card.moves.count() == 1


def test_a_move_is_corrected_and_withdrawn_at_the_desk(desk: Client) -> None:
    card = make_card()
    move = make_move(card, moved_in_on=date(2026, 11, 7))
    base = f"/admin/cards/card/{card.pk}/moves/{move.pk}"
    assert 'value="2026-11-07"' in seen(desk, f"{base}/correct-move/")
    desk.post(
        f"{base}/correct-move/", {"seen": "0", "moved_in_on": "2026-11-05", "confirmed": "yes"}
    )
    move.refresh_from_db()
    assert move.moved_in_on == date(2026, 11, 5)
    now = version_in(desk.get(f"{base}/withdraw-move/"))
    desk.post(f"{base}/withdraw-move/", {"seen": now, "confirmed": "yes"})
    move.refresh_from_db()
    assert move.withdrawn_at is not None


def test_a_japanese_list_names_its_filters_without_a_blank_amid_the_words(client: Client) -> None:
    """Seen to fail with the words that Django has for them."""
    sign_in(client, make_clerk(language="ja"))
    page = seen(client, "/admin/cards/card/")
    titles = [" ".join(one.split()) for one in re.findall(r"<summary>(.*?)</summary>", page, re.S)]
    assert "今日の状態で絞り込む" in titles
    assert [title for title in titles if " " in title] == []


def test_beside_each_move_stands_what_can_be_done_with_it_and_why_the_rest_cannot(
    desk: Client, clerk: User
) -> None:
    """Seen to fail with the two sides of the template's question changed over."""

    def rows(card: Card) -> list[tuple[str, list[str]]]:
        """Of each move: the words of its last cell, and where its links lead."""
        part = seen(desk, page_of(card)).partition(' id="moves-h"')[2].partition("</table>")[0]
        body = part.partition("<tbody>")[2]
        cells = [row.rpartition("<td>")[2] for row in body.split("</tr>") if "<td>" in row]
        return [
            (" ".join(re.sub(r"<[^>]+>", " ", cell).split()), re.findall(r'href="([^"]+)"', cell))
            for cell in cells
        ]

    card = make_card()
    moves = f"/admin/cards/card/{card.pk}/moves"
    counted = make_move(card, moved_in_on=date(2026, 11, 7))
    both = [f"{moves}/{counted.pk}/correct-move/", f"{moves}/{counted.pk}/withdraw-move/"]
    assert rows(card) == [("Correct a move Withdraw a move", both)]

    # On a card that a new one has taken over from, neither, and the reason stands beside each.
    Card.objects.filter(pk=card.pk).update(replaced_at=clock.now())
    why = "This card was replaced by a new one. Record it on the new card."
    assert rows(card) == [(f"Correct a move: {why} Withdraw a move: {why}", [])]
    for address in both:
        assert why in seen(desk, address)
        assert desk.post(address, {"seen": "0", "confirmed": "yes"}).status_code in (200, 422)
    counted.refresh_from_db()
    assert counted.withdrawn_at is None

    # With a move that was withdrawn there is nothing left to be done, and its row says so.
    other = make_card(make_resident(office=card.resident.office))
    withdraw_move(make_move(other, moved_in_on=date(2026, 11, 7)), by=clerk)
    assert rows(other) == [("", [])]


def test_a_move_of_another_card_is_not_there(desk: Client) -> None:
    card, other = make_card(), make_card()
    move = make_move(other, moved_in_on=date(2026, 11, 7))
    answer = desk.get(f"/admin/cards/card/{card.pk}/moves/{move.pk}/correct-move/")
    assert answer.status_code == 404


def test_other_offices_look_exactly_like_not_there(desk: Client) -> None:
    theirs_resident = make_resident(office=make_office("900002"), name="AURORA")
    card = make_card(theirs_resident, reference="ELSEWHERE")
    assert "ELSEWHERE" not in seen(desk, "/admin/cards/card/?q=aurora")
    assert "ELSEWHERE" not in seen(desk, f"/admin/cards/card/?office={card.resident.office_id}")
    theirs = [page_of(card, one) for one in ("change", "record-move", "suspend", "history")]
    theirs.append(f"/admin/accounts/resident/{card.resident_id}/change/")
    for url in theirs:
        nowhere = url.replace(f"/{card.pk}/", "/999999/").replace(
            f"/{card.resident_id}/", "/999999/"
        )
        mine, nobody_s = desk.get(url), desk.get(nowhere)
        assert (mine.status_code, nobody_s.status_code) == (404, 404), url
        assert as_told(mine, url) == as_told(nobody_s, nowhere)
    assert desk.post(page_of(card, "suspend"), {"seen": 0, "confirmed": 1}).status_code == 404
    assert not card.events.exists()


def test_an_auditor_sees_every_office_and_changes_nothing(client: Client) -> None:
    card = make_card(make_resident(office=make_office("900002")))
    sign_in(client, make_staff("auditor"))
    body = seen(client, page_of(card))
    assert "What can be done" not in body
    for action in ("record-move", "set-expiry", "suspend"):
        answer = client.post(page_of(card, action), {"seen": 0, "confirmed": "yes"})
        assert answer.status_code == 403
    for model in ("accounts/user", "cards/cardevent", "notifications/delivery", "guide/section"):
        assert client.get(f"/admin/{model}/").status_code == 200
        assert client.get(f"/admin/{model}/add/").status_code == 403


def test_an_editor_keeps_the_guide_and_sees_nobody(client: Client) -> None:
    card = make_card()
    sign_in(client, make_staff("editor", card.resident.office))
    assert client.get("/admin/guide/section/add/").status_code == 200
    for url in ("/admin/cards/card/", "/admin/accounts/resident/", "/admin/accounts/user/"):
        assert client.get(url).status_code == 403
    assert client.get(page_of(card)).status_code == 404


def test_no_card_fact_can_be_added_edited_or_removed_as_a_row(client: Client) -> None:
    card = make_card()
    move = make_move(card, moved_in_on=date(2026, 11, 7))
    sign_in(client, make_staff("administrator", is_superuser=True))
    rows = {"card": card.pk, "move": move.pk, "certificate": card.certificates.first().pk}
    rows |= {"deadline": card.deadlines.first().pk}
    rows |= {"cardevent": suspend(card, by=None).pk}
    for model, pk in rows.items():
        assert client.get(f"/admin/cards/{model}/add/").status_code == 403
        assert client.post(f"/admin/cards/{model}/{pk}/delete/", {"post": "yes"}).status_code == 403
        assert client.post(f"/admin/cards/{model}/{pk}/change/", {}).status_code in (403, 405)


def test_nobody_gets_in_but_staff_and_there_is_no_loop(client: Client) -> None:
    answer = client.get("/admin/cards/card/?q=lan", follow=True)
    last, _status = answer.redirect_chain[-1]
    assert "/accounts/login/" in last
    assert "next=/admin/cards/card/%3Fq%3Dlan" in last
    assert len(answer.redirect_chain) <= 3
    sign_in(client, make_user())
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert len(answer.redirect_chain) <= 2


def test_a_member_of_staff_who_is_switched_off_is_out_at_once(desk: Client, clerk: User) -> None:
    assert desk.get("/admin/").status_code == 200
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert desk.get("/admin/").status_code == 302


def test_pages_ask_the_database_as_often_for_many_rows_as_for_few(
    desk: Client, clerk: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(60):
        make_card()
    card = make_card()
    for day in range(1, 8):
        move = record_move(
            card, kind=MoveKind.MOVE_IN, dates=MoveDates(moved_in_on=date(2026, 11, day)), by=clerk
        )
        assert move.pk
    # One of each proves the second factor.
    for url, most in {
        page_of(card): 24,
        "/admin/cards/card/": 13,
        "/admin/cards/card/?q=lan": 13,
        "/admin/accounts/resident/": 13,
        "/admin/cards/deadline/": 13,
        "/admin/cards/cardevent/": 13,
        "/admin/notifications/notification/": 13,
    }.items():
        with django_assert_max_num_queries(most):
            assert desk.get(url).status_code == 200


def test_going_back_from_the_confirmation_keeps_every_pin_that_was_ticked(
    desk: Client,
) -> None:
    """Seen to fail with only the last tick kept: fewer PINs would have been reset."""
    url = page_of(make_card(), "reset-pins")
    typed = {"kinds": ["signature", "user_proof"], "identity_proof": "passport", "reason": "x"}
    page = desk.post(url, typed | {"seen": "0", "back": "1"}).content.decode()
    assert re.findall(r'name="kinds" value="(\w+)"[^>]* checked', page) == typed["kinds"]


def test_what_cannot_be_done_stands_there_with_its_reason_once(desk: Client, clerk: User) -> None:
    card = make_card()
    body = seen(desk, page_of(card))
    section = body.split('id="actions-h"')[1].split("</section>")[0]
    possible, closed = section.split("What cannot be done now, and why")
    assert "Apply for a new card" in possible
    for action in ("Accept the application", "Refuse the application", "Hand out the new card"):
        assert action not in possible
        assert action in closed
    assert closed.count("No new card") <= 1
    assert closed.count('class="why"') < closed.count("·") + closed.count("<li>")


def test_on_an_ended_card_only_a_new_one_is_left(desk: Client) -> None:
    card = make_card(expires_on=date(2026, 11, 9))
    section = seen(desk, page_of(card)).split('id="actions-h"')[1].split("</section>")[0]
    possible, closed = section.split("What cannot be done now, and why")
    assert "Apply for a new card" in possible
    assert "Record a move" in closed
    assert "This card has expired." in closed


def test_the_other_cards_of_a_resident_are_one_step_away(desk: Client) -> None:
    resident = make_resident()
    card, other = make_card(resident), make_card(resident, reference="EARLIER")
    assert f'href="{page_of(other)}">EARLIER</a>' in seen(desk, page_of(card))
    assert "Other cards of this resident" not in seen(desk, page_of(make_card()))
