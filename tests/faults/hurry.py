"""Time runs faster in the processes under test: leases and pauses of seconds, not of minutes.

`CHUNK`, `TRIES` and `BATCH` of the environment make sweeps, patience and claims small. Whoever
puts a letter to the address `KILLS_SENDERS` into words dies, as of a memory that ran out.
"""

import os
import signal
from datetime import timedelta
from typing import Any

from django.apps import AppConfig

LEASE = timedelta(seconds=10)


class Hurry(AppConfig):
    name = "tests.faults"
    label = "hurry"

    def ready(self) -> None:
        from notifications import planner
        from notifications.outbox import account_mails, daily, rows, sender

        for part in (rows, account_mails):
            part.LEASE = LEASE
            part._FIRST_PAUSE = timedelta(seconds=0.2)
            part._LONGEST_PAUSE = timedelta(seconds=1)
        sender.USE_OF_A_CLAIM = 3.0
        planner.CHUNK = int(os.environ.get("CHUNK", planner.CHUNK))
        daily.CHUNK = int(os.environ.get("CHUNK", daily.CHUNK))
        rows.TRIES = int(os.environ.get("TRIES", rows.TRIES))
        if batch := os.environ.get("BATCH"):
            sender.send_queue.__kwdefaults__ = {"seconds": 300.0, "batch": int(batch)}
        if killer := os.environ.get("KILLS_SENDERS"):
            sender.mail_bytes = _deadly(sender.mail_bytes, killer)


def _deadly(mail_bytes: Any, killer: str) -> Any:
    def put_into_words(letter: Any, **options: Any) -> bytes:
        if letter.email == killer:
            os.kill(os.getpid(), signal.SIGKILL)
        content: bytes = mail_bytes(letter, **options)
        return content

    return put_into_words
