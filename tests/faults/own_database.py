"""A database on a cluster that a test may restart, fill up and look into from outside."""

from pathlib import Path
from typing import Any

import psycopg

from tests.faults.portal import database_url
from tests.servers.postgres import Cluster

NAME = "own"


class OwnDatabase:
    """Brought there as a backup is: by `pg_dump` and `pg_restore`."""

    def __init__(self, cluster: Cluster, directory: Path) -> None:
        self.cluster = cluster
        self.backup = directory / "backup"

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.cluster.port}/{NAME}"

    def copy(self) -> None:
        """Back up this test's database and restore it here."""
        self.dump()
        self.restore()

    def dump(self) -> None:
        self.cluster.tool("pg_dump", "--format=custom", f"--file={self.backup}", database_url())

    def restore(self) -> None:
        server = ("--host=127.0.0.1", f"--port={self.cluster.port}", "--username=postgres")
        self.cluster.tool("createdb", *server, NAME)
        self.cluster.tool(
            "pg_restore", *server, f"--dbname={NAME}", "--exit-on-error", str(self.backup)
        )

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a statement, over a connection of its own."""
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            return _rows(connection, sql)

    def drop(self) -> None:
        url = self.cluster.url
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def ask_this(sql: str) -> list[tuple[Any, ...]]:
    """The same of the database that the test itself uses."""
    with psycopg.connect(database_url(), autocommit=True) as connection:
        return _rows(connection, sql)


def _rows(connection: "psycopg.Connection[tuple[Any, ...]]", sql: str) -> list[tuple[Any, ...]]:
    found = connection.execute(sql.encode())
    return found.fetchall() if found.description else []
