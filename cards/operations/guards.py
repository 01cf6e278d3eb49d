"""What operations ask of a card before they touch it."""

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card
from cards.operations.errors import OperationRefused
from cards.rules import individual_number
from cards.rules.kinds import CardState, CardVariant
from portal import clock

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_ENDED: dict[CardState, "_StrPromise"] = {
    CardState.EXPIRED: _(
        "This card has expired. It cannot be used again; a new card has to be issued."
    ),
    CardState.LAPSED: _(
        "This card has lapsed because a move was not completed in time. It cannot be used again; "
        "a new card has to be issued."
    ),
    CardState.REPLACED: _("This card was replaced by a new one. Record it on the new card."),
}
FAR_AWAY = _("This day is more than a year away. Check the year.")
_SUSPENDED = _("This card is suspended. It works again once its office has lifted the suspension.")


def require_not_ended(card: Card) -> None:
    """Raise OperationRefused for a card that is expired, lapsed or replaced today."""
    if (why := _ENDED.get(card.state)) is not None:
        raise OperationRefused(why)


def require_working(card: Card) -> None:
    """Raise OperationRefused unless the card works today (G4: “working and in use”)."""
    require_not_ended(card)
    require_not_suspended(card)


def require_not_suspended(card: Card) -> None:
    """Raise OperationRefused for a card that is suspended today, whatever else it is (G6)."""
    if card.suspended_at is not None:
        raise OperationRefused(_SUSPENDED)


def require_issued_by(card: Card, day: date, field: str) -> None:
    """Raise OperationRefused for a `day` before the card was issued: nothing was written on it."""
    if day < card.issued_on:
        raise OperationRefused(
            _("This card was issued later than this day. Check the day."), field=field
        )


def require_worked_on(card: Card, day: date, field: str) -> None:
    """Raise OperationRefused for a `day` on which nothing can have been written on the card.

    It had expired or lapsed by then, as its facts now have it, or was suspended and is still (G6).
    """
    if card.lapses_on is not None and day >= card.lapses_on:
        raise OperationRefused(_ENDED[CardState.LAPSED], field=field)
    if day > card.expires_on:
        raise OperationRefused(_ENDED[CardState.EXPIRED], field=field)
    if card.suspended_at is not None and day >= clock.day_of(card.suspended_at):
        raise OperationRefused(_SUSPENDED, field=field)


def require_not_replaced(card: Card) -> None:
    """Raise OperationRefused for a card that another has taken over from."""
    if card.state is CardState.REPLACED:
        raise OperationRefused(_ENDED[CardState.REPLACED])


def require_has_pins(card: Card) -> None:
    """Raise OperationRefused for a card with photo identification only: it has no PINs (G9)."""
    if card.variant == CardVariant.PHOTO_ID:
        raise OperationRefused(
            _("A card with photo identification only has no PINs and needs none.")
        )


def require_own_office(card: Card, by: User) -> None:
    """Raise OperationRefused unless `by` works where the residence record is kept (G6)."""
    # Through `all`: a page that asks this for many actions has them at hand.
    if all(office.pk != card.resident.office_id for office in by.offices.all()):
        raise OperationRefused(
            _("Only staff of the office that keeps the residence record can do this.")
        )


def require_no_individual_number(text: str, field: str) -> None:
    """Raise OperationRefused for free text that holds an Individual Number (G1)."""
    if individual_number.contains(text):
        raise OperationRefused(
            _("There is an Individual Number in this text. It may not be kept: leave it out."),
            field=field,
        )


def require_past_or_today(day: date | None, field: str) -> None:
    """Raise OperationRefused for a fact dated in the future."""
    if day is not None and day > clock.today():
        raise OperationRefused(
            _("This day is still to come. Enter today or an earlier day."), field=field
        )
