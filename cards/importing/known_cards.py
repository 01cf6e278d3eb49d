"""Cards that the portal knows: what a row changes about them, and all that follows from it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import MailToReconsider, Office, Resident
from accounts.signals import address_changed
from accounts.spelling import search_key
from cards.importing.columns import MOVE_DAYS
from cards.importing.database import SQLite
from cards.importing.differences import (
    CARD_COLUMNS,
    CARD_IN_FILES,
    IN_FILES,
    NOTHING_KEPT,
    ON_THE_CARD,
    RESIDENT_COLUMNS,
    RESIDENT_IN_FILES,
    TOLD_BY,
    as_in_files,
    expires_on_after,
    says_the_same,
    told_to_the_history,
)
from cards.importing.moves import STARTS, follow
from cards.importing.notes import Notes
from cards.importing.other_variant import as_change_variant, end_what_needs_a_pin
from cards.importing.problems import Problem
from cards.importing.rows import Row
from cards.models import (
    Card,
    CardEvent,
    Certificate,
    Deadline,
    LeadDays,
    Move,
    PlannedMove,
    UntoldEvent,
)
from cards.operations.record import TOLD_AT_ONCE
from cards.operations.refresh import reconciled
from cards.rules.certificates import valid_until
from cards.rules.deadlines import card_deadlines, card_lapses_on
from cards.rules.kinds import (
    CardVariant,
    CertificateKind,
    EventKind,
    RevocationReason,
)
from cards.rules.moves import MoveDates, still_told, together
from portal import clock

KNOWN_EXPIRY_BEFORE_ISSUE = _(
    "The portal knows an earlier expiry date than this day of issue. Fill in expires_on."
)
KNOWN_LAPSE_BEFORE_ISSUE = _(
    "The portal knows a move because of which this card lapsed before this day of issue. If this "
    "is a new card, give it a reference of its own."
)
OTHERS_CARD = _("The card with this reference is kept by another office.")


@dataclass(slots=True)
class Changes:
    """What a portion of rows changes, by table."""

    residents: list[Resident] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    planned: list[PlannedMove] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    events: list[CardEvent] = field(default_factory=list)
    # Events that another of the same row tells the holder already.
    untold: list[CardEvent] = field(default_factory=list)
    # Residents who have another contact address.
    addressed: list[int] = field(default_factory=list)
    # Residents for whom what kept a mail back may be gone.
    reconsider: list[int] = field(default_factory=list)
    other_variant: list[Card] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """How the rows of known cards fared."""

    changed: int = 0
    unchanged: int = 0
    replaced: int = 0
    problems: list[Problem] = field(default_factory=list)


class KnownCards:
    """Compares rows with the cards there are, and writes what differs."""

    def __init__(
        self,
        database: SQLite,
        now: datetime,
        *,
        by: int | None = None,
        only: Collection[int] | None = None,
        writes: bool = True,
        notes: Notes | None = None,
    ) -> None:
        self._database, self._leads = database, LeadDays.objects.in_force()
        self._now, self._today = now, clock.day_of(now)
        self._by, self._only, self._writes, self._notes = by, only, writes, notes
        self._codes = dict(Office.objects.values_list("pk", "code"))

    def update(self, rows: dict[str, Row]) -> Outcome:
        """Bring known cards up to date; `rows` loses those it knows and keeps the new ones.

        Cards that a row leaves as they are are neither locked nor written.
        """
        outcome = Outcome()
        differing: dict[int, Row] = {}
        for facts in self._facts_of(list(rows)):
            row = rows.pop(facts["reference"])
            if not self._is_ours(facts["resident__office_id"]):
                outcome.problems.append(Problem(row.line, "reference", OTHERS_CARD))
            elif facts["replaced_at"]:
                outcome.replaced += 1
            elif says_the_same(row, facts, self._today):
                outcome.unchanged += 1
            else:
                differing[facts["pk"]] = row
        if differing:
            self._merge(differing, outcome)
        return outcome

    def _facts_of(self, references: list[str]) -> Iterable[dict[str, Any]]:
        """The facts of the cards with these references, as one flat row each."""
        if not (known := self._database.known(references)):
            return ()
        facts: Iterable[dict[str, Any]] = (
            Card.objects.filter(pk__in=known)
            .alias(imported=FilteredRelation("moves", condition=Q(moves__source="import")))
            .values(
                "pk",
                "reference",
                "replaced_at",
                *CARD_COLUMNS,
                *CARD_IN_FILES,
                *(
                    f"resident__{name}"
                    for name in ("office_id", *RESIDENT_COLUMNS, *RESIDENT_IN_FILES)
                ),
                *(f"imported__{name}" for name in ("id", "withdrawn_at", *MOVE_DAYS)),
            )
        )
        return facts

    def _merge(self, rows: dict[int, Row], outcome: Outcome) -> None:
        changes = Changes()
        cards = (
            Card.objects.filter(pk__in=rows)
            .select_related("resident")
            .prefetch_related("moves", "planned_moves", "certificates", "deadlines")
            .order_by("pk")
        )
        if self._writes:  # the lock that operations take: see `CardQuerySet.locked`
            cards = cards.select_for_update(of=("self",), no_key=True)
        for card in cards:
            row, issued_before = rows[card.pk], card.issued_on
            if not self._is_ours(card.resident.office_id):
                outcome.problems.append(Problem(row.line, "reference", OTHERS_CARD))
            elif card.replaced_at:
                outcome.replaced += 1
            elif row.issued_on > expires_on_after(row, card):
                outcome.problems.append(Problem(row.line, "issued_on", KNOWN_EXPIRY_BEFORE_ISSUE))
            elif self._apply(row, card, changes):
                outcome.changed += 1
                if card.issued_on > issued_before and _had_lapsed(card):
                    problem = Problem(row.line, "issued_on", KNOWN_LAPSE_BEFORE_ISSUE)
                    outcome.problems.append(problem)
            else:
                outcome.unchanged += 1
        if self._writes and not outcome.problems:
            self._write(changes)

    def _is_ours(self, office_id: int) -> bool:
        return self._only is None or office_id in self._only

    def _apply(self, row: Row, card: Card, changes: Changes) -> bool:
        """Give the card the row's facts. Whether any of them was another before."""
        kept = as_in_files(card)
        told = self._apply_details(row, card)
        moves = sorted(card.moves.all(), key=lambda one: one.pk)
        moved = follow(row.moves, card, moves, self._now)
        changes.moves += moved.moves
        moves += [one for one in moved.moves if one.pk is None]
        planned = list(card.planned_moves.all())
        if not STARTS.isdisjoint(moved.told):
            changes.planned += self._settle(planned, row.moves)
        if "expires_on" in told:
            card.expiry_basis = ""  # the office's system knows no basis
        told |= moved.told
        if not told and not moved.withdrawn:
            if as_in_files(card) != kept:
                changes.residents.append(card.resident)
                changes.cards.append(card)
            return False
        if self._notes is not None:
            self._notes.changed(row, told, withdrawn=moved.withdrawn is not None)
        if told:
            self._record(changes, card, EventKind.DETAILS_CHANGED, told_to_the_history(told))
        if "name" in told:  # as `record_name_change`: the card has to be updated (G5①)
            card.name_changed_on = self._today
            self._record(changes, card, EventKind.NAME_CHANGED, {"changed_on": str(self._today)})
        updated_on = told.get("card_updated_on", (None, None))[1]
        if card.name_changed_on and updated_on and updated_on >= card.name_changed_on:
            card.name_changed_on = None  # as `record_card_update`: all that waited is written
        if "variant" in told:
            self._record(
                changes,
                card,
                EventKind.VARIANT_CHANGED,
                {"before": told["variant"][0], "variant": card.variant},
            )
            changes.other_variant.append(card)
        if moved.withdrawn:
            data = {"move": moved.withdrawn.pk}
            self._record(changes, card, EventKind.MOVE_WITHDRAWN, data)
        certificates = list(card.certificates.all())
        learned = row.moves is not None and not TOLD_BY.isdisjoint(told)
        told_on = row.moves.told_on if learned and row.moves else None
        self._follow(card, told, told_on, certificates, changes)
        running = together([one.as_recorded for one in moves if one.withdrawn_at is None])
        card.lapses_on = card_lapses_on(running)
        dues = card_deadlines(
            issued_on=card.issued_on,
            expires_on=card.expires_on,
            moves=running,
            certificates=[one.facts(card.expires_on) for one in certificates],
            planned=[one.dates for one in planned if one.closed_at is None],
            second_visit=card.awaits_second_visit,
        )
        deadlines = reconciled(card, dues, card.deadlines.all(), self._leads)
        changes.deadlines += deadlines
        if "email" in told:
            changes.addressed.append(card.resident_id)
        if "email" in told or any(one.holds_again for one in deadlines):
            changes.reconsider.append(card.resident_id)
        changes.residents.append(card.resident)
        changes.cards.append(card)
        return True

    def _apply_details(self, row: Row, card: Card) -> dict[str, tuple[Any, Any]]:
        """Set what differs; gives each such column with what it was and what it is now.

        An empty expires_on or language keeps what there is: a longer stay by itself does not
        move the card's date (G4). What the counter has changed stays while the row says what the
        files said before.
        """
        told: dict[str, tuple[Any, Any]] = {}
        resident = card.resident
        if row.office_id != resident.office_id:
            before, after = (self._codes.get(pk, "") for pk in (resident.office_id, row.office_id))
            told["office_code"] = before, after
            resident.office_id = row.office_id
        for thing, columns in ((resident, RESIDENT_COLUMNS), (card, CARD_COLUMNS)):
            for column in columns:
                before, after = getattr(thing, column), getattr(row, column)
                if after is None:
                    continue
                if in_files := IN_FILES.get(column):
                    nothing = NOTHING_KEPT.get(column)
                    if after == (kept := getattr(thing, in_files)) != before and kept != nothing:
                        continue
                    setattr(thing, in_files, nothing)
                if after != before:
                    told[column] = before, after
                    setattr(thing, column, after)
        if "name" in told:
            resident.search_key = search_key(resident.name)
        return told

    def _follow(
        self,
        card: Card,
        told: dict[str, tuple[Any, Any]],
        told_on: date | None,
        certificates: list[Certificate],
        changes: Changes,
    ) -> None:
        """Certificates after a change: their days, and the end of the signature one (G2, G5①).

        `told_on`: the day on which the office learned of a move, if the row is what says so.

        A photo-ID card has no signature certificate and nothing on a smartphone (G9): they end
        when the card becomes one. A card that was only taken for one had both from its issue on.
        """
        if "variant" in told and card.variant == CardVariant.STANDARD.value:
            certificates += self._missing(card, certificates)
            changes.certificates += [one for one in certificates if not one.pk]
        touched: dict[int, Certificate] = {}
        living = [one for one in certificates if one.pk and one.revoked_at is None]
        if "issued_on" in told or "birth_date" in told:
            issued_before = told.get("issued_on", (None, None))[0]
            for one in living:
                if one.issued_on == issued_before:
                    one.issued_on = card.issued_on
                one.ends_on = valid_until(one.issued_on, card.resident.birth_date, date.max)
                touched[one.pk] = one
        if "variant" in told and card.variant == CardVariant.PHOTO_ID.value:
            for data, with_it in end_what_needs_a_pin(living, self._now):
                touched |= {one.pk: one for one in with_it}
                changes.untold.append(self._event(card, EventKind.CERTIFICATE_REVOKED, data))
        ended = not ON_THE_CARD.isdisjoint(told)
        revoked = [
            one
            for one in living
            if one.revoked_at is None
            and one.kind == CertificateKind.SIGNATURE.value
            and (ended or (told_on and one.issued_on < told_on))
        ]
        for one in revoked:
            one.revoked_at = self._now
            one.revoked_because = RevocationReason.INFORMATION_CHANGED.value
            touched[one.pk] = one
        if revoked:
            self._record(
                changes,
                card,
                EventKind.CERTIFICATE_REVOKED,
                {
                    "certificate": CertificateKind.SIGNATURE.value,
                    "because": RevocationReason.INFORMATION_CHANGED.value,
                },
            )
        changes.certificates += touched.values()

    def _settle(self, planned: list[PlannedMove], recorded: MoveDates | None) -> list[PlannedMove]:
        """Close the move that the holder told of, as `settle_told_move` does (G5②)."""
        told = [
            one
            for one in planned
            if one.closed_at is None and recorded and not still_told(one.dates, recorded)
        ]
        for one in told:
            one.closed_at = self._now
        return told

    def _missing(self, card: Card, certificates: list[Certificate]) -> list[Certificate]:
        """Certificates that a standard card gets at its issue and this one never had."""
        had = {one.kind for one in certificates}
        return [
            Certificate(
                card=card,
                kind=kind.value,
                issued_on=card.issued_on,
                ends_on=valid_until(card.issued_on, card.resident.birth_date, date.max),
            )
            for kind in CertificateKind
            if kind.value not in had
        ]

    def _record(self, changes: Changes, card: Card, kind: EventKind, data: dict[str, Any]) -> None:
        changes.events.append(self._event(card, kind, data))

    def _event(self, card: Card, kind: EventKind, data: dict[str, Any]) -> CardEvent:
        return CardEvent(card=card, kind=kind.value, at=self._now, by_id=self._by, data=data)

    def _write(self, changes: Changes) -> None:
        put = self._database.update
        put(changes.residents, ["office", "search_key", *RESIDENT_COLUMNS, *RESIDENT_IN_FILES])
        put(
            changes.cards,
            [*CARD_COLUMNS, *CARD_IN_FILES, "expiry_basis", "lapses_on", "name_changed_on"],
        )
        as_change_variant(changes.other_variant, self._now)
        put(
            [one for one in changes.certificates if one.pk],
            ["issued_on", "ends_on", "revoked_at", "revoked_because"],
        )
        Certificate.objects.bulk_create([one for one in changes.certificates if not one.pk])
        put([one for one in changes.moves if one.pk], ["kind", "withdrawn_at", *MOVE_DAYS])
        Move.objects.bulk_create([one for one in changes.moves if not one.pk])
        put(changes.planned, ["closed_at"])
        put(
            [one for one in changes.deadlines if one.pk],
            ["counted_from", "silent_after", "closed_at", "next_alert_on"],
        )
        Deadline.objects.bulk_create([one for one in changes.deadlines if not one.pk])
        if changes.addressed:
            address_changed.send(Resident, residents=changes.addressed)
        MailToReconsider.objects.ask(changes.reconsider)
        events = CardEvent.objects.bulk_create(changes.events)
        CardEvent.objects.bulk_create(changes.untold)
        UntoldEvent.objects.bulk_create(
            [UntoldEvent(event=one) for one in events if EventKind(one.kind) in TOLD_AT_ONCE]
        )


def _had_lapsed(card: Card) -> bool:
    """Whether a move ended the card before it was issued."""
    return card.lapses_on is not None and card.lapses_on <= card.issued_on
