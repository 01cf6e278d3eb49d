"""An impatient finger: a form sent twenty times at once does it once, and answers all alike."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connections
from django.test import Client

from accounts.models import User
from cards.models import Card
from cards.operations import (
    OperationRefused,
    accept_reissue,
    ask_back_reissue,
    change_variant,
    issue_reissue,
    request_reissue,
    request_variant,
    suspend,
    tell_move,
)
from cards.rules.kinds import CardState, EventKind, MoveKind, ReissueReason
from cards.rules.moves import MoveDates
from portal import clock
from tests.builders import hold, make_card, make_clerk, make_resident, make_user, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def holder() -> User:
    return make_user()


@pytest.fixture
def card(holder: User) -> Card:
    resident = make_resident()
    hold(holder, resident)
    return make_card(resident, reference="MINE")


def asked_for(card: Card, holder: User) -> None:
    request_reissue(card, reason=ReissueReason.DAMAGED, with_certificates=True, by=holder)


def asked_back(card: Card, holder: User) -> None:
    asked_for(card, holder)
    ask_back_reissue(card, question="How?", by=make_clerk())


def told(card: Card, holder: User) -> None:
    dates = MoveDates(moved_in_on=clock.today())
    tell_move(card, kind=MoveKind.MOVE_IN, dates=dates, by=holder)


def answered_all_questions(client: Client) -> None:
    for question, answers in (
        ("reason", {"reason": "damaged"}),
        ("certificates", {"with_certificates": "yes"}),
        ("circumstances", {"claimed_ground": "no"}),
    ):
        client.post(f"/en/cards/MINE/new-card/apply/{question}/", answers)


def nothing(*_given: object) -> None:
    pass


# What was there before, the form, what is typed, where it leads and what happened.
FORMS: dict[str, tuple[Callable[..., Any], str, dict[str, str], str, EventKind]] = {
    "suspend": (nothing, "suspend/", {}, "suspended/", EventKind.SUSPENDED),
    "withdraw the application": (
        asked_for,
        "new-card/withdraw/",
        {},
        "new-card/",
        EventKind.REISSUE_WITHDRAWN,
    ),
    "answer the office": (
        asked_back,
        "new-card/answer/",
        {"answer": "It fell."},
        "new-card/",
        EventKind.REISSUE_ANSWERED,
    ),
    "ask for the other variant": (
        nothing,
        "photo-id/",
        {"understood": "on"},
        "photo-id/",
        EventKind.VARIANT_REQUESTED,
    ),
    "keep the variant": (
        lambda card, holder: request_variant(card, by=holder),
        "photo-id/withdraw/",
        {},
        "photo-id/",
        EventKind.VARIANT_WITHDRAWN,
    ),
    "tell of a move": (
        nothing,
        "moving/tell/within/",
        {"moved_in_on": str(clock.today()), "confirmed": "yes"},
        "moving/told/",
        EventKind.MOVE_TOLD,
    ),
    "call the move off": (
        told,
        "moving/call-off/",
        {},
        "moving/",
        EventKind.TOLD_MOVE_WITHDRAWN,
    ),
}


def twenty_answers(client: Client, address: str, typed: dict[str, str]) -> set[tuple[int, str]]:
    ready = Barrier(20, timeout=30)

    def one(_number: int) -> tuple[int, str]:
        sender = Client()
        sender.cookies = client.cookies
        ready.wait()
        try:
            answer = sender.post(address, typed)
        finally:
            connections.close_all()
        return answer.status_code, answer.get("Location", "")

    with ThreadPoolExecutor(20) as pool:
        return set(pool.map(one, range(20)))


@pytest.mark.parametrize(
    ("before", "form", "typed", "leads_to", "event"), FORMS.values(), ids=FORMS
)
def test_one_effect_and_one_answer(
    client: Client,
    holder: User,
    card: Card,
    before: Callable[..., Any],
    form: str,
    typed: dict[str, str],
    leads_to: str,
    event: EventKind,
) -> None:
    before(card, holder)
    client.force_login(holder)
    answers = twenty_answers(client, f"/en/cards/MINE/{form}", typed)
    assert answers == {(302, f"/en/cards/MINE/{leads_to}")}
    assert card.events.filter(kind=event.value).count() == 1


def test_an_application_sent_twenty_times_at_once_is_one(
    client: Client, holder: User, card: Card
) -> None:
    client.force_login(holder)
    answered_all_questions(client)
    answers = twenty_answers(client, "/en/cards/MINE/new-card/apply/check/", {})
    assert answers == {(302, "/en/cards/MINE/new-card/")}
    assert card.reissues.count() == 1
    assert card.events.count() == 1


@pytest.mark.parametrize(("number", "leads_to"), [("M-1", 302), ("", 200)], ids=["done", "refused"])
def test_at_the_desk_too(client: Client, card: Card, number: str, leads_to: int) -> None:
    """Seen to fail: the first acted, the rest were told that somebody had changed the card."""
    suspend(card, by=None)
    sign_in(client, make_clerk())
    typed = {
        "seen": str(card.events.latest("id").pk),
        "reason": "lost",
        "police_receipt_number": number,
        "confirmed": "yes",
        "csrfmiddlewaretoken": "a" * 64,
    }
    address = f"/admin/cards/card/{card.pk}/request-reissue/"
    answers = twenty_answers(client, address, typed)
    assert {status for status, _location in answers} == {leads_to}
    assert card.reissues.count() == (leads_to == 302)
    assert LogEntry.objects.count() == (leads_to == 302)


# --- A suspension wins ----------------------------------------------------------------------------
def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each of these gave, or why it was refused, begun at the same moment."""
    ready = Barrier(len(acts), timeout=30)

    def one(act: Callable[[], object]) -> object:
        ready.wait()
        try:
            return act()
        except OperationRefused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.mark.parametrize("_round", range(3))
def test_of_a_suspension_and_a_new_card_at_once_no_card_is_left_that_both_believe_in(
    holder: User, card: Card, _round: int
) -> None:
    """Whichever comes first, the lost card is stopped; and the new one came before, or not at all.

    Seen to fail without the lock on the card: the card was suspended and a new one took over.
    """
    clerk = make_clerk()
    asked_for(card, holder)
    accept_reissue(card, waiver=None, by=clerk)
    suspended, issued = at_once(
        lambda: suspend(Card.objects.get(pk=card.pk), by=holder),
        lambda: issue_reissue(
            Card.objects.get(pk=card.pk), new_reference="NEW", identity_proof="passport", by=clerk
        ),
    )
    old = Card.objects.get(pk=card.pk)
    if isinstance(suspended, OperationRefused):
        assert old.state is CardState.REPLACED
        assert Card.objects.get(reference="NEW").state is CardState.WORKING
    else:
        assert old.state is CardState.SUSPENDED
        assert isinstance(issued, OperationRefused)
        assert not Card.objects.filter(reference="NEW").exists()


@pytest.mark.parametrize("_round", range(3))
def test_a_suspension_beside_a_change_of_variant_is_the_last_word(
    holder: User, card: Card, _round: int
) -> None:
    clerk = make_clerk()
    at_once(
        lambda: suspend(Card.objects.get(pk=card.pk), by=holder),
        lambda: change_variant(Card.objects.get(pk=card.pk), identity_proof="passport", by=clerk),
    )
    assert Card.objects.get(pk=card.pk).state is CardState.SUSPENDED
    assert card.events.latest("id").kind == EventKind.SUSPENDED
