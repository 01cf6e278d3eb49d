"""A million cards of forty offices, with all that the desk's pages look at."""

from django.db import connection

from accounts.spelling import search_key
from bench.population import tidy
from portal import clock

OFFICES = 40
# A day on which several of each office were born, however many there are.
BORN_ON = "1950-01-06"
_FAMILY = (
    "NGUYEN", "TRAN", "LE", "PHAM", "WANG", "LI", "ZHANG", "KIM", "PARK", "SANTOS", "REYES", "CRUZ",
    "SHRESTHA", "GURUNG", "RAI", "SILVA", "SATO", "TANAKA", "MÜLLER", "王", "陳",
)  # fmt: skip
_GIVEN = (
    "THI LAN", "VAN MINH", "THU HA", "XIAOMING", "WEI", "MIN-SU", "JI-WOO", "MARIA CLARA", "JOSE",
    "BIKASH", "SITA", "PEMBA", "ANA LUCIA", "KENJI", "YUKO", "SUNITA", "小明", "大文", "PUTRI",
)  # fmt: skip
_TABLES = (
    "notifications_delivery", "notifications_notification", "cards_reissue", "cards_pinslot",
    "cards_cardevent", "cards_move", "cards_deadline", "cards_certificate", "cards_card",
    "accounts_resident",
)  # fmt: skip


def birth_dates(cards: int) -> int:
    """How many different ones: two people of each office, at the least, share each of them."""
    return min(20_000, max(1, cards // (2 * OFFICES)))


def add_desk(cards: int) -> None:
    """So many cards: their people in forty offices, one in ten with a move that runs, some locked,
    suspended, expired or asked for anew, and a week of mails."""
    today = f"DATE '{clock.today()}'"
    names = [f"{family} {given}" for family in _FAMILY for given in _GIVEN]
    series = f"generate_series(1, {cards}) AS n"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE desk_name (id int PRIMARY KEY, name text, key text)")
        cursor.executemany(
            "INSERT INTO desk_name VALUES (%s, %s, %s)",
            [(at, name, search_key(name)) for at, name in enumerate(names)],
        )
        cursor.execute(
            f"""INSERT INTO accounts_office (code, name, name_en, name_ja, counter, counter_ja,
                address, address_ja, hours, hours_ja, phone)
                SELECT 900000 + n, 'Office', 'Office ' || n, '市役所' || n, '1', '1', 'A', 'A',
                       '8:30 to 17:00', '8:30〜17:00', ''
                FROM generate_series(1, {OFFICES}) AS n ON CONFLICT (code) DO NOTHING"""
        )
        for statement in (
            f"""INSERT INTO accounts_resident (id, office_id, name, search_key, birth_date, address,
                residence_status, period_of_stay_ends_on, email, language)
                SELECT n, office.id, desk_name.name, desk_name.key,
                       DATE '1950-01-01' + (n / {OFFICES} %% {birth_dates(cards)}), 'Minami 1',
                       'Engineer',
                       {today} + (n * 7 %% 1800) - 100, 'r' || n || '@example.org', 'en'
                FROM {series}
                JOIN accounts_office office ON office.code = (900001 + n %% {OFFICES})::text
                JOIN desk_name ON desk_name.id = n::bigint * 7919 %% {len(names)}""",
            f"""INSERT INTO cards_card (id, reference, resident_id, variant, issued_on, expires_on,
                lapses_on, suspended_at)
                SELECT n, 'DESK-' || lpad(n::text, 7, '0'), n, 'standard', DATE '2020-01-01',
                       {today} + (n * 7 %% 1800) - 100,
                       CASE WHEN n %% 10 = 0 THEN {today} + (n / 10 %% 120) - 30 END,
                       CASE WHEN n %% 300 = 0 THEN now() END
                FROM {series}""",
            f"""INSERT INTO cards_certificate (card_id, kind, medium, issued_on, ends_on,
                revoked_because)
                SELECT n, kind, 'chip', DATE '2025-01-01', {today} + 900, ''
                FROM {series}, (VALUES ('signature'), ('user_proof')) AS kinds (kind)""",
            f"""INSERT INTO cards_deadline (card_id, kind, last_day, counted_from, next_alert_on)
                SELECT n, 'card_expiry', day, day,
                       (SELECT min(day - lead) FROM unnest(ARRAY[90,60,30,14,7,3,1,0,-1]) AS lead
                        WHERE day - lead > {today})
                FROM (SELECT n, {today} + (n * 7 %% 1800) - 100 AS day FROM {series}) AS cards""",
            f"""INSERT INTO cards_deadline (card_id, kind, last_day, counted_from, next_alert_on)
                SELECT n, 'move_in_14', day, day,
                       (SELECT min(day - lead) FROM unnest(ARRAY[7,3,1,0,-1]) AS lead
                        WHERE day - lead > {today})
                FROM (SELECT n, {today} + (n / 10 %% 120) - 31 AS day FROM {series}
                      WHERE n %% 10 = 0) AS cards""",
            f"""INSERT INTO cards_move (card_id, kind, source, moved_in_on, recorded_at)
                SELECT n, 'move_in', 'import', {today} + (n / 10 %% 120) - 45, now()
                FROM {series} WHERE n %% 10 = 0""",
            f"""INSERT INTO cards_cardevent (card_id, kind, at, data)
                SELECT n, 'registered', now(), '{{"source": "import"}}' FROM {series}""",
            f"""INSERT INTO cards_pinslot (card_id, kind, failed_tries, told_tries)
                SELECT n, 'user_proof', CASE WHEN n %% 400 = 0 THEN 3 ELSE 1 END, 0
                FROM {series} WHERE n %% 20 = 0""",
            f"""INSERT INTO cards_reissue (card_id, reason, with_certificates,
                police_receipt_number, fire_report_number, claimed_ground, circumstances, state,
                question, answer, waiver, decision_note, requested_at)
                SELECT n, 'damaged', true, '', '', '', '', 'requested', '', '', '', '',
                       now() - (n / 200 %% 40) * interval '1 day'
                FROM {series} WHERE n %% 200 = 0""",
            """INSERT INTO notifications_notification (id, card_id, kind, deadline_id, last_day,
                lead, created_at)
                SELECT row_number() OVER (ORDER BY day DESC), deadline.card_id, deadline.kind,
                       deadline.id, deadline.last_day, 30, now() - day * interval '1 day'
                FROM (SELECT id, card_id, kind, last_day, id %% 60 AS day FROM cards_deadline
                      WHERE id %% 2 = 0) AS deadline""",
            """INSERT INTO notifications_delivery (notification_id, state, not_before, attempts,
                lease, reason, sent_at)
                SELECT id, CASE WHEN id %% 500 = 0 THEN 'failed' ELSE 'sent' END, created_at, 1, '',
                       CASE WHEN id %% 500 = 0 THEN 'No such person' ELSE '' END,
                       CASE WHEN id %% 500 = 0 THEN NULL ELSE created_at END
                FROM notifications_notification ORDER BY id""",
        ):
            cursor.execute(statement, [])
        for table in _TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
        for table in _TABLES:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {table}))",
                [table],
            )
    tidy()


def forget_desk() -> None:
    """No cards any more."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(_TABLES)} RESTART IDENTITY CASCADE")
        cursor.execute("DROP TABLE desk_name")
