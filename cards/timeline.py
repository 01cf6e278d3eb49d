"""The history of a card as its holder reads it: what happened, who did it, never a clerk's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Relation, User
from cards.history import tell
from cards.models import CardEvent
from cards.rules.kinds import EventKind

# Nobody was signed in: where it happened says more than who.
_BY_NOBODY: dict[EventKind, Promise] = {
    EventKind.PIN_SET: _("With the code from the counter"),
    EventKind.PIN_INITIALISED: _("At a kiosk terminal"),
    EventKind.PIN_ONE_TRY_LEFT: _("Somebody who entered the PIN"),
    EventKind.PIN_LOCKED: _("Somebody who entered the PIN"),
}
_OFFICE_SYSTEM = _("The office’s system")
_YOU = _("You")
_HOLDER = _("The holder of the card")
_GUARDIAN = _("A parent or guardian")
_OFFICE = _("Your office")
_GONE = _("An account that is no longer there")
_FORMER = _("Somebody who could see this card then")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event for the holder: what, who, and its particulars, a line each."""

    event: CardEvent
    what: str | Promise
    who: str | Promise
    lines: tuple[str, ...]


def timeline(
    events: Iterable[CardEvent], *, reader: User, relations: Mapping[int, str]
) -> list[Entry]:
    """`events` (with `by`) in the words of `reader`; `relations`: each holder's account → relation.

    What staff note for themselves stays with them (`cards.history.Told.notes`).
    """
    entries = []
    for event in events:
        told = tell(event)
        entries.append(Entry(event, told.what, _who(event, reader, relations), told.lines))
    return entries


def _who(event: CardEvent, reader: User, relations: Mapping[int, str]) -> str | Promise:
    if event.by_id is None:
        return _BY_NOBODY.get(EventKind(event.kind), _OFFICE_SYSTEM)
    if event.by_id == reader.pk:
        return _YOU
    if (relation := relations.get(event.by_id)) is not None:
        return _HOLDER if relation == Relation.SELF else _GUARDIAN
    if event.by is None:
        return _GONE
    return _OFFICE if event.by.is_staff else _FORMER
