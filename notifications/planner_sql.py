"""The statements of the planner, for PostgreSQL (one) and SQLite (the same steps, one by one).

SQLite cannot write within a WITH; there, one IMMEDIATE transaction keeps everyone else out
until the last step. Every statement takes the same named values; only text that stands in this
file is put into another.
"""

from typing import NamedTuple

from cards.rules.reminders import EARLY_ONLY
from notifications.kinds_of_mail import GROUPS
from notifications.models.preference import column


class Work(NamedTuple):
    """`waiting` asks an index whether there is anything to do; `statements` do it.

    Asked first, so that a run with nothing due costs one look, whatever the database thinks of
    its tables: without statistics it once read every mail there is to remind nobody.
    """

    waiting: str
    statements: list[str]


# Due rows, and what each calls for. A step says from which last days on a lead is reached and
# none nearer, so that no date has to be worked out a row; a step without a lead, that none is
# reached yet, which puts a day right that was set too early. `loud` is false there, where the
# card had ended before today, and where something as near has been said already.
_DUE = """
    due AS (
        SELECT id, card_id, kind, last_day, silent_after, last_lead
        FROM cards_deadline
        WHERE next_alert_on <= %(today)s
        ORDER BY next_alert_on, id LIMIT %(chunk)s
        FOR NO KEY UPDATE SKIP LOCKED
    ),
    step (kind, lead, next_lead, first_day, final_day) AS (VALUES {steps}),
    reached AS (
        SELECT due.id, due.card_id, due.kind, due.last_day, due.silent_after,
               step.lead, step.next_lead,
               due.last_day - step.next_lead AS next_day,
               LEAST(COALESCE(due.last_day - step.next_lead - 1, %(still_told)s),
                     due.silent_after) AS valid_until,
               step.lead IS NOT NULL
               AND (due.silent_after IS NULL OR due.silent_after >= %(today)s)
               AND (due.last_lead IS NULL OR due.last_lead > step.lead) AS loud
        FROM due JOIN step
          ON step.kind = due.kind AND due.last_day BETWEEN step.first_day AND step.final_day
    )"""

_RAISE = """
    INSERT INTO notifications_notification (card_id, kind, deadline_id, last_day, lead, created_at)
    SELECT card_id, kind, id, last_day, lead, %(now)s FROM {source}
    ON CONFLICT (deadline_id, last_day, lead) DO NOTHING"""

_TELL = """
    INSERT INTO notifications_notification (card_id, kind, event_id, created_at)
    SELECT event.card_id, event.kind, event.id, %(now)s
    FROM {told} told JOIN cards_cardevent event ON event.id = told.event_id
    WHERE TRUE ORDER BY event.id
    ON CONFLICT (event_id) DO NOTHING"""

# What was asked to be told again: whoever takes the row tells it, if it still holds and nothing
# else told it today. What has an alert due is left: another planner holds that row and tells it.
# So is what today's mail, still on its way, will tell: it may be turned off before it leaves. A
# mail that was put into the mail of a day is where that is.
# Counted, not NOT EXISTS, which may be turned into a join with every notification there is.
_TAKE_ASKED = "DELETE FROM notifications_askedreminder WHERE deadline_id IN ({asked})"
_ASKED = """
    SELECT deadline_id FROM notifications_askedreminder
    WHERE due_on <= %(today)s
      AND NOT EXISTS (
        SELECT 1 FROM cards_deadline d
        WHERE d.id = notifications_askedreminder.deadline_id AND d.next_alert_on <= %(today)s)
      AND (
        SELECT COUNT(*) FROM notifications_notification told
        JOIN notifications_delivery mail ON mail.notification_id = told.id
        LEFT JOIN notifications_delivery daily ON daily.id = mail.daily_mail_id
        WHERE told.deadline_id = notifications_askedreminder.deadline_id
          AND told.created_at >= %(midnight)s
          AND COALESCE(daily.state, mail.state) IN ('queued', 'sending') {before}) = 0
    ORDER BY due_on, deadline_id LIMIT %(chunk)s {lock}"""
_REMIND = """
    INSERT INTO notifications_notification (card_id, kind, deadline_id, last_day, created_at)
    SELECT deadline.card_id, deadline.kind, deadline.id, deadline.last_day, %(now)s
    FROM {asked} asked JOIN cards_deadline deadline ON deadline.id = asked.deadline_id
    WHERE deadline.closed_at IS NULL AND deadline.last_day >= %(today)s
      AND (deadline.silent_after IS NULL OR deadline.silent_after >= %(today)s)
      AND NOT EXISTS (
        SELECT 1 FROM notifications_saiddone done WHERE done.deadline_id = deadline.id)
      AND (
        SELECT COUNT(*) FROM notifications_notification told
        JOIN notifications_delivery mail ON mail.notification_id = told.id
        LEFT JOIN notifications_delivery daily ON daily.id = mail.daily_mail_id
        WHERE told.deadline_id = deadline.id
          AND told.created_at >= %(midnight)s
          AND COALESCE(daily.state, mail.state) NOT IN ('cancelled', 'failed')) = 0"""

