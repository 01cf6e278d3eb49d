"""The resident's front page, against a page that only looks up who is signed in.

Both are served by gunicorn, one process with two threads, over kept connections; the person holds
a card with every kind of deadline, four PINs and a screenful of notifications, among 50,000 others.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client

from bench.population import TODAY, add_cards, tidy
from bench.report import ROUNDS, Report, seconds
from cards.models import PinSlot
from cards.operations.refresh import refresh_deadlines
from cards.rules.kinds import DeadlineKind, PinKind
from cards.rules.reminders import LEAD_DAYS
from notifications.planner import raise_alerts
from tests.builders import hold, make_card, make_move, make_resident, make_user

PAGES = 300
OTHERS = 50_000
FRONT, FLOOR = "/en/", "/bench/who/"
SLOWEST = 0.1  # seconds: 95 of 100 pages at two clients are faster


def run(report: Report) -> None:
    """Measure on the database in use."""
    cookie = someone_signed_in()
    add_cards(1_001, 1_000 + OTHERS)
    tidy()
    with server() as port:
        for path in (FRONT, FLOOR):  # templates and connections are there from the second on
            fetch(port, path, cookie, 20)
        ours, floors = [], []
        for _ in range(2 * ROUNDS + 1):
            floors.append(seconds(lambda: fetch(port, FLOOR, cookie, PAGES)) / PAGES)
            ours.append(seconds(lambda: fetch(port, FRONT, cookie, PAGES)) / PAGES)
        both = at_two_clients(port, cookie)
    report.compare("the resident's front page", "looking up the person", ours, floors, at_least=0.5)
    slow = statistics.quantiles(both, n=20)[-1]
    report.compare(
        "the front page at two clients, 95th of 100", "100 ms", [slow], [SLOWEST], at_most=1
    )


def someone_signed_in() -> str:
    """The cookie of a person whose page has everything on it."""
    person = make_user("bench@example.org")
    card = make_card(make_resident(email=person.email, period_of_stay_ends_on=TODAY))
    hold(person, card.resident)
    make_move(card, expected_move_out_on=TODAY, moved_in_on=TODAY)
    for kind in PinKind:
        PinSlot.objects.create(card=card, kind=kind.value)
    refresh_deadlines(card)
    for lead in LEAD_DAYS[DeadlineKind.CARD_EXPIRY]:
        raise_alerts(TODAY - timedelta(lead))
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def fetch(port: int, path: str, cookie: str, times: int) -> list[float]:
    """How long each took, in seconds, over one connection."""
    took = []
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        for _ in range(times):
            began = time.perf_counter()
            line.request("GET", path, headers={"Cookie": cookie})
            answer = line.getresponse()
            body = answer.read()
            took.append(time.perf_counter() - began)
            assert answer.status == 200, (path, answer.status)
            assert path == FLOOR or b"NGUYEN THI LAN" in body
    return took


def at_two_clients(port: int, cookie: str) -> list[float]:
    with ThreadPoolExecutor(2) as clients:
        runs = [clients.submit(fetch, port, FRONT, cookie, PAGES) for _ in range(2)]
        return [took for one in runs for took in one.result()]


@contextmanager
def server() -> Iterator[int]:
    """The portal, served; its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    words = ("--worker-class", "gthread", "--threads", "2", "--keep-alive", "30")
    quiet = ("--no-control-socket", "--log-level", "warning")
    bind = ("--bind", f"fd://{listening.fileno()}")
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
    connection.close()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "portal.wsgi:application", *words, *quiet, *bind],
            cwd=Path(__file__).parent.parent,
            env=environment,
            pass_fds=(listening.fileno(),),
            stdout=log,
            stderr=log,
        )
        listening.close()
        try:
            yield port
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
