"""Lost, found, renewed, renamed (G4, G5①, G6)."""

from datetime import timedelta

from hypothesis import strategies as some
from hypothesis.stateful import rule

from cards.models import Card
from cards.operations import (
    correct_name_change,
    lift_suspension,
    record_name_change,
    set_expiry,
    suspend,
)
from cards.rules.kinds import EventKind, ExpiryBasis
from tests.cards.life.life import Life, mostly_when

A_WHILE = some.sampled_from([-400, -30, -1, 0, 1, 30, 59, 62, 365])


class Suspending(Life):
    @mostly_when(lambda self: self.works and self.steps % 4 == 1)
    @rule()
    def it_is_suspended(self) -> None:
        card = self.card
        may = card.suspended or card.lives(self.today)
        self.do(suspend, self.row(), by=self.holder, may=may)
        if may and not card.suspended:
            card.suspended, card.suspended_on = True, self.today
            card.events.append(EventKind.SUSPENDED)
            if card.reissue:
                card.reissue.suspended_since_accepted = True

    @mostly_when(lambda self: self.card.suspended)
    @rule(ours=some.sampled_from([True, True, False]))
    def it_is_found(self, ours: bool) -> None:
        card = self.card
        may = ours and card.suspended and card.lives(self.today)
        by = self.clerk if ours else self.stranger
        self.do(lift_suspension, self.row(), identity_proof="passport", by=by, may=may)
        if may:
            card.suspended = False
            card.events.append(EventKind.SUSPENSION_LIFTED)

    @mostly_when(lambda self: self.works)
    @rule(basis=some.sampled_from(ExpiryBasis), days=A_WHILE)
    def its_date_is_set(self, basis: ExpiryBasis, days: int) -> None:
        card = self.card
        before, day = card.expires_on, card.expires_on + timedelta(days)
        correction = basis is ExpiryBasis.CORRECTION
        pending = card.granted if correction else basis is ExpiryBasis.APPLICATION_FILED
        if card.granted and basis is ExpiryBasis.NEW_PERIOD:
            may = self.works and day > card.granted and day >= self.today
        else:
            may = day != before and (correction or (self.works and day > before))
        may &= day >= card.issued_on
        may &= not pending or day <= card.pending_limit()
        self.do(set_expiry, self.row(), expires_on=day, basis=basis, by=self.clerk, may=may)
        if not may:
            return
        card.expires_on = day
        card.events.append(EventKind.EXPIRY_SET)
        if basis is ExpiryBasis.APPLICATION_FILED:
            card.granted = card.granted or before
        elif basis is ExpiryBasis.NEW_PERIOD:
            card.granted, card.stay_ends_on = None, day
        elif card.granted and day <= card.granted:
            card.granted = None

    @mostly_when(lambda self: self.card.lives(self.today))
    @rule(days_ago=some.sampled_from([-1, 0, 3, 1000]))
    def its_holder_has_a_new_name(self, days_ago: int) -> None:
        card, day = self.card, self.today - timedelta(days_ago)
        may = card.lives(self.today) and card.issued_on <= day <= self.today
        name = f"NGUYEN THI LAN {'I' * (1 + self.steps)}"
        self.do(record_name_change, self.row(), name=name, changed_on=day, by=self.clerk, may=may)
        if may:
            card.name_changed_on = day
            card.events.append(EventKind.NAME_CHANGED)
            card.information_changed()

    @mostly_when(lambda self: self.card.name_changed_on)
    @rule(days_ago=some.sampled_from([None, -1, 0, 3, 1000]), another=some.booleans())
    def its_holder_s_new_name_is_corrected(self, days_ago: int | None, another: bool) -> None:
        card = self.card
        day = None if days_ago is None else self.today - timedelta(days_ago)
        name = Card.objects.get(pk=card.pk).resident.name
        if another:
            name = f"NGUYEN VAN AN {'I' * (1 + self.steps)}"
        may = not card.replaced and card.name_changed_on is not None
        may = may and (day is None or card.issued_on <= day <= self.today)
        may = may and (another or day != card.name_changed_on)
        self.do(correct_name_change, self.row(), name=name, changed_on=day, by=self.clerk, may=may)
        if may:
            card.name_changed_on = day
            card.events.append(EventKind.NAME_CORRECTED)
            if another:
                card.information_changed()