# In the order of what they are about: mails leave in the order of their rows, and a join gives rows
# in any. A mail for each, or a row that says why there is none: no address (one that comes later
# gets the next alert) or one at which nobody is; and before the last days, a deadline said to be
# done, or what the resident chose. What is not urgent waits for the mail of the day where that is
# wanted.
_QUEUE = """
    INSERT INTO notifications_delivery
        (notification_id, state, urgent, not_before, valid_until, daily, attempts, lease, reason)
    SELECT id, CASE WHEN why_not = '' THEN 'queued' ELSE 'cancelled' END, {urgent},
           CASE WHEN daily THEN %(next_daily)s ELSE %(now)s END, valid_until, daily, 0, '', why_not
    FROM (
        SELECT raised.id, {valid_until} AS valid_until,
               COALESCE(chosen.daily, FALSE) AND {may_be_off} AS daily,
               CASE WHEN resident.email = '' THEN %(no_address)s
                    WHEN {on_its_way} THEN %(nearer)s
                    WHEN dead.address = resident.email THEN %(unreachable)s
                    WHEN done.deadline_id IS NOT NULL THEN %(said_done)s
                    WHEN NOT {may_be_off} THEN ''
                    WHEN {switched_off} THEN %(turned_off)s
                    WHEN raised.lead > chosen.earliest AND raised.lead > {last_of_kind}
                    THEN %(too_early)s
                    ELSE '' END AS why_not
        FROM {source}
        {join} cards_card card ON card.id = raised.card_id
        {join} accounts_resident resident ON resident.id = card.resident_id
        LEFT JOIN notifications_mailtrouble dead
          ON dead.resident_id = resident.id AND dead.hard
        LEFT JOIN notifications_saiddone done
          ON done.deadline_id = raised.deadline_id AND raised.lead > %(last_days)s
        LEFT JOIN notifications_preference chosen ON chosen.resident_id = resident.id
    ) decided
    WHERE TRUE ORDER BY id"""
# What may be turned off (`kinds_of_mail.group_of`), and whether it is.
_MAY_BE_OFF = ", ".join(f"'{kind}'" for kind in GROUPS)
_CHOICES = {
    "may_be_off": f"(raised.kind IN ({_MAY_BE_OFF}) AND "
    "(raised.deadline_id IS NULL OR COALESCE(raised.lead, 0) > %(last_days)s))",
    "switched_off": "CASE raised.kind {} END".format(
        " ".join(f"WHEN '{kind}' THEN chosen.{column(group)}" for kind, group in GROUPS.items())
    ),
    "last_of_kind": "CASE raised.kind {} ELSE 0 END".format(
        " ".join(f"WHEN '{kind}' THEN %(last_{kind})s" for kind in EARLY_ONLY)
    ),
}
# An alert until the day before the next one takes over, an event for a while, what was asked for
# to the last day.
_OF_ALERTS = {
    **_CHOICES,
    "urgent": "FALSE",
    "on_its_way": "FALSE",
    "valid_until": "reached.valid_until",
    "source": "reached {join} {raised} raised ON raised.deadline_id = reached.id",
}
_OF_PLANNED = {
    **_OF_ALERTS,
    "source": "{raised} raised {join} planned reached ON raised.deadline_id = reached.id",
}
_OF_EVENTS = {
    **_CHOICES,
    "urgent": "TRUE",
    "on_its_way": "FALSE",
    "valid_until": "%(still_told)s",
    "source": "{raised} raised",
}
_OF_ASKED = {
    **_CHOICES,
    "urgent": "FALSE",
    # A reminder that has not left yet, since the mail server takes none, says it already. One that
    # may be turned off before it leaves gives way itself (`Due.no_longer_holds`).
    "on_its_way": """(
        SELECT COUNT(*) FROM notifications_notification told
        JOIN notifications_delivery mail ON mail.notification_id = told.id
        WHERE told.deadline_id = raised.deadline_id AND told.id <> raised.id
          AND COALESCE(told.lead, 0) <= %(last_days)s
          AND mail.state IN ('queued', 'sending')) > 0""",
    "valid_until": "deadline.last_day",
    "source": "{raised} raised {join} cards_deadline deadline ON deadline.id = raised.deadline_id",
}


