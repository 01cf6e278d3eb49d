"""How a test that commits leaves the database: as a fresh installation has it, and sooner.

Django truncates every table, sixty of them for the eight that hold a row, and has the permissions,
roles and content types worked out anew: 0.2 s each time on PostgreSQL, twice as long as most tests
take. Here it does so once. After that only tables that hold something are emptied, and what an
installation begins with is compared with what Django had made of it, and put back where it differs.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase

Rows = list[tuple[Any, ...]]

# Rows deleted leave their room behind, which nobody clears (no autovacuum here): beyond this many
# bytes in one table or index they are truncated, and each file begins anew.
ROOMY = 1024 * 1024


class Emptying:
    """Stands in the place of `TransactionTestCase._fixture_teardown`, which it is given."""

    def __init__(self, djangos_own: Any) -> None:
        self._djangos_own = djangos_own
        self._begins_with: dict[str, Rows] | None = None

    def __call__(self, case: TransactionTestCase) -> None:
        asks_for_more = case.available_apps is not None or case.serialized_rollback
        if asks_for_more or self._begins_with is None or self._roomy():
            self._djangos_own(case)
            self._begins_with = None if asks_for_more else self._what_is_there()
        else:
            self._empty(self._begins_with)

    def _empty(self, begins_with: dict[str, Rows]) -> None:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            tables = _tables()
            if connection.vendor == "postgresql":
                # As TRUNCATE does: whoever is still writing is waited for. And rows that nothing
                # may change go, too, in whatever order.
                cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
                cursor.execute("SET LOCAL session_replication_role = replica")
            for table in self._hold_something(tables) | begins_with.keys():
                begun = begins_with.get(table, [])
                if begun and begun == _rows(table):
                    continue
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables
                if begun:
                    places = ", ".join(["%s"] * len(begun[0]))
                    again = f"INSERT INTO {table} VALUES ({places})"  # noqa: S608
                    cursor.executemany(again, begun)
        ContentType.objects.clear_cache()

    def _what_is_there(self) -> dict[str, Rows]:
        return {table: _rows(table) for table in self._hold_something(_tables())}

    def _hold_something(self, tables: list[str]) -> set[str]:
        asked = (f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM {one})" for one in tables)  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asked))
            return {table for (table,) in cursor.fetchall()}

    def _roomy(self) -> bool:
        if connection.vendor != "postgresql":
            return False
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT max(pg_relation_size(oid)) > %s FROM pg_class"
                " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')",
                [ROOMY],
            )
            return bool(cursor.fetchone()[0])


def _tables() -> list[str]:
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(found)


def _rows(table: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608
        return list(cursor.fetchall())
