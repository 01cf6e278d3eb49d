"""Files that are refused: by line, column and reason, and with nothing written."""

import os
import random
import tracemalloc
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Resident
from cards.importing import import_cards
from cards.models import Card
from tests.builders import make_office
from tests.cards.importing import NUMBER, imported, line, refusal_of, reported, until, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _office(on_day):
    on_day("2026-11-22")
    make_office()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "residents.csv"


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"office_code": "900009"}, "office_code", "No office has this code."),
        ({"office_code": "９００００１"}, "office_code", "No office has this code."),
        ({"birth_date": "2026-02-29"}, "birth_date", "There is no such day."),
        ({"issued_on": "20250401"}, "issued_on", "Write the day as YYYY-MM-DD"),
        ({"issued_on": "2025-W14-2"}, "issued_on", "Write the day as YYYY-MM-DD"),
        ({"issued_on": "２０２５-04-01"}, "issued_on", "Write the day as YYYY-MM-DD"),
        ({"issued_on": "0000-04-01"}, "issued_on", "There is no such day."),
        ({"expires_on": "2028-13-01"}, "expires_on", "There is no such day."),
        ({"notified_on": "yesterday"}, "notified_on", "Write the day as YYYY-MM-DD"),
        ({"birth_date": "2025-04-02"}, "birth_date", "The birth date is after the day of issue."),
        ({"expires_on": "2025-03-31"}, "expires_on", "expire before its day of issue"),
        (
            {"expires_on": "", "period_of_stay_ends_on": "2025-03-31"},
            "period_of_stay_ends_on",
            "ends before the day of issue",
        ),
        ({"issued_on": "2015-12-31"}, "issued_on", "before January 2016"),
        ({"issued_on": "1950-01-01", "birth_date": "1940-01-01"}, "issued_on", "before January"),
        # No card is issued for longer once the stay is over (G4①).
        ({"period_of_stay_ends_on": "2025-01-31"}, "expires_on", "more than two months after it"),
        ({"expires_on": "9999-12-31"}, "expires_on", "ten years at most"),
        (until("2036-11-23"), "expires_on", "ten years at most"),
        (
            {"period_of_stay_ends_on": "9999-12-31", "expires_on": ""},
            "period_of_stay_ends_on",
            "Fill in expires_on.",
        ),
        (
            {"moved_in_on": "2026-09-02", "notified_on": "2026-09-01"},
            "notified_on",
            "before the move-in day",
        ),
        (
            {"notified_on": "2026-09-02", "card_updated_on": "2026-09-01"},
            "card_updated_on",
            "before the notification was submitted",
        ),
        (
            {"moved_in_on": "2026-09-02", "card_updated_on": "2026-09-01"},
            "card_updated_on",
            "before the move-in day",
        ),
        ({"card_updated_on": "2026-09-01"}, "card_updated_on", "but no expected move-out day"),
        ({"birth_date": "0994-03-09"}, "birth_date", "before 1900"),
        ({"birth_date": "1899-12-31"}, "birth_date", "before 1900"),
        ({"name": "\u200b\u2060"}, "name", "neither a letter nor a digit"),
        ({"name": "-"}, "name", "neither a letter nor a digit"),
        ({"reference": ".."}, "reference", "neither a letter nor a digit"),
        ({"reference": "H-2\u200d"}, "reference", "must not hold blanks"),
        ({"name": ""}, "name", "must not be empty"),
        ({"address": "  "}, "address", "must not be empty"),
        ({"reference": ""}, "reference", "must not be empty"),
        ({"variant": ""}, "variant", "must not be empty"),
        ({"birth_date": ""}, "birth_date", "must not be empty"),
        ({"office_code": ""}, "office_code", "must not be empty"),
        ({"variant": "gold"}, "variant", "must be standard or photo_id"),
        ({"language": "xx"}, "language", "not known"),
        ({"email": "lan at example.org"}, "email", "not an e-mail address"),
        ({"email": "a@b-co"}, "email", "not an e-mail address"),
        ({"name": "x" * 201}, "name", "200 characters at most"),
        ({"email": f"{'x' * 250}@example.org"}, "email", "not an e-mail address"),
        ({"reference": "../H-1"}, "reference", "must not hold blanks or any of / \\ ? # %."),
        ({"reference": NUMBER}, "reference", "Individual Number"),
        ({"address": f"Minami ({NUMBER})"}, "address", "Individual Number"),
        ({"name": "1234-5678-9018"}, "name", "Individual Number"),
        ({"email": f"{NUMBER}@example.org"}, "email", "Individual Number"),
        ({"address": "1234,5678,9018"}, "address", "Individual Number"),
        ({"address": 'Minami "(1234)5678-9018"'}, "address", "Individual Number"),
        ({"address": '1234","5678 9018'}, "address", "Individual Number"),
        ({"name": "1234\u20605678\u200c9018"}, "name", "Individual Number"),
        ({"name": "NGUYEN\tLAN"}, "name", "control character"),
        ({"name": "NGUYEN \u202eLAN"}, "name", "control character"),
        ({"name": "NGUYEN \ufffd"}, "name", "was lost in an earlier conversion"),
        ({"name": "NGUYEN\x00"}, "name", "NUL byte"),
        ({"address": "x" * 10_000_000}, "address", "too long"),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else None,
)
def test_a_bad_cell_is_named_by_line_column_and_reason(path, cells, column, words):
    written(path, line(), line(reference="H-2"), line(reference="H-3") | cells)
    problems = refusal_of(path)
    assert [(number, name) for number, name, _ in problems] == [(4, column)]
    assert words in problems[0][2]


