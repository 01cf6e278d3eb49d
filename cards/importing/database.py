"""What PostgreSQL and SQLite each do fastest, behind the same few words.

New rows go straight into their tables (COPY on PostgreSQL), not through a staging table: that
would write each of them twice. One transaction around it all makes it all or none.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, connection, models

Model = type[models.Model]
# One row, or the part of it that follows its ids: see `record`.
Record = Any
# Whole rows, as `insert` wants them.
Rows = Any

# Any number will do, as long as nothing else in this database locks the same one.
_LOCK = 0x63617264_696D706F
# What the rows of a file fill.
_FILLED = (
    "accounts_resident",
    "cards_card",
    "cards_certificate",
    "cards_deadline",
    "cards_move",
    "cards_cardevent",
)
# PostgreSQL's code for a key that is there already.
_TAKEN = "23505"


class ImportBusy(Exception):
    """Another import is running."""


class ImportOvertaken(Exception):
    """Somebody registered one of the file's new cards while it was being imported."""


class RefusedByDatabase(Exception):
    """What the file would write breaks a rule of the database that reading it does not know.

    `rule` names it. Nothing of the database's own words is kept: they quote the rows.
    """

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class SQLite:
    """The transaction itself keeps every other writer out (BEGIN IMMEDIATE)."""

    null: str | None = None

    def __init__(self) -> None:
        # The last id given out for each table, also while its row is not there yet.
        self._taken: dict[str, int] = {}

    def lock(self) -> None:
        """Keep every other import out until the transaction ends, or raise ImportBusy."""

    def record(self, cells: Sequence[str | None]) -> Record:
        """A row as it will be written, of texts and nulls; `insert` and `note_lines` want these."""
        return cells

    def is_busy(self, error: OperationalError) -> bool:
        """Whether this says that another writer did not finish in time (20 seconds)."""
        return "locked" in str(error)

    def is_taken(self, error: IntegrityError) -> bool:
        """Whether this says that a row with the same key is there already."""
        return getattr(error.__cause__, "sqlite_errorname", "") in (
            "SQLITE_CONSTRAINT_UNIQUE",
            "SQLITE_CONSTRAINT_PRIMARYKEY",
        )

    def rule(self, error: IntegrityError) -> str:
        """The name of the constraint that was broken, and nothing of the row that broke it."""
        # “CHECK constraint failed: name”: SQLite names what was broken, and quotes no row.
        return str(error).partition(": ")[2] or str(error)

    def moment(self, moment: datetime) -> str:
        """As the database writes a moment."""
        return str(connection.ops.adapt_datetimefield_value(moment))

    def take_ids(self, model: Model, count: int) -> Iterable[int]:
        """Ids for `count` new rows, which nobody else will get: gaps are no harm."""
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT max(coalesce((SELECT max(id) FROM {table}), 0),"  # noqa: S608 - our own table
                " coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0))",
                [table],
            )
            (last,) = cursor.fetchone()
        first = max(last, self._taken.get(table, 0)) + 1
        self._taken[table] = first + count - 1
        return range(first, first + count)

    def known(self, references: Sequence[str]) -> list[int]:
        """Ids of the cards with these references."""
        return self._ids(
            "SELECT id FROM cards_card WHERE reference IN (SELECT value FROM json_each(%s))",
            json.dumps(references),
        )

    def _ids(self, sql: str, parameter: Any) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [parameter])
            return [pk for (pk,) in cursor.fetchall()]

    def rows(self, records: Sequence[Record], *ids: Sequence[str]) -> Rows:
        """Records with the ids that go before them, ready to `insert`. Touches no database."""
        return [(*first, *rest) for *first, rest in zip(*ids, records, strict=True)]

    def insert(self, model: Model, names: Sequence[str], rows: Rows) -> None:
        """Put rows in, `names` being the fields of the model that they give."""
        places = ", ".join(["%s"] * len(names))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {model._meta.db_table} ({_columns(model, names)}) VALUES ({places})",  # noqa: S608
                rows,
            )

    def update(self, objects: Sequence[Any], names: Sequence[str]) -> None:
        """Write these fields of objects of one model, all in one go."""
        if not objects:
            return
        meta = objects[0]._meta
        fields = [meta.get_field(name) for name in names]
        assignments = ", ".join(f"{field.column} = %s" for field in fields)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {meta.db_table} SET {assignments} WHERE id = %s",  # noqa: S608
                [
                    (
                        *(f.get_db_prep_save(getattr(one, f.attname), connection) for f in fields),
                        one.pk,
                    )
                    for one in objects
                ],
            )

    def note_lines(self, lines: Sequence[Record]) -> None:
        """Remember (line, reference) pairs, outside this program's memory."""
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO card_import_line VALUES (%s, %s)", lines)

    def begin_lines(self) -> None:
        self._execute("CREATE TEMPORARY TABLE card_import_line (line integer, reference text)")

    def end_lines(self) -> None:
        self._execute("DROP TABLE card_import_line")

    def repeated(self) -> Iterator[tuple[int, int]]:
        """Lines whose reference stands in an earlier line, each with the first such line."""
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH twice AS (SELECT reference, min(line) AS first FROM card_import_line"
                " GROUP BY reference HAVING count(*) > 1)"
                " SELECT line, first FROM card_import_line JOIN twice USING (reference)"
                " WHERE line > first ORDER BY line"
            )
            while rows := cursor.fetchmany(1_000):
                yield from rows

    def learn(self, new: int) -> None:
        """Have the database look at its tables anew if it knows far less than `new` cards."""

    def _execute(self, sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)


