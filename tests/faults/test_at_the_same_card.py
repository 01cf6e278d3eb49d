"""What runs by itself meets an operation on the same card: neither ends the other.

The operation has locked the card when the other comes. A full lock (FOR UPDATE) keeps out who only
refers to the card, as every notification does: the sweep, holding the deadlines, then waits for
the card, and the operation, holding the card, for the deadlines.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from cards.importing.known_cards import KnownCards
from cards.models import Card
from cards.models.card import CardQuerySet
from cards.operations import record_move, reset_pins, set_expiry
from cards.operations.tell_move import tell_move
from cards.operations.try_pin import try_pin
from cards.rules.kinds import EventKind, ExpiryBasis, MoveKind, PinKind
from cards.rules.moves import MoveDates
from cards.rules.pins import TRY_LIMIT
from notifications.planner import raise_alerts, tell_events
from notifications.promises import broken
from portal import clock
from tests.builders import make_card, make_clerk, make_pin, make_resident
from tests.cards.importing import imported, line, until

pytestmark = pytest.mark.django_db(transaction=True)


class Beside:
    """A job in a process of its own, as far as the database can tell."""

    def __init__(self, job: Callable[[], Any]) -> None:
        self.job, self.trouble = job, ""
        self._pid = 0
        self._thread = Thread(target=self._run)

    def begin(self) -> None:
        """Returns once the job is done, or waits for somebody."""
        if self._thread.ident:
            return
        self._thread.start()
        give_up = time.monotonic() + 20
        while self._thread.is_alive() and not self._waits():
            assert time.monotonic() < give_up
            time.sleep(0.01)

    def ends(self) -> None:
        assert self._thread.ident, "it never began"
        self._thread.join(20)
        assert not self._thread.is_alive()
        assert self.trouble == ""

    def _run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (self._pid,) = cursor.fetchone()
            self.job()
        except Exception as trouble:
            self.trouble = repr(trouble)
        finally:
            connection.close()

    def _waits(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted", [self._pid])
            return cursor.fetchone() is not None


@pytest.fixture
def once_locked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], Beside]:
    """Have a job begin once an operation, or the import, has locked its card."""

    def begins(job: Callable[[], Any]) -> Beside:
        beside = Beside(job)
        locked, write = CardQuerySet.locked, KnownCards._write

        def then_begin(cards: CardQuerySet, card: Card) -> Card:
            found = locked(cards, card)
            beside.begin()
            return found

        def begin_first(import_: KnownCards, changes: Any) -> None:
            beside.begin()
            write(import_, changes)

        monkeypatch.setattr(CardQuerySet, "locked", then_begin)
        monkeypatch.setattr(KnownCards, "_write", begin_first)
        return beside

    return begins


@pytest.fixture
def card() -> Card:
    """Its alert of so many days before is due."""
    day = clock.today() + timedelta(20)
    resident = make_resident(period_of_stay_ends_on=day)
    issued = clock.today() - timedelta(400)
    return make_card(resident, reference="H-0001", certificates=False, issued_on=issued)


def renewed(card: Card, _path: Path) -> None:
    day = card.expires_on + timedelta(300)
    set_expiry(card, expires_on=day, basis=ExpiryBasis.NEW_PERIOD, by=make_clerk())


def moved(card: Card, _path: Path) -> None:
    dates = MoveDates(None, clock.today() - timedelta(3))
    record_move(card, kind=MoveKind.MOVE_IN, dates=dates, by=make_clerk())


def told_of_a_move(card: Card, _path: Path) -> None:
    dates = MoveDates(None, clock.today() + timedelta(3))
    tell_move(card, kind=MoveKind.MOVE_IN, dates=dates, by=None)


def imported_anew(card: Card, path: Path) -> None:
    day = str(card.expires_on + timedelta(300))
    row = line(reference=card.reference, issued_on=str(card.issued_on), **until(day))
    assert imported(path / "cards.csv", row).changed == 1


@pytest.mark.parametrize("operation", [renewed, moved, told_of_a_move, imported_anew])
def test_the_sweep_comes_while_a_card_is_being_changed(
    card: Card, once_locked: Any, tmp_path: Path, operation: Callable[[Card, Path], None]
) -> None:
    """Seen to fail (deadlock detected) while operations, or the import, took the full lock."""
    sweep = once_locked(raise_alerts)
    operation(Card.objects.get(), tmp_path)
    sweep.ends()
    raise_alerts()
    tell_events()
    assert broken() == []


def test_a_pin_locks_while_the_office_resets_it(card: Card, once_locked: Any) -> None:
    """Seen to fail (deadlock detected) while the reset took the full lock."""
    kind = PinKind.USER_PROOF
    make_pin(card, kind, "4826")
    for _ in range(TRY_LIMIT[kind] - 1):
        try_pin(card, kind, "9173", by=None)
    proven: Any = {"identity_proof": "residence_card", "reason": "forgotten", "by": make_clerk()}
    last = once_locked(lambda: try_pin(card, kind, "9173", by=None))
    reset_pins(Card.objects.get(), kinds=[kind], **proven)
    last.ends()
    assert card.events.filter(kind=EventKind.PIN_RESET.value).exists()
