"""Cards that the portal does not know yet: every row they need, put in table by table."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts import languages
from accounts.models import Resident
from accounts.spelling import search_key
from cards.importing.database import Model, Record, Rows, SQLite
from cards.importing.moves import NO_MOVE, move_kind
from cards.importing.rows import Row
from cards.models import Card, CardEvent, Certificate, Deadline, LeadDays, Move
from cards.rules.certificates import valid_until
from cards.rules.deadlines import CertificateFacts, card_deadlines, card_lapses_on
from cards.rules.kinds import (
    CardVariant,
    CertificateKind,
    CertificateMedium,
    EventKind,
    MoveSource,
    RevocationReason,
)
from cards.rules.moves import MoveDates
from cards.rules.reminders import next_alert_on

_USER_PROOF, _CHIP = CertificateKind.USER_PROOF, CertificateMedium.CHIP
# How many answers of the rules are remembered.
_KEPT = 4_000

RESIDENT = (
    "id",
    "office",
    "name",
    "search_key",
    "birth_date",
    "address",
    "residence_status",
    "period_of_stay_ends_on",
    "email",
    "language",
)
CARD = (
    "id",
    "resident",
    "reference",
    "variant",
    "issued_on",
    "expires_on",
    "lapses_on",
    "suspended_at",
    "replaced_at",
)
CERTIFICATE = ("card", "kind", "medium", "issued_on", "ends_on", "revoked_at", "revoked_because")
MOVE = (
    "card",
    "kind",
    "source",
    "expected_move_out_on",
    "moved_in_on",
    "notified_on",
    "card_updated_on",
    "recorded_at",
    "withdrawn_at",
)
DEADLINE = (
    "card",
    "kind",
    "last_day",
    "counted_from",
    "silent_after",
    "closed_at",
    "last_lead",
    "next_alert_on",
)
EVENT = ("card", "kind", "at", "by", "data")


# Rows in the order in which foreign keys allow them: a model, its fields, and their values.
Tables = list[tuple[Model, Sequence[str], Rows]]


@dataclass(frozen=True, slots=True)
class Records:
    """What one new card puts into each table, as it will be written but for the ids."""

    resident: Record
    card: Record
    certificates: tuple[Record, ...]
    moves: tuple[Record, ...]
    deadlines: tuple[Record, ...]


class NewCards:
    """Asks the rules about new cards, and puts them in a portion at a time."""

    def __init__(
        self, database: SQLite, now: datetime, *, by: int | None = None, writes: bool = True
    ) -> None:
        self._database = database
        self._writes = writes
        self._leads = LeadDays.objects.in_force()
        self._record = database.record
        self._null = database.null
        self._now = database.moment(now)
        self._registered = database.record(
            (
                EventKind.REGISTERED.value,
                self._now,
                self._null if by is None else str(by),
                '{"source": "import"}',
            )
        )
        # Whether cards are likely to be new, going by those just read: saves work, decides nothing.
        self.expected = writes
        self._ids: deque[tuple[str, str]] = deque()
        # Most cards have not moved, and many of these share their days.
        self._without_moves: dict[tuple[date, date], tuple[Record, ...]] = {}

    def noted(self, row: Row) -> Record:
        """The line and the reference, for `note_lines`."""
        return self._record((str(row.line), row.reference))

    def records(self, row: Row) -> Records:
        """The rows that this card needs. Touches no database."""
        null = self._null
        issued_on, expires_on = row.issued_on, row.first_expires_on
        moves = () if row.moves is None or row.moves == NO_MOVE else (row.moves,)
        # A notification since the issue ended the signature certificate (G5①).
        revoked = any(move.told_on and move.told_on > issued_on for move in moves)
        ends_on = valid_until(issued_on, row.birth_date, date.max)
        valid = min(ends_on, expires_on)
        if moves:
            deadlines = self._deadlines(expires_on, valid, moves)
        elif (known := self._without_moves.get((expires_on, valid))) is not None:
            deadlines = known
        else:
            deadlines = self._deadlines(expires_on, valid)
            if len(self._without_moves) >= _KEPT:
                self._without_moves.clear()
            self._without_moves[expires_on, valid] = deadlines
        issued, ends = issued_on.isoformat(), ends_on.isoformat()
        because = (self._now, RevocationReason.INFORMATION_CHANGED.value) if revoked else (null, "")
        record = self._record
        user_proof = record(("user_proof", "chip", issued, ends, null, ""))
        return Records(
            resident=record(
                (
                    str(row.office_id),
                    row.name,
                    search_key(row.name),
                    row.birth_date.isoformat(),
                    row.address,
                    row.residence_status,
                    row.period_of_stay_ends_on.isoformat(),
                    row.email or "",
                    row.language or languages.DEFAULT,
                )
            ),
            card=record(
                (
                    row.reference,
                    row.variant,
                    issued,
                    expires_on.isoformat(),
                    self._day(card_lapses_on(moves)) if moves else null,
                    null,
                    null,
                )
            ),
            # Without a PIN ① there is no signature certificate (G9).
            certificates=(user_proof,)
            if row.variant == CardVariant.PHOTO_ID.value
            else (record(("signature", "chip", issued, ends, *because)), user_proof),
            moves=tuple(map(self._move, moves)),
            deadlines=deadlines,
        )

    def take_ids(self, at_least: int) -> None:
        """Have ids for so many more cards."""
        if self._writes and len(self._ids) < at_least:
            take = self._database.take_ids
            residents, cards = (take(model, at_least) for model in (Resident, Card))
            self._ids += zip(map(str, residents), map(str, cards), strict=True)

    def tables(self, cards: Sequence[Records]) -> Tables:
        """The rows of these cards by table, with ids that were taken. Touches no database."""
        if not cards:
            return []
        residents, ids = zip(*(self._ids.popleft() for _ in cards), strict=True)
        rows = self._database.rows
        found: Tables = [
            (Resident, RESIDENT, rows([card.resident for card in cards], residents)),
            (Card, CARD, rows([card.card for card in cards], ids, residents)),
        ]
        for model, names, name in (
            (Certificate, CERTIFICATE, "certificates"),
            (Move, MOVE, "moves"),
            (Deadline, DEADLINE, "deadlines"),
        ):
            own = [getattr(card, name) for card in cards]
            owners = [pk for pk, some in zip(ids, own, strict=True) for _ in some]
            found.append((model, names, rows([one for some in own for one in some], owners)))
        found.append((CardEvent, EVENT, rows([self._registered] * len(ids), ids)))
        return found

    def insert(self, tables: Tables) -> None:
        """Put them in: residents, cards and all that hangs on these, with one event each."""
        for model, names, rows in tables:
            if rows:
                self._database.insert(model, names, rows)

    def _deadlines(
        self,
        expires_on: date,
        certificates_until: date,
        moves: tuple[MoveDates, ...] = (),
    ) -> tuple[Record, ...]:
        dues = card_deadlines(
            issued_on=date.min,  # moves no last day
            expires_on=expires_on,
            moves=moves,
            # A signature certificate ends on the same day: no other deadline comes of it.
            certificates=(CertificateFacts(_USER_PROOF, _CHIP, certificates_until),),
        )
        return tuple(
            [
                self._record(
                    (
                        due.kind.value,
                        due.last_day.isoformat(),
                        due.counted_from.isoformat(),
                        self._day(due.silent_after),
                        self._null,
                        self._null,
                        self._day(
                            next_alert_on(
                                due.kind,
                                due.last_day,
                                silent_after=due.silent_after,
                                leads=self._leads,
                            )
                        ),
                    )
                )
                for due in dues
            ]
        )

    def _move(self, move: MoveDates) -> Record:
        return self._record(
            (
                move_kind(move).value,
                MoveSource.IMPORT.value,
                self._day(move.expected_move_out_on),
                self._day(move.moved_in_on),
                self._day(move.notified_on),
                self._day(move.card_updated_on),
                self._now,
                self._null,
            )
        )

    def _day(self, day: date | None) -> str | None:
        return self._null if day is None else day.isoformat()
