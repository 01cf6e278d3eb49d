"""From the moment of suspension nothing is done with the card, by nobody and nowhere (G6)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from accounts.models import User
from cards.models import Card, Move
from cards.operations import (
    OperationRefused,
    apply_smartphone_certificates,
    change_pins,
    change_variant,
    correct_move,
    hand_over_pins,
    initialise_pin,
    issue_certificates,
    open_hand_over,
    record_card_update,
    request_variant,
    reset_pins,
    set_expiry,
    suspend,
    try_pin,
)
from cards.rules.kinds import CertificateKind, ExpiryBasis, PinKind
from tests.builders import make_card, make_clerk, make_move, make_pin, make_platform, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def updated(card: Card, day: date, by: User) -> Move:
    move = card.moves.get()
    return correct_move(move, dates=replace(move.dates, card_updated_on=day), by=by)


CLERK_OR_HOLDER: dict[str, Callable[..., object]] = {
    "a PIN is changed": lambda card, by: change_pins(
        card, current={PinKind.USER_PROOF: "7294"}, new="6038", again="6038", by=by
    ),
    "a PIN is tried": lambda card, by: try_pin(card, PinKind.USER_PROOF, "7294", by=by),
    "PIN ① is initialised at a kiosk": lambda card, by: initialise_pin(
        card, user_proof="7294", new="NEW6038K", again="NEW6038K"
    ),
    "PINs are reset": lambda card, by: reset_pins(
        card, kinds=[PinKind.USER_PROOF], identity_proof="passport", reason="x", by=by
    ),
    "it is renewed": lambda card, by: set_expiry(
        card, expires_on=date(2029, 1, 1), basis=ExpiryBasis.NEW_PERIOD, by=by
    ),
    "it is renewed while an application is pending": lambda card, by: set_expiry(
        card, expires_on=date(2028, 4, 30), basis=ExpiryBasis.APPLICATION_FILED, by=by
    ),
    "a new address is written on it": lambda card, by: record_card_update(
        card, card_updated_on=date(2026, 11, 10), by=by
    ),
    "a new address is written on it, told as a correction": lambda card, by: updated(
        card, date(2026, 11, 10), by
    ),
    "certificates are issued again": lambda card, by: issue_certificates(
        card, kinds=[CertificateKind.SIGNATURE], by=by
    ),
    "certificates are put on a smartphone": lambda card, by: apply_smartphone_certificates(
        card, platform=make_platform(), pin="KEY7294X", by=by
    ),
    "the other variant is asked for": lambda card, by: request_variant(card, by=by),
    "its variant is changed": lambda card, by: change_variant(
        card, identity_proof="passport", by=by
    ),
}


@pytest.fixture
def card(on_day: Callable[..., None]) -> Card:
    on_day("2026-11-10")
    made = make_card()
    make_move(made, notified_on=date(2026, 11, 1))
    make_pin(made, PinKind.SIGNATURE, "KEY7294X")
    for kind in (PinKind.USER_PROOF, PinKind.RESIDENT_REGISTRATION, PinKind.CARD_INFO_INPUT):
        make_pin(made, kind, "7294")
    return made


@pytest.mark.parametrize("act", CLERK_OR_HOLDER.values(), ids=CLERK_OR_HOLDER.keys())
def test_after_a_suspension_it_no_longer_happens_that(
    card: Card, act: Callable[..., object]
) -> None:
    clerk = make_clerk()
    suspend(card, by=make_user())
    facts = list(Card.objects.values())
    events = card.events.count()
    with pytest.raises(OperationRefused, match="suspended"):
        act(card, clerk)
    assert list(Card.objects.values()) == facts
    assert card.events.count() == events


@pytest.mark.parametrize("act", CLERK_OR_HOLDER.values(), ids=CLERK_OR_HOLDER.keys())
def test_without_a_suspension_it_does_happen_that(card: Card, act: Callable[..., object]) -> None:
    """What the other test refuses is refused for the suspension, and for nothing else."""
    act(card, make_clerk())


def test_what_was_written_on_it_before_the_suspension_can_still_be_told(card: Card) -> None:
    suspend(card, by=make_user())
    clerk = make_clerk()
    assert updated(card, date(2026, 11, 9), clerk).card_updated_on == date(2026, 11, 9)
    assert updated(card, date(2026, 11, 8), clerk).card_updated_on == date(2026, 11, 8)
    with pytest.raises(OperationRefused, match="suspended") as refused:
        updated(card, date(2026, 11, 10), clerk)
    assert refused.value.field == "card_updated_on"


def test_a_code_from_the_counter_sets_no_pin_after_a_suspension(card: Card) -> None:
    code = reset_pins(
        card, kinds=[PinKind.USER_PROOF], identity_proof="passport", reason="x", by=make_clerk()
    )
    hand_over = open_hand_over(code)
    assert hand_over
    suspend(card, by=make_user())
    with pytest.raises(OperationRefused, match="suspended"):
        hand_over_pins(hand_over, kinds=[PinKind.USER_PROOF], new="6038", again="6038")
