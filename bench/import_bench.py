"""Importing cards from CSV, against the database's own fastest way to take the same rows.

The floor is given exactly the rows that the import left, for the same tables with their indexes
and constraints, in one transaction, from this program's memory: by `COPY` on PostgreSQL, by
`executemany` on SQLite. Nothing is read, checked or worked out there.
"""

import io
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection, transaction

from bench.import_file import OFFICE_CODES, write_cards
from bench.import_with_orm import import_with_orm
from bench.report import ROUNDS, Report, seconds
from cards.importing import import_cards

CARDS = int(os.environ.get("BENCH_CARDS", "100000"))
# The slow way is timed on fewer; its rate is what counts.
ORM_CARDS = 3_000
WORDS = ("name_ja", "counter_ja", "address_ja", "hours_ja")
# In the order in which foreign keys allow them.
TABLES = (
    "accounts_resident",
    "cards_card",
    "cards_certificate",
    "cards_move",
    "cards_deadline",
    "cards_cardevent",
)


def run(report: Report) -> None:
    """Measure on the database in use."""
    make_offices()
    with TemporaryDirectory() as folder:
        path, few = Path(folder) / "cards.csv", Path(folder) / "few.csv"
        write_cards(path, CARDS)
        write_cards(few, ORM_CARDS)
        ours, floor, again, orm = [], [], [], []
        for number in range(ROUNDS):
            empty()
            ours.append(seconds(lambda: import_file(path)))
            if number == 0:
                keep_rows()
            again.append(seconds(lambda: import_file(path)))
            empty()
            floor.append(seconds(put_rows))
            empty()
            orm.append(seconds(lambda: import_with_orm(few)) * CARDS / ORM_CARDS)
        cards = f"import {CARDS:,} cards"
        way = "COPY" if connection.vendor == "postgresql" else "executemany"
        report.compare(cards, f"{way} of the rows it left", ours, floor, at_most=1.5)
        report.compare(cards, "the same with models and bulk_create", ours, orm, at_least=10)
        report.compare("import the same file again", "the first time", again, ours, at_most=1)
        report.note(f"importing {CARDS:,} cards grows the process by {growth(path):.0f} MB at most")
        forget_rows()
        empty()


def import_file(path: Path) -> None:
    summary = import_cards(path)
    assert not summary.refused, summary.first_problems


def make_offices() -> None:
    from accounts.models import Office

    for code in OFFICE_CODES:
        Office.objects.get_or_create(code=code, defaults=dict.fromkeys(WORDS, code))


def empty() -> None:
    """No cards at all, as in a new database."""
    if connection.vendor == "postgresql":
        execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY CASCADE")
    else:
        for table in ("cards_untoldevent", *reversed(TABLES)):
            execute(f"DELETE FROM {table}")


_taken: dict[str, Any] = {}


def keep_rows() -> None:
    """Remember what the import left, ready to be put in again."""
    for table in TABLES:
        if connection.vendor == "postgresql":
            out = io.BytesIO()
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
                for block in copy:
                    out.write(block)
            _taken[table] = out.getvalue()
        else:
            # Through a connection of its own, which makes no days of texts.
            with closing(sqlite3.connect(connection.settings_dict["NAME"])) as plain:
                _taken[table] = plain.execute(f"SELECT * FROM {table}").fetchall()


def put_rows() -> None:
    """The floor."""
    with transaction.atomic():
        for table in TABLES:
            if connection.vendor == "postgresql":
                with (
                    connection.cursor() as cursor,
                    cursor.copy(f"COPY {table} FROM STDIN") as copy,
                ):
                    copy.write(_taken[table])
            else:
                places = ", ".join("?" * len(_taken[table][0]))
                connection.connection.executemany(
                    f"INSERT INTO {table} VALUES ({places})", _taken[table]
                )


def forget_rows() -> None:
    _taken.clear()


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def growth(path: Path) -> float:
    """By how many MB a process of its own grows while it imports the file into no cards."""
    empty()
    said = subprocess.run(
        [sys.executable, "-m", "bench.import_memory", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(said.stdout)
