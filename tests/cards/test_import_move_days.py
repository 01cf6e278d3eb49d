"""Days of a move in a file: those that can be of this holder and this card, and no others."""

import pytest

from cards.models import Card, Move
from cards.rules.kinds import CardState
from tests.builders import make_office
from tests.cards.importing import imported, line, refusal_of, whole_database, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _office(on_day):
    on_day("2026-11-22")
    make_office()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "residents.csv"


TODAY = "2026-11-22"


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"moved_in_on": "1994-03-08"}, "moved_in_on", "before the birth date"),
        ({"notified_on": "1990-01-01"}, "notified_on", "before the birth date"),
        (
            {"notified_on": "2026-09-01", "card_updated_on": "0994-03-10"},
            "card_updated_on",
            "before the birth date",
        ),
        ({"expected_move_out_on": "0001-01-02"}, "expected_move_out_on", "before the birth date"),
        ({"expected_move_out_on": "2999-01-01"}, "expected_move_out_on", "more than a year away"),
        ({"expected_move_out_on": "2027-11-24"}, "expected_move_out_on", "more than a year away"),
        (
            {"moved_in_on": "2026-09-01", "expected_move_out_on": "2026-10-02"},
            "expected_move_out_on",
            "more than 30 days after",
        ),
        # The card is of 1 April 2025.
        ({"moved_in_on": "2025-03-17"}, "moved_in_on", "lapsed before its day of issue"),
        (
            {"expected_move_out_on": "2025-03-01"},
            "expected_move_out_on",
            "lapsed before its day of issue",
        ),
        (
            {"moved_in_on": "2024-01-01", "notified_on": "2025-04-02"},
            "moved_in_on",
            "lapsed before its day of issue",
        ),
    ],
)
def test_move_days_that_cannot_be_of_this_holder_and_card_are_named(path, cells, column, words):
    """Seen to fail while only their order was looked at: such a card lapsed before its issue."""
    written(path, line(), line(reference="H-2") | cells)
    ((number, name, reason),) = refusal_of(path)
    assert (number, name) == (3, column)
    assert words in reason


@pytest.mark.parametrize(
    "cells",
    [
        {"moved_in_on": "2024-01-01", "notified_on": "2024-01-05"},
        {"moved_in_on": "2024-01-01", "notified_on": "2024-02-05", "card_updated_on": "2024-02-06"},
        {"expected_move_out_on": "2024-12-20", "moved_in_on": "2024-12-21", "notified_on": TODAY}
        | {"notified_on": "2025-04-01"},
    ],
)
def test_a_move_that_an_earlier_card_went_through_lets_the_present_one_be(path, cells):
    """A new card shows the address that was notified. Seen to fail: it lapsed before its issue."""
    assert imported(path, line() | cells).new == 1
    card = Card.objects.get()
    assert card.lapses_on is None
    assert [row.kind for row in card.deadlines.filter(closed_at=None)] == ["card_expiry"]
    assert imported(path, line() | cells).unchanged == 1


def test_a_move_completed_before_the_present_card_was_issued_stays_in_the_records(path):
    days = {"moved_in_on": "2024-01-01", "notified_on": "2024-01-05"}
    assert imported(path, line(**days, card_updated_on="2024-02-01")).new == 1
    card = Card.objects.get()
    assert card.lapses_on is None
    assert card.moves.count() == 1


def test_a_clock_that_runs_when_the_card_is_issued_goes_on(path):
    imported(path, line(moved_in_on="2025-03-18"), line(reference="H-2", notified_on="2025-03-20"))
    lapses = Card.objects.order_by("reference").values_list("lapses_on", flat=True)
    assert [str(day) for day in lapses] == ["2025-04-02", "2025-06-19"]


