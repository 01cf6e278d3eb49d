"""All the last days of one card, from its facts.

Imports ask this once a row, for millions of rows: keep it cheap.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cards.rules.days import days_from
from cards.rules.expiry import go_by
from cards.rules.kinds import CertificateKind, CertificateMedium, DeadlineKind
from cards.rules.moves import ONE_MOVE_DAYS, Clock, MoveDates


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What the rules need to know of a certificate (G2)."""

    kind: CertificateKind
    medium: CertificateMedium
    valid_until: date
    revoked: bool = False
    issued_on: date | None = None  # where it is asked for


class Ending(NamedTuple):
    """A certificate whose last day a deadline is: which one, where it lives, since when."""

    kind: CertificateKind
    medium: CertificateMedium
    issued_on: date | None = None  # what its five birthdays are counted from, where it is known


@dataclass(frozen=True, slots=True)
class Due:
    """One last day of a card.

    `silent_after` is the card's own last day where reminding after it would be untrue, because
    the card is gone already: for what ends later than the card, and for every certificate.
    """

    kind: DeadlineKind
    last_day: date
    counted_from: date
    silent_after: date | None


# The kinds whose last day is the card's own.
ENDS_THE_CARD = frozenset(
    {
        DeadlineKind.CARD_EXPIRY,
        DeadlineKind.CARD_UPDATE_90,
        DeadlineKind.MOVE_OUT_30,
        DeadlineKind.MOVE_IN_14,
    }
)
_PLANNED = {
    DeadlineKind.MOVE_OUT_30: DeadlineKind.PLANNED_MOVE_OUT_30,
    DeadlineKind.MOVE_IN_14: DeadlineKind.PLANNED_MOVE_IN_14,
}


def card_deadlines(
    *,
    issued_on: date,
    expires_on: date,
    moves: Iterable[MoveDates],
    certificates: Iterable[CertificateFacts],
    planned: Iterable[MoveDates] = (),
    second_visit: bool = False,
) -> tuple[Due, ...]:
    """Every last day of a card, one for each kind and day, the earliest first (G2, G4, G5②).

    The card's expiry; each clock of each move that was not stopped in time; and the end of
    each unrevoked certificate that ends before the card does. Expiry and certificates are
    counted from their own date, which is fixed elsewhere; so `issued_on` moves no last day.

    `planned` are moves that only the holder told of: they remind and end nothing, and fall away
    where a recorded move has the same clock, be it on another day. `second_visit`: the present
    expiry rests on an extension that was only applied for, so the holder comes again before that
    day (G4①).
    """
    counted_from: dict[tuple[date, DeadlineKind], date] = {}
    card_ends_on = expires_on
    for move in moves:
        for clock in move.deadlines():
            counted_from[clock.last_day, clock.kind] = clock.counted_from
            card_ends_on = min(card_ends_on, clock.last_day)
    for certificate in certificates:
        day = certificate.valid_until
        if day < expires_on and not certificate.revoked:
            counted_from[day, DeadlineKind.CERTIFICATE_EXPIRY] = day
    for move in planned:
        for clock in move.deadlines():
            if not _is_recorded(clock, counted_from):
                counted_from[clock.last_day, _PLANNED[clock.kind]] = clock.counted_from
    if second_visit:
        counted_from[go_by(expires_on), DeadlineKind.SECOND_VISIT] = expires_on
    if not counted_from:  # nearly every card, nearly always
        return (Due(DeadlineKind.CARD_EXPIRY, expires_on, expires_on, None),)
    counted_from[expires_on, DeadlineKind.CARD_EXPIRY] = expires_on
    return tuple(
        [
            Due(
                kind,
                last_day,
                counted,
                card_ends_on
                if last_day > card_ends_on or kind is DeadlineKind.CERTIFICATE_EXPIRY
                else None,
            )
            for (last_day, kind), counted in sorted(counted_from.items())
        ]
    )


def ending_on(certificates: Iterable[CertificateFacts], last_day: date) -> tuple[Ending, ...]:
    """The unrevoked certificates with this last day; those on the chip first, signature first."""
    ending = [
        Ending(one.kind, one.medium, one.issued_on)
        for one in certificates
        if one.valid_until == last_day and not one.revoked
    ]
    return tuple(sorted(ending, key=lambda one: (one.medium, one.kind)))


def _is_recorded(planned: Clock, recorded: Iterable[tuple[date, DeadlineKind]]) -> bool:
    """Whether staff recorded this clock: of the same move, though perhaps from another day."""
    return any(
        kind is planned.kind and abs((last_day - planned.last_day).days) <= ONE_MOVE_DAYS
        for last_day, kind in recorded
    )


def card_lapses_on(moves: Iterable[MoveDates]) -> date | None:
    """First day on which the card no longer works because of any of its moves, or None (G5②)."""
    days = [day for move in moves if (day := move.lapses_on()) is not None]
    return min(days, default=None)


def ends_on(expires_on: date, lapses_on: date | None) -> date:
    """Last day on which the card works, as things stand (G4, G5②)."""
    return expires_on if lapses_on is None else min(expires_on, days_from(lapses_on, -1))
