"""A lost card, and one that was found (G6)."""

from collections.abc import Callable
from datetime import date

import pytest

from cards.models import Card, UntoldEvent
from cards.operations import OperationRefused, lift_suspension, suspend
from cards.rules.kinds import CardState, EventKind
from portal import clock
from tests.builders import make_card, make_clerk, make_move, make_office, make_staff, make_user

pytestmark = pytest.mark.django_db


def state_of(card: Card) -> CardState:
    return Card.objects.get(pk=card.pk).state


def test_a_lost_card_is_suspended_at_once_and_its_holder_told() -> None:
    card, holder = make_card(), make_user()
    event = suspend(card, by=holder)
    assert state_of(card) is CardState.SUSPENDED
    assert (event.kind, event.by) == (EventKind.SUSPENDED, holder)
    assert UntoldEvent.objects.get().event == event


def test_suspending_twice_is_harmless() -> None:
    card, holder = make_card(), make_user()
    first = suspend(card, by=holder)
    since = Card.objects.get(pk=card.pk).suspended_at
    assert suspend(card, by=holder) == first
    assert card.events.count() == 1
    assert Card.objects.get(pk=card.pk).suspended_at == since


def test_a_card_that_has_ended_cannot_be_suspended(on_day: Callable[..., None]) -> None:
    on_day("2026-11-10")
    expired, lapsed, replaced = make_card(expires_on=date(2026, 11, 9)), make_card(), make_card()
    make_move(lapsed, moved_in_on=date(2026, 10, 1))
    Card.objects.filter(pk=replaced.pk).update(replaced_at=clock.now())
    for card in (expired, lapsed, replaced):
        with pytest.raises(OperationRefused):
            suspend(card, by=None)
        assert not card.events.exists()


def test_the_office_that_keeps_the_record_lifts_a_suspension() -> None:
    card, clerk = make_card(), make_clerk()
    suspend(card, by=None)
    event = lift_suspension(card, identity_proof="passport", by=clerk)
    assert state_of(card) is CardState.WORKING
    assert (event.kind, event.by) == (EventKind.SUSPENSION_LIFTED, clerk)
    assert card.events.count() == 2
    assert UntoldEvent.objects.filter(event=event).exists()


def test_nobody_else_lifts_a_suspension() -> None:
    card = make_card()
    suspend(card, by=None)
    others = (
        make_clerk(make_office("900002")),
        make_staff("administrator", is_superuser=True),
        make_user(),
    )
    for other in others:
        with pytest.raises(OperationRefused):
            lift_suspension(card, identity_proof="passport", by=other)
    assert state_of(card) is CardState.SUSPENDED
    assert card.events.count() == 1


def test_a_card_that_is_not_suspended_has_nothing_to_lift() -> None:
    with pytest.raises(OperationRefused, match="not suspended"):
        lift_suspension(make_card(), identity_proof="passport", by=make_clerk())


def test_lifting_does_not_bring_back_a_card_that_expired_meanwhile(
    on_day: Callable[..., None],
) -> None:
    on_day("2026-11-10")
    card = make_card(expires_on=date(2026, 11, 20))
    suspend(card, by=None)
    on_day("2026-11-21")
    with pytest.raises(OperationRefused, match="expired"):
        lift_suspension(card, identity_proof="passport", by=make_clerk())
    assert state_of(card) is CardState.EXPIRED


def test_deadlines_run_on_while_a_card_is_suspended() -> None:
    card = make_card()
    before = list(card.deadlines.values("kind", "last_day", "closed_at"))
    suspend(card, by=None)
    assert list(card.deadlines.values("kind", "last_day", "closed_at")) == before
