"""Residents found by what a clerk types: a name in any spelling, a birth date, a card's reference.

On PostgreSQL the words of `search_key` stand in an index of words (made in the migrations), which
answers “begins with” for any of them. SQLite reads through the keys.
"""

import unicodedata
from typing import Any

from django.db.models import BooleanField, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.birth_dates import taken_from
from accounts.models import Resident
from accounts.spelling import MARKS, ways

SEARCH_HELP = _(
    "Name in any spelling (Latin letters, kana, Chinese characters), birth date in any writing, or "
    "card reference; several words narrow."
)
# The index is on exactly these words: the planner takes it for nothing else.
WORDS_OF_KEY = "array_to_tsvector(string_to_array({column}, ' '))"
_LONGEST_QUERY = 200


def found_by(query: str) -> Q:
    """Residents in whom all that was typed is found; several words narrow.

    One query goes before: which of the words are references of cards.
    """
    query = unicodedata.normalize("NFKC", query.replace("\x00", " "))[:_LONGEST_QUERY].strip()
    if not query:
        return Q()
    born, rest = taken_from(query)
    words = rest.split()
    cards = _by_reference([query, *words])
    held = {cards[word.casefold()] for word in words if word.casefold() in cards}
    found = _named(rest) if words else Q()
    if len(held) == 1:  # a card and, perhaps, its holder's name
        names = " ".join(word for word in words if word.casefold() not in cards)
        found |= Q(pk__in=held) & (_named(names) if names else Q())
    for days in born:
        found &= Q(birth_date__in=days)
    # A reference may look like a day.
    return found | Q(pk=cards[query.casefold()]) if query.casefold() in cards else found


def _by_reference(words: list[str]) -> dict[str, int]:
    """Of these words, those that are a card's reference, in small letters, with the resident."""
    cases = {case for word in words for case in (word, word.upper(), word.lower(), word.title())}
    known = Resident.objects.filter(cards__reference__in=cases)
    pairs = known.values_list("cards__reference", "pk")
    return {reference.casefold(): pk for reference, pk in pairs if reference in cases}


def _named(text: str) -> Q:
    wanted = ways(text)
    return Q(_KeyHas(wanted)) if wanted else Q(pk__in=[])


class _KeyHas(Func):
    """Whether a resident's key has, of one of these ways, a word for each part."""

    output_field = BooleanField()
    # What Django asks of something to filter by.
    conditional = True

    def __init__(self, wanted: list[list[tuple[str, ...]]]) -> None:
        self.wanted = wanted
        super().__init__(F("search_key"))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        key, values = compiler.compile(self.source_expressions[0])
        query = Value(" | ".join(f"({' & '.join(map(_any, way))})" for way in self.wanted))
        asked, more = compiler.compile(query)
        return f"({WORDS_OF_KEY.format(column=key)} @@ {asked}::tsquery)", (*values, *more)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        key, _none = compiler.compile(self.source_expressions[0])
        values: list[str] = []
        ways_sql = []
        for way in self.wanted:
            parts = []
            for spellings in way:
                parts.append(" OR ".join([f"instr(' ' || {key} || ' ', %s) > 0"] * len(spellings)))
                values += [f" {one} " if one[0] in MARKS else f" {one}" for one in spellings]
            ways_sql.append(" AND ".join(f"({part})" for part in parts))
        return "(" + " OR ".join(f"({one})" for one in ways_sql) + ")", values


def _any(spellings: tuple[str, ...]) -> str:
    """A part of a query in PostgreSQL's words. No spelling holds a quote or a backslash."""
    asked = (f"'{one}'" if one[0] in MARKS else f"'{one}':*" for one in spellings)
    return f"({' | '.join(asked)})"
