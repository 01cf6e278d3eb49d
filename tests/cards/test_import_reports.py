"""The report beside a file: what it says, whose it is, and how long it stays."""

import pytest
from django.core.management import CommandError, call_command

from cards.importing import ImportBusy, import_cards
from tests.builders import make_office
from tests.cards.importing import NUMBER, imported, line, refusal_of, reported, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _office(on_day):
    on_day("2026-11-22")
    make_office()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "residents.csv"


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
