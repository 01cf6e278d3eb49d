"""`manage.py up`, started as a newcomer does: a real process tree in a directory of its own."""

import ast
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.builders import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
ROLES = ("broker", "mailbox", "web", "worker", "beat")
# What each child is told by in the list of processes.
MARKS = {
    "broker": "valkey.sock",
    "mailbox": "portal.mailbox.server",
    "web": "portal.wsgi",
    "worker": "portal worker",
    "beat": "portal beat",
}

EXPIRES = "The Individual Number Card expires in 7 days"
# Lan, whose card does.
A_HOLDER = """
from datetime import timedelta
from portal import clock
from cards.operations.refresh import refresh_deadlines
from tests.builders import *
lan = make_resident(email="lan@example.org")
hold(make_user("lan@example.org"), lan)
card = make_card(lan, expires_on=clock.today() + timedelta(7))
refresh_deadlines(card)
"""


def any_free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port


class Portal:
    """One `manage.py up` with its own var directory and port."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = any_free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self, **environment: str) -> None:
        # The database is there before, with one account: no demo data is made, which has its
        # own tests and takes its time.
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=self._environment(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def manage(self, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self._environment(environment), capture_output=True, text=True
        )

    def _environment(self, environment: dict[str, str]) -> dict[str, str]:
        # Also: what it says must reach a pipe at once by itself (`make run | tee log`).
        ours = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "ALLOWED_HOSTS"}
        ours |= {"DJANGO_SETTINGS_MODULE", "PYTHONUNBUFFERED"}
        plain = {k: v for k, v in os.environ.items() if k not in ours}
        mine = {"DEBUG": "1", "VAR_DIR": str(self.var), "PORT": str(self.port)}
        return plain | mine | environment

    def wait_until_up(self) -> str:
        """What it printed until it said how to stop."""
        assert self.process is not None
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if "Ctrl-C" in line:
                return said
        raise AssertionError(f"It never came up:\n{said}")

    def get(self, path: str) -> "tuple[int, str]":
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return answer.status, answer.read().decode()

    def sign_in(self, email: str, password: str) -> str:
        """The first page after signing in by the form."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        address = f"http://127.0.0.1:{self.port}/en/accounts/login/"
        with browser.open(address, timeout=30) as asked:
            token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', asked.read().decode())
        assert token
        typed = {"csrfmiddlewaretoken": token[1], "login": email, "password": password}
        body = urllib.parse.urlencode(typed).encode()
        with browser.open(address, body, timeout=30) as answer:
            page: str = answer.read().decode()
            return page

    def finish(self, *, within: float = 40) -> "tuple[int, str]":
        """Its exit code and what else it said."""
        assert self.process is not None
        rest, _ = self.process.communicate(timeout=within)
        return self.process.returncode, rest

    def pids(self) -> dict[str, list[int]]:
        """The processes of this portal that live, by role: told by VAR_DIR in their environment."""
        found: dict[str, list[int]] = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                # A Valkey server writes over its environment; there the directory tells.
                environment = (entry / "environ").read_bytes()
                inside = (entry / "cwd").readlink().is_relative_to(self.var)
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            ours = inside or f"VAR_DIR={self.var}".encode() in environment
            if not ours or state == "Z":
                continue
            role = next((role for role, mark in MARKS.items() if mark in command), "up")
            found.setdefault(role, []).append(int(entry.name))
        return {role: sorted(pids) for role, pids in found.items()}

    def all_gone(self, *, within: float = 15) -> bool:
        give_up = time.monotonic() + within
        while self.pids():
            if time.monotonic() > give_up:
                return False
            time.sleep(0.1)
        return True


@pytest.fixture(scope="module")
def a_database() -> Iterator[Path]:
    """A migrated trial database with one holder of a card, to start from in a second."""
    # A short path: it holds a Unix socket.
    with tempfile.TemporaryDirectory(prefix="up-") as directory:
        portal = Portal(Path(directory))
        assert portal.manage("migrate", "--verbosity", "0").returncode == 0
        made = portal.manage("shell", "-v0", "-c", A_HOLDER)
        assert made.returncode == 0, made.stderr
        yield Path(directory)


