"""A move, as staff record it (G5)."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, Move
from cards.operations.errors import OperationRefused
from cards.operations.guards import (
    FAR_AWAY,
    require_issued_by,
    require_not_ended,
    require_not_suspended,
    require_past_or_today,
    require_worked_on,
)
from cards.operations.record import record
from cards.operations.refresh import refresh_deadlines
from cards.operations.revoke_signature import revoke_signature
from cards.operations.settle_told_move import settle_told_move
from cards.operations.write_column import Written, write_column
from cards.rules.kinds import CardState, EventKind, MoveKind, MoveSource
from cards.rules.moves import MoveDates
from cards.rules.possible_moves import (
    MoveFault,
    contradictions,
    faults_of,
    is_of_an_earlier_card,
)
from portal import clock


@transaction.atomic
def record_move(
    card: Card,
    *,
    kind: MoveKind,
    dates: MoveDates,
    by: User,
    written: Sequence[Written] = (),
    column_full: bool = False,
) -> Move:
    """Record a move with its days and start its clocks (G5②); settle the move told of, if any.

    A submitted notification, or a card that shows the new address already, revokes the signature
    certificate (G5①). For a card that was updated at the same visit, `written` is what the
    counter wrote in the additional information column, and `column_full` that it is full now.

    Raises OperationRefused for a card that has ended and that these days do not show to live (a
    notification submitted in time, recorded later), for days that contradict each other, that
    cannot be of this holder and this card, that do not belong to this kind of notification, or
    that are still to come (all but the expected move-out day, which lies within a year), and for
    an update of a card that does not work, was not issued yet or whose column is full.
    """
    card = Card.objects.locked(card)
    had_lapsed = card.state is CardState.LAPSED
    require_may_be_recorded(card)
    require_possible(card, dates)
    require_days_of(kind, dates)
    if dates.card_updated_on:
        require_issued_by(card, dates.card_updated_on, "card_updated_on")
        require_not_suspended(card)
        entries = write_column(
            card, written, entered_on=dates.card_updated_on, column_full=column_full
        )
    elif written or column_full:
        raise OperationRefused(
            _("Enter the day on which this was written on the card."), field="card_updated_on"
        )
    else:
        entries = []
    settled = settle_told_move(card, dates)
    move = Move.objects.create(
        card=card, kind=kind.value, source=MoveSource.COUNTER.value, **as_fields(dates)
    )
    move.info_entries.set(entries)
    record(
        card,
        EventKind.MOVE_RECORDED,
        by=by,
        move=move.pk,
        move_kind=kind.value,
        **as_data(dates),
        **({"settles": settled} if settled else {}),
        **({"written": [one.kind.value for one in written]} if written else {}),
        **({"column_full": True} if column_full else {}),
    )
    if dates.told_on:
        revoke_signature(card, by=by)
    refresh_deadlines(card)
    if had_lapsed:
        # These days may have stopped the clock in time and were only recorded later. If not, the
        # card stays as it is: all of this is taken back.
        require_not_ended(card)
        if dates.card_updated_on:
            require_worked_on(card, dates.card_updated_on, "card_updated_on")
    return move


def require_may_be_recorded(card: Card) -> None:
    """Raise OperationRefused where no days of a move could give the card back.

    A lapsed card is let through: a notification submitted in time may be recorded days later.
    """
    if card.state is not CardState.LAPSED:
        require_not_ended(card)


def require_possible(card: Card, dates: MoveDates) -> None:
    """Raise OperationRefused for days that cannot be true together, or not of this card."""
    if not (dates.expected_move_out_on or dates.moved_in_on or dates.notified_on):
        raise OperationRefused(_NO_DAY)
    require_past_or_today(dates.moved_in_on, "moved_in_on")
    require_past_or_today(dates.notified_on, "notified_on")
    require_past_or_today(dates.card_updated_on, "card_updated_on")
    _refuse_first(
        faults_of(
            dates,
            birth_date=card.resident.birth_date,
            issued_on=card.issued_on,
            today=clock.today(),
        )
    )
    if is_of_an_earlier_card(dates, card.issued_on):
        raise OperationRefused(
            _(
                "An earlier card lapsed by this move. The present one was issued after it was "
                "notified and shows the new address, so there is nothing to record."
            ),
        )


def require_in_order(dates: MoveDates) -> None:
    """Raise OperationRefused for days that cannot have followed each other like this."""
    _refuse_first(contradictions(dates))


def require_updated_in_order(dates: MoveDates) -> None:
    """Raise OperationRefused if the card cannot have been updated on its day in `dates`."""
    _refuse_first(one for one in contradictions(dates) if one[0] == "card_updated_on")


_NO_DAY = _("Enter at least one day: the expected move-out, the move-in or the notification.")
_FAULTS = {
    MoveFault.NOTIFIED_BEFORE_MOVE: _(
        "A moving-in notification is accepted only from the move-in day on."
    ),
    MoveFault.UPDATED_BEFORE_NOTIFIED: _(
        "The card cannot have been updated before the notification."
    ),
    MoveFault.UPDATED_BEFORE_MOVE: _("The card cannot have been updated before the move-in day."),
    MoveFault.NOTHING_TO_UPDATE: _NO_DAY,
    MoveFault.TWO_MOVES: _(
        "The expected move-out day is more than 30 days after the arrival, so these are two "
        "moves. Record each by itself."
    ),
    MoveFault.FAR_AHEAD: FAR_AWAY,
    MoveFault.BEFORE_BIRTH: _("This day is before the birth date. Check the year."),
    MoveFault.RAN_OUT_BEFORE_ISSUE: _(
        "Counted from this day, the time ran out before this card was issued. Check the days: the "
        "move may be one of an earlier card."
    ),
}


def _refuse_first(faults: Iterable[tuple[str, MoveFault]]) -> None:
    for field, fault in faults:
        raise OperationRefused(_FAULTS[fault], field=field)


def require_days_of(kind: MoveKind, dates: MoveDates) -> None:
    """Raise OperationRefused for days that this kind of notification does not have (G5②).

    The moving-out notification tells of the day somebody will leave; the clock of 30 days runs
    until the moving-in notification, which is another one.
    """
    require_no_move_out_within(kind, dates)
    if kind is MoveKind.MOVE_OUT and (dates.notified_on or dates.card_updated_on):
        raise OperationRefused(
            _(
                "Of a moving-out notification only the expected move-out day counts. Once they "
                "have submitted the moving-in notification, record that as a move of its own."
            ),
            field="notified_on" if dates.notified_on else "card_updated_on",
        )


def require_no_move_out_within(kind: MoveKind, dates: MoveDates) -> None:
    """Raise OperationRefused for a move-out day of a move within the municipality (G5②)."""
    if kind is MoveKind.RELOCATE and dates.expected_move_out_on:
        raise OperationRefused(
            _(
                "A move within the municipality has no expected move-out day. Leave it empty, or "
                "choose the move to another municipality."
            ),
            field="expected_move_out_on",
        )


def as_fields(dates: MoveDates) -> dict[str, date | None]:
    """The four days by field name."""
    return {
        "expected_move_out_on": dates.expected_move_out_on,
        "moved_in_on": dates.moved_in_on,
        "notified_on": dates.notified_on,
        "card_updated_on": dates.card_updated_on,
    }


def as_data(dates: MoveDates) -> dict[str, str | None]:
    """The four days as an event keeps them."""
    return {name: str(day) if day else None for name, day in as_fields(dates).items()}
