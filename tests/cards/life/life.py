"""One life: a card, the people around it, the days, and what must hold after every step."""

from collections import Counter
from collections.abc import Callable
from copy import copy
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol, cast

import time_machine
from django.conf import settings
from django.db import transaction
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from accounts.models import Office, User
from cards.models import Card
from cards.operations import OperationRefused
from cards.operations.refresh import refresh_deadlines
from cards.overview import overview
from cards.proving import cards_with_wrong_deadlines
from cards.rules.kinds import CardState, CardVariant, CertificateKind, PinKind
from cards.rules.pins import PinRefused
from cards.use_words import smartphone_uses_of
from portal.clock import TOKYO
from tests.builders import make_card, make_clerk, make_office, make_pin, make_resident, make_user
from tests.cards.life.model import ON_CHIP, ModelCard, ModelCertificate
from tests.cards.life.seen import seen

BIRTH_DATE = date(1994, 3, 9)
RIGHT = dict.fromkeys(PinKind, "7294") | {PinKind.SIGNATURE: "KEY7294X"}
BEGINNINGS = [date(2026, 11, 10), date(2027, 12, 31), date(2028, 2, 29)]


def mostly_when(condition: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Offered where it can be done; elsewhere only now and then, to be refused."""
    return precondition(lambda life: bool(condition(life)) or life.steps % 5 == 0)


class _TestsOwnTransaction(Protocol):
    _from_testcase: bool


class Life(RuleBasedStateMachine):
    """The base of all steps. `done` and `refused` count, over all lives, what operations did."""

    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    office: Office
    holder: User
    clerk: User
    stranger: User  # a clerk of another office

    @classmethod
    def begin(cls) -> None:
        """The people who are there in every life."""
        Life.done, Life.refused = Counter(), Counter()
        Life.office, Life.holder = make_office(), make_user()
        Life.clerk = make_clerk(Life.office)
        Life.stranger = make_clerk(make_office("900002"))

    def __init__(self) -> None:
        super().__init__()
        # Everything of this life is gone after it. Django lets a durable block stand inside a
        # transaction that belongs to a test, and in no other.
        self.transaction = transaction.atomic()
        cast(_TestsOwnTransaction, self.transaction)._from_testcase = True
        self.transaction.__enter__()
        self.travel = time_machine.travel(_noon(BEGINNINGS[0]), tick=False)
        self.now = self.travel.start()
        self.steps = 0
        self.old_cards: list[ModelCard] = []
        self.keys = settings.PIN_KEYS

    @initialize(
        begins_on=some.sampled_from(BEGINNINGS),
        lasts=some.sampled_from([25, 200, 900, 2500]),
        pins=some.booleans(),
        signs=some.sampled_from([None, None, 40, 120]),
    )
    def a_card_is_handed_out(
        self, begins_on: date, lasts: int, pins: bool, signs: int | None
    ) -> None:
        self.now.move_to(_noon(begins_on))
        expires_on = begins_on + timedelta(lasts)
        resident = make_resident(
            office=Life.office, birth_date=BIRTH_DATE, period_of_stay_ends_on=expires_on
        )
        row = make_card(resident, issued_on=begins_on)
        self.card = ModelCard(
            row.pk,
            row.reference,
            BIRTH_DATE,
            expires_on,
            begins_on,
            expires_on,
            CardVariant.STANDARD,
        )
        if signs:  # issued at another time than the other one, so it ends on a day of its own
            signature = row.certificates.filter(kind=CertificateKind.SIGNATURE.value)
            signature.update(ends_on=begins_on + timedelta(signs))
            refresh_deadlines(row)
        self.card.certificates = [
            ModelCertificate(CertificateKind(one.kind), ON_CHIP, one.ends_on)
            for one in row.certificates.all()
        ]
        if pins:
            for kind, pin in RIGHT.items():
                make_pin(row, kind, pin)
            self.card.pins = dict(RIGHT)
        self.seen_working = row
        self.last_state = CardState.WORKING

    def teardown(self) -> None:
        if hasattr(self, "card"):
            for old in self.old_cards:
                old.stay_ends_on = self.card.stay_ends_on
                assert seen(old.pk) == old.expected(), "an old card stays as it ended"
                self.can_do_nothing(Card.objects.with_facts().get(pk=old.pk))
            assert not list(cards_with_wrong_deadlines()), "each has the deadlines of its facts"
        settings.PIN_KEYS = self.keys
        self.travel.stop()
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    # --- For the steps ----------------------------------------------------------------------------
    @property
    def today(self) -> date:
        return self.moment.date()

    @property
    def moment(self) -> datetime:
        return datetime.now(TOKYO)  # noqa: TID251 - the tests' own clock, not the portal's

    @property
    def works(self) -> bool:
        return self.card.works(self.today)

    @property
    def has_pins(self) -> bool:
        return self.card.variant is CardVariant.STANDARD

    def row(self) -> Card:
        """The card as a page has it. One that no longer works: as it was seen when it last did,
        since whoever holds an old page must be refused all the same."""
        return copy(self.seen_working)

    def do(self, operation: Callable[..., Any], *args: Any, may: bool, **kwargs: Any) -> Any:
        """Carry it out: refused exactly when it may not be. What it left behind, the invariants
        compare after the step: a refusal changes nothing in the model, so nothing in the portal."""
        name = operation.__name__
        refusal = None
        try:
            result = operation(*args, **kwargs)
        except (OperationRefused, PinRefused) as why:
            refusal, result = why, None
        assert may == (refusal is None), f"{name} on {self.today}: {refusal or 'not refused'!r}"
        (Life.done if may else Life.refused)[name] += 1
        return result

    # --- Days pass --------------------------------------------------------------------------------
    @rule(days=some.sampled_from([1, 1, 2, 7, 13, 14, 15, 30, 31, 60, 89, 90, 91]))
    def days_pass(self, days: int) -> None:
        self.now.move_to(_noon(self.today + timedelta(days)))

    @rule(minutes=some.sampled_from([2, 29, 31]))
    def minutes_pass(self, minutes: int) -> None:
        self.now.move_to(self.moment + timedelta(minutes=minutes))

    @precondition(lambda self: any(day >= self.today for _k, day in self.card.deadlines()))
    @rule(after=some.integers(0, 1), late=some.booleans())
    def a_last_day_comes(self, after: int, late: bool) -> None:
        day = min(day for _kind, day in self.card.deadlines() if day >= self.today)
        moment = time(23, 59) if late else time(0, 1)
        self.now.move_to(datetime.combine(day + timedelta(after), moment, TOKYO))

    # --- What always holds ------------------------------------------------------------------------
    @invariant()
    def the_portal_agrees_with_the_model(self) -> None:
        if not hasattr(self, "card"):
            return
        self.steps += 1
        found = seen(self.card.pk)
        for name, expected in self.card.expected().items():
            assert found[name] == expected, f"{name}, on {self.today}"
        assert len(found["applications"]) <= 1, "one open application at most"
        state = self.card.state(self.today)
        if state is not self.last_state:
            row = Card.objects.with_facts().get(pk=self.card.pk)
            assert row.state is state
            if state is not CardState.WORKING:
                self.can_do_nothing(row)
        if state is CardState.WORKING:
            self.seen_working = Card.objects.select_related("resident").get(pk=self.card.pk)
        self.last_state = state

    def can_do_nothing(self, row: Card) -> None:
        """What the pages say of the card: none of its uses is possible, on no medium."""
        one = overview(row)
        assert not any(use.possible for use in one.uses)
        assert not any(use.possible for use in smartphone_uses_of(one))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), TOKYO)