class PostgreSQL(SQLite):
    # COPY's sign for null. No cell holds it: control characters are refused.
    null = "\x01"

    def lock(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            (alone,) = cursor.fetchone()
            if not alone:
                raise ImportBusy
            # Foreign keys are then checked while the next rows are being read, not all at the end.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            # The planner knows nothing of rows that this transaction itself put in, and would
            # read whole tables again and again for a portion of a thousand.
            for way in ("seqscan", "hashjoin", "mergejoin", "material"):
                cursor.execute(f"SET LOCAL enable_{way} = off")

    def is_busy(self, error: OperationalError) -> bool:
        return False  # told by `lock`, at once

    def learn(self, new: int) -> None:
        # Where a rehearsal or a refused file was taken back, the planner may believe that large
        # files hold no row at all, and answers with plans made for one row until autovacuum comes
        # by, a minute or more later. What was never looked at (-1) it estimates well enough.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class"
                " WHERE oid = ANY(%s::regclass[]) AND reltuples >= 0 AND reltuples < %s",
                [list(_FILLED), new],
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f"ANALYZE {table}")

    def is_taken(self, error: IntegrityError) -> bool:
        return getattr(error.__cause__, "sqlstate", None) == _TAKEN

    def rule(self, error: IntegrityError) -> str:
        broken = getattr(error.__cause__, "diag", None)
        told = broken and (broken.constraint_name or broken.column_name)
        return told or type(error.__cause__).__name__

    def moment(self, moment: datetime) -> str:
        return moment.isoformat()

    def take_ids(self, model: Model, count: int) -> Iterable[int]:
        # The sequence is looked up once: asking for its name in each row takes ten times as long
        # as the number itself.
        return self._ids(
            "SELECT nextval(sequence) FROM generate_series(1, %s),"  # noqa: S608 - our own table
            f" (SELECT pg_get_serial_sequence('{model._meta.db_table}', 'id')::regclass"
            " AS sequence OFFSET 0) named",
            count,
        )

    def known(self, references: Sequence[str]) -> list[int]:
        # A look into the index for each, whatever the planner believes: if the table was analysed
        # while an import fills it, that is "no rows", and any join would read all of it each time.
        return self._ids(
            "SELECT id FROM (SELECT (SELECT id FROM cards_card WHERE reference = wanted.reference)"
            " FROM unnest(%s::text[]) AS wanted (reference) OFFSET 0) AS found (id)"
            " WHERE id IS NOT NULL",
            list(references),
        )

    def record(self, cells: Sequence[str | None]) -> Record:
        # Text without tabs and line ends (they are refused), so only the backslash means more.
        return "\t".join(cells).replace("\\", "\\\\")  # type: ignore[arg-type]

    def rows(self, records: Sequence[Record], *ids: Sequence[str]) -> Rows:
        return "\n".join(map("\t".join, zip(*ids, records, strict=True))).encode()

    def insert(self, model: Model, names: Sequence[str], rows: Rows) -> None:
        self._copy(f"{model._meta.db_table} ({_columns(model, names)})", rows)

    def note_lines(self, lines: Sequence[Record]) -> None:
        self._copy("card_import_line", "\n".join(lines).encode())

    def _copy(self, table: str, text: bytes) -> None:
        if not text:
            return
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} FROM STDIN (NULL E'\\x01')") as copy,
        ):
            copy.write(text)


def _columns(model: Model, names: Sequence[str]) -> str:
    columns = {field.name: field.column for field in model._meta.local_concrete_fields}
    return ", ".join(str(columns[name]) for name in names)


def database() -> SQLite | PostgreSQL:
    """The one in use."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()
