"""Which processes make up the portal when it is tried out, in the order they start."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from socket import socket

from django.conf import settings

from portal.up.broker import broker_command
from portal.up.child import Child


def broker(path: Path) -> Child:
    return _child("broker", broker_command(path, settings.VAR_DIR / "valkey"), grace=5)


def mailbox(listening: socket) -> Child:
    command = _python("portal.mailbox.server", str(listening.fileno()), str(settings.MAILBOX_DIR))
    return _child("mailbox", command, grace=3, inherits=listening)


def web(listening: socket, environment: Mapping[str, str]) -> Child:
    address = f"fd://{listening.fileno()}"
    options = ("--worker-class", "gthread", "--threads", "8", "--graceful-timeout", "5")
    command = _python(
        "gunicorn", "portal.wsgi:application", "--bind", address, *options, "--no-control-socket"
    )
    return _child("web", command, environment, inherits=listening)


def worker(environment: Mapping[str, str]) -> Child:
    options = ("--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "INFO")
    return _child("worker", _python("celery", "-A", "portal", "worker", *options), environment, 15)


def beat(environment: Mapping[str, str]) -> Child:
    options = ("--loglevel", "INFO", "--pidfile", "")
    return _child("beat", _python("celery", "-A", "portal", "beat", *options), environment, 5)


def _child(
    name: str,
    command: list[str],
    environment: Mapping[str, str] | None = None,
    grace: float = 10,
    inherits: socket | None = None,
) -> Child:
    log = settings.VAR_DIR / "log" / f"{name}.log"
    return Child(name, command, log, environment or {}, grace, inherits)


def _python(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]


def shared_environment(web_port: int, mail_port: int) -> dict[str, str]:
    """What web, worker and beat must agree on."""
    site = os.environ.get("SITE_URL") or f"http://localhost:{web_port}"
    return {"MAILBOX_PORT": str(mail_port), "SITE_URL": site, "PYTHONUNBUFFERED": "1"}


def running_file() -> Path:
    """Read by the settings: see there."""
    return Path(settings.VAR_DIR) / "up.json"


def tell_commands(environment: Mapping[str, str]) -> None:
    """Let commands typed in another window send to this mailbox and link to this address."""
    said = {"MAILBOX_PORT": int(environment["MAILBOX_PORT"]), "SITE_URL": environment["SITE_URL"]}
    running_file().write_text(json.dumps(said))
