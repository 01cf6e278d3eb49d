"""Files in other encodings, and with other line ends: read rightly, or refused in clear words."""

import pytest

from accounts.models import Resident
from cards.importing import import_cards
from cards.models import Card
from tests.builders import make_office
from tests.cards.importing import imported, line, whole_database, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _office(on_day):
    on_day("2026-11-22")
    make_office()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "residents.csv"


def refused(path):
    """(line, column, reason) of each problem; nothing is written."""
    before = whole_database()
    summary = import_cards(path)
    assert whole_database() == before
    assert summary.refused
    return [(one.line, one.column, one.words) for one in summary.first_problems]


@pytest.mark.parametrize(
    "name",
    [
        *("MARÍA MUÑOZ", "JOSÉ", "ÉMILE DUPONT", "CONCEIÇÃO LIMA", "GROẞ".replace("ẞ", "ß")),
        *("Sãori", "Andréa", "François", "Muñoz", "Peña", "João"),
    ],
)
def test_latin_1_is_not_read_as_half_width_kana(path, name):
    """Seen to fail: JOSÉ became JOSﾉ, and mails began with that."""
    written(path, line(), line(reference="H-2", name=name), encoding="latin-1")
    ((number, column, reason),) = refused(path)
    assert (number, column) == (3, "name")
    assert "Save the file as UTF-8." in reason


@pytest.mark.parametrize("name", ["Zoë", "Müller", "René"])
def test_latin_1_that_cannot_be_cp932_is_told_by_line_and_byte_and_what_to_do(path, name):
    written(path, line(), line(reference="H-2", name=name), encoding="latin-1")
    number, column, reason = refused(path)[0]
    assert (number, column) == (3, "name")
    assert reason.endswith("is neither UTF-8 nor CP932. Save the file as UTF-8.")


@pytest.mark.parametrize(
    "cells",
    [
        {"name": "グエン ティ ラン", "address": "日の出市中央1-2-3"},
        {"name": "王 小明", "address": "東京都港区"},
        {"name": "キム"},
        {"name": "金 民秀", "address": "みなと市"},
    ],
)
def test_euc_jp_is_told_by_its_first_line(path, cells):
    """Seen to fail: these bytes are half-width katakana in CP932."""
    written(path, line(), line(reference="H-2", **cells), encoding="euc_jp")
    number, _, reason = refused(path)[0]
    assert number == 3
    assert "EUC-JP" in reason
    assert "Save the file as UTF-8." in reason


def test_euc_jp_that_is_nothing_but_half_width_kana_in_cp932_is_known_by_its_many_names(path):
    names = ["山田", "田中", "本田", "山本", "川本", "中本", "田村", "木村", "山中", "川中", "本山"]
    names = [name for name in names if max(name.encode("euc_jp")) <= 0xDF]
    names += [first + second for first in "木本山川田中" for second in "木本山川田中"]
    rows = [line(reference=f"H-{at}", name=name) for at, name in enumerate(names)]
    written(path, line(), *rows, encoding="euc_jp")
    ((number, _, reason),) = refused(path)
    assert number == 3
    assert "EUC-JP" in reason


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("ｸﾞｴﾝ ﾃｨ ﾗﾝ", "日の出市南2-3-4 ABCﾋﾞﾙ"),
        ("ｳﾞｨｸﾄﾘｱ･ﾛﾍﾟｽ", "ﾋﾉﾃﾞｼ ﾐﾅﾐ 2-3-4 Bﾄｳ101"),
        ("ｼｬﾙﾏ ﾗﾑ", "日の出市KSﾊｲﾂAｰ101"),
        ("髙橋 ﾏﾘｱ", "JRｱﾊﾟｰﾄ(A) Jﾘｰｸﾞ"),
        ("ｷﾑ", "みなと市3ﾉ2 ﾒｿﾞﾝABC"),
        ("LAN ｸﾞｴﾝ", "ﾌﾞｲ･ﾃｨ･ﾎｱ"),
    ],
)
def test_half_width_kana_in_cp932_are_read(path, name, address):
    rows = [line(reference=f"H-{at}", name=f"{name}{at}", address=address) for at in range(20)]
    assert imported(path, *rows, encoding="cp932").new == 20
    assert Resident.objects.order_by("pk").values_list("name", "address")[7] == (
        f"{name}7",
        address,
    )


def test_a_file_of_half_width_kana_alone_is_read(path):
    names = ["ｸﾞｴﾝ ﾃｨ ﾗﾝ", "ｵｳ ｼｮｳﾒｲ", "ﾏﾘｱ ｻﾝﾄｽ", "ｷﾑ ﾐﾝｽ", "ｼｭﾚｽﾀ ﾋﾞｶｽ", "ﾘﾝ", "ﾊﾟｸ ｼﾞﾐﾝ", "ﾁｬﾝ ﾊﾞﾝ"]
    rows = [line(reference=f"H-{at}", name=name) for at, name in enumerate(names)]
    assert imported(path, *rows, encoding="cp932").new == len(names)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("utf-32-le", "UTF-32"),
        ("utf-32-be", "UTF-32"),
    ],
)
def test_the_wide_encodings_are_named_with_and_without_their_mark(path, encoding, words):
    """Seen to fail without the mark, and for UTF-32, which was told of as NUL bytes or UTF-16."""
    written(path, line(name="王 小明"), encoding=encoding)
    assert refused(path) == [(1, "", f"The file is in {words}. Save it as UTF-8.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_lines_may_end_as_on_windows_and_on_old_macs(path, end, encoding):
    written(path, line(name="髙橋"), line(reference="H-2"), encoding=encoding)
    path.write_bytes(path.read_bytes().replace(b"\n", end))
    assert import_cards(path).new == 2
    assert Resident.objects.order_by("pk")[0].name == "髙橋"


def test_a_bad_row_of_an_old_mac_is_named_by_its_line(path):
    written(path, line(), line(reference="H-2", variant="gold"), line(reference="H-3"))
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r"))
    assert [problem[:2] for problem in refused(path)] == [(3, "variant")]


def test_a_return_within_a_line_is_still_a_control_character(path):
    written(path, line(), line(reference="H-2", name="NGUYEN\rLAN"))
    ((number, _, reason),) = refused(path)
    assert number == 3
    assert "control character" in reason


@pytest.mark.parametrize("last", [" ", "  \t ", "\u3000", "\n \n\n", "\x1a", "\r\n", " \r\n"])
def test_lines_of_blanks_are_passed_by(path, last):
    """Also the sign with which programs of old ended a file. Seen to fail: one cell of sixteen."""
    written(path, line())
    path.write_text(path.read_text() + last, newline="")
    assert import_cards(path).new == 1
    assert Card.objects.count() == 1
