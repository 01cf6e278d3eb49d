"""The portal as it runs for real: workers, beat and web as processes, to be hurt."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.db import connection

from portal.up.child import Child
from tests.servers.smtp import SmtpSink
from tests.servers.valkey import ValkeyServer


def database_url() -> str:
    """This test's own database."""
    database = connection.settings_dict
    who = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
    return f"postgres://{who}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


class Portal:
    """Starts what Procfile names, against this test's database, broker and mail server."""

    def __init__(self, directory: Path, valkey: ValkeyServer, sink: SmtpSink) -> None:
        self.directory = directory
        self.children: list[Child] = []
        self.environment = {
            "DATABASE_URL": database_url(),
            "REDIS_URL": valkey.url,
            "EMAIL_URL": f"smtp://{sink.host}:{sink.port}",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "DEBUG": "0",
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "VAR_DIR": str(directory),
            "PYTHONUNBUFFERED": "1",
        }

    # --- Processes -------------------------------------------------------------------------
    def worker(self, name: str = "worker") -> Child:
        options = ("--concurrency", "2", "--without-gossip", "--without-mingle")
        node = f"{name}-{len(self.children)}@localhost"
        return self._start(name, "celery", "-A", "portal", "worker", *options, "-n", node)

    def beat(self, name: str = "beat") -> Child:
        schedule = str(self.directory / f"{name}-schedule")
        return self._start(name, "celery", "-A", "portal", "beat", "--pidfile=", "-s", schedule)

    def web(self) -> "Web":
        with socket.socket() as asking:
            asking.bind(("127.0.0.1", 0))
            port: int = asking.getsockname()[1]
        options = ("--worker-class", "gthread", "--threads", "8", "--no-control-socket")
        bind = f"127.0.0.1:{port}"
        self._start("web", "gunicorn", "portal.wsgi:application", *options, "--bind", bind)
        web = Web(port)
        self.until(web.answers, "the web server answers")
        return web

    def command(self, *words: str, **environment: str) -> "subprocess.Popen[str]":
        """`manage.py` with these words, started and not waited for."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            env=os.environ | self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str, **environment: str) -> tuple[int, str]:
        """`manage.py` with these words: its exit code and all it said."""
        process = self.command(*words, **environment)
        said, _ = process.communicate(timeout=120)
        return process.returncode, said

    def check_promises(self) -> str:
        """What `check_promises` says; it must be content."""
        code, said = self.run("check_promises")
        assert code == 0, said
        return said

    def _start(self, name: str, module: str, *words: str) -> Child:
        log = self.directory / "log" / f"{name}-{len(self.children)}.log"
        child = Child(name, [sys.executable, "-m", module, *words], log, self.environment)
        child.start()
        self.children.append(child)
        return child

    # --- Waiting and ending ----------------------------------------------------------------
    def until(self, holds: Callable[[], Any], what: str, seconds: float = 90) -> None:
        """Wait until it holds; fails with the ends of all logs if it does not."""
        give_up = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > give_up:
                logs = [f"{c.log.name}:\n" + "\n".join(c.last_lines()) for c in self.children]
                raise AssertionError(f"not within {seconds} s: {what}\n" + "\n".join(logs))
            time.sleep(0.05)

    def stop(self) -> None:
        for child in reversed(self.children):
            child.kill()


class Web:
    """Asks for pages and measures how long they take."""

    def __init__(self, port: int) -> None:
        self.port = port

    def answers(self) -> bool:
        try:
            return self.get("/health/live")[0] == 200
        except OSError:
            return False

    def get(self, path: str, cookie: str = "") -> tuple[int, float]:
        """Status of the page and the seconds it took."""
        status, seconds, _ = self._ask("GET", path, {"Cookie": cookie})
        return status, seconds

    def post(self, path: str, cookie: str = "", **typed: str) -> tuple[int, float]:
        """The same for its form, filled in and sent."""
        token = "t" * 32
        headers = {
            "Cookie": f"{cookie}; __Host-csrf={token}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"https://127.0.0.1:{self.port}{path}",
        }
        body = urlencode(typed | {"csrfmiddlewaretoken": token})
        status, seconds, _ = self._ask("POST", path, headers, body)
        return status, seconds

    def _ask(
        self, method: str, path: str, headers: dict[str, str], body: str | None = None
    ) -> tuple[int, float, bytes]:
        asked = time.monotonic()
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            asking.request(method, path, body, headers | {"X-Forwarded-Proto": "https"})
            answer = asking.getresponse()
            page = answer.read()
            return answer.status, time.monotonic() - asked, page
        finally:
            asking.close()


def pool_of(worker: Child) -> list[int]:
    """The processes in which a worker's tasks run."""
    assert worker.process
    pid = worker.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in children.read_text().split()] if children.exists() else []


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
