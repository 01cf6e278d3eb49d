"""How children are started, watched and stopped: cheap ones, the same supervisor."""

import os
import signal
import sys
import time

import pytest

from portal.up.child import Child
from portal.up.supervisor import ChildDied, Stopped, Supervisor

SLEEP = "import time; time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('ready', flush=True); time.sleep(60)"
)


@pytest.fixture
def supervisor():
    supervisor = Supervisor()
    yield supervisor
    for child in supervisor.children:
        child.kill()


@pytest.fixture
def child(tmp_path):
    def make(name: str, code: str = SLEEP, grace: float = 5) -> Child:
        return Child(name, [sys.executable, "-c", code], tmp_path / f"{name}.log", grace=grace)

    return make


def test_the_last_started_stops_first(supervisor, child, monkeypatch):
    order = []
    stop = Child.stop

    def noted(self):
        order.append(self.name)
        return stop(self)

    monkeypatch.setattr(Child, "stop", noted)
    for name in ("broker", "web", "beat"):
        supervisor.start(child(name))
    assert supervisor.stop() == []
    assert order == ["beat", "web", "broker"]
    assert all(c.died for c in supervisor.children)


def test_a_child_that_ends_by_itself_is_noticed_with_its_last_words(supervisor, child):
    supervisor.start(child("web"))
    supervisor.start(child("worker", "print('no such module'); raise SystemExit(3)"))
    with pytest.raises(ChildDied) as died:
        supervisor.watch()
    assert died.value.child.name == "worker"
    assert died.value.child.why() == "exit code 3"
    assert died.value.child.last_lines() == ["no such module"]


def test_who_does_not_stop_within_its_grace_is_killed_and_named(supervisor, child):
    stubborn = child("worker", STUBBORN, grace=0.2)
    supervisor.start(stubborn)
    assert supervisor.wait_until(lambda: "ready" in stubborn.last_lines(), seconds=10)
    assert supervisor.stop() == ["worker"]
    assert stubborn.why() == "signal SIGKILL"


def test_what_a_child_started_ends_with_it(supervisor, child):
    parent = child(
        "web",
        "import subprocess, sys, time;"
        f"p = subprocess.Popen([sys.executable, '-c', {SLEEP!r}]);"
        "print(p.pid, flush=True); time.sleep(60)",
    )
    supervisor.start(parent)
    assert supervisor.wait_until(lambda: bool(parent.last_lines()), seconds=10)
    grandchild = int(parent.last_lines()[0])
    supervisor.stop()
    give_up = time.monotonic() + 5
    while _lives(grandchild) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert not _lives(grandchild)


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_wish_to_stop_is_heard(supervisor, wish):
    with supervisor.listening():
        os.kill(os.getpid(), wish)
        with pytest.raises(Stopped):
            supervisor.watch()


def test_asked_twice_it_does_not_wait(supervisor, child):
    stubborn = child("worker", STUBBORN, grace=60)
    supervisor.start(stubborn)
    assert supervisor.wait_until(lambda: "ready" in stubborn.last_lines(), seconds=10)
    with supervisor.listening():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 5


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
