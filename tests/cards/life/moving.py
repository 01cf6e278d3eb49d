"""Moves told, called off, recorded, corrected, withdrawn, and written on the card (G5)."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from cards.models import Move
from cards.operations import (
    Written,
    call_off_move,
    correct_move,
    record_card_update,
    record_move,
    tell_move,
    withdraw_move,
)
from cards.rules.kinds import CardState, EventKind, InfoKind, MoveKind
from cards.rules.moves import MoveDates
from tests.cards.life.life import Life, mostly_when
from tests.cards.life.model import ModelMove, still_to_come

# How many days ago, or None for a day that is not known.
AGO = some.sampled_from([None, None, 0, 0, 1, 13, 14, 15, 40, 95])
OUT = some.sampled_from([None, -400, -10, 0, 12, 29, 30, 31])
# Moving out, moving in, notification and card, as they come; and any other mixture.
USUAL = [
    (-12, None, None, None),
    (10, None, None, None),
    (None, 3, None, None),
    (None, 3, 0, None),
    (None, 0, 0, 0),
    (20, 15, 14, None),
    (20, 15, 10, 1),
    (None, None, 2, None),
    (None, None, 40, 0),
    (None, 16, 0, None),
    (31, 2, 0, None),
]
DAYS = some.one_of(some.sampled_from(USUAL), some.tuples(OUT, AGO, AGO, AGO))
AN_ADDRESS, A_NAME = Written(InfoKind.ADDRESS, "北3-1"), Written(InfoKind.NAME, "LAN ANH")
WRITTEN = some.sampled_from([(), (), (), (AN_ADDRESS,), (A_NAME,), (AN_ADDRESS, A_NAME)])
RARELY = some.sampled_from([False] * 7 + [True])
FourDays = tuple[int | None, int | None, int | None, int | None]


class Moving(Life):
    def something_waits(self) -> bool:
        """A name or an address that is not yet written on the card."""
        card = self.card
        return bool(card.name_changed_on or self.waiting(self.today))

    def waiting(self, day: date) -> list[ModelMove]:
        """The moves that are over once the card is updated on `day` (G5②)."""
        counted = [move for move in self.card.moves if not move.withdrawn]
        return [
            move
            for move, dates in zip(counted, self.card.running_moves(), strict=True)
            if not dates.card_updated_on and not still_to_come(dates, day)
        ]

    def days(self, out: int | None, moved: int | None, told: int | None, done: int | None):
        def ago(days: int | None):
            return None if days is None else self.today - timedelta(days)

        return MoveDates(ago(out), ago(moved), ago(told), ago(done))

    def had_lapsed(self, dates: MoveDates) -> bool:
        """Whether a clock of these days, seen by themselves, ran out before the card's issue."""
        alone = ModelMove(0, MoveKind.MOVE_IN, dates, self.today)
        lapse = replace(self.card, moves=[alone]).lapses_on()
        return bool(lapse and lapse <= self.card.issued_on)

    def possible(self, kind: MoveKind, dates: MoveDates, new: MoveDates) -> bool:
        """`new`: those of `dates` that were not recorded before."""
        out, moved, told, done = (
            dates.expected_move_out_on,
            dates.moved_in_on,
            dates.notified_on,
            dates.card_updated_on,
        )
        arrived = moved or told or done
        return (
            bool(out or moved or told)
            and all(day <= self.today for day in (moved, told, done) if day)
            and all(day >= self.card.birth_date for day in (out, moved, told, done) if day)
            and not (out and out > self.today + timedelta(366))
            and not (out and arrived and out > arrived + timedelta(30))
            and not (told and moved and told < moved)
            and not (told and done and done < told)
            and not (moved and done and done < moved)
            and not (new.card_updated_on and new.card_updated_on < self.card.issued_on)
            and not self.had_lapsed(dates)
            and not (kind is MoveKind.RELOCATE and new.expected_move_out_on)
            and not (kind is MoveKind.MOVE_OUT and (new.notified_on or new.card_updated_on))
        )

    @mostly_when(lambda self: self.card.lives(self.today))
    @rule(kind=some.sampled_from(MoveKind), out=OUT, moved=OUT)
    def its_holder_tells_of_a_move(
        self, kind: MoveKind, out: int | None, moved: int | None
    ) -> None:
        card, dates = self.card, self.days(out, moved, None, None)
        may = (
            card.lives(self.today)
            and bool(dates.expected_move_out_on or dates.moved_in_on)
            and -400 not in (out, moved)
            and not (kind is MoveKind.RELOCATE and out is not None)
        )
        told = self.do(tell_move, self.row(), kind=kind, dates=dates, by=self.holder, may=may)
        if may and (card.told is None or card.told[1:] != (kind, dates)):
            card.told = (told.pk, kind, dates)
            card.events.append(EventKind.MOVE_TOLD)
            card.last_of_told = EventKind.MOVE_TOLD

    @mostly_when(lambda self: self.card.told)
    @rule()
    def its_holder_calls_the_move_off(self) -> None:
        card = self.card
        again = card.last_of_told is EventKind.TOLD_MOVE_WITHDRAWN
        self.do(call_off_move, self.row(), by=self.holder, may=bool(card.told) or again)
        if card.told:
            card.told = None
            card.events.append(EventKind.TOLD_MOVE_WITHDRAWN)
            card.last_of_told = EventKind.TOLD_MOVE_WITHDRAWN

    @mostly_when(lambda self: self.card.lives(self.today))
    @rule(kind=some.sampled_from(MoveKind), ago=DAYS, written=WRITTEN, full=RARELY)
    def a_move_is_recorded(
        self, kind: MoveKind, ago: FourDays, written: tuple[Written, ...], full: bool
    ) -> None:
        card, dates = self.card, self.days(*ago)
        may = self.possible(kind, dates, dates)
        done = dates.card_updated_on
        if done:
            may = may and not card.suspended and not card.column_full and not (full and not written)
        else:
            may = may and not written and not full
        if card.state(self.today) is CardState.LAPSED and may:
            # A notification submitted in time may be recorded later: then the card never lapsed.
            after = card.with_move(kind, dates, self.today)
            lapse = after.lapses_on()
            may = after.lives(self.today) and not (done and lapse and done >= lapse)
        else:
            may = may and card.lives(self.today)
        move = self.do(
            record_move,
            self.row(),
            kind=kind,
            dates=dates,
            by=self.clerk,
            written=written,
            column_full=full,
            may=may,
        )
        if not may:
            return
        settles = card.told[0] if card.told and not card.still_told(dates) else None
        card.moves.append(ModelMove(move.pk, kind, dates, self.today, settles))
        if settles:
            self.reopenable = {**getattr(self, "reopenable", {}), settles: card.told}
            card.told = None
        kinds = [one.kind for one in written]
        card.write(kinds, [[card.moves[-1]] for _kind in kinds], full)
        card.events.append(EventKind.MOVE_RECORDED)
        if dates.told_on:
            card.information_changed()

    @precondition(lambda self: self.card.lives(self.today))
    @rule(out=some.sampled_from([-10, 1, 12, 30]), told=some.booleans())
    def a_move_is_recorded_in_two(self, out: int, told: bool) -> None:
        """As two offices do it: leaving, then, sooner or later, arriving."""
        self.a_move_is_recorded(MoveKind.MOVE_OUT, (out, None, None, None), (), False)
        self.a_move_is_recorded(MoveKind.MOVE_IN, (None, 0, 0 if told else None, None), (), False)

    @precondition(lambda self: self.card.moves)
    @rule(
        which=some.integers(0, 3),
        ago=DAYS,
        keep=some.sampled_from([(), ("expected_move_out_on", "moved_in_on"), ("notified_on",)]),
    )
    def a_move_is_corrected(self, which: int, ago: FourDays, keep: tuple[str, ...]) -> None:
        card = self.card
        move = card.moves[which % len(card.moves)]
        before = move.dates
        dates = replace(self.days(*ago), **{name: getattr(before, name) for name in keep})
        new = MoveDates(
            *(
                getattr(dates, name) if getattr(before, name) is None else None
                for name in MoveDates.__slots__
            )
        )
        may = not card.replaced and not move.withdrawn
        may = may and self.possible(move.kind, dates, MoveDates())
        same = dates == before
        if not same:
            may = may and self.possible(move.kind, dates, new)
            done = dates.card_updated_on
            may = may and not (done and done != before.card_updated_on and done < card.issued_on)
            may = may and not (new.card_updated_on and card.column_full)
            if card.suspended and card.suspended_on and done and done != before.card_updated_on:
                may = may and done < card.suspended_on
            if may and done and done != before.card_updated_on:
                moves = [replace(one, dates=dates) if one is move else one for one in card.moves]
                lapse = replace(card, moves=moves).lapses_on()
                may = done <= card.expires_on and not (lapse and done >= lapse)
        self.do(correct_move, Move.objects.get(pk=move.pk), dates=dates, by=self.clerk, may=may)
        if may and not same:
            move.dates = dates
            if before.card_updated_on and not dates.card_updated_on:
                card.take_back(move)
            card.events.append(EventKind.MOVE_CORRECTED)
            if dates.told_on and not before.told_on:
                card.information_changed()

    @precondition(lambda self: self.card.moves)
    @rule(which=some.integers(0, 3))
    def a_move_is_withdrawn(self, which: int) -> None:
        card = self.card
        move = card.moves[which % len(card.moves)]
        self.do(withdraw_move, Move.objects.get(pk=move.pk), by=self.clerk, may=True)
        if not move.withdrawn:
            move.withdrawn = True
            card.take_back(move)
            card.events.append(EventKind.MOVE_WITHDRAWN)
            if move.settles and not card.told:
                card.told = self.reopenable[move.settles]

    @mostly_when(lambda self: self.works and self.something_waits())
    @rule(days_ago=some.sampled_from([-1, 0, 0, 1, 30]), written=WRITTEN, full=RARELY)
    def the_card_is_updated(self, days_ago: int, written: tuple[Written, ...], full: bool) -> None:
        card, day = self.card, self.today - timedelta(days_ago)
        kinds = {one.kind for one in written} or {InfoKind.ADDRESS, InfoKind.NAME}
        addresses = self.waiting(day) if InfoKind.ADDRESS in kinds else []
        name = card.name_changed_on if InfoKind.NAME in kinds else None
        enough = bool(addresses or name)
        if written:
            enough = not (InfoKind.ADDRESS in kinds and not addresses)
            enough = enough and not (InfoKind.NAME in kinds and not name)
        may = (
            self.works
            and not card.column_full
            and day <= self.today
            and enough
            and not (name and day < name)
            and day >= card.issued_on
            and not any(m.dates.notified_on and day < m.dates.notified_on for m in addresses)
            and not any(m.dates.moved_in_on and day < m.dates.moved_in_on for m in addresses)
            and not (full and not written)
        )
        self.do(
            record_card_update,
            self.row(),
            card_updated_on=day,
            by=self.clerk,
            written=written,
            column_full=full,
            may=may,
        )
        if not may:
            return
        unheard = any(move.dates.notified_on is None for move in addresses)
        for move in addresses:
            move.dates = replace(move.dates, card_updated_on=day)
        if name:
            card.name_changed_on = None
        written_kinds = [one.kind for one in written]
        of = [addresses if kind is InfoKind.ADDRESS else [] for kind in written_kinds]
        card.write(written_kinds, of, full)
        card.events.append(EventKind.CARD_UPDATED)
        if unheard:
            card.information_changed()
