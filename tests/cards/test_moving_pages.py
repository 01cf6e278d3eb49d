"""Telling of a move on the holder's pages, and trying days out without telling anybody (G5②)."""

from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cards.models import Card, PlannedMove
from cards.operations import Written, record_card_update, record_move, record_name_change, suspend
from cards.rules.kinds import CardState, CardVariant, InfoKind, MoveKind
from cards.rules.moves import MoveDates
from tests.builders import hold, make_card, make_clerk, make_move, make_resident, make_user, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/en/cards/HINODE-7/moving/"
ANOTHER, WITHIN = PAGE + "tell/another/", PAGE + "tell/within/"


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
    return make_card(resident, reference="HINODE-7")


@pytest.fixture
def me(client: Client, holder: User, card: Card) -> Client:
    sign_in(client, holder)
    return client


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return unescape(answer.content.decode())


def tell(me: Client, url: str = ANOTHER, **days: str) -> str:
    return text(me.post(url, days | {"confirmed": "yes"}, follow=True))


def test_the_first_question_leads_to_the_second(me: Client) -> None:
    assert "Where do you move to?" in text(me.get(PAGE + "tell/"))
    assert me.get(PAGE + "tell/?where=within&asked=yes")["Location"] == WITHIN
    assert "Choose where you move to." in text(me.get(PAGE + "tell/?asked=yes"), 422)


def test_the_answers_are_shown_with_every_last_day_before_anything_is_kept(me: Client) -> None:
    page = text(
        me.post(ANOTHER, {"expected_move_out_on": "2026-12-01", "moved_in_on": "2026-12-05"})
    )
    assert "Check your answers" in page
    for day in ("31 December 2026", "1 January 2027", "19 December 2026", "20 December 2026"):
        assert day in page
    assert "The first of these days counts: 19 December 2026." in page
    assert "the 14th day is 19 December 2026" in page  # why
    assert "the card must be updated by 19 March 2027" in page
    assert not PlannedMove.objects.exists()


def test_told_it_says_what_happens_next_where_and_with_what(me: Client, card: Card) -> None:
    page = tell(me, expected_move_out_on="2026-12-01", moved_in_on="2026-12-05")
    assert PlannedMove.objects.get().kind == MoveKind.MOVE_OUT
    assert "The first reminder comes on 12 December 2026" in page
    assert "Hinode City Office, My Number Card counter" in page  # the office left
    assert "the municipality that you move to" in page
    assert "Individual Number Card of everyone who moves" in page
    for journey in ("moving-out", "moving-in"):
        assert f"/cards/HINODE-7/sheet/{journey}/" in page


def test_within_the_municipality_the_own_office_is_the_only_counter(me: Client) -> None:
    form = text(me.get(WITHIN))
    assert "expected_move_out_on" not in form
    page = tell(me, WITHIN, moved_in_on="2026-11-07", expected_move_out_on="2026-11-06")
    move = PlannedMove.objects.get()
    assert (move.kind, move.expected_move_out_on) == (MoveKind.RELOCATE, None)
    assert "21 November 2026" in page
    assert "the municipality that you move to" not in page
    assert "At your office: Hinode City Office" in page


def test_the_office_without_an_address_cannot_mail_and_the_page_says_so(
    me: Client, card: Card
) -> None:
    card.resident.email = ""
    card.resident.save()
    assert "no mail can be sent" in tell(me, WITHIN, moved_in_on="2026-12-07")


@pytest.mark.parametrize(
    ("url", "days", "words"),
    [
        (ANOTHER, {}, "Enter at least one day"),
        (WITHIN, {}, "Enter the day."),
        (ANOTHER, {"moved_in_on": "2026-02-30"}, "Enter a day that there is"),
        (ANOTHER, {"moved_in_on": "soon"}, "Enter a day that there is"),
        (ANOTHER, {"expected_move_out_on": "2062-12-01"}, "more than a year away"),
    ],
)
def test_bad_days_are_worded_and_what_was_typed_stays(
    me: Client, url: str, days: dict[str, str], words: str
) -> None:
    for confirmed in ({}, {"confirmed": "yes"}):
        page = text(me.post(url, days | confirmed), 422)
        assert words in page
        assert all(value in page for value in days.values())
    assert not PlannedMove.objects.exists()


def test_going_back_from_the_check_keeps_the_days(me: Client) -> None:
    page = text(me.post(ANOTHER, {"moved_in_on": "2026-12-05", "back": "yes"}))
    assert 'value="2026-12-05"' in page
    assert "Check your answers" not in page


