"""A card's deadlines, worked out anew from its facts."""

from collections.abc import Iterable
from datetime import date

from accounts.models import MailToReconsider
from cards.models import Card, Deadline, LeadDays
from cards.rules.deadlines import Due, card_deadlines, card_lapses_on
from cards.rules.moves import MoveDates, together
from cards.rules.reminders import Leads, next_alert_on
from portal import clock


def refresh_deadlines(card: Card) -> None:
    """Make `lapses_on` and the deadline rows agree with the card's facts (G4, G5②).

    Called by every operation that changes a date, inside its transaction. Rows that no longer
    hold are closed, never deleted, so that what was alerted once is remembered.
    """
    running = card.moves.filter(withdrawn_at=None).order_by("pk")
    moves = together([move.as_recorded for move in running])
    card.lapses_on = card_lapses_on(moves)
    card.save(update_fields=["lapses_on"])
    dues = () if card.replaced_at else _dues(card, moves)
    changed = reconciled(card, dues, card.deadlines.all(), LeadDays.objects.in_force())
    for row in changed:
        row.save()
    if any(row.holds_again for row in changed):
        MailToReconsider.objects.ask([card.resident_id])


def reconciled(
    card: Card, dues: Iterable[Due], rows: Iterable[Deadline], leads: Leads
) -> list[Deadline]:
    """The rows to save so that `rows`, all that the card has had, agree with `dues`.

    Old ones that no longer hold are closed, new ones opened, and one whose day has come back is
    opened again and goes on from the alert it had reached. `leads` are the days in force.
    Nothing is written here.
    """
    wanted = {(due.kind.value, due.last_day): due for due in dues}
    changed = []
    for row in rows:
        due = wanted.pop((row.kind, row.last_day), None)
        if due is None:
            if row.closed_at is None:
                row.closed_at, row.next_alert_on = clock.now(), None
                changed.append(row)
        elif _adjust(row, due, leads):
            changed.append(row)
    for (kind, last_day), due in wanted.items():
        row = Deadline(card=card, kind=kind, last_day=last_day)
        _adjust(row, due, leads)
        changed.append(row)
    return changed


def _adjust(row: Deadline, due: Due, leads: Leads) -> bool:
    """Make an open row say what `due` says. Whether it said anything else before."""
    before = (row.counted_from, row.silent_after, row.closed_at, row.next_alert_on)
    row.holds_again = row.closed_at is not None or _speaks_longer(row.silent_after, due)
    row.counted_from, row.silent_after = due.counted_from, due.silent_after
    row.closed_at = None
    row.next_alert_on = next_alert_on(
        due.kind, due.last_day, row.last_lead, silent_after=due.silent_after, leads=leads
    )
    return before != (row.counted_from, row.silent_after, row.closed_at, row.next_alert_on)


def _speaks_longer(silent_after: date | None, due: Due) -> bool:
    return silent_after is not None and (
        due.silent_after is None or silent_after < due.silent_after
    )


def _dues(card: Card, moves: list[MoveDates]) -> tuple[Due, ...]:
    certificates = [c.facts(card.expires_on) for c in card.certificates.all()]
    return card_deadlines(
        issued_on=card.issued_on,
        expires_on=card.expires_on,
        moves=moves,
        certificates=certificates,
        planned=[move.dates for move in card.planned_moves.filter(closed_at=None)],
        second_visit=card.awaits_second_visit,
    )
