"""Cards by the hundred thousand, made in the database itself: one deadline a card."""

import os
from datetime import date, timedelta

from django.db import connection

from cards.rules.kinds import DeadlineKind
from notifications.planner import raise_alerts

CARDS = int(os.environ.get("BENCH_CARDS", "100000"))
TODAY = date(2027, 3, 1)
# Last days are spread over so many days; on each, 9 leads of 600 days fall due: 1.5 %.
SPREAD = 600

_SERIES = """WITH RECURSIVE series (n) AS (
    SELECT {first} UNION ALL SELECT n + 1 FROM series WHERE n < {last})"""


def add_cards(first: int, last: int) -> None:
    """Cards `first` to `last`, alerted of all that was due until yesterday."""
    kind = DeadlineKind.CARD_EXPIRY.value
    sqlite = connection.vendor == "sqlite"
    start = TODAY - timedelta(1)
    step = f"(n * 7) % {SPREAD}"
    day = f"date('{start}', '+' || ({step}) || ' days')" if sqlite else f"DATE '{start}' + {step}"
    series = _SERIES.format(first=first, last=last)
    _run(
        """INSERT INTO accounts_office (id, code, name, name_en, name_ja, counter, counter_ja,
            address, address_ja, hours, hours_ja, phone)
            SELECT 1, '900001', 'Office', 'Hinode City Office', '日の出市役所', 'Counter 3',
            '3番窓口', '1-1 Chuo', '中央1-1', '8:30 to 17:00', '8:30〜17:00', '03-0000-0001'
            WHERE NOT EXISTS (SELECT 1 FROM accounts_office WHERE id = 1)""",
        f"""INSERT INTO accounts_resident (id, office_id, name, search_key, birth_date,
            address, residence_status, period_of_stay_ends_on, email, language)
            {series} SELECT n, 1, 'RESIDENT ' || n, 'resident ' || n, '1990-01-01',
            'Minami 1', 'Engineer', {day}, 'resident' || n || '@example.org',
            CASE n % 4 WHEN 0 THEN 'ja' ELSE 'en' END FROM series""",
        f"""INSERT INTO cards_card (id, reference, resident_id, variant, issued_on, expires_on)
            {series} SELECT n, 'BENCH-' || n, n, 'standard', '2024-01-01', {day} FROM series""",
        f"""INSERT INTO cards_deadline (id, card_id, kind, last_day, counted_from, next_alert_on)
            {series} SELECT n, n, '{kind}', {day}, {day}, '{start}' FROM series""",
    )
    raise_alerts(start)
    _run("DELETE FROM notifications_delivery", "DELETE FROM notifications_notification")
    tidy()


def remember() -> None:
    """Keep the deadlines as they are now, for `restore`."""
    _run(
        "DROP TABLE IF EXISTS bench_before",
        "CREATE TABLE bench_before AS SELECT id, last_lead, next_alert_on FROM cards_deadline",
        "CREATE UNIQUE INDEX bench_before_id ON bench_before (id)",
    )


def restore() -> None:
    """As if the sweep had not been."""
    _run(
        "DELETE FROM notifications_delivery",
        "DELETE FROM notifications_notification",
        """UPDATE cards_deadline
           SET last_lead = bench_before.last_lead, next_alert_on = bench_before.next_alert_on
           FROM bench_before WHERE bench_before.id = cards_deadline.id
             AND (cards_deadline.next_alert_on IS NULL
                  OR cards_deadline.next_alert_on <> bench_before.next_alert_on
                  OR cards_deadline.last_lead <> bench_before.last_lead
                  OR cards_deadline.last_lead IS NOT NULL AND bench_before.last_lead IS NULL)""",
    )
    tidy()


def tidy() -> None:
    """What autovacuum would have done by the next day."""
    if connection.vendor == "postgresql":
        _run("VACUUM ANALYZE cards_deadline", "VACUUM ANALYZE notifications_notification")
        _run("VACUUM ANALYZE notifications_delivery", "ANALYZE", "CHECKPOINT")
    else:
        _run("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)")


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
