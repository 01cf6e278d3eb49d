"""A worker that is killed in the middle of an import, on real servers."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from cards import tasks
from cards.importing.requests import agree, send_in
from cards.importing.worker import run_waiting
from cards.models import Card, CardImport, CardImportPart
from tests.builders import make_clerk
from tests.cards.importing import line, written

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def waits_for_the_history() -> bool:
    """Whether somebody is about to write to the history and is kept waiting."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted"
            " AND relation = 'cards_cardevent'::regclass"
        )
        return bool(cursor.fetchone()[0])


def until(true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_a_worker_killed_with_all_but_the_last_rows_written_leaves_none_and_another_takes_it_up(
    celery_worker: Callable[[], "subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    """Seen to fail without the one transaction around all of it."""
    clerk = make_clerk()
    rows = [line(reference=f"H-{number}") for number in range(1_000)]
    content = [written(tmp_path / "cards.csv", *rows).read_bytes()]
    job = send_in(office=clerk.offices.get(), by=clerk, name="cards.csv", content=content)
    run_waiting()
    job.refresh_from_db()
    agree(job.pk, by=clerk, digest=job.digest)

    held, over = threading.Event(), threading.Event()

    def hold_the_history() -> None:
        """Residents, cards, certificates and deadlines can be written; the history waits."""

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE cards_cardevent IN SHARE MODE")
            held.set()
            over.wait(90)
        connection.close()

    holder = threading.Thread(target=hold_the_history)
    holder.start()
    held.wait(30)
    first = celery_worker()

    tasks.hint_importer()
    until(waits_for_the_history)
    for child in Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
    first.kill()
    over.set()
    holder.join()

    until(lambda: not waits_for_the_history())
    assert Card.objects.count() == 0
    job.refresh_from_db()
    assert (job.state, job.stands) == ("importing", "importing")
    assert CardImportPart.objects.filter(card_import=job, kind="file").exists()

    # Half a minute later it counts as dead.
    CardImport.objects.filter(pk=job.pk).update(leased_until=job.asked_at)
    celery_worker()
    tasks.hint_importer()
    until(lambda: CardImport.objects.get(pk=job.pk).state == "done")
    assert Card.objects.count() == 1_000
    assert CardImport.objects.get(pk=job.pk).new == 1_000
