"""Mail from claim to marked sent, against smtplib alone.

Floor: ready-made bytes of the same messages over one connection, nothing read, written or
decided. The server is aiosmtpd in a process of its own, offering what real ones offer. The naive
side is one `send_mail` a message, with its own connection, rendering and saving, as one writes
it first.
"""

import contextlib
import os
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from bench.population import TODAY, add_cards, tidy
from bench.report import ROUNDS, Report, seconds
from notifications.messages.letter import Letter
from notifications.messages.mail import django_mail
from notifications.messages.prepared import mail_bytes
from notifications.models import Delivery
from notifications.outbox import send_queue
from notifications.outbox.letter_writer import LetterWriter
from notifications.outbox.letters import load
from notifications.planner import raise_alerts
from portal import clock

MAILS = int(os.environ.get("BENCH_MAILS", "2000"))
# So many for the way that is too slow to be waited for.
NAIVE = 200


def run(report: Report) -> None:
    add_cards(1, MAILS * 70)
    raise_alerts(TODAY)
    ids = list(Delivery.objects.order_by("pk").values_list("pk", flat=True)[:MAILS])
    Delivery.objects.exclude(pk__in=ids).delete()
    letters = write(ids)
    ready = [(letter.email, mail_bytes(letter)) for letter in letters]
    with sink() as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        ours, floors, naive = [], [], []
        for _ in range(2 * ROUNDS + 1):
            floors.append(seconds(lambda: floor(port, ready)) / len(ready))
            queue_again()
            ours.append(seconds(send_all) / len(ready))
            queue_again()
            naive.append(seconds(lambda: send_mails(ids[:NAIVE])) / NAIVE)
    work = f"send a mail, claim to marked sent, {len(ready):,} mails"
    report.compare(work, "smtplib, one connection, ready bytes", ours, floors, at_least=0.8)
    report.compare(work, "one send_mail a message", ours, naive, at_least=5)
    report.note(f"a mail has {sum(len(one) for _, one in ready) // len(ready):,} bytes.")


def write(ids: list[int]) -> list[Letter]:
    writer, rows = LetterWriter(), load(ids)
    writer.read_offices(rows)
    return [writer.letter(row, clock.today(), clock.now()) for row in rows]


def queue_again() -> None:
    Delivery.objects.update(state="queued", sent_at=None, lease="", not_before=clock.now())
    tidy()


def send_all() -> None:
    done = send_queue()
    assert done.sent == MAILS, done


def floor(port: int, ready: list[tuple[str, bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for to, content in ready:
            smtp.sendmail("no-reply@localhost", [to], content)


def send_mails(ids: list[int]) -> None:
    for pk in ids:
        (letter,) = write([pk])
        django_mail(letter).send()
        Delivery.objects.filter(pk=pk).update(state="sent", sent_at=clock.now())


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """A server that takes everything, in a process of its own; its port."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port = asking.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.mail_sink", str(port)], cwd=Path(__file__).parent.parent
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()