def _queue(raised: str, of: dict[str, str]) -> str:
    """On SQLite what is due is looked at first, whatever its planner thinks: CROSS JOIN keeps
    the order, and a sweep with nothing due does not read every card."""
    join = "CROSS JOIN" if raised == _RAISED_SQLITE else "JOIN"
    source = of["source"].format(join=join, raised=raised)
    return _QUEUE.format(**{**of, "join": join, "source": source})


# What is said late says all that would have been said by then: `last_lead` is then the days left,
# so that lead days that are changed afterwards do not say it again.
_MOVE_ON = """
    UPDATE cards_deadline
    SET last_lead = CASE
            WHEN reached.loud
            THEN LEAST(reached.lead, GREATEST(reached.last_day - CAST(%(today)s AS date), -1))
            ELSE cards_deadline.last_lead END,
        next_alert_on = CASE
            WHEN reached.next_day <= COALESCE(reached.silent_after, reached.next_day)
            THEN reached.next_day END
    FROM reached WHERE cards_deadline.id = reached.id"""

_RAISED = "RETURNING id, card_id, kind, deadline_id, lead"
_COUNT_RAISED = "SELECT 'raised' AS what, kind, COUNT(*) FROM {raised} raised GROUP BY kind"
_COUNT_MAILS = "SELECT 'mails', '', COUNT(*) FROM {queued} queued WHERE state = 'queued'"
_COUNT_SILENCED = (
    "SELECT 'silenced', '', COUNT(*) FROM {reached} reached WHERE silent_after < %(today)s"
)
_COUNT_DUE = "SELECT 'handled', '', COUNT(*) FROM {due} due"

# On SQLite: the same `reached`, worked out once and kept until the transaction's last step. Each
# connection has its own.
_PLANNED = """
    CREATE TEMP TABLE IF NOT EXISTS planned (
        id INTEGER PRIMARY KEY, card_id, kind, last_day, silent_after, lead, next_day,
        valid_until, loud)"""
_FORGET_PLANNED = "DELETE FROM planned"
# The table of leads, with an index to look each due row up in: its columns are of the types that
# those of the deadlines have, or SQLite would not use it.
_STEPS = """
    CREATE TEMP TABLE IF NOT EXISTS steps (
        kind varchar, lead, next_lead, first_day date, final_day date,
        PRIMARY KEY (kind, final_day)) WITHOUT ROWID"""
_FORGET_STEPS = "DELETE FROM steps"
_KNOW_STEPS = "INSERT INTO steps VALUES {steps}"
_PLAN = """
    INSERT INTO planned
    WITH due AS MATERIALIZED (
        SELECT id, card_id, kind, last_day, silent_after, last_lead
        FROM cards_deadline
        WHERE next_alert_on <= %(today)s
        ORDER BY next_alert_on, id LIMIT %(chunk)s
    )
    SELECT due.id, due.card_id, due.kind, due.last_day, due.silent_after, step.lead,
           date(due.last_day, (-step.next_lead) || ' days'),
           MIN(COALESCE(date(due.last_day, (-step.next_lead - 1) || ' days'), %(still_told)s),
               COALESCE(due.silent_after, '9999-12-31')),
           step.lead IS NOT NULL
           AND (due.silent_after IS NULL OR due.silent_after >= %(today)s)
           AND (due.last_lead IS NULL OR due.last_lead > step.lead)
    FROM due CROSS JOIN temp.steps step
      ON step.kind = due.kind
     AND step.final_day >= due.last_day AND step.first_day <= due.last_day"""
_MOVE_ON_PLANNED = """
    UPDATE cards_deadline
    SET (last_lead, next_alert_on) = (
        SELECT CASE
                   WHEN p.loud
                   THEN MIN(p.lead, MAX(CAST(
                       julianday(p.last_day) - julianday(%(today)s) AS INTEGER), -1))
                   ELSE cards_deadline.last_lead END,
               CASE WHEN p.next_day <= COALESCE(p.silent_after, p.next_day) THEN p.next_day END
        FROM temp.planned p WHERE p.id = cards_deadline.id)
    WHERE id IN (SELECT id FROM temp.planned)"""

# On SQLite: what this transaction has added, since nobody else writes meanwhile.
NEWEST = """
    SELECT (SELECT COALESCE(MAX(id), 0) FROM notifications_notification),
           (SELECT COALESCE(MAX(id), 0) FROM notifications_delivery)"""
_RAISED_SQLITE = "(SELECT * FROM notifications_notification WHERE id > %(newest_notification)s)"
_QUEUED_SQLITE = "(SELECT * FROM notifications_delivery WHERE id > %(newest_delivery)s)"
_UNTOLD = "SELECT event_id FROM cards_untoldevent ORDER BY event_id LIMIT %(chunk)s"


