"""The demo's residents look like life, and are the same on every machine on a given day."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from accounts.languages import CONTACT_LANGUAGES
from cards.rules import individual_number
from portal.demo.population import THOUSANDS, population
from portal.demo.sheet import Row, write_sheet

TODAY = date(2026, 11, 22)
DAYS = [TODAY, date(2028, 2, 4), date(2028, 2, 29), date(2026, 12, 31), date(2027, 3, 1)]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [one.row for one in population(TODAY)]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_day_always_gives_the_same_sheet(day: date, tmp_path: Path) -> None:
    for name in ("one.csv", "other.csv"):
        write_sheet((one.row for one in population(day)), tmp_path / name)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "other.csv").read_bytes()


def test_another_day_gives_the_same_people_with_their_days_moved_along(rows: list[Row]) -> None:
    later = [one.row for one in population(date(2027, 3, 1))]
    assert [row.name for row in later] == [row.name for row in rows]
    assert [row.expires_on for row in later] != [row.expires_on for row in rows]


def test_nationalities_stand_in_the_real_proportions() -> None:
    counted = Counter(one.nationality for one in population(TODAY))
    assert sum(counted.values()) == 1000
    for nationality, thousands in THOUSANDS.items():
        real = 1000 * thousands / sum(THOUSANDS.values())
        assert abs(counted[nationality] - real) < 1, nationality


def test_names_come_in_every_form(rows: list[Row]) -> None:
    names = [row.name for row in rows]
    assert sum(" " not in name for name in names) >= 10
    assert max(map(len, names)) > 100
    assert sum(not name.isascii() for name in names) >= 100
    assert any("\uac00" <= letter <= "\ud7a3" for name in names for letter in name)
    assert any("'" in name for name in names)
    assert any("-" in name for name in names)
    assert all(name == name.upper() == name.strip() and "~" not in name for name in names)
    assert len(set(names)) > 700


def test_people_are_of_every_age_and_read_many_languages(rows: list[Row]) -> None:
    ages = [(TODAY - row.birth_date).days // 365 for row in rows]
    assert sum(age < 15 for age in ages) >= 20
    assert sum(age >= 65 for age in ages) >= 20
    assert {row.language for row in rows} == set(CONTACT_LANGUAGES)
    assert len({row.residence_status for row in rows}) >= 12


def test_most_have_a_contact_address_that_delivers_nowhere(rows: list[Row]) -> None:
    without = sum(not row.email for row in rows)
    assert 50 < without < 200
    hosts = {row.email.rpartition("@")[2] for row in rows if row.email}
    assert hosts <= {"example.com", "example.net", "example.org", "mail.test"}


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_no_day_contradicts_another(day: date) -> None:
    for one in population(day):
        row = one.row
        assert row.birth_date <= row.issued_on <= row.expires_on, row
        assert row.issued_on <= day, row
        assert row.expires_on <= row.period_of_stay_ends_on, row
        for done in (row.moved_in_on, row.notified_on, row.card_updated_on):
            assert done is None or row.issued_on <= done <= day, row


def test_no_individual_number_stands_anywhere_in_the_sheet(tmp_path: Path) -> None:
    for day in DAYS:
        write_sheet((one.row for one in population(day)), tmp_path / "cards.csv")
        assert not individual_number.contains((tmp_path / "cards.csv").read_text("utf-8"))