def test_a_known_card_cannot_be_issued_after_a_recorded_move_ended_it(path):
    imported(path, line(moved_in_on="2025-05-01"))
    without = [name for name in line() if name not in ("moved_in_on", "notified_on")]
    written(path, line(issued_on="2025-06-01"), columns=without[:-2])
    ((number, column, reason),) = refusal_of(path)
    assert (number, column) == (2, "issued_on")
    assert "a move because of which this card lapsed" in reason


LATE = {"moved_in_on": "2026-10-25", "notified_on": "2026-11-20", "card_updated_on": "2026-12-01"}
NEXT = {"moved_in_on": "2027-01-10", "notified_on": "2027-01-12"}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"moved_in_on": "2026-10-25"}, {}),
        ({"expected_move_out_on": "2026-10-01"}, {}),
        ({"moved_in_on": "2026-10-25", "notified_on": "2026-11-20"}, {}),
        (LATE, {}),
        # The next move, before and after the card was updated for this one.
        (LATE, NEXT),
        (LATE, NEXT | {"card_updated_on": "2027-01-12"}),
        (LATE, {"expected_move_out_on": "2027-02-10"}),
        ({"moved_in_on": "2026-10-25"}, NEXT),
        ({"moved_in_on": "2026-10-25"}, {"moved_in_on": "2026-11-20", "notified_on": "2026-11-21"}),
        # Only the day that was too late is left out, or the one from which it was.
        (LATE, {"notified_on": "2026-11-20"}),
        (LATE, {"notified_on": "2026-11-20", "card_updated_on": "2026-12-01"}),
    ],
)
def test_no_file_brings_back_a_card_whose_time_ran_out(path, on_day, first, then):
    """Seen to fail: days left out, or those of the next move, made it work again (G5②)."""
    on_day("2027-01-15")
    imported(path, line(**first))
    assert Card.objects.get().state is CardState.LAPSED
    before = whole_database()
    assert imported(path, line(**then)).unchanged == 1
    assert whole_database() == before


@pytest.mark.parametrize(
    ("first", "then", "lapses_on"),
    [
        # It had been notified in time, and the office says so later.
        (
            {"moved_in_on": "2026-10-25"},
            {"moved_in_on": "2026-10-25", "notified_on": "2026-11-08"},
            "2027-02-07",
        ),
        (LATE, LATE | {"notified_on": "2026-11-08"}, None),
        # One of the days was another.
        (LATE, LATE | {"moved_in_on": "2026-11-10"}, None),
        (
            {"moved_in_on": "2026-10-25"},
            {"moved_in_on": "2026-11-08", "notified_on": "2026-11-20"},
            "2027-02-19",
        ),
        # The way out led in, in time; its own day is no longer told.
        (
            {"expected_move_out_on": "2026-10-01"},
            {"moved_in_on": "2026-10-20", "notified_on": "2026-10-22"},
            "2027-01-21",
        ),
        (LATE, {"moved_in_on": "2026-10-25", "notified_on": "2026-11-08"}, "2027-02-07"),
        # Corrected, and still too late, also without the day from which it was.
        (
            {"expected_move_out_on": "2026-10-01", "moved_in_on": "2026-11-20"},
            {"moved_in_on": "2026-11-20", "notified_on": "2026-11-21"},
            "2026-11-01",
        ),
        (
            {"moved_in_on": "2026-10-25"},
            {"moved_in_on": "2026-10-26", "notified_on": "2026-11-20"},
            "2026-11-10",
        ),
    ],
)
def test_corrected_days_of_the_same_move_are_taken_after_its_time_ran_out(
    path, on_day, first, then, lapses_on
):
    on_day("2027-01-15")
    imported(path, line(**first))
    assert imported(path, line(**then)).changed == 1
    card, move = Card.objects.get(), Move.objects.get()
    assert str(card.lapses_on) == str(lapses_on)
    told = move.dates.deadlines()
    assert {row.last_day for row in card.deadlines.filter(closed_at=None)} >= {
        clock.last_day for clock in told
    }
    assert imported(path, line(**then)).unchanged == 1
