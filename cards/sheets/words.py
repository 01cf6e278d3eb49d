"""A journey's sheet for one card, every line of it said twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cards import wording
from cards.rules.kinds import CardState, CardVariant

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from cards.models import Card

    _Lines = tuple[Promise | str, ...] | Callable[[Card], Iterable[Promise | str]]

COUNTER_LANGUAGE = "ja"
_HEADINGS = {
    "counter": _("Counter"),
    "asks": _("What I came for"),
    "brings": _("What I brought"),
    "days": _("My dates"),
    "foot": _(
        "Made by an unofficial portal, from what the office has recorded and what the holder has "
        "told. What counts is what the office says."
    ),
}
_NAME, _REFERENCE = _("Name as on the card"), _("Reference of the card")


@dataclass(frozen=True, slots=True)
class Line:
    """One line in the reader's language and in Japanese; `ja` is empty where both are the same."""

    own: str
    ja: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the card, and what it is."""

    what: Promise | str
    day: date


@dataclass(frozen=True, slots=True)
class Journey:
    """What brings somebody to the counter.

    `asks` are said as they stand; of `choices` the holder ticks on paper what is meant; `brings`
    are ticked as they are put into the bag. Lines that not every card has are worked out from the
    card. `days` reads the card's own days. `where` names the
    counter; empty: the office that keeps the resident record, named on the sheet. What is
    `for_living` is not there for a card that has expired or lapsed.
    """

    title: Promise
    asks: _Lines
    brings: _Lines
    days: Callable[[Card], Iterable[Day]]
    choices: _Lines = ()
    where: Promise | str = ""
    variants: frozenset[CardVariant] = field(default_factory=lambda: frozenset(CardVariant))
    for_living: bool = False

    def fits(self, card: Card) -> bool:
        """Whether `card` can have this journey today."""
        ended = card.state in (CardState.EXPIRED, CardState.LAPSED)
        return card.variant in self.variants and not (self.for_living and ended)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A journey for one card, in words. `words` are the sheet's own headings."""

    title: Line
    words: dict[str, Line]
    who: tuple[tuple[Line, str], ...]
    office: Line
    asks: tuple[Line, ...]
    choices: tuple[Line, ...]
    brings: tuple[Line, ...]
    days: tuple[tuple[Line, Line], ...]


def sheet(journey: Journey, card: Card, language: str) -> Sheet:
    """The sheet in `language` beside Japanese; in Japanese alone for who reads Japanese.

    `card` comes with its resident and office.
    """

    def both(say: Callable[[], object]) -> Line:
        with translation.override(language):
            own = str(say())
        if language == COUNTER_LANGUAGE:
            return Line(own)
        with translation.override(COUNTER_LANGUAGE):
            return Line(own, str(say()))

    def lines(said: _Lines) -> tuple[Line, ...]:
        all_words = said(card) if callable(said) else said
        return tuple(both(lambda said=words: said) for words in all_words)  # type: ignore[misc]

    office = card.resident.office
    return Sheet(
        title=both(lambda: journey.title),
        words={name: both(lambda said=said: said) for name, said in _HEADINGS.items()},  # type: ignore[misc]
        who=(
            (both(lambda: _NAME), card.resident.name),
            (both(lambda: _REFERENCE), card.reference),
        ),
        office=both(lambda: journey.where or f"{office.name}, {office.counter}"),
        asks=lines(journey.asks),
        choices=lines(journey.choices),
        brings=lines(journey.brings),
        days=tuple(
            (both(lambda one=one: one.what), both(lambda one=one: wording.day(one.day)))  # type: ignore[misc]
            for one in journey.days(card)
        ),
    )
