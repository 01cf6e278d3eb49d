"""Trying a PIN, counted and compared, against Argon2id alone at the same parameters."""

from argon2 import PasswordHasher

from bench.report import ROUNDS, Report, seconds
from cards.models import Card
from cards.operations import try_pin
from cards.rules.kinds import PinKind
from tests.builders import make_card, make_pin

TRIES = 40
# The parameters of cards/chip.py, written here again: the floor must not follow a change there.
FLOOR = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def run(report: Report) -> None:
    """Measure on the database in use."""
    card = make_card()
    make_pin(card, PinKind.USER_PROOF, "7294")
    hashed = FLOOR.hash("7294")
    ours, floors = [], []
    for _ in range(2 * ROUNDS + 1):
        floors.append(seconds(lambda: [FLOOR.verify(hashed, "7294") for _ in range(TRIES)]) / TRIES)
        ours.append(seconds(lambda: tries(card)) / TRIES)
    report.compare("trying a PIN", "Argon2id alone", ours, floors, at_most=1.25)


def tries(card: Card) -> None:
    for _ in range(TRIES):
        assert try_pin(card, PinKind.USER_PROOF, "7294", by=None).right