@contextmanager
def a_portal(a_database: Path) -> Iterator[Portal]:
    with tempfile.TemporaryDirectory(prefix="up-", ignore_cleanup_errors=True) as directory:
        for kept in a_database.glob("portal.sqlite3*"):
            (Path(directory) / kept.name).write_bytes(kept.read_bytes())
        portal = Portal(Path(directory))
        yield portal
        for pid in [pid for pids in portal.pids().values() for pid in pids]:
            os.kill(pid, signal.SIGKILL)
        if portal.process is not None:
            portal.process.communicate()


@pytest.fixture
def portal(a_database: Path) -> Iterator[Portal]:
    with a_portal(a_database) as portal:
        yield portal


def test_a_whole_day_of_trying_it_out(portal: Portal):
    """Starts take seconds each, so one test tells the story: serve, mail, refuse, stop, return."""
    with socket.socket() as usual_mail_port:
        with suppress(OSError):  # taken by somebody else: as good
            usual_mail_port.bind(("127.0.0.1", 8025))
            usual_mail_port.listen()
        portal.start()
        said = portal.wait_until_up()

    # It says where it is, and serves there.
    assert f"http://localhost:{portal.port}/" in said
    assert f"Logs are in {portal.var}/log/." in said
    assert "/mailbox/" in said
    assert set(portal.pids()) == {"up", *ROLES}
    assert portal.get("/en/")[0] == 200
    assert json.loads(portal.get("/health/ready")[1])["cache"] is True

    # A mail it sends can be read in the browser; the mailbox stepped aside for who was there.
    assert json.loads((portal.var / "up.json").read_text())["MAILBOX_PORT"] != 8025
    send = (
        "from django.core.mail import send_mail;"
        "send_mail('Good day', 'Bring the card.', None, ['lan@example.org'])"
    )
    # A command typed in another window finds that mailbox by itself.
    assert portal.manage("shell", "-v0", "-c", send).returncode == 0
    assert "Good day" in portal.get("/mailbox/?to=lan@example.org")[1]
    assert "Bring the card." in portal.get("/mailbox/1/")[1]

    # Somebody signs in and reads when the card ends; a minute after alerts were raised, by hand
    # or by beat, the mail about it can be read too.
    assert EXPIRES in portal.sign_in("lan@example.org", PASSWORD)
    assert portal.manage("raise_alerts").returncode == 0
    give_up = time.monotonic() + 60
    while EXPIRES not in (mails := portal.get("/mailbox/?to=lan@example.org")[1]):
        assert time.monotonic() < give_up, mails
        time.sleep(0.5)

    # A second one beside it is refused.
    assert portal.process is not None
    second = portal.manage("up", PORT=str(any_free_port()))
    running = f"The portal is already running here (process {portal.process.pid})."
    assert one_line(second) == f"CommandError: {running}"

    # It stops in order and leaves nothing behind.
    portal.process.send_signal(signal.SIGINT)
    code, rest = portal.finish()
    assert (code, rest.strip().splitlines()[-1]) == (0, "Stopped.")
    assert portal.all_gone()

    # Started again it is soon there, with what it had.
    began = time.monotonic()
    portal.start()
    portal.wait_until_up()
    assert time.monotonic() - began < 60  # 3 s on an idle machine; they are seldom idle
    assert "Good day" in portal.get("/mailbox/")[1]
    portal.process.send_signal(signal.SIGTERM)
    assert portal.finish()[0] == 0


