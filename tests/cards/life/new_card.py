"""A new card asked for, talked about, decided and handed out (G6, G8)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from cards.models import Card
from cards.operations import (
    accept_reissue,
    answer_reissue,
    ask_back_reissue,
    change_variant,
    issue_certificates,
    issue_reissue,
    lift_suspension,
    record_card_update,
    refuse_reissue,
    request_reissue,
    request_variant,
    withdraw_reissue,
)
from cards.rules.kinds import (
    CardVariant,
    CertificateKind,
    EventKind,
    PinKind,
    ReissueReason,
    ReissueState,
    WaiverGround,
)
from cards.rules.moves import MoveDates
from tests.cards.life.certificates import OURS, Certificates
from tests.cards.life.life import mostly_when
from tests.cards.life.model import ON_CHIP, ON_PHONE, ModelCard, ModelMove, ModelReissue

OF_ANY_CARD = {
    ReissueReason.LOST,
    ReissueReason.FIRE,
    ReissueReason.OFFICE_ERROR,
    ReissueReason.DISASTER,
}
OF_A_LIVING_CARD = OF_ANY_CARD | {
    ReissueReason.DAMAGED,
    ReissueReason.CARD_FAILURE,
    ReissueReason.CARELESS_HANDLING,
}


# By someone who may: what refuses them is that the card was replaced.
OF_AN_OLD_CARD: list[tuple[Callable[..., Any], Callable[[Any], dict[str, Any]]]] = [
    (lift_suspension, lambda life: {"identity_proof": "passport", "by": life.clerk}),
    (request_variant, lambda life: {"by": life.holder}),
    (change_variant, lambda life: {"identity_proof": "passport", "by": life.clerk}),
    (issue_certificates, lambda life: {"kinds": [CertificateKind.USER_PROOF], "by": life.clerk}),
    (accept_reissue, lambda life: {"waiver": None, "by": life.clerk}),
    (withdraw_reissue, lambda life: {"by": life.holder}),
    (record_card_update, lambda life: {"card_updated_on": life.today, "by": life.clerk}),
]


class NewCard(Certificates):
    def reissue_is(self, state: ReissueState) -> bool:
        return self.card.reissue is not None and self.card.reissue.state is state

    def fits(self, reason: ReissueReason) -> bool:
        card = self.card
        if not card.lives(self.today):
            return reason in OF_ANY_CARD | {ReissueReason.EXPIRED}
        if reason is ReissueReason.COLUMN_FULL:
            return card.column_full
        if reason is ReissueReason.LOST:
            return not self.works  # it is suspended first
        return reason in OF_A_LIVING_CARD

    def was_found(self) -> bool:
        """No new card is made for the loss of one that works again (G6)."""
        found = self.card.reissue
        return found is not None and found.reason is ReissueReason.LOST and self.works

    @mostly_when(lambda self: not self.card.reissue)
    @rule(
        reason=some.sampled_from(ReissueReason),
        certificates=some.booleans(),
        number=some.sampled_from(["A-17", "A-17", ""]),
    )
    def a_new_card_is_asked_for(
        self, reason: ReissueReason, certificates: bool, number: str
    ) -> None:
        card = self.card
        demanded = reason in (ReissueReason.LOST, ReissueReason.FIRE)
        may = card.reissue is None and self.fits(reason) and not (demanded and not number)
        self.do(
            request_reissue,
            self.row(),
            reason=reason,
            with_certificates=certificates,
            police_receipt_number=number,
            fire_report_number=number,
            by=self.holder,
            may=may,
        )
        if may:
            card.reissue = ModelReissue(reason, certificates and self.has_pins)
            card.events.append(EventKind.REISSUE_REQUESTED)

    def step(self, *, to: ReissueState | None, event: EventKind) -> None:
        assert self.card.reissue
        if to is None:
            self.card.reissue = None
        else:
            self.card.reissue.state = to
        self.card.events.append(event)

    @mostly_when(lambda self: self.card.reissue)
    @rule(ours=OURS)
    def the_office_asks_back(self, ours: bool) -> None:
        found = self.card.reissue
        may = ours and found is not None and found.state is not ReissueState.ACCEPTED
        by = self.clerk if ours else self.stranger
        self.do(ask_back_reissue, self.row(), question="Where?", by=by, may=may)
        if may:
            self.step(to=ReissueState.ASKED_BACK, event=EventKind.REISSUE_ASKED_BACK)

    @mostly_when(
        lambda self: self.card.reissue and self.card.reissue.state is ReissueState.ASKED_BACK
    )
    @rule(text=some.sampled_from(["In the train.", "In the train.", " ", "123456789018"]))
    def its_holder_answers(self, text: str) -> None:
        found = self.card.reissue
        may = found is not None and found.state is ReissueState.ASKED_BACK and "train" in text
        self.do(answer_reissue, self.row(), answer=text, by=self.holder, may=may)
        if may:
            self.step(to=ReissueState.REQUESTED, event=EventKind.REISSUE_ANSWERED)

    @mostly_when(lambda self: self.card.reissue)
    @rule(ours=OURS, seen=some.sampled_from([True, True, False]), free=some.booleans())
    def the_office_accepts(self, ours: bool, seen: bool, free: bool) -> None:
        found = self.card.reissue
        demanded = found and found.reason in (ReissueReason.LOST, ReissueReason.FIRE)
        may = ours and found is not None and (seen or not demanded) and not self.was_found()
        self.do(
            accept_reissue,
            self.row(),
            waiver=WaiverGround.OTHER if free else None,
            note="stolen" if free else "",
            report_checked=seen,
            by=self.clerk if ours else self.stranger,
            may=may,
        )
        if found and may:
            self.step(to=ReissueState.ACCEPTED, event=EventKind.REISSUE_ACCEPTED)
            found.suspended_since_accepted = False
            usual = 1_000 if found.with_certificates else 800
            decided = Card.objects.get(pk=self.card.pk).reissues.get(closed_at=None)
            assert decided.fee == (0 if free else usual)

    @mostly_when(lambda self: self.card.reissue and self.steps % 3 == 0)
    @rule(ours=OURS)
    def the_office_refuses(self, ours: bool) -> None:
        may = ours and self.card.reissue is not None
        by = self.clerk if ours else self.stranger
        self.do(refuse_reissue, self.row(), reason="It works.", by=by, may=may)
        if may:
            self.step(to=None, event=EventKind.REISSUE_REFUSED)

    @mostly_when(lambda self: self.card.reissue and self.steps % 3 == 0)
    @rule()
    def its_holder_withdraws_the_application(self) -> None:
        may = self.card.reissue is not None
        self.do(withdraw_reissue, self.row(), by=self.holder, may=may)
        if may:
            self.step(to=None, event=EventKind.REISSUE_WITHDRAWN)

    @mostly_when(
        lambda self: self.card.reissue and self.card.reissue.state is ReissueState.ACCEPTED
    )
    @rule(ours=OURS, lasts=some.sampled_from([None, None, 0, 500, -1]))
    def the_new_card_is_handed_out(self, ours: bool, lasts: int | None) -> None:
        card, found = self.card, self.card.reissue
        usual = max(card.expires_on, card.stay_ends_on) if card.granted else card.stay_ends_on
        day = usual if lasts is None else self.today + timedelta(lasts)
        may = ours and found is not None and found.state is ReissueState.ACCEPTED
        may = may and not (card.suspended and found.suspended_since_accepted)
        may = may and not self.was_found()
        may = may and day >= self.today
        # A letter between its figures: twelve of them in a row may be an Individual Number (G1).
        reference = f"{card.reference.partition('-N')[0]}-N{len(self.old_cards)}"
        code = self.do(
            issue_reissue,
            self.row(),
            new_reference=reference,
            identity_proof="passport",
            expires_on=None if lasts is None else day,
            by=self.clerk if ours else self.stranger,
            may=may,
        )
        if found and may:
            self.takes_over(found, Card.objects.get(reference=reference), day, usual)
            if self.card.variant is CardVariant.PHOTO_ID:
                assert code is None
            elif found.with_certificates:
                self.opens(code, PinKind)
            else:
                self.opens(code, {PinKind.RESIDENT_REGISTRATION, PinKind.CARD_INFO_INPUT})

    @mostly_when(lambda self: not self.card.lives(self.today) or self.steps % 3 == 0)
    @rule(certificates=some.booleans())
    def a_new_card_is_had_at_once(self, certificates: bool) -> None:
        """Asked for, accepted and handed out, as far as each is possible just now."""
        reason = ReissueReason.DAMAGED if self.card.lives(self.today) else ReissueReason.EXPIRED
        self.a_new_card_is_asked_for(reason, certificates, "A-17")
        self.the_office_accepts(True, True, False)
        self.the_new_card_is_handed_out(True, None)

    def takes_over(self, found: ModelReissue, row: Card, day: date, usual: date) -> None:
        """The old card ends with all that it carried; dates and open wishes go on (G4, G5②)."""
        old = self.card
        new = ModelCard(row.pk, row.reference, old.birth_date, day, self.today, day, old.variant)
        if day == usual:
            new.stay_ends_on, new.granted = old.stay_ends_on, old.granted
        self.pass_moves_on(old, new, row)
        new.told, old.told = old.told, None
        new.wants_variant, old.wants_variant = old.wants_variant, False
        old.replaced, old.reissue = True, None
        old.revoke(ON_CHIP)
        old.revoke(ON_PHONE)
        old.forget_pins()
        old.events.append(EventKind.REPLACED)
        new.events.append(EventKind.ISSUED)
        if new.variant is CardVariant.PHOTO_ID:
            new.issue(ON_CHIP, [CertificateKind.USER_PROOF], self.today)
        elif found.with_certificates:
            new.issue(ON_CHIP, list(CertificateKind), self.today)
        self.old_cards.append(old)
        self.card = new

    def pass_moves_on(self, old: ModelCard, new: ModelCard, row: Card) -> None:
        """Only a move-out that is still to come goes on; the new card shows everything else that
        the old one did not show already."""
        passed = iter(row.moves.order_by("pk"))
        waiting = [m for m in old.moves if not m.withdrawn]
        for move, dates in zip(waiting, old.running_moves(), strict=True):
            if dates.card_updated_on:
                continue
            out = dates.expected_move_out_on
            to_come = out and out + timedelta(30) >= self.today
            if to_come and not (dates.moved_in_on or dates.notified_on):
                at = next(passed).pk
                new.moves.append(ModelMove(at, move.kind, MoveDates(out), self.today))
            else:
                move.dates = MoveDates(
                    move.dates.expected_move_out_on,
                    move.dates.moved_in_on,
                    move.dates.notified_on,
                    self.today,
                )

    @precondition(lambda self: self.old_cards)
    @rule()
    def an_old_card_is_shown_once_more(self) -> None:
        """Nothing is done with it; at the end of the life it must stand as it stood now."""
        old = Card.objects.get(pk=self.old_cards[-1].pk)
        for operation, asked in OF_AN_OLD_CARD:
            self.do(operation, old, **asked(self), may=False)
