"""One name, many spellings: what a name is found by, whichever way it is written.

A clerk types what they hear or read: SATO, Satō, Satou, Satoh, さとう, ｻﾄｳ; グエン for NGUYEN;
Lukasz for Łukasz; the parts in any order, or run together. So a resident keeps a `search_key`:
words, each starting another way of looking their name up. A key is derived from the name alone.

Words are spelled at three depths:
- plain: ASCII, small letters, no accents; kana in Hepburn;
- even: also without what romaji writers differ in (long vowels, si/shi, m/n before b);
- by ear (marked): also without what Japanese ears and kana do not tell apart (l/r, v/b, th/t) and
  the vowels that kana have to add. Kana are compared with other scripts at this depth only.

Han characters have no reading in the data: they are kept as written, and every end of them is a
word, so that a part of such a name finds it too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from anyascii import anyascii

from accounts.surnames import KANA

# Before a word by ear: of a name that is not in kana, and of one that is.
BY_EAR, BY_EAR_FROM_KANA = "~", "^"
MARKS = BY_EAR + BY_EAR_FROM_KANA
# Longest word kept, and how many words of a name or a query are looked at.
_LONGEST, _MOST = 40, 12
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}

_ASCII = re.compile("[A-Za-z0-9']+")
_APOSTROPHES = "'`\u2018\u2019\u02bb\u02bc"
_KANA = re.compile("[\u3041-\u3096\u309d\u309e\u30a1-\u30fe]")
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_APART = re.compile(f"[{_HAN}]+|[^{_HAN}]+")
_IS_HAN = re.compile(f"[{_HAN}]")
_SMALL_Y = dict(zip("ャュョゃゅょ", ("a", "u", "o") * 2, strict=True))
_SMALL_VOWELS = dict(zip("ァィゥェォぁぃぅぇぉ", "aiueo" * 2, strict=True))

# A word made of Japanese syllables alone. Only there is Kunrei read as Hepburn: “Thi” stays.
_SYLLABLES = re.compile(
    "(?:(?:[kstp](?=[kstpc]))?(?:[kgsztdnhbpmrjfwyv]|sh|ch|ts|[kgnhbpmrszjtd]y)?[aiueo]h?"
    "|n|m(?=[bpm]))+"
)
_EVEN = (
    (re.compile("[zj]y(?=[auo])"), "j"),
    (re.compile("sy(?=[auo])"), "sh"),
    (re.compile("ty(?=[auo])"), "ch"),
    (re.compile("si"), "shi"),
    (re.compile("ti"), "chi"),
    (re.compile("tu"), "tsu"),
    (re.compile("(?<![cs])hu"), "fu"),
    (re.compile("[zd]i"), "ji"),
    (re.compile("du"), "zu"),
    (re.compile("tch"), "cch"),
)
_LONG = (
    (re.compile("oh(?![aiueoy])|ou|oo"), "o"),
    (re.compile("uu"), "u"),
    (re.compile("aa"), "a"),
    (re.compile("ii"), "i"),
    (re.compile("ee"), "e"),
    (re.compile("m(?=[bpm])"), "n"),
    (re.compile("oe(?=[bcdfghjkmnprst][aeiour])"), "u"),  # as Indonesian was written: Soekarno
)
_EAR = (
    (re.compile("^ng"), "g"),
    (re.compile("ngh?$"), "n"),
    (re.compile("ph"), "f"),
    (re.compile("th"), "t"),
    (re.compile("[cz]h"), "#"),
    (re.compile("sh(?=i)|z|c(?=[eiy])"), "s"),
    (re.compile("sh"), "%"),
    (re.compile("hu(?=[aeio])"), "f"),
    (re.compile("(?<=[aeiou])h(?=[bcdfgjklmnpqrstvwxyz])"), ""),
    (re.compile("iu"), "yu"),
    (re.compile("(?<=[aeo])y(?=[aeiou])"), "i"),
    (re.compile("ck|[cqk]h?"), "k"),
    (re.compile("([bdg])h"), r"\1"),
    (re.compile("l"), "r"),
    (re.compile("v"), "b"),
    (re.compile("x"), "ks"),
    (re.compile("uy(?=[aeio])"), "u"),
    (re.compile("(?<=[bdfgkmnpqrst#%z])h$"), ""),
    (re.compile("(?<=[bdfghjkmnpqrstwyz#%])u"), ""),
    (re.compile("(?<=[td])o"), ""),
    (re.compile(r"([a-z])\1+"), r"\1"),
    (re.compile("rk$"), "k"),
    (re.compile("#"), "ch"),
    (re.compile("%"), "sh"),
)


class Word(NamedTuple):
    """One word of a name or a query; `keys` is what a name with it is found by."""

    plain: str
    even: str
    ears: tuple[str, ...]
    kana: bool
    keys: tuple[str, ...]
    # Other ways of writing it in letters, which are looked for as well.
    also: tuple[str, ...] = ()
    han: bool = False


def search_key(name: str) -> str:
    """All that this name is found by: different words, a blank between each."""
    known = words(name)
    key = [one for word in known for one in word.keys]
    joined = ""
    for word in reversed(known):  # run together, from each word on
        if not word.han:
            if joined:
                key.append((word.even + joined)[:_LONGEST])
            joined = word.even + joined
    # A name of signs that are no letters is found by nothing; it has a key all the same.
    return " ".join(dict.fromkeys(key)) or "-"


def ways(query: str) -> list[list[tuple[str, ...]]]:
    """What to look for, words beginning so: one of these; in each, all; of each, any.

    `[[("nguyen", "~gen"), ("lan",)]]`: one word that begins with “nguyen” or is “gen” by ear,
    and one that begins with “lan”. By ear only whole words are the same. Two words may also be
    meant as one.
    """
    parts = [_spellings(word) for word in words(query)]
    if not parts:
        return []
    found = [parts]
    evens = [None if word.han else word.even for word in words(query)]
    for at, (one, two) in enumerate(pairwise(evens)):
        if one and two:
            found.append([*parts[:at], (one + two,), *parts[at + 2 :]])
    if len(parts) > 2 and all(evens):
        found.append([("".join(even for even in evens if even)[:_LONGEST],)])
    return found


def words(text: str) -> list[Word]:
    """The words of a name or query, in order. Han characters in a row are one, blanks or not."""
    found: list[Word] = []
    for part in _ASCII.findall(text) if text.isascii() else _parts(text):
        if _IS_HAN.match(part):
            if found and found[-1].han:
                part = found.pop().plain + part
            found.append(_written(part[:_LONGEST]))
        elif word := _spelled(part):
            found.append(word)
    return found[:_MOST]


def _parts(text: str) -> Iterator[str]:
    # Half and full width alike. An apostrophe parts no words (O’Brien, Jun'ichi), nor does a mark
    # that belongs to the letter before it, in scripts that have such.
    for part in unicodedata.normalize("NFKC", text.replace("´", "'")).split():
        kept = "".join(
            sign if sign.isalnum() or sign == "ー" or unicodedata.category(sign)[0] == "M" else " "
            for sign in part
            if sign not in _APOSTROPHES
        )
        for word in kept.split():
            yield from _APART.findall(word)


def _written(han: str) -> Word:
    ends = tuple(han[at:] for at in range(len(han)))
    return Word(han, "", (), kana=False, keys=ends, han=True)


# The commonest few thousand parts of names; more would be memory that grows with an import.
@lru_cache(maxsize=2_048)
def _spelled(part: str) -> Word | None:
    kana = bool(_KANA.search(part))
    latin = anyascii(_romaji(part) if kana else part).casefold()
    plain = re.sub("[^a-z0-9]", "", latin)[:_LONGEST]
    if not plain:
        return None
    even = _through(plain, _LONG)
    ears = _by_ear(plain, even)
    if len(plain) > 3 and _SYLLABLES.fullmatch(plain):  # “Tu” and “Hu” are names of their own
        even = _through(even, _EVEN)
    marks = (BY_EAR, BY_EAR_FROM_KANA) if kana else (BY_EAR,)
    by_ear = [mark + ear for ear in ears for mark in marks]
    also = () if kana else _umlauts(part)
    return Word(plain, even, ears, kana, tuple(dict.fromkeys((plain, even, *also, *by_ear))), also)


def _by_ear(plain: str, even: str) -> tuple[str, ...]:
    """How the word sounds, and how it does as well: “Smith”, and surnames of their own kana."""
    found = [_through(even, _EAR)]
    if even.endswith("th"):
        found.append(_through(even[:-2] + "s", _EAR))
    for kana in KANA.get(plain, "").split():
        found.append(_through(_through(anyascii(_romaji(kana)).casefold(), _LONG), _EAR))
    return tuple(dict.fromkeys(found))


def _umlauts(part: str) -> tuple[str, ...]:
    """“Müller” as passports write it: MUELLER."""
    small = part.casefold()
    if small.isascii() or not any(sign in small for sign in _UMLAUTS):
        return ()
    for sign, letters in _UMLAUTS.items():
        small = small.replace(sign, letters)
    return (re.sub("[^a-z0-9]", "", anyascii(small).casefold())[:_LONGEST],)


def _romaji(text: str) -> str:
    """Kana in Hepburn; other characters stay."""
    said: list[str] = []
    doubled = False
    for sign in text:
        if sign in "ッっ":
            doubled = True
            continue
        if sign == "ー":
            continue
        before = said[-1] if said else ""
        if sign in _SMALL_Y and before.endswith("i"):
            stem = before[:-1]
            said[-1] = stem + ("" if stem.endswith(("sh", "ch", "j")) else "y") + _SMALL_Y[sign]
            continue
        if sign in _SMALL_VOWELS and before[-1:] in ("a", "i", "u", "e", "o"):
            said[-1] = ("w" if before == "u" else before[:-1]) + _SMALL_VOWELS[sign]
            continue
        syllable = anyascii(sign) if _KANA.match(sign) else sign
        if doubled and syllable[:1].isalpha():
            syllable = ("t" if syllable.startswith("ch") else syllable[0]) + syllable
        doubled = False
        said.append(syllable)
    return "".join(said)


def _spellings(word: Word) -> tuple[str, ...]:
    """How a word of a query may stand in a key."""
    if word.han:
        return (word.plain,)
    mark = BY_EAR if word.kana else BY_EAR_FROM_KANA
    by_ear = [mark + ear for ear in word.ears]
    return tuple(dict.fromkeys((word.plain, word.even, *word.also, *by_ear)))


def _through(text: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text
