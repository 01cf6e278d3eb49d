"""The same import as a tuned django-import-export does it, to compare with.

Batches of 1,000, existing cards looked up by batch, models cleaned one by one and written with
`bulk_create`; the rules are the same.
"""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction

from accounts.models import Office, Resident
from accounts.spelling import search_key
from cards.models import Card, CardEvent, Certificate, Deadline, Move
from cards.operations.refresh import reconciled
from cards.rules.certificates import valid_until
from cards.rules.deadlines import card_deadlines, card_lapses_on
from cards.rules.reminders import LEAD_DAYS
from portal import clock


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def import_with_orm(path: Path) -> None:
    """What a tuned django-import-export does: models row by row, cleaned, written in bulk."""
    offices = {office.code: office for office in Office.objects.all()}
    now = clock.now()

    with path.open(encoding="utf-8", newline="") as file, transaction.atomic():
        rows = csv.DictReader(file)
        while portion := [row for row, _ in zip(rows, range(1_000), strict=False)]:
            known = {
                card.reference: card
                for card in Card.objects.filter(reference__in=[row["reference"] for row in portion])
            }
            residents: list[Resident] = []
            cards: list[Card] = []
            moves: list[Move] = []
            certificates: list[Certificate] = []
            deadlines: list[Deadline] = []
            events: list[CardEvent] = []
            for row in portion:
                assert row["reference"] not in known
                resident = Resident(
                    office=offices[row["office_code"]],
                    name=row["name"],
                    search_key=search_key(row["name"]),
                    birth_date=day(row["birth_date"]),
                    address=row["address"],
                    residence_status=row["residence_status"],
                    period_of_stay_ends_on=day(row["period_of_stay_ends_on"]),
                    email=row["email"],
                    language=row["language"] or "en",
                )
                resident.full_clean()
                card = Card(
                    resident=resident,
                    reference=row["reference"],
                    variant=row["variant"],
                    issued_on=day(row["issued_on"]),
                    expires_on=day(row["expires_on"] or row["period_of_stay_ends_on"]),
                )
                card.full_clean(exclude=["resident"], validate_unique=False)
                dates = {
                    name: day(row[name])
                    for name in (
                        "expected_move_out_on",
                        "moved_in_on",
                        "notified_on",
                        "card_updated_on",
                    )
                }
                own_moves: list[Move] = []
                if any(dates.values()):
                    own_moves.append(Move(card=card, kind="move_in", source="import", **dates))
                ends_on = valid_until(card.issued_on, resident.birth_date, date.max)
                own_certificates = [
                    Certificate(card=card, kind=kind, issued_on=card.issued_on, ends_on=ends_on)
                    for kind in ("signature", "user_proof")
                ]
                running = [move.dates for move in own_moves]
                card.lapses_on = card_lapses_on(running)
                dues = card_deadlines(
                    issued_on=card.issued_on,
                    expires_on=card.expires_on,
                    moves=running,
                    certificates=[one.facts(card.expires_on) for one in own_certificates],
                )
                residents.append(resident)
                cards.append(card)
                moves += own_moves
                certificates += own_certificates
                deadlines += reconciled(card, dues, [], LEAD_DAYS)
                events.append(CardEvent(card=card, kind="registered", at=now))
            Resident.objects.bulk_create(residents)
            Card.objects.bulk_create(cards)
            Move.objects.bulk_create(moves)
            Certificate.objects.bulk_create(certificates)
            Deadline.objects.bulk_create(deadlines)
            CardEvent.objects.bulk_create(events)
