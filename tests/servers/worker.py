"""A real Celery worker in a process of its own, on the test's database and the test's Valkey."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.db import connection

from tests.servers.valkey import ValkeyServer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def celery_worker(
    valkey: ValkeyServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """`celery_worker()` starts one; hints that imports wait reach it, as in the real thing.

    Needs PostgreSQL: SQLite's one writer would be waited for by everybody else.
    """
    if connection.vendor != "postgresql":
        pytest.skip("needs a database that several can write to at once")
    broker = Celery(broker=valkey.broker_url)

    def hint() -> None:
        broker.send_task("cards.tasks.run_imports")

    monkeypatch.setattr("cards.tasks.hint_importer", hint)
    where = connection.settings_dict
    with ExitStack() as stack:
        var = stack.enter_context(tempfile.TemporaryDirectory())
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": "postgres://{USER}@{HOST}:{PORT}/{NAME}".format(**where),
            "REDIS_URL": valkey.url,
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "SECRET_KEY": settings.SECRET_KEY,
            "PIN_KEYS": "tests:" + "A" * 43 + "=",
            "ALLOWED_HOSTS": "localhost",
            "DEBUG": "0",
            "VAR_DIR": var,
        }
        log = stack.enter_context((Path(var) / "worker.log").open("wb"))

        def start() -> "subprocess.Popen[bytes]":
            command = [sys.executable, "-m", "celery", "-A", "portal", "worker"]
            process = subprocess.Popen(
                [*command, "--concurrency", "1", "--without-gossip", "--without-mingle"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
            stack.callback(process.wait, timeout=20)
            stack.callback(process.terminate)
            return process

        yield start
        broker.close()
