"""Which alerts will go out in the next 90 days, as things stand: by day, office and kind.

The rule is `cards.rules.reminders.alerts_ahead`; here it is said in one statement. Deadlines that
agree in all that the rule asks are counted first and spread over their days afterwards, so that
the days are worked out for some thousand groups and not for every card.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from cards.rules.days import days_from
from cards.rules.kinds import DeadlineKind
from notifications.planner import steps
from portal import clock

DAYS = 90

# `coming` are deadlines that have anything left to say, counted. One that is due already speaks
# today, with the nearest lead reached; all speak on the days of the leads that follow.
_FORECAST = """
    WITH coming AS (
        SELECT resident.office_id, deadline.kind, deadline.last_day, deadline.silent_after,
               deadline.last_lead, deadline.next_alert_on <= %(today)s AS is_due,
               COUNT(*) AS count
        FROM cards_deadline deadline
        JOIN cards_card card ON card.id = deadline.card_id
        JOIN accounts_resident resident ON resident.id = card.resident_id
        WHERE deadline.next_alert_on <= %(until)s {of_offices}
        GROUP BY resident.office_id, deadline.kind, deadline.last_day, deadline.silent_after,
                 deadline.last_lead, deadline.next_alert_on <= %(today)s
    ),
    step (kind, lead, next_lead, first_day, final_day) AS (VALUES {steps}),
    spoken AS (
        SELECT {today} AS day, coming.*
        FROM coming JOIN step
          ON step.kind = coming.kind AND coming.last_day BETWEEN step.first_day AND step.final_day
        WHERE coming.is_due AND step.lead IS NOT NULL
          AND (coming.last_lead IS NULL OR coming.last_lead > step.lead)
        UNION ALL
        SELECT {day} AS day, coming.*
        FROM coming JOIN step ON step.kind = coming.kind
        WHERE step.lead IS NOT NULL
          AND (coming.last_lead IS NULL OR coming.last_lead > step.lead)
          AND {day} > %(today)s
    )
    SELECT day, office_id, kind, SUM(count) FROM spoken
    WHERE day <= %(until)s AND (silent_after IS NULL OR silent_after >= day)
    GROUP BY day, office_id, kind
    ORDER BY day, office_id, kind"""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """So many alerts of one kind, on one day, for residents of one office."""

    day: date
    office: int
    kind: DeadlineKind
    alerts: int


def forecast(offices: Iterable[int] | None = None) -> list[Foreseen]:
    """The alerts from today on, `DAYS` days; of these offices only, or of all."""
    today = clock.today()
    adapted = connection.ops.adapt_datefield_value
    rows, values = steps(today)
    values |= {"today": adapted(today), "until": adapted(days_from(today, DAYS - 1))}
    only = "" if offices is None else _among("resident.office_id", sorted(set(offices)), values)
    postgresql = connection.vendor == "postgresql"
    statement = _FORECAST.format(
        steps=rows,
        of_offices=only and f"AND {only}",
        today="CAST(%(today)s AS date)" if postgresql else "%(today)s",
        day="coming.last_day - step.lead"
        if postgresql
        else "date(coming.last_day, (-step.lead) || ' days')",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [
            Foreseen(_day(day), office, DeadlineKind(kind), int(count))
            for day, office, kind, count in cursor.fetchall()
        ]


def days_ahead() -> list[date]:
    """Every day that the forecast looks at."""
    return [days_from(clock.today(), number) for number in range(DAYS)]


def _among(column: str, numbers: list[int], values: dict[str, Any]) -> str:
    """`column` is one of these; of none, if there are none."""
    names = [f"{column.replace('.', '_')}_{at}" for at in range(len(numbers))]
    values.update(zip(names, numbers, strict=True))
    return f"{column} IN ({', '.join(f'%({name})s' for name in names) or 'NULL'})"


def _day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