def test_days_that_are_changed_take_the_place_of_those_told_before(me: Client) -> None:
    tell(me, moved_in_on="2026-12-05")
    assert 'value="2026-12-05"' in text(me.get(ANOTHER))
    checked = text(me.post(ANOTHER, {"moved_in_on": "2026-12-08"}))
    assert "takes the place of the move you told us of before" in checked
    assert "22 December 2026" in tell(me, moved_in_on="2026-12-08")
    assert PlannedMove.objects.filter(closed_at=None).count() == 1


def test_a_move_is_called_off_once_confirmed(me: Client, card: Card) -> None:
    tell(me, moved_in_on="2026-12-05")
    assert "Call the move off?" in text(me.get(PAGE + "call-off/"))
    assert PlannedMove.objects.filter(closed_at=None).exists()  # looking does nothing
    page = text(me.post(PAGE + "call-off/", follow=True))
    assert "The move is called off." in page
    assert "Tell us of a move" in page
    assert not PlannedMove.objects.filter(closed_at=None).exists()
    assert "The move is called off." in text(me.post(PAGE + "call-off/", follow=True))


def test_a_told_move_long_past_never_shows_the_card_as_lapsed(me: Client, card: Card) -> None:
    page = tell(me, moved_in_on="2026-09-01")
    assert "If you moved as you say and submitted no notification" in page
    assert Card.objects.get().state is CardState.WORKING
    for address in (PAGE, "/en/", "/en/cards/HINODE-7/"):
        page = text(me.get(address))
        assert "Lapsed" not in page
        assert "has lapsed" not in page


def test_the_front_page_and_the_notification_say_if(me: Client) -> None:
    tell(me, moved_in_on="2026-11-05")
    assert "If you move on the day you told us: 9 days left" in text(me.get("/en/"))


@pytest.mark.parametrize("ended", ["expired", "lapsed"])
def test_with_a_card_that_has_ended_the_page_leads_to_a_new_one(
    me: Client, card: Card, ended: str
) -> None:
    if ended == "expired":
        Card.objects.update(expires_on=date(2026, 11, 9))
    else:
        make_move(card, moved_in_on=date(2026, 10, 1))
    page = text(me.get(PAGE))
    assert f"This card has {ended}" in page
    assert "Ask the counter for a new card" in page
    assert "Tell us of a move" not in page
    for url in (PAGE + "tell/", ANOTHER):
        assert "a new card has to be issued" in text(me.get(url, follow=True))
    me.post(ANOTHER, {"moved_in_on": "2026-11-05", "confirmed": "yes"})
    assert not PlannedMove.objects.exists()


def test_a_move_told_before_the_card_ended_can_still_be_called_off(me: Client, card: Card) -> None:
    tell(me, moved_in_on="2026-12-05")
    Card.objects.update(expires_on=date(2026, 11, 9))
    assert "Call the move off" in text(me.get(PAGE))
    assert "The move is called off." in text(me.post(PAGE + "call-off/", follow=True))


def test_a_suspended_card_says_that_the_days_count_all_the_same(
    me: Client, card: Card, holder: User
) -> None:
    suspend(card, by=holder)
    assert "days of a move count all the same" in text(me.get(PAGE))
    tell(me, moved_in_on="2026-12-05")
    assert PlannedMove.objects.exists()


def test_a_photo_id_card_hears_nothing_of_pins_and_signatures(me: Client, card: Card) -> None:
    Card.objects.update(variant=CardVariant.PHOTO_ID.value)
    page = text(me.get(PAGE)) + tell(me, moved_in_on="2026-12-05")
    assert "PIN ③" not in page
    assert "signature certificate" not in page


def test_a_card_that_expires_before_the_last_day_is_to_be_renewed_first(
    me: Client, card: Card
) -> None:
    Card.objects.update(expires_on=date(2026, 12, 10))
    assert "expires before that, on 10 December 2026" in tell(me, moved_in_on="2026-12-05")


def test_recorded_moves_stand_on_the_page_with_their_last_day(me: Client, card: Card) -> None:
    make_move(card, notified_on=date(2026, 11, 9))
    page = text(me.get(PAGE))
    assert "Recorded by the office" in page
    assert "7 February 2027" in page


