"""Tries are counted exactly: five and three wrong ones in a row, then the PIN is locked (G3)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from cards.models import Card, CardEvent, PinSlot
from cards.operations import OperationRefused, Tried, suspend, tell_locked_pins, try_pin
from cards.rules.kinds import EventKind, PinKind
from cards.rules.pins import TRY_LIMIT, PinRefused
from tests.builders import make_card, make_pin, make_user

RIGHT = dict.fromkeys(PinKind, "7294") | {PinKind.SIGNATURE: "KEY7294X"}
WRONG = dict.fromkeys(PinKind, "8163") | {PinKind.SIGNATURE: "KEY8163X"}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def card() -> Card:
    card = make_card()
    for kind, pin in RIGHT.items():
        make_pin(card, kind, pin)
    return card


def told(card: Card) -> list[str]:
    return [event.kind for event in CardEvent.objects.filter(card=card).order_by("id")]


@pytest.mark.parametrize("kind", PinKind)
def test_of_a_hundred_wrong_tries_at_once_exactly_the_limit_is_evaluated(
    card: Card, kind: PinKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail (30 to 56 evaluated) with the count read first and written afterwards."""
    from cards.chip import SoftwareChip

    evaluated: list[str] = []

    def evaluate(self: SoftwareChip, card: Card, kind: PinKind, pin: str) -> bool:
        evaluated.append(pin)
        return False

    monkeypatch.setattr(SoftwareChip, "matches", evaluate)

    def one_try(_number: int) -> Tried:
        try:
            return try_pin(card, kind, WRONG[kind], by=None)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(one_try, range(100)))

    assert len(evaluated) == TRY_LIMIT[kind]
    assert sorted(r.tries_left for r in results) == [0] * (101 - TRY_LIMIT[kind]) + list(
        range(1, TRY_LIMIT[kind])
    )
    assert PinSlot.objects.get(card=card, kind=kind.value).is_locked
    # “One try left” is no news any more when the lock came first.
    assert told(card)[-1] == EventKind.PIN_LOCKED
    assert told(card)[:-1] in ([], [EventKind.PIN_ONE_TRY_LEFT])


@pytest.mark.parametrize("kind", PinKind)
def test_a_locked_pin_stays_locked_for_the_right_pin_too(card: Card, kind: PinKind) -> None:
    for left in reversed(range(TRY_LIMIT[kind])):
        assert try_pin(card, kind, WRONG[kind], by=None) == Tried(right=False, tries_left=left)
    assert try_pin(card, kind, RIGHT[kind], by=None) == Tried(right=False, tries_left=0)


def test_the_lock_is_on_that_pin_only(card: Card) -> None:
    make_pin(card, PinKind.USER_PROOF, "7294", failed_tries=3)
    assert try_pin(card, PinKind.CARD_INFO_INPUT, "7294", by=None).right


def test_a_lock_whose_teller_was_killed_is_told_all_the_same(
    card: Card, monkeypatch: pytest.MonkeyPatch, on_day
) -> None:
    from cards.chip import SoftwareChip

    def killed(*_args: object) -> bool:
        raise SystemExit

    on_day("2026-11-22", at="12:00")
    for _try in range(2):
        try_pin(card, PinKind.USER_PROOF, "8163", by=None)
    monkeypatch.setattr(SoftwareChip, "matches", killed)
    with pytest.raises(SystemExit):
        try_pin(card, PinKind.USER_PROOF, "8163", by=None)
    assert tell_locked_pins() == 0, "that try may still be under way"
    on_day("2026-11-22", at="12:02")
    assert tell_locked_pins() == 1
    assert tell_locked_pins() == 0
    assert told(card)[-1] == EventKind.PIN_LOCKED


def test_the_holder_hears_of_the_last_try_and_of_the_lock_once_each(card: Card) -> None:
    for _try in range(5):
        try_pin(card, PinKind.USER_PROOF, "8163", by=None)
    assert told(card) == [EventKind.PIN_ONE_TRY_LEFT, EventKind.PIN_LOCKED]


@pytest.mark.parametrize("kind", PinKind)
def test_a_right_pin_sets_the_count_back_to_none(card: Card, kind: PinKind) -> None:
    for _round in range(3):
        for _try in range(TRY_LIMIT[kind] - 1):
            assert not try_pin(card, kind, WRONG[kind], by=None).right
        assert try_pin(card, kind, RIGHT[kind], by=None) == Tried(True, TRY_LIMIT[kind])


def test_days_do_not_set_the_count_back(card: Card, on_day) -> None:
    on_day("2026-11-22")
    try_pin(card, PinKind.USER_PROOF, "8163", by=None)
    on_day("2027-11-22")
    assert try_pin(card, PinKind.USER_PROOF, "8163", by=None).tries_left == 1


@pytest.mark.parametrize("malformed", ["", "829", "82944", "8２94", "82a4", "8294\n", " 8294"])
def test_a_malformed_entry_uses_no_try(card: Card, malformed: str) -> None:
    with pytest.raises(PinRefused):
        try_pin(card, PinKind.USER_PROOF, malformed, by=None)
    assert PinSlot.objects.get(card=card, kind=PinKind.USER_PROOF.value).failed_tries == 0


def test_the_count_survives_whatever_goes_wrong_after_it(
    card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail with the reservation inside a transaction that the exception rolls back."""
    from cards.chip import SoftwareChip

    def breaks(*_args: object) -> bool:
        raise RuntimeError("the terminal is gone")

    monkeypatch.setattr(SoftwareChip, "matches", breaks)
    for _try in range(3):
        with pytest.raises(RuntimeError):
            try_pin(card, PinKind.USER_PROOF, "8163", by=None)
    monkeypatch.undo()
    assert try_pin(card, PinKind.USER_PROOF, "7294", by=None) == Tried(False, 0)


def test_a_suspended_card_evaluates_no_pin_and_counts_no_try(card: Card) -> None:
    suspend(card, by=make_user())
    with pytest.raises(OperationRefused, match="suspended"):
        try_pin(Card.objects.get(pk=card.pk), PinKind.USER_PROOF, "7294", by=None)
    assert PinSlot.objects.get(card=card, kind=PinKind.USER_PROOF.value).failed_tries == 0


def test_a_suspension_that_the_page_has_not_seen_yet_is_seen_by_the_count(card: Card) -> None:
    seen_before = Card.objects.get(pk=card.pk)
    suspend(card, by=make_user())
    with pytest.raises(OperationRefused, match="suspended"):
        try_pin(seen_before, PinKind.USER_PROOF, "8163", by=None)
    assert PinSlot.objects.get(card=card, kind=PinKind.USER_PROOF.value).failed_tries == 0