TOMORROW = "2026-11-23"
TODAY = "2026-11-22"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"birth_date": TOMORROW}, "birth_date"),
        ({"issued_on": TOMORROW}, "issued_on"),
        ({"moved_in_on": TOMORROW}, "moved_in_on"),
        ({"notified_on": TOMORROW}, "notified_on"),
        # Would end a clock of 90 days that still runs.
        ({"notified_on": "2026-09-01", "card_updated_on": TOMORROW}, "card_updated_on"),
        ({"notified_on": "2026-09-01", "card_updated_on": "2206-11-30"}, "card_updated_on"),
    ],
)
def test_what_has_happened_cannot_lie_in_the_future(path, cells, column):
    written(path, line(), line(reference="H-2") | cells)
    assert refusal_of(path) == [(3, column, "This day is still to come.")]


def test_every_day_still_to_come_is_named_and_today_is_none(path):
    days = ("issued_on", "moved_in_on", "notified_on", "card_updated_on")
    written(path, line() | dict.fromkeys(days, TOMORROW))
    assert [problem[:2] for problem in refusal_of(path)] == [(2, name) for name in days]
    born_today = line(reference="H-2", birth_date=TODAY, issued_on=TODAY)
    assert imported(path, line() | dict.fromkeys(days, TODAY), born_today).new == 2


def test_days_that_are_expected_may_lie_in_the_future(path):
    assert imported(path, line(expected_move_out_on=TOMORROW)).new == 1


@pytest.mark.parametrize(
    "cells",
    [
        {"issued_on": "2016-01-01"},
        # Extended while an extension is applied for, and issued anew in those two months (G4①).
        {"expires_on": "2028-05-31"},
        until("2026-12-31") | {"expires_on": "2027-02-28"},
        {"period_of_stay_ends_on": "2027-06-30", "expires_on": "2027-08-31"},
        {"period_of_stay_ends_on": "2025-03-01", "expires_on": "2025-05-01"},
        # Shortened by a change of status, or longer: the card's day moves at the counter only.
        {"period_of_stay_ends_on": "2027-01-31"},
        # A longer stay alone leaves the card's day, and one without an end is written far off.
        {"period_of_stay_ends_on": "2033-03-31"},
        {"period_of_stay_ends_on": "9999-12-31", "expires_on": "2035-03-09"},
        until("2036-11-22"),
    ],
)
def test_days_of_a_card_that_can_be_are_taken(path, cells):
    assert imported(path, line() | cells).new == 1


