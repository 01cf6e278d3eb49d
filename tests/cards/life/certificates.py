"""Certificates issued again, on a smartphone, ended; the other variant (G2, G9)."""

from hypothesis import strategies as some
from hypothesis.stateful import rule

from cards.operations import (
    apply_smartphone_certificates,
    change_variant,
    issue_certificates,
    refuse_variant_request,
    request_variant,
    revoke_smartphone_certificates,
    withdraw_variant_request,
)
from cards.operations.revoke_smartphone_certificates import REASONS
from cards.rules.kinds import CardVariant, CertificateKind, EventKind, PinKind, RevocationReason
from tests.builders import make_platform
from tests.cards.life.life import mostly_when
from tests.cards.life.model import ON_CHIP, ON_PHONE
from tests.cards.life.pins import WHICH, Pins, pin_for

OURS = some.sampled_from([True, True, False])


class Certificates(Pins):
    @mostly_when(lambda self: self.works)
    @rule(kinds=some.sets(some.sampled_from(CertificateKind)), ours=OURS)
    def certificates_are_issued_again(self, kinds: set[CertificateKind], ours: bool) -> None:
        may = ours and self.works and bool(kinds)
        may = may and (self.has_pins or kinds == {CertificateKind.USER_PROOF})
        by = self.clerk if ours else self.stranger
        self.do(issue_certificates, self.row(), kinds=kinds, by=by, may=may)
        if may:
            self.card.issue(ON_CHIP, list(kinds), self.today)

    @mostly_when(lambda self: self.works and self.card.pins)
    @rule(which=WHICH, on=some.sampled_from([True, True, True, False]))
    def a_smartphone_gets_certificates(self, which: int, on: bool) -> None:
        card, pin = self.card, pin_for(PinKind.SIGNATURE, which)
        row, platform = self.row(), make_platform(is_on=on)
        may = on and card.may_try(PinKind.SIGNATURE, self.today) and card.may_sign(self.today)
        may = may and card.enter(PinKind.SIGNATURE, pin, self.moment)
        self.do(
            apply_smartphone_certificates, row, platform=platform, pin=pin, by=self.holder, may=may
        )
        if may:
            card.issue(ON_PHONE, list(CertificateKind), self.today)

    @mostly_when(lambda self: self.card.unrevoked(ON_PHONE))
    @rule(because=some.sampled_from(REASONS))
    def those_on_the_smartphone_end(self, because: RevocationReason) -> None:
        """Whatever the card's state: a lost phone is no lost card, and a bag holds both."""
        may = bool(self.card.unrevoked(ON_PHONE))
        self.do(
            revoke_smartphone_certificates, self.row(), because=because, by=self.holder, may=may
        )
        if may:
            self.card.revoke(ON_PHONE)

    @mostly_when(lambda self: self.works and not self.card.wants_variant)
    @rule()
    def the_other_variant_is_asked_for(self) -> None:
        may = self.works and not self.card.wants_variant
        self.do(request_variant, self.row(), by=self.holder, may=may)
        if may:
            self.card.wants_variant = True
            self.card.events.append(EventKind.VARIANT_REQUESTED)

    @mostly_when(lambda self: self.card.wants_variant)
    @rule()
    def it_is_no_longer_wanted(self) -> None:
        may = self.card.wants_variant
        self.do(withdraw_variant_request, self.row(), by=self.holder, may=may)
        if may:
            self.card.wants_variant = False
            self.card.events.append(EventKind.VARIANT_WITHDRAWN)

    @mostly_when(lambda self: self.card.wants_variant)
    @rule(ours=OURS)
    def the_other_variant_is_refused(self, ours: bool) -> None:
        may = ours and self.card.wants_variant
        by = self.clerk if ours else self.stranger
        self.do(refuse_variant_request, self.row(), reason="no photograph", by=by, may=may)
        if may:
            self.card.wants_variant = False
            self.card.events.append(EventKind.VARIANT_REFUSED)

    @mostly_when(lambda self: self.works and self.card.wants_variant)
    @rule(ours=OURS)
    def it_becomes_the_other_variant(self, ours: bool) -> None:
        card, may = self.card, ours and self.works
        by = self.clerk if ours else self.stranger
        code = self.do(change_variant, self.row(), identity_proof="passport", by=by, may=may)
        if not may:
            return
        card.wants_variant = False
        card.events.append(EventKind.VARIANT_CHANGED)
        if self.has_pins:
            card.variant = CardVariant.PHOTO_ID
            card.revoke(ON_CHIP, CertificateKind.SIGNATURE)
            card.revoke(ON_PHONE)
            card.forget_pins()
            assert code is None
            return
        card.variant = CardVariant.STANDARD
        good = {one.kind for one in card.unrevoked(ON_CHIP) if one.ends_on >= self.today}
        if missing := [kind for kind in CertificateKind if kind not in good]:
            card.issue(ON_CHIP, missing, self.today)
        self.opens(code, PinKind)
