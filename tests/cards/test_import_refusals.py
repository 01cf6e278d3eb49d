"""Files that are refused: by line, column and reason, and with nothing written."""

import csv
import io
import random
import tracemalloc

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Resident
from cards.importing import ImportBusy, import_cards
from cards.models import Card
from tests.builders import make_office
from tests.cards.importing import NUMBER, imported, line, whole_database, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _office(on_day):
    on_day("2026-11-22")
    make_office()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "residents.csv"


def reported(path):
    """The report beside the file: (line, column, reason) of each problem."""
    text = path.with_name("residents.errors.csv").read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["line", "column", "reason"]
    return [(int(number), column, reason) for number, column, reason in rows[1:]]


def refusal_of(path):
    """Import a file that must be refused; what the report says."""
    before = whole_database()
    summary = import_cards(path)
    assert summary.refused > 0
    assert (summary.new, summary.changed) == (0, 0)
    assert whole_database() == before
    return reported(path)


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


def test_no_report_repeats_what_must_not_be_written_down(path, capsys):
    written(path, line(name=NUMBER), line(reference="H-2", email=f"1234 5678 9018 {NUMBER}"))
    path.write_bytes(path.read_bytes().replace(b"card_updated_on", b"card_updated_on,x" + b"", 1))
    with pytest.raises(CommandError):
        call_command("import_cards", str(path))
    header = f"reference,{NUMBER}\n".encode()
    report = path.with_name("residents.errors.csv")
    seen = report.read_text()
    path.write_bytes(header)
    with pytest.raises(CommandError):
        call_command("import_cards", str(path))
    told = capsys.readouterr()
    seen += report.read_text() + told.out + told.err
    assert NUMBER not in seen
    assert "1234 5678" not in seen


def test_the_command_shows_the_first_problems_and_where_the_report_is(path, capsys):
    written(path, *[line(reference=f"H-{n}", variant="gold") for n in range(12)])
    with pytest.raises(CommandError, match="12 lines refused") as refused:
        call_command("import_cards", str(path))
    assert refused.value.returncode == 1
    assert "residents.errors.csv" in str(refused.value)
    shown = capsys.readouterr().err.splitlines()
    assert len(shown) == 10
    assert shown[0].startswith("Line 2, column variant: ")


def test_a_good_file_leaves_no_report_of_an_earlier_one(path):
    written(path, line(variant="gold"))
    refusal_of(path)
    assert import_cards(path, dry_run=True).report.exists()
    imported(path, line())
    assert [one.name for one in path.parent.iterdir()] == ["residents.csv"]


def test_a_dry_run_leaves_the_report_of_the_last_real_import(path, capsys):
    """Seen to fail: looking at the mended file took away what the office was still working off."""
    written(path, line(variant="gold"))
    told = refusal_of(path)
    written(path, line())
    assert import_cards(path, dry_run=True).refused == 0
    assert reported(path) == told

    written(path, line(), line(reference="H-2", language="xx"))
    with pytest.raises(CommandError, match=r"residents\.dry-run\.errors\.csv"):
        call_command("import_cards", str(path), "--dry-run")
    assert reported(path) == told
    of_the_dry_run = path.with_name("residents.dry-run.errors.csv")
    assert "language" in of_the_dry_run.read_text("utf-8-sig")
    written(path, line())
    import_cards(path, dry_run=True)
    assert not of_the_dry_run.exists()
    assert reported(path) == told


def test_an_import_that_never_began_leaves_the_last_report(path, monkeypatch):
    written(path, line(variant="gold"))
    told = refusal_of(path)
    content = path.read_bytes()
    path.unlink()
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_cards", str(path))
    assert reported(path) == told
    path.write_bytes(content)

    def busy(self):
        raise ImportBusy

    monkeypatch.setattr("cards.importing.database.SQLite.lock", busy)
    monkeypatch.setattr("cards.importing.database.PostgreSQL.lock", busy)
    with pytest.raises(CommandError, match="Another import is running"):
        call_command("import_cards", str(path))
    assert reported(path) == told


def test_files_of_other_names_have_reports_of_their_own(path):
    """Seen to fail: a.b and a.csv had one report, and each import took away the other's."""
    names = ("a.csv", "a.b", "a.txt", "a.CSV", "a", "a.b.csv")
    reports = set()
    for name in names:
        file = written(path.with_name(name), line(variant="gold"))
        summary = import_cards(file)
        assert summary.report.parent == file.parent
        reports |= {summary.report, import_cards(file, dry_run=True).report}
    assert len(reports) == 2 * len(names)
    assert all(report.exists() for report in reports)


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

    few, many = peak(3_000), peak(12_000)
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
