"""Which new card may be asked for, and what passes from the old card to it (G4, G6, G8, G9)."""

from datetime import date

from cards.rules.kinds import CardState, ReissueReason, ReissueState
from cards.rules.moves import MoveDates

# What went wrong with a card that still counts.
_OF_A_LIVING_CARD = (
    ReissueReason.LOST,
    ReissueReason.FIRE,
    ReissueReason.DAMAGED,
    ReissueReason.CARD_FAILURE,
    ReissueReason.CARELESS_HANDLING,
    ReissueReason.OFFICE_ERROR,
    ReissueReason.DISASTER,
)
# A card that has ended is no worse for a broken chip; how it ended may still be nobody's fault.
_OF_AN_ENDED_CARD = (
    ReissueReason.EXPIRED,
    ReissueReason.LOST,
    ReissueReason.FIRE,
    ReissueReason.OFFICE_ERROR,
    ReissueReason.DISASTER,
)


def fitting_reasons(state: CardState, *, column_full: bool) -> tuple[ReissueReason, ...]:
    """The reasons that can be true of a card in `state`, in the order to offer them (G4, G6, G7).

    None for a replaced card. A full additional information column (G5①) needs a card that still
    counts: one that has ended is asked for anew because it ended.
    """
    if state is CardState.REPLACED:
        return ()
    if state in (CardState.EXPIRED, CardState.LAPSED):
        return _OF_AN_ENDED_CARD
    if column_full:
        return (ReissueReason.COLUMN_FULL, *_OF_A_LIVING_CARD)
    return _OF_A_LIVING_CARD


def must_suspend_first(state: CardState, reason: ReissueReason) -> bool:
    """Whether a lost card still works: it is stopped before anything else is done (G6).

    With an application open it was found meanwhile, and no new card is issued for the loss.
    """
    return state is CardState.WORKING and reason is ReissueReason.LOST


def needs_police_receipt(reason: ReissueReason) -> bool:
    """Whether the police's receipt number must be told (G6)."""
    return reason is ReissueReason.LOST


def needs_fire_report(reason: ReissueReason) -> bool:
    """Whether the number of the fire station's report must be told (G6)."""
    return reason is ReissueReason.FIRE


def needs_report(reason: ReissueReason) -> bool:
    """Whether a report is brought to the counter, of the police or the fire station (G6)."""
    return needs_police_receipt(reason) or needs_fire_report(reason)


def awaits_report(state: ReissueState | None, reason: ReissueReason | None) -> bool:
    """Whether the office cannot decide before the holder has brought the report (G6).

    `state` and `reason` of the application; None where there is none.
    """
    undecided = state in (ReissueState.REQUESTED, ReissueState.ASKED_BACK)
    return undecided and reason is not None and needs_report(reason)


def passes_on(move: MoveDates, today: date) -> bool:
    """Whether a move that is not yet written on the card goes on with the new card (G5②).

    The new card shows the address that the office knows, so a move it was notified of, or that
    happened, is settled by it; one whose clock has run out ended the old card and not the new one.
    Only a move-out that is expected, and whose clock still runs, is still to come.
    """
    if move.notified_on or move.moved_in_on or move.card_updated_on:
        return False
    lapses_on = move.lapses_on()
    return lapses_on is None or lapses_on > today
