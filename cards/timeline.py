"""The history of a card as its holder reads it: what happened, who did it, never a clerk's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Relation, User
from cards.history import Told
from cards.models import CardEvent
from cards.rules.kinds import EventKind

# What only staff can do, whether or not they are with the office today.
_OF_THE_OFFICE = frozenset(
    {
        EventKind.EXPIRY_SET,
        EventKind.MOVE_RECORDED,
        EventKind.MOVE_CORRECTED,
        EventKind.MOVE_WITHDRAWN,
        EventKind.NAME_CHANGED,
        EventKind.NAME_CORRECTED,
        EventKind.CARD_UPDATED,
        EventKind.SUSPENSION_LIFTED,
        EventKind.PIN_RESET,
        EventKind.REISSUE_ASKED_BACK,
        EventKind.REISSUE_ACCEPTED,
        EventKind.REISSUE_REFUSED,
        EventKind.ISSUED,
        EventKind.REPLACED,
        EventKind.VARIANT_REFUSED,
        EventKind.VARIANT_CHANGED,
    }
)
_OFFICE_SYSTEM = _("The office’s system")
_YOU = _("You")
_HOLDER = _("The holder of the card")
_GUARDIAN = _("A parent or guardian")
_OFFICE = _("Your office")
_GONE = _("An account that is no longer there")
_FORMER = _("Somebody who could see this card then")


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, for the holder: when, what, who (nobody: empty), its particulars."""

    at: datetime
    what: str | Promise
    who: str | Promise
    lines: tuple[str, ...]


def timeline(history: Iterable[Told], *, reader: User, relations: Mapping[int, str]) -> list[Entry]:
    """`history` (events with `by`) as `reader` reads it; `relations`: holder's account → relation.

    What staff note for themselves stays with them (`cards.history.Told.notes`).
    """
    history = list(history)
    unknown = {
        event.by_id
        for told in history
        if (event := told.event) and event.by_id and event.by_id not in relations
    }
    staff = _staff_once(unknown - {reader.pk})
    return [
        Entry(told.at, told.what, _who(told, reader, relations, staff), told.lines)
        for told in history
    ]


def _staff_once(accounts: set[int]) -> frozenset[int]:
    """Those of `accounts` that ever did what only staff can do."""
    if not accounts:
        return frozenset()
    kinds = [kind.value for kind in _OF_THE_OFFICE]
    deeds = CardEvent.objects.filter(by__in=accounts, kind__in=kinds).order_by()
    return frozenset(by for by in deeds.values_list("by", flat=True).distinct() if by)


def _who(
    told: Told, reader: User, relations: Mapping[int, str], staff: frozenset[int]
) -> str | Promise:
    if (event := told.event) is None:
        return ""
    if event.by_id is None:
        return told.by_nobody or _OFFICE_SYSTEM
    if event.by_id == reader.pk:
        return _YOU
    if (relation := relations.get(event.by_id)) is not None:
        return _HOLDER if relation == Relation.SELF else _GUARDIAN
    if event.by_id in staff or (event.by is not None and event.by.is_staff):
        return _OFFICE
    return _GONE if event.by is None else _FORMER