def test_what_was_written_on_the_card_is_shown_and_that_the_column_is_full(
    me: Client, card: Card
) -> None:
    clerk = make_clerk()
    assert "no entry in this column" in text(me.get(PAGE))
    record_move(
        card,
        kind=MoveKind.RELOCATE,
        dates=MoveDates(moved_in_on=date(2026, 11, 7), notified_on=date(2026, 11, 9)),
        by=clerk,
    )
    record_card_update(
        card,
        card_updated_on=date(2026, 11, 10),
        by=clerk,
        written=[Written(InfoKind.ADDRESS, "日の出市北3-1")],
        column_full=True,
    )
    page = text(me.get(PAGE))
    assert "日の出市北3-1" in page
    assert "The column is full" in page
    assert "a new card has to be issued" in page


def test_a_new_name_that_waits_for_the_card_is_said(me: Client, card: Card) -> None:
    record_name_change(card, name="TRAN THI LAN", changed_on=date(2026, 11, 9), by=make_clerk())
    page = text(me.get(PAGE))
    assert "Your new name was recorded on 9 November 2026" in page
    assert "TRAN THI LAN" in page


@pytest.mark.parametrize("path", ["", "tell/", "tell/another/", "told/", "call-off/"])
def test_somebody_elses_moving_is_not_there(card: Card, path: str) -> None:
    stranger = Client()
    assert stranger.get(PAGE + path).status_code == 302
    sign_in(stranger, make_user())
    assert stranger.get(PAGE + path).status_code == 404
    assert stranger.post(PAGE + path).status_code in (404, 405)


# What if: the same answers, kept nowhere.

TRY = "/en/cards/if-i-move/"


def tried(**asked: str) -> Any:
    return Client().get(TRY, {"where": "another"} | asked)


def test_days_can_be_tried_out_by_anybody_and_are_kept_nowhere(card: Card) -> None:
    page = text(tried(expected_move_out_on="2026-10-20", moved_in_on="2026-11-07"))
    for day in ("19 November 2026", "20 November 2026", "21 November 2026", "22 November 2026"):
        assert day in page
    assert "The first of these days counts: 19 November 2026." in page
    assert not PlannedMove.objects.exists()


def test_of_several_days_that_have_passed_only_the_first_lapsed_the_card(card: Card) -> None:
    page = text(tried(expected_move_out_on="2026-09-01", moved_in_on="2026-10-01"))
    assert page.count("the card lapsed on") == 1
    assert "the card lapsed on 2 October 2026" in page
    assert "/en/guide/reissue/" in page


def test_all_four_days_may_be_entered(card: Card) -> None:
    page = text(
        tried(
            expected_move_out_on="2026-08-28",
            moved_in_on="2026-08-30",
            notified_on="2026-09-01",
            card_updated_on="2026-11-30",
        )
    )
    assert page.count("Done in time") == 3
    assert "Everything is done in time." in page


def test_a_last_day_missed_says_that_the_card_lapsed_and_stays_lapsed(card: Card) -> None:
    page = text(tried(notified_on="2026-06-01", card_updated_on="2026-11-01"))
    assert "With these days the card lapsed on 31 August 2026." in page
    assert "does not bring it back" in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Enter at least one day"),
        ({"card_updated_on": "2026-11-01"}, "Enter at least one day"),
        ({"moved_in_on": "2026-13-01"}, "Enter a day that there is"),
        ({"moved_in_on": "\x00"}, "Enter a day that there is"),
        ({"where": "mars", "moved_in_on": "2026-11-01"}, "mars"),
        ({"where": "", "moved_in_on": "2026-11-01"}, "Choose where you move to."),
        ({"where": "within", "expected_move_out_on": "2026-11-01"}, "no expected move-out day"),
        (
            {"moved_in_on": "2026-11-07", "notified_on": "2026-11-06"},
            "accepted only from the move-in day on",
        ),
        (
            {"notified_on": "2026-11-07", "card_updated_on": "2026-11-06"},
            "cannot have been updated before",
        ),
    ],
)
def test_days_that_cannot_be_are_worded(card: Card, asked: dict[str, str], words: str) -> None:
    assert words in text(tried(**asked), 422)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_break_nothing(card: Card, day: str) -> None:
    text(tried(expected_move_out_on=day, moved_in_on=day))
    text(tried(notified_on=day))


def test_an_untouched_page_shows_no_error() -> None:
    assert "error-summary" not in text(Client().get(TRY))


def test_the_public_pages_lead_to_it(db: None) -> None:
    assert TRY in text(Client().get("/en/"))
    assert TRY in text(Client().get("/en/guide/"))


def test_the_answer_changes_its_language_and_keeps_its_days(card: Card) -> None:
    page = text(tried(moved_in_on="2026-11-07"))
    assert "/ja/cards/if-i-move/?where=another&moved_in_on=2026-11-07" in page
