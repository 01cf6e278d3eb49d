"""Residents are found by their name in any spelling, their birth date, or a card's reference."""

from datetime import date

import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.birth_dates import taken_from
from accounts.models import Resident
from accounts.searching import found_by
from accounts.spelling import search_key
from cards.operations import record_name_change
from tests.builders import make_card, make_clerk, make_resident

NAMES = (
    "NGUYEN THI LAN",
    "Nguyễn Thị Lan Anh",
    "SATO KENJI",
    "OHNO YUKO",
    "NAMBA SHIRO",
    "KIM MIN-SU",
    "O'BRIEN ÉLODIE",
    "ŁUKASZ BJØRN",
    "SUHARTO",
    "王 小明",
    "陳大文",
    "サトウ シュンイチ",
    "SHRESTHA BIKASH",
    "김민수",
)

# What is typed, and who is found.
SPELLINGS = {
    # accents, capitals, width
    "nguyễn lan": ["NGUYEN THI LAN", "Nguyễn Thị Lan Anh"],
    "ＮＧＵＹＥＮ　ＴＨＩ": ["NGUYEN THI LAN", "Nguyễn Thị Lan Anh"],
    "lukasz": ["ŁUKASZ BJØRN"],
    "bjorn": ["ŁUKASZ BJØRN"],
    "elodie OBRIEN": ["O'BRIEN ÉLODIE"],
    "o’brien": ["O'BRIEN ÉLODIE"],
    # order of parts, beginnings of parts, one part, run together
    "lan nguyen": ["NGUYEN THI LAN", "Nguyễn Thị Lan Anh"],
    "anh ngu": ["Nguyễn Thị Lan Anh"],
    "suharto": ["SUHARTO"],
    "suh": ["SUHARTO"],
    "harto": [],
    "nguyenthilan": ["NGUYEN THI LAN", "Nguyễn Thị Lan Anh"],
    "minsu kim": ["KIM MIN-SU"],
    "kim min su": ["KIM MIN-SU"],
    "su": ["KIM MIN-SU", "SUHARTO"],
    # long vowels and other ways of romaji
    "satou": ["SATO KENJI", "サトウ シュンイチ"],
    "satoh kenzi": ["SATO KENJI"],
    "Satō": ["SATO KENJI", "サトウ シュンイチ"],
    "ono yuuko": ["OHNO YUKO"],
    "nanba siro": ["NAMBA SHIRO"],
    "syunichi": ["サトウ シュンイチ"],
    # kana, of either kind and width, for kana and for other names by ear
    "さとう": ["SATO KENJI", "サトウ シュンイチ"],
    "ｻﾄｳ": ["SATO KENJI", "サトウ シュンイチ"],
    "おおの": ["OHNO YUKO"],
    "グエン": ["NGUYEN THI LAN", "Nguyễn Thị Lan Anh"],
    "グエン・ティ・ラン": ["NGUYEN THI LAN", "Nguyễn Thị Lan Anh"],
    "スハルト": ["SUHARTO"],
    "シュレスタ": ["SHRESTHA BIKASH"],
    # Chinese characters as written, any part of them, with and without blanks
    "王小明": ["王 小明"],
    "小明": ["王 小明"],
    "王　小明": ["王 小明"],
    "大文": ["陳大文"],
    "陈大文": [],
    # other scripts
    "김민수": ["김민수"],
    "gim": ["김민수"],
}


@pytest.fixture
def residents(db: None) -> None:
    for name in NAMES:
        make_resident(name=name)


def found(query: str) -> list[str]:
    return sorted(Resident.objects.filter(found_by(query)).values_list("name", flat=True))


def test_a_name_is_found_in_any_spelling(residents: None) -> None:
    assert {query: found(query) for query in SPELLINGS} == {
        query: sorted(names) for query, names in SPELLINGS.items()
    }


# Surnames with the kana (or the other letters) that people here write them in.
SURNAMES = {
    "CRUZ": "クルス",
    "PARK": "パク",
    "LEE": "リー",
    "CHOI": "チェ",
    "REYES": "レイエス",
    "GARCIA": "ガルシア",
    "TRAN": "チャン",
    "SMITH": "スミス",
    "SINGH": "シン",
    "SILVA": "シルバ",
    "ZHANG": "チャン",
    "RAHMAN": "ラーマン",
    "HOSSAIN": "ホセイン",
    "LIU": "リュウ",
    "HUANG": "ファン",
    "JEONG": "チョン",
    "GONZALEZ": "ゴンザレス",
    "O'BRIEN": "オブライエン",
    "SUKARNO": "soekarno",
    "MÜLLER": "mueller",
    "NATH": "ナート",
    "CLARK": "クラーク",
    "PHAM": "ファム",
    "SANTOS": "サントス",
    "SHARMA": "シャルマ",
}


