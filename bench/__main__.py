"""Run every benchmark on PostgreSQL and SQLite, and write docs/performance.md.

`python -m bench [name …]` runs only the parts so named (sweep, mail, import …); of the others the
document keeps what they measured last.
BENCH_CARDS (100000), BENCH_DESK_CARDS (1000000), BENCH_MAILS (2000) and BENCH_ROUNDS (3) set the
size.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from bench.report import measured, write_document
from tests.servers.postgres import Cluster, throwaway_cluster


def main(names: list[str]) -> int:
    with tempfile.TemporaryDirectory() as directory, throwaway_cluster() as cluster:
        make_durable(cluster)
        databases = {
            "PostgreSQL": cluster.url,
            "SQLite": f"sqlite:///{Path(directory) / 'bench.sqlite3'}",
        }
        for database, url in databases.items():
            print(f"{database}:", flush=True)
            environment = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
            subprocess.run(
                [sys.executable, "-m", "bench.one", database, *names],
                env=os.environ | environment,
                check=True,
            )
    write_document(measured([]))
    report = measured(names)
    missed = report.missed()
    for figure in missed:
        print(f"Not reached: {figure.work} on {figure.database}: {figure.ratio:.2f}")
    slow = [page for page in report.pages if not page.reached]
    for page in slow:
        print(f"Too slow: {page.page}, for {page.who}")
    return 1 if missed or slow else 0


def make_durable(cluster: Cluster) -> None:
    """Throw-away clusters skip the disk and autovacuum; what is measured here must not."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {name} = 'on'")
    cluster.restart("fast")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
