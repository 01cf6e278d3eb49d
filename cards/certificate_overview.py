"""A card's certificates as their page shows them, as they stand today (G2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cards import labels
from cards.models import Card, Certificate
from cards.rules.certificates import CertificateState, carried_by, certificate_state
from cards.rules.days import days_from
from cards.rules.expiry import RENEWAL_OPENS_DAYS
from cards.rules.kinds import (
    CardState,
    CardVariant,
    CertificateKind,
    CertificateMedium,
)
from cards.wording import day
from portal import clock

if TYPE_CHECKING:
    from django.utils.functional import Promise

STATE: dict[CertificateState, Promise | str] = {
    CertificateState.VALID: gettext_lazy("Valid"),
    CertificateState.UNUSABLE: gettext_lazy("Does not work with the card as it is"),
    CertificateState.EXPIRED: gettext_lazy("Expired"),
    CertificateState.REVOKED: gettext_lazy("Revoked"),
}
_GONE = gettext_lazy("It has ended with the card. A new card can come with new certificates.")


@dataclass(frozen=True, slots=True)
class CertificateView:
    """One certificate, or the place where there is none (`state` None)."""

    kind: CertificateKind
    medium: CertificateMedium
    state: CertificateState | None
    platform: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    why_that_day: str = ""
    revoked_on: date | None = None
    revoked_because: str = ""
    what_to_do: str = ""
    at_the_counter: bool = False  # the counter can mend it now

    @property
    def label(self) -> str:
        return str(labels.CERTIFICATE_KIND[self.kind])

    @property
    def place(self) -> str:
        return str(labels.CERTIFICATE_MEDIUM[self.medium])

    @property
    def state_label(self) -> str:
        return str(STATE[self.state]) if self.state else _("None")


@dataclass(frozen=True, slots=True)
class CertificatesView:
    """`now`: one for each kind and place; `earlier`: those that another took over from."""

    now: tuple[CertificateView, ...]
    earlier: tuple[CertificateView, ...]

    @property
    def at_the_counter(self) -> bool:
        return any(one.at_the_counter for one in self.now)


def certificates_of(card: Card) -> CertificatesView:
    """All that the card has had, newest first; and what its chip could carry and does not."""
    latest: dict[tuple[str, str], CertificateView] = {}
    earlier = []
    for row in card.certificates.select_related("platform").order_by("-id"):
        place = row.kind, row.medium
        view = _view(card, row, current=place not in latest)
        if place in latest:
            earlier.append(view)
        else:
            latest[place] = view
    for kind in carried_by(CardVariant(card.variant)):
        chip = kind.value, CertificateMedium.CHIP.value
        latest.setdefault(chip, _none(card, kind))
    order = [(k.value, m.value) for m in CertificateMedium for k in CertificateKind]
    return CertificatesView(
        tuple(latest[place] for place in order if place in latest), tuple(earlier)
    )


def _none(card: Card, kind: CertificateKind) -> CertificateView:
    works = card.state is CardState.WORKING
    return CertificateView(
        kind=kind,
        medium=CertificateMedium.CHIP,
        state=None,
        what_to_do=_("The counter can put it on the card. Take the card with you.")
        if works
        else "",
        at_the_counter=works,
    )


def _view(card: Card, row: Certificate, *, current: bool) -> CertificateView:
    facts = row.facts(card.expires_on)
    state = certificate_state(facts, card.state, clock.today())
    what_to_do, at_the_counter = _what_to_do(card, row, state) if current else ("", False)
    return CertificateView(
        kind=facts.kind,
        medium=facts.medium,
        state=state,
        platform=row.platform.name if row.platform else "",
        issued_on=row.issued_on,
        valid_until=facts.valid_until,
        why_that_day=_why_that_day(card, row),
        revoked_on=clock.day_of(row.revoked_at) if row.revoked_at else None,
        revoked_because=str(row.get_revoked_because_display()) if row.revoked_at else "",
        what_to_do=what_to_do,
        at_the_counter=at_the_counter,
    )


def _why_that_day(card: Card, row: Certificate) -> str:
    if row.ends_on < card.expires_on:
        return _("It is the holder’s fifth birthday after the day of issue.")
    if row.ends_on == card.expires_on:
        return _("It is the holder’s fifth birthday after the issue, and the card’s last day.")
    return _(
        "It is the card’s last day. By itself the certificate would last until the fifth birthday "
        "after the issue, %(day)s: if the card gets a later date, so does the certificate."
    ) % {"day": day(row.ends_on)}


def _what_to_do(card: Card, row: Certificate, state: CertificateState) -> tuple[str, bool]:
    """The next step, and whether it is one at the counter that can be done now."""
    if card.state in (CardState.EXPIRED, CardState.LAPSED):
        return str(_GONE), False
    if card.state is CardState.SUSPENDED and state is CertificateState.UNUSABLE:
        return _("It works again once your office has lifted the card’s suspension."), False
    on_chip = row.medium == CertificateMedium.CHIP
    if on_chip and CertificateKind(row.kind) not in carried_by(CardVariant(card.variant)):
        return _("A card with photo identification only carries none."), False
    if state is CertificateState.VALID:
        soon = days_from(clock.today(), RENEWAL_OPENS_DAYS)
        if row.ends_on >= card.expires_on or row.ends_on > soon:
            return _("There is nothing to do."), False
        words = (
            _("It ends soon. Have it issued again at the counter by %(day)s.")
            if on_chip
            else _("It ends soon. Apply for it again here by %(day)s.")
        )
        return words % {"day": day(row.ends_on)}, on_chip
    if on_chip:
        words = _("Have it issued again at the counter. Take the card with you.")
        return words, card.state is CardState.WORKING
    return _("If you want it again, apply for it here. Offices do not issue it."), False