def test_every_problem_of_every_row_is_named(path):
    written(
        path,
        line(name="", variant="gold", birth_date="1994-02-30"),
        line(reference="H-2"),
        line(reference="H-3", language="xx"),
    )
    assert {(number, column) for number, column, _ in refusal_of(path)} == {
        (2, "name"),
        (2, "variant"),
        (2, "birth_date"),
        (4, "language"),
    }


def test_two_rows_with_one_reference_are_both_named_also_far_apart(path):
    rows = [line(reference=f"H-{number}") for number in range(2_500)]
    written(path, *rows, line(reference="H-7"))
    assert refusal_of(path) == [(2502, "reference", "The same reference stands in line 9 already.")]
    # Known cards as well, which are not put in but compared.
    written(path, *rows)
    assert import_cards(path).new == 2_500
    written(path, *rows, line(reference="H-7"), line(reference="H-7", name="Another"))
    assert [problem[:2] for problem in refusal_of(path)] == [
        (2502, "reference"),
        (2503, "reference"),
    ]


def test_the_first_good_rows_are_not_kept_when_the_last_is_bad(path):
    written(path, *[line(reference=f"H-{n}") for n in range(2_500)], line(variant="gold"))
    assert len(refusal_of(path)) == 1
    assert not Card.objects.exists()
    assert not Resident.objects.exists()


def test_a_known_card_cannot_be_issued_after_it_expires(path):
    imported(path, line(expires_on="2026-01-01"))
    written(path, line(expires_on="", issued_on="2026-02-01"))
    assert [problem[:2] for problem in refusal_of(path)] == [(2, "issued_on")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"\n\n", "The file is empty."),
        ("a".encode("utf-16"), "UTF-16"),
        (b'"reference', "quotation marks"),
        (b"reference\x00", "NUL"),
    ],
)
def test_a_file_without_a_header_is_refused(path, content, words):
    path.write_bytes(content)
    ((number, _, reason),) = refusal_of(path)
    assert number == 1
    assert words in reason


def test_blank_lines_before_the_header_are_passed_over_like_those_after_it(path):
    """Seen to fail: the file was told to be empty."""
    written(path, line(variant="gold"))
    path.write_bytes(b"\n  \n" + path.read_bytes())
    assert [(number, column) for number, column, _ in refusal_of(path)] == [(4, "variant")]


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_a_file_with_other_signs_between_its_cells_is_told_so_in_one_line(path, sign):
    """Seen to fail: nine columns were missing, or a control character stood in the header."""
    written(path, line(address="Minami 2"))
    path.write_text(path.read_text().replace(",", sign))
    assert refusal_of(path) == [
        (1, "", "There are no commas between the cells of this file. Save it as CSV with commas.")
    ]


def test_a_column_without_a_name_is_told_so(path):
    written(path, line(address="Minami 2"))
    path.write_text(path.read_text().replace("\n", ",\n"))
    ((number, column, reason),) = refusal_of(path)
    assert (number, column) == (1, "")
    assert reason.startswith("The header ends with a comma, or has a column without a name.")


def test_what_can_be_read_only_once_is_told_in_one_line(tmp_path):
    """Seen to fail: “None: None”."""
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with (
        closing(_Holding(pipe)),
        pytest.raises(CommandError, match=r"seek.*pipe\.csv"),
    ):
        call_command("import_cards", str(pipe))


class _Holding:
    """A pipe that is open for writing, so that opening it for reading does not wait."""

    def __init__(self, pipe):
        self.end = os.open(pipe, os.O_RDWR)

    def close(self):
        os.close(self.end)


def test_numbers_that_only_stand_in_cells_side_by_side_are_no_number(path):
    """Cells that happen to be 1234, 5678 and 9018; the last also with a comma in another cell."""
    plain = line(reference="1234", name="5678", residence_status="9018")
    columns = ["reference", "name", "residence_status"]
    columns += [name for name in plain if name not in columns]
    assert imported(path, plain, columns=columns).new == 1
    quoted = plain | {"reference": "H-1234", "address": "2-3-4 Minami, Hinode City"}
    assert imported(path, quoted, columns=columns).new == 1


def test_a_number_that_an_unquoted_comma_makes_cells_of_is_told_before_the_count(path):
    written(path, line())
    path.write_text(path.read_text().replace("2-3-4 Minami", "1234,5678,9018").replace('"', ""))
    assert [reason for _, _, reason in refusal_of(path)] == [
        "This cell holds a 12-digit Individual Number. It must not be in this file."
    ]


