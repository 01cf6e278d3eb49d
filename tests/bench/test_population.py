"""What the benchmarks put in by themselves still fits the tables, and is due as they count on."""

import pytest

from bench.import_bench import make_offices
from bench.import_file import OFFICE_CODES, write_cards
from bench.population import TODAY, add_cards
from cards.importing import import_cards
from notifications.planner import raise_alerts

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_cards_of_the_sweep_are_due_when_they_should_be():
    """Seen to fail when an office without opening hours was refused."""
    add_cards(1, 700)
    assert 0 < raise_alerts(TODAY).total < 70


def test_the_file_of_the_import_is_taken(tmp_path):
    make_offices()
    write_cards(tmp_path / "cards.csv", 50)
    summary = import_cards(tmp_path / "cards.csv")
    assert (summary.new, summary.refused) == (50, 0)
    assert OFFICE_CODES