@pytest.mark.django_db
def test_a_surname_is_found_by_its_kana_and_the_kana_by_the_surname() -> None:
    for name, kana in SURNAMES.items():
        make_resident(name=f"{name} EXAMPLE")
        make_resident(name=f"{kana} EXAMPLE")
    missed = {
        (name, kana)
        for name, kana in SURNAMES.items()
        for query, wanted in ((kana, name), (name, kana))
        if f"{wanted} EXAMPLE" not in found(query)
    }
    assert missed == set()


@pytest.mark.django_db
def test_kana_find_no_other_surname_for_it() -> None:
    for name in SURNAMES:
        make_resident(name=name)
    others = {kana: found(kana) for kana in SURNAMES.values() if len(found(kana)) > 1}
    assert others == {"チャン": ["TRAN", "ZHANG"]}


@pytest.mark.django_db
def test_a_birth_date_is_found_in_every_usual_writing() -> None:
    make_resident(name="BORN THEN", birth_date=date(1990, 1, 2))
    make_resident(name="BORN LATER", birth_date=date(2019, 5, 1))
    for written in (
        "1990-01-02",
        "1990/1/2",
        "1990.1.2",
        "19900102",
        "2.1.1990",
        "02/01/1990",
        "1/2/1990",
        "2 Jan 1990",
        "January 2, 1990",
        "1990年1月2日",
        "平成2年1月2日",
        "平成２年１月２日",
        "H2.1.2",
        "born 1990-01-02",
        "then H2/1/2",
    ):
        assert found(written) == ["BORN THEN"], written
    assert found("令和元年5月1日") == found("R1.5.1") == ["BORN LATER"]
    assert found("昭和64年1月7日") == found("1990-02-30") == found("2.13.1990") == []


@pytest.mark.django_db
def test_a_card_is_found_by_its_reference_alone_or_with_a_name() -> None:
    lan, other = make_resident(name="NGUYEN THI LAN"), make_resident(name="NGUYEN VAN BAO")
    make_card(lan, reference="HINODE-1")
    make_card(other, reference="19900102")
    for query in ("HINODE-1", "hinode-1", "ＨＩＮＯＤＥ－１", "lan hinode-1"):
        assert found(query) == [lan.name], query
    assert found("bao hinode-1") == []
    assert found("19900102") == [other.name]
    assert found("1990-01-02") == []


@pytest.mark.django_db
def test_a_new_name_is_found_and_the_old_one_no_more() -> None:
    card = make_card(make_resident(name="SUHARTO"))
    record_name_change(card, name="WIDODO", changed_on=date(2026, 1, 5), by=make_clerk())
    assert found("suharto") == []
    assert found("widodo") == ["WIDODO"]


@pytest.mark.django_db
def test_nobody_comes_in_who_cannot_be_found() -> None:
    with pytest.raises(IntegrityError):
        Resident.objects.filter(pk=make_resident().pk).update(search_key="")


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "  ", "'", "\\", "%_", "a:* | b", "'a' & !b", "((", "\x00"])
def test_signs_that_mean_something_to_a_database_find_nothing_and_break_nothing(query: str) -> None:
    make_resident(name="NGUYEN THI LAN")
    assert found(query) in ([], ["NGUYEN THI LAN"])


@given(st.text(max_size=200))
def test_every_name_has_a_key_of_words_with_one_blank_between(name: str) -> None:
    key = search_key(name)
    assert key == " ".join(key.split(" "))
    assert "" not in key.split(" ")
    assert not set(key) & set("'\\:*&|!()\x00")
    assert len(key) < 5_000


@given(st.text(max_size=200))
def test_no_query_is_read_as_a_date_that_does_not_exist(query: str) -> None:
    days, rest = taken_from(query)
    assert all(days)
    assert len(rest) <= len(query) * 20


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no index of words")
@pytest.mark.django_db
def test_the_index_of_words_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Resident.objects.filter(found_by("lan nguyen")).explain()
    assert "resident_by_words_of_key" in plan
