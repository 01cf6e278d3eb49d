"""New information written on the card at the counter (G5)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, CardEvent, Move
from cards.models.move import waiting_moves
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_issued_by, require_past_or_today, require_working
from cards.operations.record import record
from cards.operations.record_move import require_updated_in_order
from cards.operations.refresh import refresh_deadlines
from cards.operations.revoke_signature import revoke_signature
from cards.operations.write_column import Written, require_room, write_column
from cards.rules.kinds import EventKind, InfoKind


@transaction.atomic
def record_card_update(
    card: Card,
    *,
    card_updated_on: date,
    by: User,
    written: Sequence[Written] = (),
    column_full: bool = False,
) -> CardEvent:
    """Record what was written on the card, and stop what waited for it (G5).

    A new address stops every clock of every running move: the card now shows where its holder
    lives. Only a way out that is expected after this day stays open (G5②). A new name completes
    the change of name. Without `written` everything that waits is taken for written. A move that
    nobody had notified is told of by this, so the signature certificate ends (G5①).
    `column_full`: nothing more has room on this card.

    Raises OperationRefused for a card that does not work or whose column is full already, when
    nothing waits for the card, for a day still to come or before the card was issued, and for a day
    before the move-in, the notification or the change of name that it completes.
    """
    card = Card.objects.locked(card)
    require_working(card)
    require_room(card)
    require_past_or_today(card_updated_on, "card_updated_on")
    require_issued_by(card, card_updated_on, "card_updated_on")
    kinds = {one.kind for one in written} or set(InfoKind)
    running = _running(card, card_updated_on) if InfoKind.ADDRESS in kinds else []
    names = InfoKind.NAME in kinds and card.name_changed_on is not None
    _require_something(card, kinds, running, names=names, told=bool(written))
    if names and card.name_changed_on and card_updated_on < card.name_changed_on:
        raise OperationRefused(
            _("The card cannot have been updated before the new name was recorded."),
            field="card_updated_on",
        )
    for move in running:
        require_updated_in_order(replace(move.dates, card_updated_on=card_updated_on))
        move.card_updated_on = card_updated_on
        move.save(update_fields=["card_updated_on"])
    if names:
        card.name_changed_on = None
        card.save(update_fields=["name_changed_on"])
    for entry in write_column(card, written, entered_on=card_updated_on, column_full=column_full):
        if entry.kind == InfoKind.ADDRESS:
            entry.moves.set(running)
    event = record(
        card,
        EventKind.CARD_UPDATED,
        by=by,
        card_updated_on=str(card_updated_on),
        moves=[move.pk for move in running],
        written=[one.kind.value for one in written],
        name=names,
        column_full=column_full,
    )
    if any(move.notified_on is None for move in running):
        revoke_signature(card, by=by)
    refresh_deadlines(card)
    return event


def _running(card: Card, day: date) -> list[Move]:
    """The moves that a card updated on `day` completes: not what is done, nor still to come."""
    return [move for move, dates in waiting_moves(card) if not dates.is_to_come_after(day)]


def _require_something(
    card: Card, kinds: set[InfoKind], running: list[Move], *, names: bool, told: bool
) -> None:
    """Raise OperationRefused where an entry has nothing recorded that it could complete."""
    if not told:
        if not running and not names:
            raise OperationRefused(
                _("No move and no new name is waiting to be written on this card.")
            )
        return
    if InfoKind.ADDRESS in kinds and not running:
        raise OperationRefused(
            _("No move is waiting to be written on this card. Record the move first."),
            field="written_address",
        )
    if InfoKind.NAME in kinds and not names:
        raise OperationRefused(
            _("No new name is waiting to be written on this card. Record the new name first."),
            field="written_name",
        )
