"""PINs tried, changed, locked, reset, handed over and initialised (G3)."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from cards.chip import SoftwareChip
from cards.operations import (
    Tried,
    change_pins,
    hand_over_pins,
    initialise_pin,
    open_hand_over,
    reset_pins,
    tell_locked_pins,
    try_pin,
)
from cards.operations.rotate_pin_keys import rotate_pin_keys
from cards.rules.kinds import EventKind, PinKind
from tests.cards.life.life import Life, mostly_when
from tests.cards.life.model import LIMIT, HandOver

SHORT = (PinKind.USER_PROOF, PinKind.RESIDENT_REGISTRATION, PinKind.CARD_INFO_INPUT)
SHORT_PINS, LONG_PINS = ("7294", "6038"), ("KEY7294X", "KEY6038X")
MALFORMED = "７２９４"
KINDS = some.sampled_from(
    [[PinKind.SIGNATURE], [PinKind.USER_PROOF], [PinKind.CARD_INFO_INPUT], list(SHORT)]
)
WHICH = some.integers(0, 1)


def pin_for(kind: PinKind, which: int) -> str:
    return (LONG_PINS if kind is PinKind.SIGNATURE else SHORT_PINS)[which]


class Pins(Life):
    @mostly_when(lambda self: self.works and self.card.pins)
    @rule(kind=some.sampled_from(PinKind), which=WHICH, times=some.integers(1, 5))
    def a_pin_is_tried(self, kind: PinKind, which: int, times: int) -> None:
        card, pin = self.card, pin_for(kind, which)
        may = card.may_try(kind, self.today)
        for _time in range(times):
            tried = self.do(try_pin, self.row(), kind, pin, by=self.holder, may=may)
            if may:
                right = card.enter(kind, pin, self.moment)
                assert tried == Tried(right, LIMIT[kind] - card.tries[kind])

    @mostly_when(lambda self: False)
    @rule(kind=some.sampled_from(PinKind))
    def a_malformed_pin_is_typed(self, kind: PinKind) -> None:
        self.do(try_pin, self.row(), kind, MALFORMED, by=self.holder, may=False)

    @mostly_when(lambda self: False)
    @rule(kind=some.sampled_from(SHORT))
    def the_power_fails_while_a_pin_is_compared(self, kind: PinKind) -> None:
        """The try is used up; who should have told of a lock never does."""
        card = self.card
        if not card.may_try(kind, self.today) or card.locked(kind):
            return

        def fails(*_asked: object) -> bool:
            raise PowerFailure

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SoftwareChip, "matches", fails)
            with pytest.raises(PowerFailure):
                try_pin(self.row(), kind, SHORT_PINS[0], by=self.holder)
        card.tries[kind] += 1
        card.tried_at[kind] = self.moment

    @mostly_when(lambda self: False)
    @rule()
    def locks_that_nobody_told_are_told(self) -> None:
        card = self.card
        untold = [
            kind
            for kind in PinKind
            if card.locked(kind)
            and card.tries_told[kind] < LIMIT[kind]
            and card.tried_at[kind] < self.moment - timedelta(minutes=1)
        ]
        assert self.do(tell_locked_pins, may=True) == len(untold)
        for kind in untold:
            card.tell_tries(kind)

    @mostly_when(lambda self: self.works and self.card.pins)
    @rule(kinds=KINDS, forgotten=some.sampled_from([False, False, True]), which=WHICH)
    def pins_are_changed(self, kinds: list[PinKind], forgotten: bool, which: int) -> None:
        """One after the other; the first that is wrong ends it, and no PIN has changed."""
        card = self.card
        known = card.pins.get(kinds[0]) == pin_for(kinds[0], 0)
        old = 0 if known is not forgotten else 1
        current = {kind: pin_for(kind, old) for kind in kinds}
        new = pin_for(kinds[0], which)
        row, may = self.row(), old != which
        if may:
            for kind, pin in current.items():
                may = card.may_try(kind, self.today) and card.enter(kind, pin, self.moment)
                if not may:
                    break
        self.do(change_pins, row, current=current, new=new, again=new, by=self.holder, may=may)
        if may:
            card.set_pins(kinds, new, EventKind.PIN_CHANGED)

    @mostly_when(lambda self: self.works and self.card.pins)
    @rule(user_proof=WHICH, which=WHICH)
    def pin_1_is_initialised_at_a_kiosk(self, user_proof: int, which: int) -> None:
        card, pin, new = self.card, SHORT_PINS[user_proof], LONG_PINS[which]
        row = self.row()
        may = card.may_try(PinKind.USER_PROOF, self.today)
        may = may and card.enter(PinKind.USER_PROOF, pin, self.moment)
        may = may and card.pins.get(PinKind.SIGNATURE) != new
        self.do(initialise_pin, row, user_proof=pin, new=new, again=new, may=may)
        if may:
            card.set_pins([PinKind.SIGNATURE], new, EventKind.PIN_INITIALISED)

    @precondition(lambda self: self.card.suspended and self.card.lives(self.today))
    @rule(kind=some.sampled_from(PinKind), which=WHICH)
    def pins_are_entered_while_the_card_is_suspended(self, kind: PinKind, which: int) -> None:
        """Right or wrong, at whatever door: nothing is compared, counted or changed (G6)."""
        pin, new = pin_for(kind, which), pin_for(kind, 1 - which)
        two, one = SHORT_PINS[which], LONG_PINS[which]
        self.do(try_pin, self.row(), kind, pin, by=self.holder, may=False)
        changing = {"current": {kind: pin}, "new": new, "again": new, "by": self.holder}
        self.do(change_pins, self.row(), **changing, may=False)
        self.do(initialise_pin, self.row(), user_proof=two, new=one, again=one, may=False)

    @mostly_when(lambda self: self.works and self.has_pins)
    @rule(kinds=KINDS, ours=some.sampled_from([True, True, False]))
    def pins_are_reset(self, kinds: list[PinKind], ours: bool) -> None:
        card = self.card
        may = ours and self.works and self.has_pins
        code = self.do(
            reset_pins,
            self.row(),
            kinds=kinds,
            identity_proof="passport",
            reason="locked",
            by=self.clerk if ours else self.stranger,
            may=may,
        )
        if may:
            for kind in kinds:
                card.pins.pop(kind, None)
                card.unlock(kind)
            self.opens(code, kinds)
            card.events.append(EventKind.PIN_RESET)

    def opens(self, code: str, kinds: Any) -> None:
        """The counter gave a code: good for half an hour, and once."""
        self.card.hand_over = HandOver(code, set(kinds), self.moment + timedelta(minutes=30))
        self.codes = [*getattr(self, "codes", []), code]

    @mostly_when(lambda self: self.card.hand_over)
    @rule(which=WHICH, long=some.booleans())
    def new_pins_are_set_with_the_code(self, which: int, long: bool) -> None:
        card, waiting = self.card, self.card.hand_over
        for code in getattr(self, "codes", []):
            if waiting is None or code != waiting.code or waiting.until <= self.moment:
                assert open_hand_over(code) is None, "used, replaced or too late"
        if waiting is None or waiting.until <= self.moment:
            return
        kinds = [kind for kind in PinKind if (kind is PinKind.SIGNATURE) is long]
        wanted = [kind for kind in kinds if kind in waiting.kinds]
        new = pin_for(kinds[0], which)
        opened = open_hand_over(waiting.code)
        may = bool(wanted) and self.works
        self.do(hand_over_pins, opened, kinds=wanted or kinds, new=new, again=new, may=may)
        if may:
            card.set_pins(wanted, new, EventKind.PIN_SET)
            waiting.kinds -= set(wanted)
            card.hand_over = waiting if waiting.kinds else None

    @mostly_when(lambda self: False)
    @rule()
    def the_keys_around_pins_are_changed(self) -> None:
        """Nobody notices: what opened before opens after."""
        number = len(settings.PIN_KEYS)
        settings.PIN_KEYS = {f"life{number}": bytes([number]) * 32} | settings.PIN_KEYS
        moved = list(self.do(rotate_pin_keys, may=True))
        assert moved == ([len(self.card.pins)] if self.card.pins else [])


class PowerFailure(BaseException):
    """Nothing of the portal catches it."""
