"""The card's own days, as a sheet names them."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from cards.models import Card
from cards.models.move import waiting_moves
from cards.rules.expiry import go_by
from cards.rules.kinds import CardState, CertificateKind, DeadlineKind
from cards.sheets.words import Day
from portal import clock

_LAST_DAY = {
    DeadlineKind.MOVE_OUT_30: _("Last day for the moving-in notification (30 days)"),
    DeadlineKind.MOVE_IN_14: _("Last day for the notification (14 days)"),
    DeadlineKind.CARD_UPDATE_90: _("Last day to have the card updated (90 days)"),
}
_LAST_DAY_IF_TOLD = {
    DeadlineKind.PLANNED_MOVE_OUT_30: _LAST_DAY[DeadlineKind.MOVE_OUT_30],
    DeadlineKind.PLANNED_MOVE_IN_14: _LAST_DAY[DeadlineKind.MOVE_IN_14],
}
_STARTS = {
    "expected_move_out_on": _("Expected move-out day"),
    "moved_in_on": _("Move-in day"),
    "notified_on": _("Day the notification was submitted"),
}


def of_a_move(card: Card) -> Iterator[Day]:
    """The days of the move that is not finished, else of the one the holder told of; and expiry."""
    running = [dates for _move, dates in waiting_moves(card)]
    told = None if running else card.planned_moves.filter(closed_at=None).first()
    move = running[-1] if running else told.dates if told else None
    if move is not None:
        for name, words in _STARTS.items():
            if day := getattr(move, name):
                yield Day(words, day)
        # The card's own deadlines: moves that were recorded one by one settle each other.
        last_days = _LAST_DAY if running else _LAST_DAY_IF_TOLD
        for one in card.deadlines.filter(closed_at=None, kind__in=last_days):
            yield Day(last_days[DeadlineKind(one.kind)], one.last_day)
    yield from of_the_card(card)


def of_a_new_name(card: Card) -> Iterator[Day]:
    """When the new name was recorded, if it was, and the card's expiry."""
    if card.name_changed_on:
        yield Day(_("New name recorded on"), card.name_changed_on)
    yield from of_the_card(card)


def of_the_card(card: Card) -> Iterator[Day]:
    """The card's last day; of a card that has ended, when and how it did (G4, G5②)."""
    state = card.state
    if state is CardState.LAPSED and card.lapses_on:
        yield Day(_("The card lapsed on"), card.lapses_on)
    elif state is CardState.EXPIRED:
        yield Day(_("The card’s last day was"), card.expires_on)
    else:
        yield Day(_("The card is valid until"), card.expires_on)


def of_a_renewal(card: Card) -> Iterator[Day]:
    """The card's last day, the day to be at the counter by, and the end of the period of stay."""
    yield from of_the_card(card)
    yield Day(_("Day to be at the counter by"), go_by(card.expires_on))
    if card.resident.period_of_stay_ends_on != card.expires_on and not card.ends_by_itself:
        yield Day(_("Period of stay, as the office has it"), card.resident.period_of_stay_ends_on)


def of_certificates(card: Card) -> Iterator[Day]:
    """When each certificate on the card ended or will end."""
    words = {
        (CertificateKind.SIGNATURE, True): _("The signature certificate ended on"),
        (CertificateKind.SIGNATURE, False): _("The signature certificate is valid until"),
        (CertificateKind.USER_PROOF, True): _("The user-proof certificate ended on"),
        (CertificateKind.USER_PROOF, False): _("The user-proof certificate is valid until"),
    }
    newest = {
        CertificateKind(one.kind): one
        for one in card.certificates.filter(medium="chip").order_by("id")
    }
    for kind in CertificateKind:
        if (one := newest.get(kind)) is not None:
            until = one.facts(card.expires_on).valid_until
            ended = clock.day_of(one.revoked_at) if one.revoked_at else until
            over = one.revoked_at is not None or until < clock.today()
            yield Day(words[kind, over], ended)
    yield from of_the_card(card)


def of_a_suspension(card: Card) -> Iterator[Day]:
    """Since when the card is suspended, and its last day."""
    if card.suspended_at:
        yield Day(_("The card has been suspended since"), clock.day_of(card.suspended_at))
    yield from of_the_card(card)


def of_a_new_card(card: Card) -> Iterator[Day]:
    """When it was asked for, if it was; since when the card is suspended; and its last day."""
    if (applied := card.reissues.filter(closed_at=None).first()) is not None:
        yield Day(_("A new card was asked for on"), clock.day_of(applied.requested_at))
    yield from of_a_suspension(card)