_ALERTS_WAIT = "SELECT EXISTS (SELECT 1 FROM cards_deadline WHERE next_alert_on <= %(today)s)"
_ASKED_WAIT = "SELECT EXISTS (SELECT 1 FROM notifications_askedreminder WHERE due_on <= %(today)s)"
_EVENTS_WAIT = "SELECT EXISTS (SELECT 1 FROM cards_untoldevent)"


def raise_alerts(vendor: str, steps: str) -> Work:
    """What raises the alerts that are due; `steps` are the rows of the table of leads."""
    return Work(_ALERTS_WAIT, _raise_alerts(vendor, steps))


def remind_again(vendor: str) -> Work:
    """What tells again what was asked for on a day that is reached."""
    return Work(_ASKED_WAIT, _remind_again(vendor))


def tell_events(vendor: str) -> Work:
    """What tells the events waiting for it."""
    return Work(_EVENTS_WAIT, _tell_events(vendor))


def _raise_alerts(vendor: str, steps: str) -> list[str]:
    if vendor == "postgresql":
        due = _DUE.format(steps=steps)
        return [
            f"""WITH {due},
            raised AS ({_RAISE.format(source="reached WHERE loud")} {_RAISED}),
            queued AS ({_queue("raised", _OF_ALERTS)} RETURNING state),
            moved AS ({_MOVE_ON} RETURNING cards_deadline.id)
            {_COUNT_RAISED.format(raised="raised")}
            UNION ALL {_COUNT_MAILS.format(queued="queued")}
            UNION ALL {_COUNT_SILENCED.format(reached="reached")}
            UNION ALL {_COUNT_DUE.format(due="moved")}"""
        ]
    return [
        _PLANNED,
        _FORGET_PLANNED,
        _STEPS,
        _FORGET_STEPS,
        _KNOW_STEPS.format(steps=steps),
        _PLAN,
        _RAISE.format(source="planned WHERE loud ORDER BY id"),
        _queue(_RAISED_SQLITE, _OF_PLANNED),
        f"""{_COUNT_RAISED.format(raised=_RAISED_SQLITE)}
        UNION ALL {_COUNT_MAILS.format(queued=_QUEUED_SQLITE)}
        UNION ALL {_COUNT_SILENCED.format(reached="planned")}
        UNION ALL {_COUNT_DUE.format(due="planned")}""",
        _MOVE_ON_PLANNED,
        _FORGET_PLANNED,
    ]


def _remind_again(vendor: str) -> list[str]:
    if vendor == "postgresql":
        asked = _ASKED.format(lock="FOR UPDATE SKIP LOCKED", before="")
        return [
            f"""WITH asked AS ({_TAKE_ASKED.format(asked=asked)} RETURNING deadline_id),
            raised AS ({_REMIND.format(asked="asked")} {_RAISED}),
            queued AS ({_queue("raised", _OF_ASKED)} RETURNING state)
            {_COUNT_RAISED.format(raised="raised")}
            UNION ALL {_COUNT_MAILS.format(queued="queued")}
            UNION ALL {_COUNT_DUE.format(due="asked")}"""
        ]
    # Step by step, what the first raises must not change what the last takes.
    asked = _ASKED.format(lock="", before="AND told.id <= %(newest_notification)s")
    return [
        _REMIND.format(asked=f"({asked})"),
        _queue(_RAISED_SQLITE, _OF_ASKED),
        f"""{_COUNT_RAISED.format(raised=_RAISED_SQLITE)}
        UNION ALL {_COUNT_MAILS.format(queued=_QUEUED_SQLITE)}
        UNION ALL {_COUNT_DUE.format(due=f"({asked})")}""",
        _TAKE_ASKED.format(asked=asked),
    ]


def _tell_events(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"""WITH told AS (
                DELETE FROM cards_untoldevent
                WHERE event_id IN ({_UNTOLD} FOR UPDATE SKIP LOCKED) RETURNING event_id
            ),
            raised AS ({_TELL.format(told="told")} {_RAISED}),
            queued AS ({_queue("raised", _OF_EVENTS)} RETURNING state)
            {_COUNT_RAISED.format(raised="raised")}
            UNION ALL {_COUNT_MAILS.format(queued="queued")}
            UNION ALL {_COUNT_DUE.format(due="told")}"""  # noqa: S608
        ]
    return [
        _TELL.format(told=f"({_UNTOLD})"),
        _queue(_RAISED_SQLITE, _OF_EVENTS),
        f"""{_COUNT_RAISED.format(raised=_RAISED_SQLITE)}
        UNION ALL {_COUNT_MAILS.format(queued=_QUEUED_SQLITE)}
        UNION ALL {_COUNT_DUE.format(due=f"({_UNTOLD})")}""",
        f"DELETE FROM cards_untoldevent WHERE event_id IN ({_UNTOLD})",  # noqa: S608
    ]
