"""What an operation would do, found by doing it and taking it back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cards.history import Told, tell
from cards.models import Card, Deadline
from cards.operations.record import TOLD_AT_ONCE
from cards.rules.deadlines import ends_on
from cards.rules.kinds import CardState, EventKind
from portal import clock


@dataclass(frozen=True, slots=True)
class Standing:
    """A card as it stands: its state today, its dates and what is still open."""

    state: CardState
    expires_on: date
    works_until: date
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A card before and after an operation, and what its history would tell."""

    before: Standing
    after: Standing
    events: tuple[Told, ...]
    # The resident is told at once of some of it.
    told_at_once: bool

    @property
    def starting(self) -> list[Deadline]:
        known = {(d.kind, d.last_day) for d in self.before.deadlines}
        return [d for d in self.after.deadlines if (d.kind, d.last_day) not in known]

    @property
    def ending(self) -> list[Deadline]:
        kept = {(d.kind, d.last_day) for d in self.after.deadlines}
        return [d for d in self.before.deadlines if (d.kind, d.last_day) not in kept]

    @property
    def ends_the_card(self) -> bool:
        gone = (CardState.EXPIRED, CardState.LAPSED)
        return self.after.state in gone and self.before.state not in gone


class _TakeBack(Exception):
    pass


def standing(card: Card) -> Standing:
    """The card as the database has it at this moment."""
    card = Card.objects.get(pk=card.pk)
    return Standing(
        state=card.state_on(clock.today()),
        expires_on=card.expires_on,
        works_until=ends_on(card.expires_on, card.lapses_on),
        deadlines=tuple(card.deadlines.filter(closed_at=None)),
    )


def rehearse(card: Card, operate: Callable[[], object]) -> Outcome:
    """Run `operate`, look, and roll everything back. OperationRefused passes through.

    Asking the operation itself keeps what is foretold and what is done from ever differing.
    """
    seen = version(card)
    before = standing(card)
    try:
        with transaction.atomic():
            operate()
            after = standing(card)
            events = list(card.events.filter(pk__gt=seen).order_by("id").select_related("by"))
            raise _TakeBack
    except _TakeBack:
        pass
    return Outcome(
        before=before,
        after=after,
        events=tuple(tell(event) for event in events),
        told_at_once=any(EventKind(event.kind) in TOLD_AT_ONCE for event in events),
    )


def version(card: Card) -> int:
    """Which state of the card somebody looked at: its latest event, or 0."""
    return card.events.order_by("-id").values_list("id", flat=True).first() or 0
