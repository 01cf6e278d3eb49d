"""Do the deadlines kept in the tables say what the cards' facts call for?

Operations and imports keep them so; this is how to know that they did. It walks through all cards,
a portion at a time, so its memory does not grow with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import F, Q

from cards.lead_days import WORKED_IN_WITHIN
from cards.models import Card, Certificate, Deadline, LeadDays, Move, PlannedMove
from cards.rules.deadlines import CertificateFacts, card_deadlines
from cards.rules.kinds import CertificateKind, CertificateMedium, DeadlineKind, ExpiryBasis
from cards.rules.moves import RecordedMove, together
from cards.rules.reminders import Leads, next_alert_on
from portal import clock

# Cards of one portion.
CHUNK = 5_000


class _Row(NamedTuple):
    """An open deadline: what the facts decide about it, and what follows from the alerts."""

    kind: str
    last_day: date
    counted_from: date
    silent_after: date | None
    last_lead: int | None
    next_alert_on: date | None


def cards_with_wrong_deadlines() -> Iterator[int]:
    """Ids of cards whose open deadlines are not those of `card_deadlines` (G2, G4, G5②).

    One is missing, closed, of another day, silent too early, or there is one that should not be;
    or its next alert is set for no day, or for one too late. About half a minute a million cards.
    """
    leads, after = _settled_leads(), 0
    while portion := list(
        Card.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        # Numbers have gaps, and may begin anywhere: those that are there are counted.
        after = portion[-1]
        wrong = _wrong(range(portion[0], after + 1), leads)
        if wrong:
            # Read in several statements: what changed in between is right when read again.
            yield from _wrong(wrong, leads)


def _settled_leads() -> Leads:
    """The lead days in force, but for those changed lately: rows are still brought after them."""
    since = clock.now() - WORKED_IN_WITHIN
    changed = set(LeadDays.objects.filter(changed_at__gt=since).values_list("kind", flat=True))
    return {kind: days for kind, days in LeadDays.objects.in_force().items() if kind not in changed}


def _wrong(cards: Collection[int], leads: Leads) -> list[int]:
    def of(field: str) -> Q:
        if isinstance(cards, range):
            return Q(**{f"{field}__gte": cards[0], f"{field}__lte": cards[-1]})
        return Q(**{f"{field}__in": cards})

    moves: dict[int, list[RecordedMove]] = defaultdict(list)
    for move in Move.objects.filter(of("card"), withdrawn_at=None).order_by("pk"):
        moves[move.card_id].append(move.as_recorded)
    planned: dict[int, list[PlannedMove]] = defaultdict(list)
    for told in PlannedMove.objects.filter(of("card"), closed_at=None):
        planned[told.card_id].append(told)
    certificates: dict[int, list[CertificateFacts]] = defaultdict(list)
    # Only one that ends before its card has a last day of its own.
    ending = Certificate.objects.filter(
        of("card"), revoked_at=None, ends_on__lt=F("card__expires_on")
    )
    for card, kind, medium, ends_on in ending.values_list("card", "kind", "medium", "ends_on"):
        certificates[card].append(
            CertificateFacts(CertificateKind(kind), CertificateMedium(medium), ends_on)
        )
    rows: dict[int, list[_Row]] = defaultdict(list)
    for card, *row in Deadline.objects.filter(of("card"), closed_at=None).values_list(
        "card", *_Row._fields
    ):
        rows[card].append(_Row(*row))
    today = clock.today()
    wrong = []
    for pk, issued_on, expires_on, basis, replaced_at in (
        Card.objects.filter(of("pk"))
        .order_by("pk")
        .values_list("pk", "issued_on", "expires_on", "expiry_basis", "replaced_at")
    ):
        dues = card_deadlines(
            issued_on=issued_on,
            expires_on=expires_on,
            moves=together(moves[pk]) if pk in moves else (),
            certificates=certificates.get(pk, ()),
            planned=[one.dates for one in planned[pk]] if pk in planned else (),
            second_visit=basis == ExpiryBasis.APPLICATION_FILED,
        )
        called_for = {
            (due.kind.value, due.last_day, due.counted_from, due.silent_after)
            for due in (() if replaced_at else dues)
        }
        kept = rows.get(pk, ())
        if called_for != {row[:4] for row in kept} or any(
            _alerts_too_late(row, leads, today) for row in kept
        ):
            wrong.append(pk)
    return wrong


def _alerts_too_late(row: _Row, leads: Leads, today: date) -> bool:
    """Whether the sweep will not look at it on the day of its next alert. An alert that is due
    already is none of these: it is proved by the notification."""
    kind = DeadlineKind(row.kind)
    if kind not in leads:
        return False
    day = next_alert_on(
        kind, row.last_day, row.last_lead, silent_after=row.silent_after, leads=leads
    )
    return (
        day is not None and day > today and (row.next_alert_on is None or row.next_alert_on > day)
    )