@pytest.mark.parametrize("role", ROLES)
def test_a_dying_child_stops_everything_and_is_named(portal: Portal, role: str):
    portal.start()
    portal.wait_until_up()
    os.kill(portal.pids()[role][0], signal.SIGKILL)
    code, rest = portal.finish()
    assert code == 1
    assert f"{role} stopped unexpectedly (signal SIGKILL)" in rest
    assert f"log/{role}.log" in rest
    assert "Traceback (most recent call last)" not in rest.split("The end of")[0]
    assert portal.all_gone()


def test_nothing_outlives_a_parent_that_was_killed(portal: Portal):
    portal.start()
    portal.wait_until_up()
    assert portal.process is not None
    portal.process.kill()
    portal.finish()
    assert portal.all_gone()


def test_a_port_in_use_is_said_in_one_line(portal: Portal):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", portal.port))
        taken.listen()
        refused = portal.manage("up")
    assert one_line(refused).startswith(f"CommandError: Port {portal.port} is in use.")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL cannot be read"),
        ({"DATABASE_URL": "postgres://me:hush@host:abc/x"}, "DATABASE_URL cannot be read"),
        ({"DATABASE_URL": "mysql://me:hush@host/x"}, "DATABASE_URL names mysql"),
        ({"DATABASE_URL": "postgres://me:hush@host"}, "DATABASE_URL names no database"),
        (
            {"DATABASE_URL": "postgres://me:hush@127.0.0.1:1/x"},
            "The database of DATABASE_URL does not answer",
        ),
        ({"PORT": "eighty"}, "PORT must be a port number, not 'eighty'"),
        ({"HOST": "192.0.2.1"}, "HOST 192.0.2.1 is no address of this machine"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL does not answer"),
        ({"REDIS_URL": "nonsense"}, "REDIS_URL does not answer"),
        ({"MAILBOX_PORT": "x"}, "MAILBOX_PORT cannot be read: it must be a number"),
        ({"EMAIL_URL": "hush"}, "EMAIL_URL cannot be read; write smtp+tls://"),
        ({"VAR_DIR": "/proc/nope"}, "VAR_DIR cannot be /proc/nope (No such file or directory)"),
        ({"VAR_DIR": "/dev/null"}, "VAR_DIR cannot be /dev/null (Not a directory)"),
        ({"PORTAL_TODAY": "tomorrow"}, "PORTAL_TODAY must be a day"),
        ({"DEBUG": "0"}, "SECRET_KEY is not set"),
        (
            {"DEBUG": "0", "SECRET_KEY": "long", "EMAIL_URL": "smtp://127.0.0.1:1"},
            "`up` is for trying out and needs DEBUG=1",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_right_is_said_in_one_line(portal: Portal, environment, said):
    line = one_line(portal.manage("up", **environment))
    assert said in line
    assert "hush" not in line


def test_what_stands_in_the_way_of_its_state_is_named_in_one_line(portal: Portal):
    (portal.var / "log").write_text("")
    assert one_line(portal.manage("up")) == f"CommandError: File exists: {portal.var / 'log'}"


def one_line(done: "subprocess.CompletedProcess[str]") -> str:
    """All that a failed command said, which is one line."""
    assert done.returncode != 0
    assert done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    return line


def test_two_started_at_the_same_moment_both_come_up(a_database: Path):
    """Seen to fail while a port was first found free, and then taken by the child."""
    with a_portal(a_database) as one, a_portal(a_database) as other:
        one.start()
        other.start()
        assert "Ctrl-C" in one.wait_until_up()
        assert "Ctrl-C" in other.wait_until_up()


def test_a_python_that_is_too_old_is_said_in_one_line():
    """Also by a Python that knows none of today's words: the file is in those of Python 3.4."""
    source = (ROOT / "bootstrap.py").read_text()
    ast.parse(source, feature_version=(3, 4))
    run = "runpy.run_path('bootstrap.py', run_name='__main__')"
    pretend = f"import runpy, sys; sys.version_info = (3, 9, 18); {run}"
    refused = subprocess.run(
        [sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True
    )
    assert "The portal needs Python 3.11 or newer;" in one_line(refused)
