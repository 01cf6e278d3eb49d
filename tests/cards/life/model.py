"""What a card must be like, kept beside the portal and without asking it.

Plain facts and plain arithmetic. Sections are those of the guide.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from cards.rules.kinds import (
    CardState,
    CardVariant,
    CertificateKind,
    CertificateMedium,
    EventKind,
    InfoKind,
    MoveKind,
    PinKind,
    ReissueReason,
    ReissueState,
)
from cards.rules.moves import MoveDates

LIMIT = {kind: 5 if kind is PinKind.SIGNATURE else 3 for kind in PinKind}
ON_CHIP, ON_PHONE = CertificateMedium.CHIP, CertificateMedium.SMARTPHONE


@dataclass
class ModelMove:
    pk: int
    kind: MoveKind
    dates: MoveDates
    recorded_on: date
    settles: int | None = None  # the told move that recording this one closed
    withdrawn: bool = False


@dataclass
class ModelEntry:
    """In the additional information column; `moves`: those whose address it is."""

    kind: InfoKind
    fills: bool
    moves: list[ModelMove]
    withdrawn: bool = False


@dataclass
class ModelCertificate:
    kind: CertificateKind
    medium: CertificateMedium
    ends_on: date
    revoked: bool = False


@dataclass
class ModelReissue:
    reason: ReissueReason
    with_certificates: bool
    state: ReissueState = ReissueState.REQUESTED
    suspended_since_accepted: bool = False


@dataclass
class HandOver:
    code: str
    kinds: set[PinKind]
    until: datetime


@dataclass
class ModelCard:
    """One card. `granted`: the date before a pending extension; None when none is pending (G4①)."""

    pk: int
    reference: str
    birth_date: date
    stay_ends_on: date
    issued_on: date
    expires_on: date
    variant: CardVariant = CardVariant.STANDARD
    granted: date | None = None
    suspended: bool = False
    suspended_on: date | None = None
    replaced: bool = False
    name_changed_on: date | None = None
    column: list[ModelEntry] = field(default_factory=list)
    moves: list[ModelMove] = field(default_factory=list)
    told: tuple[int, MoveKind, MoveDates] | None = None
    last_of_told: EventKind | None = None
    certificates: list[ModelCertificate] = field(default_factory=list)
    pins: dict[PinKind, str] = field(default_factory=dict)
    tries: dict[PinKind, int] = field(default_factory=lambda: dict.fromkeys(PinKind, 0))
    tries_told: dict[PinKind, int] = field(default_factory=lambda: dict.fromkeys(PinKind, 0))
    tried_at: dict[PinKind, datetime] = field(default_factory=dict)
    hand_over: HandOver | None = None
    wants_variant: bool = False
    reissue: ModelReissue | None = None  # the open application
    events: list[EventKind] = field(default_factory=list)

    # --- What it is -------------------------------------------------------------------------------
    def state(self, today: date) -> CardState:
        if self.replaced:
            return CardState.REPLACED
        lapse = self.lapses_on()
        if lapse and lapse <= self.expires_on and lapse <= today:
            return CardState.LAPSED
        if today > self.expires_on:
            return CardState.EXPIRED
        return CardState.SUSPENDED if self.suspended else CardState.WORKING

    def works(self, today: date) -> bool:
        return self.state(today) is CardState.WORKING

    def lives(self, today: date) -> bool:
        """Not expired, not lapsed, not replaced: a suspended card lives."""
        return self.state(today) in (CardState.WORKING, CardState.SUSPENDED)

    # --- Its column -------------------------------------------------------------------------------
    @property
    def column_full(self) -> bool:
        return any(entry.fills for entry in self.column)

    def write(self, kinds: list[InfoKind], moves: list[list[ModelMove]], full: bool) -> None:
        """One entry a kind; the last of them fills the column, if it is full now."""
        self.column += [
            ModelEntry(kind, full and at == len(kinds), of)
            for at, (kind, of) in enumerate(zip(kinds, moves, strict=True), start=1)
        ]

    def take_back(self, move: ModelMove) -> None:
        """What was written for this move alone, or for others that are no longer written."""
        for entry in self.column:
            if move in entry.moves and not any(
                one.dates.card_updated_on and not one.withdrawn for one in entry.moves
            ):
                entry.withdrawn, entry.fills = True, False

    # --- Its days ---------------------------------------------------------------------------------
    def running_moves(self) -> list[MoveDates]:
        """Of each move that counts, its days and those that another one gave it (G5②)."""
        counted = [move for move in self.moves if not move.withdrawn]
        return [self.settled(move, counted) for move in counted]

    def settled(self, move: ModelMove, counted: list[ModelMove]) -> MoveDates:
        own = move.dates
        begun = min(filter(None, (own.expected_move_out_on, own.moved_in_on, own.notified_on)))
        told, done = own.notified_on, []
        arrived = [one for one in counted if one.kind is MoveKind.MOVE_IN]
        within = [one for one in counted if one.kind is MoveKind.RELOCATE]
        for one in counted if move.kind is MoveKind.RELOCATE else arrived:
            day = one.dates.notified_on
            if one in arrived + within and day and comes_after(one, day, move, begun):
                told = told or day
        for one in arrived + within:
            day = one.dates.card_updated_on
            if not day or day < (own.notified_on or day) or not comes_after(one, day, move, begun):
                continue
            # The way out that is still to come is not over by a move within the municipality.
            if one in arrived or not still_to_come(replace(own, notified_on=told), day):
                done.append(day)
        return replace(
            own, notified_on=told, card_updated_on=own.card_updated_on or min(done, default=None)
        )

    def clocks(self) -> set[tuple[str, date]]:
        """30, 14 and 90 days, the first left out; one that ran out is there for good (G5②)."""
        found = set()
        for move in self.running_moves():
            known = [day for day in (move.notified_on, move.card_updated_on) if day]
            told = min(known, default=None)
            for kind, start, days, stop in (
                ("move_out_30", move.expected_move_out_on, 30, told),
                ("move_in_14", move.moved_in_on, 14, told),
                ("card_update_90", move.notified_on, 90, move.card_updated_on),
            ):
                if start and not (stop and stop <= start + timedelta(days)):
                    found.add((kind, start + timedelta(days)))
        return found

    def lapses_on(self) -> date | None:
        return min((day + timedelta(1) for _kind, day in self.clocks()), default=None)

    def deadlines(self) -> set[tuple[str, date]]:
        """Every last day that the card has (G2, G4, G5②)."""
        if self.replaced:
            return set()
        recorded = self.clocks()
        found = set(recorded)
        if self.told:
            _pk, _kind, dates = self.told
            for kind, start, days in (
                ("move_out_30", dates.expected_move_out_on, 30),
                ("move_in_14", dates.moved_in_on, 14),
            ):
                if not start:
                    continue
                last = start + timedelta(days)
                if not any(k == kind and abs((day - last).days) <= 30 for k, day in recorded):
                    found.add((f"planned_{kind}", last))
        found.add(("card_expiry", self.expires_on))
        if self.granted:
            found.add(("second_visit", self.expires_on - timedelta(1)))
        for one in self.certificates:
            if not one.revoked and one.ends_on < self.expires_on:
                found.add(("certificate_expiry", one.ends_on))
        return found

    def with_move(self, kind: MoveKind, dates: MoveDates, today: date) -> "ModelCard":
        """The card as it would be with this move recorded today."""
        return replace(self, moves=[*self.moves, ModelMove(10**9, kind, dates, today)])

    def still_told(self, dates: MoveDates) -> bool:
        """Whether the move told of is another than these, or has a move-in day they lack (G5②)."""
        assert self.told
        out, moved = self.told[2].expected_move_out_on, self.told[2].moved_in_on
        known = filter(
            None,
            (
                dates.expected_move_out_on,
                dates.moved_in_on,
                dates.notified_on,
                dates.card_updated_on,
            ),
        )
        later = min(filter(None, (out, moved))) > max(known) + timedelta(30)
        arrived = dates.moved_in_on or dates.notified_on or dates.card_updated_on
        return later or (moved is not None and not arrived)

    def pending_limit(self) -> date:
        """Two calendar months after the granted date (G4①)."""
        old = self.granted or self.expires_on
        month = old.month + 2
        year, month = (old.year, month) if month <= 12 else (old.year + 1, month - 12)
        for day in range(old.day, 0, -1):
            try:
                return date(year, month, day)
            except ValueError:
                continue
        raise AssertionError

    # --- Its certificates -------------------------------------------------------------------------
    def unrevoked(
        self, medium: CertificateMedium, *kinds: CertificateKind
    ) -> list[ModelCertificate]:
        return [
            one
            for one in self.certificates
            if one.medium is medium and not one.revoked and one.kind in (kinds or CertificateKind)
        ]

    def may_sign(self, today: date) -> bool:
        """A signature certificate on the chip, neither revoked nor ended (G2)."""
        return any(
            min(one.ends_on, self.expires_on) >= today
            for one in self.unrevoked(ON_CHIP, CertificateKind.SIGNATURE)
        )

    def revoke(self, medium: CertificateMedium, *kinds: CertificateKind) -> None:
        """One event for a place, if anything was there."""
        if found := self.unrevoked(medium, *kinds):
            for one in found:
                one.revoked = True
            self.events.append(EventKind.CERTIFICATE_REVOKED)

    def issue(self, medium: CertificateMedium, kinds: list[CertificateKind], today: date) -> None:
        """Until the fifth birthday after today; what was there of the kind ends with it (G2)."""
        self.revoke(medium, *kinds)
        # Nobody here was born on 29 February: the rules' own tests are about that.
        next_birthday = self.birth_date.replace(year=today.year)
        if next_birthday <= today:
            next_birthday = next_birthday.replace(year=today.year + 1)
        ends_on = next_birthday.replace(year=next_birthday.year + 4)
        self.certificates += [ModelCertificate(kind, medium, ends_on) for kind in kinds]
        self.events.append(EventKind.CERTIFICATE_ISSUED)

    def information_changed(self) -> None:
        """The signature certificate ends wherever it lives, as one event (G5①)."""
        places = (ON_CHIP, ON_PHONE)
        found = [one for at in places for one in self.unrevoked(at, CertificateKind.SIGNATURE)]
        for one in found:
            one.revoked = True
        if found:
            self.events.append(EventKind.CERTIFICATE_REVOKED)

    # --- Its PINs ---------------------------------------------------------------------------------
    def locked(self, kind: PinKind) -> bool:
        return self.tries[kind] >= LIMIT[kind]

    def may_try(self, kind: PinKind, today: date) -> bool:
        return self.works(today) and self.variant is CardVariant.STANDARD and kind in self.pins

    def enter(self, kind: PinKind, pin: str, now: datetime) -> bool:
        """A well-formed entry, on a card where it `may_try`: whether it was right (G3)."""
        if self.locked(kind):
            return False
        self.tries[kind] += 1
        self.tried_at[kind] = now
        if pin == self.pins[kind]:
            self.unlock(kind)
            return True
        self.tell_tries(kind)
        return False

    def tell_tries(self, kind: PinKind) -> None:
        """The last one left, or the lock, once each."""
        number = self.tries[kind]
        if number >= LIMIT[kind] - 1 and self.tries_told[kind] < number:
            self.tries_told[kind] = number
            locked = number == LIMIT[kind]
            self.events.append(EventKind.PIN_LOCKED if locked else EventKind.PIN_ONE_TRY_LEFT)

    def unlock(self, kind: PinKind) -> None:
        self.tries[kind] = self.tries_told[kind] = 0

    def set_pins(self, kinds: list[PinKind], pin: str, event: EventKind) -> None:
        for kind in kinds:
            self.pins[kind] = pin
            self.unlock(kind)
        self.events.append(event)

    def forget_pins(self) -> None:
        self.pins = {}
        self.hand_over = None
        for kind in PinKind:
            self.unlock(kind)

    # --- As the database must say it (see `seen`) -------------------------------------------------
    def expected(self) -> dict[str, list[tuple[Any, ...]]]:
        lists: dict[str, list[tuple[Any, ...]]] = {
            "card": [
                (
                    str(self.expires_on),
                    self.variant.value,
                    self.granted is not None,
                    _day(self.lapses_on()),
                    self.suspended,
                    self.replaced,
                    _day(self.name_changed_on),
                    str(self.stay_ends_on),
                )
            ],
            "events": [(kind.value,) for kind in self.events],
            "deadlines": _sorted((kind, str(day)) for kind, day in self.deadlines()),
            "certificates": _sorted(
                (one.kind.value, one.medium.value, str(one.ends_on), one.revoked)
                for one in self.certificates
            ),
            "moves": _sorted(
                (
                    move.kind.value,
                    _day(move.dates.expected_move_out_on),
                    _day(move.dates.moved_in_on),
                    _day(move.dates.notified_on),
                    _day(move.dates.card_updated_on),
                    move.withdrawn,
                )
                for move in self.moves
            ),
            "told": [(self.told[0],)] if self.told else [],
            "tries": _sorted((kind.value, tries) for kind, tries in self.tries.items() if tries),
            "pins": _sorted((kind.value,) for kind in self.pins),
            "codes": [(1,)] if self.hand_over else [],
            "applications": [(self.reissue.state.value,)] if self.reissue else [],
            "wishes": [(1,)] if self.wants_variant else [],
            "column": [(one.kind.value, one.fills, one.withdrawn) for one in self.column],
        }
        return lists


def comes_after(one: ModelMove, day: date, move: ModelMove, begun: date) -> bool:
    """Whether a day of `one` is later than the beginning of `move`, which is known from then."""
    if one is move:
        return False
    if one.pk > move.pk:
        return day >= min(begun, move.recorded_on)
    arrived = one.dates.moved_in_on
    # Out and in on one day: the arrival is that of this very move.
    same = one.kind is MoveKind.MOVE_IN and arrived is not None and arrived >= begun
    return day >= begun if same else day > begun


def still_to_come(dates: MoveDates, day: date) -> bool:
    """A way out expected after `day`, of somebody who has not arrived anywhere yet."""
    out = dates.expected_move_out_on
    return bool(out and out > day) and not dates.moved_in_on and not dates.notified_on


def _day(day: date | None) -> str | None:
    return str(day) if day else None


def _sorted(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=repr)
