"""When an alert about a deadline is due (the lead days before its last valid day)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from cards.rules.days import days_from
from cards.rules.expiry import RENEWAL_OPENS_DAYS
from cards.rules.kinds import DeadlineKind

# The first day after the last one: one alert says that it is over.
GONE = -1

# Days for which news of an event, or that a last day has passed, are still worth a mail.
NEWS_DAYS = 30

# The days of each kind, the farthest first.
Leads = Mapping[DeadlineKind, tuple[int, ...]]

# As the portal comes; an administrator may set others (`cards.lead_days`).
LEAD_DAYS: Leads = {
    DeadlineKind.CARD_EXPIRY: (90, 60, 30, 14, 7, 3, 1, 0, GONE),
    DeadlineKind.CARD_UPDATE_90: (60, 30, 14, 7, 3, 1, 0, GONE),
    DeadlineKind.MOVE_OUT_30: (14, 7, 3, 1, 0, GONE),
    DeadlineKind.MOVE_IN_14: (7, 3, 1, 0, GONE),
    DeadlineKind.CERTIFICATE_EXPIRY: (90, 30, 7, 0, GONE),
    DeadlineKind.PLANNED_MOVE_OUT_30: (14, 7, 3, 1, 0, GONE),
    DeadlineKind.PLANNED_MOVE_IN_14: (7, 3, 1, 0, GONE),
    # On other days than those of the card's expiry, the day after, which says the rest.
    DeadlineKind.SECOND_VISIT: (45, 21),
}

# Whoever is not told within these last days loses the card unwarned. On the very last day it is too
# late for a card that has to be renewed before it (G4).
LAST_DAYS = 3
_NEAREST: dict[DeadlineKind, int] = {DeadlineKind.CARD_EXPIRY: 1}
# Kinds that need no word of the last days: another kind's says it.
EARLY_ONLY = frozenset({DeadlineKind.SECOND_VISIT})
# A clock has so many days; before it starts nobody can be told of its end.
_LONGEST: dict[DeadlineKind, int] = {
    DeadlineKind.CARD_UPDATE_90: 89,
    DeadlineKind.MOVE_OUT_30: 29,
    DeadlineKind.MOVE_IN_14: 13,
    DeadlineKind.PLANNED_MOVE_OUT_30: 29,
    DeadlineKind.PLANNED_MOVE_IN_14: 13,
}
# Nothing can be done about any other earlier than this: renewal opens then (G4).
_ANY = RENEWAL_OPENS_DAYS


class LeadsReason(StrEnum):
    """Why days cannot be the lead days of a kind."""

    NONE = "none"
    TWICE = "twice"
    TOO_EARLY = "too_early"
    AFTER = "after"
    NOT_IN_TIME = "not_in_time"


class LeadsRefused(ValueError):
    """These cannot be lead days. `days`: the bound not kept, in days, where there is one."""

    def __init__(self, reason: LeadsReason, days: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.days = reason, days


def check_leads(kind: DeadlineKind, leads: Sequence[int]) -> tuple[int, ...]:
    """`leads`, in days before the last day (-1: the day after), as this kind's, the farthest first.

    Raises LeadsRefused: with none before the day after, with one twice, with one that lies before
    the clock starts (or before anything can be done), with one after the day after, and where
    nobody would be told in the last days.
    """
    if not any(lead >= 0 for lead in leads):
        raise LeadsRefused(LeadsReason.NONE)
    if len(set(leads)) < len(leads):
        raise LeadsRefused(LeadsReason.TWICE)
    longest = _LONGEST.get(kind, _ANY)
    if max(leads) > longest:
        raise LeadsRefused(LeadsReason.TOO_EARLY, longest)
    if min(leads) < GONE:
        raise LeadsRefused(LeadsReason.AFTER)
    nearest = _NEAREST.get(kind, 0)
    if kind not in EARLY_ONLY and not any(nearest <= lead <= LAST_DAYS for lead in leads):
        raise LeadsRefused(LeadsReason.NOT_IN_TIME, LAST_DAYS)
    return tuple(sorted(leads, reverse=True))


def alert_due(
    kind: DeadlineKind,
    last_day: date,
    today: date,
    already_sent: Iterable[int],
    leads: Leads = LEAD_DAYS,
) -> int | None:
    """The lead, in days before `last_day`, whose alert is due today, or None.

    That is the nearest lead reached: after days without a run, one alert goes out, not all
    that were missed. None before the first lead, and once that lead or a nearer one is among
    `already_sent`. Once the last day is over only the alert of the day after is due.
    """
    days_left = (last_day - today).days
    if days_left < 0:
        days_left = GONE
        if GONE not in leads[kind]:
            return None
    reached = [lead for lead in leads[kind] if lead >= days_left]
    if not reached:
        return None
    nearest = min(reached)
    return None if any(sent <= nearest for sent in already_sent) else nearest


def next_alert_on(
    kind: DeadlineKind,
    last_day: date,
    last_lead: int | None = None,
    *,
    silent_after: date | None = None,
    leads: Leads = LEAD_DAYS,
) -> date | None:
    """The day on which the alert after `last_lead` falls due, or None after the last one.

    `last_lead` is the lead, in days, of the alert that went out last; None if none has. None also
    where that day lies after `silent_after`, when reminding would be untrue.
    """
    for lead in leads[kind]:
        if last_lead is None or lead < last_lead:
            if lead == GONE and last_day == date.max:
                return None  # the calendar has no day after
            day = days_from(last_day, -lead)
            return None if silent_after and day > silent_after else day
    return None


def alerts_ahead(
    kind: DeadlineKind,
    last_day: date,
    *,
    last_lead: int | None,
    silent_after: date | None,
    today: date,
    until: date,
    leads: Leads = LEAD_DAYS,
) -> list[tuple[date, int]]:
    """Days and leads of the alerts that will go out from `today` to `until`, as things stand.

    `last_lead` is the lead of the alert that went out last. What is due already goes out today,
    the nearest lead alone; nothing goes out after `silent_after`.
    """
    sent = () if last_lead is None else (last_lead,)
    due = alert_due(kind, last_day, today, sent, leads)
    found = [] if due is None else [(today, due)]
    for lead in leads[kind]:
        if lead == GONE and last_day == date.max:
            continue
        day = days_from(last_day, -lead)
        if today < day and (last_lead is None or lead < last_lead):
            found.append((day, lead))
    end = until if silent_after is None else min(until, silent_after)
    return [(day, lead) for day, lead in found if day <= end]
