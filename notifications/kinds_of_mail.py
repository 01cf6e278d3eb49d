"""Which mails a resident may turn off, and why not the others. Plain Python, no clock, no database.

A mail is known by its kind (a DeadlineKind, an EventKind or “guardianship_end”) and, about a
deadline, its lead in days. What may be turned off is turned off by groups, since nobody wants to
decide about thirty kinds. Turned off is only the mail: the inbox tells everything.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from cards.rules.kinds import DeadlineKind, EventKind
from cards.rules.reminders import LAST_DAYS, Leads

GUARDIANSHIP_END = "guardianship_end"
_DEADLINES = frozenset(kind.value for kind in DeadlineKind)
# One mail a day that carries what may wait; no notification of its own stands in the inbox.
DAILY_MAIL = "daily_mail"


class Group(StrEnum):
    """What can be turned off together. `notifications.models.Preference` has a column for each."""

    EXPIRY = "expiry"  # the card's own date, and the second visit before it (G4)
    MOVES = "moves"  # the clocks of a move, recorded or only told of (G5②)
    CERTIFICATES = "certificates"  # their ends (G2)
    APPLICATIONS = "applications"  # how an application for a card moves on (G6, G9)


# All groups at once: what the mail of the day is turned off by, since it may carry any.
EVERY: Literal["every"] = "every"
Choice = Group | Literal["every"]


class Always(StrEnum):
    """Why a mail cannot be turned off."""

    LAST_DAYS = "last_days"  # whoever misses it loses the card, or has lost it
    SECURITY = "security"  # whoever did not do it must know at once
    ACCOUNT = "account"  # the account itself changes what it shows
    ASKED_FOR = "asked_for"  # the holder asked to be reminded again, and can take that back


GROUPS: dict[str, Group] = {
    DeadlineKind.CARD_EXPIRY: Group.EXPIRY,
    DeadlineKind.SECOND_VISIT: Group.EXPIRY,
    DeadlineKind.CARD_UPDATE_90: Group.MOVES,
    DeadlineKind.MOVE_OUT_30: Group.MOVES,
    DeadlineKind.MOVE_IN_14: Group.MOVES,
    DeadlineKind.PLANNED_MOVE_OUT_30: Group.MOVES,
    DeadlineKind.PLANNED_MOVE_IN_14: Group.MOVES,
    DeadlineKind.CERTIFICATE_EXPIRY: Group.CERTIFICATES,
    EventKind.REISSUE_ASKED_BACK: Group.APPLICATIONS,
    EventKind.REISSUE_ACCEPTED: Group.APPLICATIONS,
    EventKind.REISSUE_REFUSED: Group.APPLICATIONS,
    EventKind.VARIANT_REFUSED: Group.APPLICATIONS,
}

# Told always: the card, its PINs or its certificates changed, by the reader or by somebody else.
SECURITY: frozenset[str] = frozenset(
    {
        EventKind.SUSPENDED,
        EventKind.SUSPENSION_LIFTED,
        EventKind.CERTIFICATE_ISSUED,
        EventKind.CERTIFICATE_REVOKED,
        EventKind.PIN_CHANGED,
        EventKind.PIN_ONE_TRY_LEFT,
        EventKind.PIN_LOCKED,
        EventKind.PIN_RESET,
        EventKind.PIN_SET,
        EventKind.PIN_INITIALISED,
        EventKind.ISSUED,
        EventKind.VARIANT_CHANGED,
    }
)

# What no mail tells, and why.
_AT_THE_COUNTER = "done at the counter, with the holder standing there; the page shows it"
_BY_THEMSELVES = "done by the holder in the portal a moment ago; the page confirmed it"
SILENT: dict[EventKind, str] = {
    EventKind.REGISTERED: "the office's list came in; nothing happened to the card",
    EventKind.DETAILS_CHANGED: "what it ends is told: a certificate, a deadline",
    EventKind.EXPIRY_SET: _AT_THE_COUNTER,
    EventKind.MOVE_RECORDED: "the clocks that it starts are told, and the certificate that it ends",
    EventKind.MOVE_CORRECTED: "a changed last day starts its reminders anew",
    EventKind.MOVE_WITHDRAWN: "its clocks stop, so nothing is left to be told",
    EventKind.CARD_UPDATED: _AT_THE_COUNTER,
    EventKind.NAME_CHANGED: "the certificate that it ends is told",
    EventKind.NAME_CORRECTED: "the certificate that it ends is told",
    EventKind.MOVE_TOLD: _BY_THEMSELVES,
    EventKind.TOLD_MOVE_WITHDRAWN: _BY_THEMSELVES,
    EventKind.REISSUE_REQUESTED: _BY_THEMSELVES,
    EventKind.REISSUE_ANSWERED: _BY_THEMSELVES,
    EventKind.REISSUE_WITHDRAWN: _BY_THEMSELVES,
    EventKind.REPLACED: "the new card tells of both",
    EventKind.VARIANT_REQUESTED: _BY_THEMSELVES,
    EventKind.VARIANT_WITHDRAWN: _BY_THEMSELVES,
}


def why_always(kind: str, lead: int | None = None) -> Always | None:
    """Why this mail goes out whatever its reader turned off; None if it may be turned off.

    `lead`: days before the last day, for a deadline (below 0: the last day has passed); a
    deadline without one is told again because its holder asked for it.
    """
    if kind == GUARDIANSHIP_END:
        return Always.ACCOUNT
    if kind == DAILY_MAIL:
        return None
    if kind not in GROUPS:
        return Always.SECURITY
    if kind in _DEADLINES and lead is None:
        return Always.ASKED_FOR
    return Always.LAST_DAYS if lead is not None and lead <= LAST_DAYS else None


def last_of_kind(kind: str, leads: Leads) -> int:
    """The nearest of a kind's `leads`, in days, if it is told of on early days alone; else 0.

    Whoever wants reminders late gets that one all the same, or would get none.
    """
    nearest = min(leads[DeadlineKind(kind)]) if kind in _DEADLINES else 0
    return nearest if nearest > LAST_DAYS else 0


def is_too_early(kind: str, lead: int | None, earliest: int | None, leads: Leads) -> bool:
    """Whether a reminder `lead` days before goes to nobody who wants none before `earliest`."""
    return bool(earliest and lead and lead > max(earliest, last_of_kind(kind, leads)))


def choice_of(kind: str, lead: int | None = None) -> Choice | None:
    """What the link in this mail turns off: its group, or every group; None if it may not be."""
    return EVERY if kind == DAILY_MAIL else group_of(kind, lead)


def groups_in(choice: Choice) -> tuple[Group, ...]:
    """The groups that a choice turns off."""
    return tuple(Group) if choice == EVERY else (Group(choice),)


def group_of(kind: str, lead: int | None = None) -> Group | None:
    """The group by which this mail may be turned off, or None if it may not."""
    return None if why_always(kind, lead) else GROUPS.get(kind)