def test_a_header_without_rows_is_refused(path):
    written(path)
    assert refusal_of(path) == [(1, "", "The file has a header and no rows.")]


def test_missing_unknown_and_repeated_columns_are_named(path):
    columns = [*[name for name in line() if name != "variant"], "email", "=nick"]
    path.write_text(",".join(columns) + "\n")
    assert refusal_of(path) == [
        (1, "'=nick", "No such column is known."),
        (1, "email", "This column stands in the header twice."),
        (1, "variant", "This column is missing from the header."),
    ]


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (",", "17 cells; the header has 16"),
        ('"', None),
        ('\n"H-2,', "quotation marks"),
        ("\nH-2", "1 cells; the header has 16"),
    ],
)
def test_lines_that_do_not_fit_the_header_are_named(path, end, words):
    written(path, line())
    path.write_text(path.read_text().rstrip("\n") + end)
    problems = refusal_of(path)
    assert words is None or words in problems[-1][2]


@pytest.mark.parametrize("quoted", [True, False])
def test_wrong_bytes_are_named_by_line_and_byte(path, quoted):
    written(path, line(), line(reference="H-2", name="髙橋"), line(reference="H-3", name="X@Y"))
    mark = b'"\xff"' if quoted else b"\xff"
    path.write_bytes(path.read_bytes().replace(b"X@Y", mark))
    ((number, column, reason),) = refusal_of(path)
    assert (number, column) == (4, "name")
    byte = 13 if quoted else 12
    assert reason == f"Byte {byte} of this line is neither UTF-8 nor CP932. Save the file as UTF-8."


def test_a_missing_file_is_told_in_one_line(tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("import_cards", str(tmp_path / "nothing.csv"))


def test_a_cell_of_100_megabytes_takes_no_memory(path):
    written(path, line())
    with path.open("ab") as file:
        file.write(b"H-2,900001,")
        for _ in range(100):
            file.write(b"x" * 1_000_000)
    tracemalloc.start()
    import_cards(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [problem[:2] for problem in reported(path)] == [(3, "name")]
    assert peak < 5_000_000


def test_memory_does_not_grow_with_the_file(path):
    def peak(count):
        with path.open("w") as file:
            file.write(",".join(line()) + "\n")
            for number in range(count):
                name = f"N{number} {'x' * 100}"
                cells = line(reference=f"H-{count}-{number}", name=name, address=name).values()
                file.write(",".join(cells) + "\n")
        tracemalloc.start()
        assert import_cards(path).new == count
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    few, many = peak(4_000), peak(12_000)
    assert many < few + 1_000_000
    assert many < 20_000_000


GOOD = (",".join(line()) + "\n" + ",".join(line().values()) + "\n").encode()


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=400).map(lambda some: GOOD + some),
        st.tuples(st.randoms(use_true_random=False), st.binary(min_size=1, max_size=4)).map(
            lambda drawn: mutated(*drawn)
        ),
    )
)
@example(GOOD + b"\xff\xfe")
@example(GOOD + b'"')
@example(b"\xef\xbb\xbf" + GOOD)
def test_any_bytes_are_imported_whole_or_refused_whole(tmp_path, content):
    path = tmp_path / "residents.csv"
    path.write_bytes(content)
    before = Card.objects.count(), Resident.objects.count()
    summary = import_cards(path, dry_run=True)
    assert (Card.objects.count(), Resident.objects.count()) == before
    assert bool(summary.refused) == summary.report.exists()
    assert bool(summary.refused) != bool(summary.new + summary.unchanged)


def mutated(random: random.Random, put: bytes) -> bytes:
    """A good file in which some bytes are overwritten, removed or doubled."""
    content = bytearray(GOOD)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(content))
        choice = random.randrange(3)
        if choice == 0:
            content[at : at + len(put)] = put
        elif choice == 1:
            del content[at : at + random.randint(1, 20)]
        else:
            content[at:at] = content[at : at + random.randint(1, 20)]
    return bytes(content)
