"""When an alert about a deadline is due (the lead days before its last valid day)."""

from collections.abc import Iterable
from datetime import date

from cards.rules.days import days_from
from cards.rules.kinds import DeadlineKind

# The first day after the last one: one alert says that it is over.
GONE = -1

LEAD_DAYS: dict[DeadlineKind, tuple[int, ...]] = {
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


def alert_due(
    kind: DeadlineKind, last_day: date, today: date, already_sent: Iterable[int]
) -> int | None:
    """The lead, in days before `last_day`, whose alert is due today, or None.

    That is the nearest lead reached: after days without a run, one alert goes out, not all
    that were missed. None before the first lead, and once that lead or a nearer one is among
    `already_sent`.
    """
    days_left = (last_day - today).days
    reached = [lead for lead in LEAD_DAYS[kind] if lead >= days_left]
    if not reached:
        return None
    nearest = min(reached)
    return None if any(sent <= nearest for sent in already_sent) else nearest


def next_alert_on(kind: DeadlineKind, last_day: date, last_lead: int | None = None) -> date | None:
    """The day on which the alert after `last_lead` falls due, or None after the last one.

    `last_lead` is the lead, in days, of the alert that went out last; None if none has.
    """
    for lead in LEAD_DAYS[kind]:
        if last_lead is None or lead < last_lead:
            if lead == GONE and last_day == date.max:
                return None  # the calendar has no day after
            return days_from(last_day, -lead)
    return None


def alerts_ahead(
    kind: DeadlineKind,
    last_day: date,
    *,
    last_lead: int | None,
    silent_after: date | None,
    today: date,
    until: date,
) -> list[tuple[date, int]]:
    """Days and leads of the alerts that will go out from `today` to `until`, as things stand.

    `last_lead` is the lead of the alert that went out last. What is due already goes out today,
    the nearest lead alone; nothing goes out after `silent_after`.
    """
    sent = () if last_lead is None else (last_lead,)
    due = alert_due(kind, last_day, today, sent)
    found = [] if due is None else [(today, due)]
    for lead in LEAD_DAYS[kind]:
        if lead == GONE and last_day == date.max:
            continue
        day = days_from(last_day, -lead)
        if today < day and (last_lead is None or lead < last_lead):
            found.append((day, lead))
    end = until if silent_after is None else min(until, silent_after)
    return [(day, lead) for day, lead in found if day <= end]
