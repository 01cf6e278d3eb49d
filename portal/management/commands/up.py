"""`manage.py up`: the whole portal on this machine, for trying out."""

import io
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection

from accounts.models import User
from portal.catalogues import compile_catalogues
from portal.demo.accounts import DEMO_ACCOUNTS
from portal.up import broker, checks, tree
from portal.up.supervisor import ChildDied, Stopped, Supervisor


class Command(BaseCommand):
    help = (
        "Run the whole portal on this machine, for trying out: broker, mailbox, web, worker and "
        "beat in one process tree. Ctrl-C stops it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError, in one line, for whatever is not right before or while running."""
        if not settings.DEBUG:
            raise CommandError(
                "`up` is for trying out and needs DEBUG=1. A real installation runs what "
                "Procfile names."
            )
        self.began = time.monotonic()
        if isinstance(sys.stdout, io.TextIOWrapper):  # also when it is read through a pipe
            sys.stdout.reconfigure(line_buffering=True)
        self.host = os.environ.get("HOST") or "127.0.0.1"
        self.port = checks.port_number("PORT", 8000)
        try:
            with checks.only_one(settings.VAR_DIR / "up.lock"):
                self._serve()
        except OSError as broken:
            if broken.filename is None:
                raise
            # A full disk, or something else in the place of one of its files.
            raise CommandError(f"{broken.strerror}: {broken.filename}") from None

    def _serve(self) -> None:
        listening = checks.listening(self.host, self.port)
        if listening is None:
            raise CommandError(
                f"Port {self.port} is in use. Stop what uses it, or choose another port: "
                f"PORT={self.port + 1} make run"
            )
        with listening:
            checks.database_answers()
            self._run(Supervisor(), listening)

    def _run(self, supervisor: Supervisor, listening: socket.socket) -> None:
        trouble: CommandError | None = None
        with supervisor.listening():
            try:
                self._start(supervisor, listening)
                supervisor.watch()
            except Stopped:
                self.stdout.write("\nStopping …")
            except ChildDied as died:
                trouble = self._died(died)
                supervisor.hurry()
            finally:
                killed = supervisor.stop()
                tree.running_file().unlink(missing_ok=True)
        if trouble:
            raise trouble
        late = f" ({', '.join(killed)} had to be killed)" if killed else ""
        self.stdout.write(f"Stopped{late}.")

    def _start(self, supervisor: Supervisor, listening: socket.socket) -> None:
        if "REDIS_URL" not in os.environ:
            self._start_broker(supervisor)
        elif not broker.answers(settings.REDIS_URL):
            raise CommandError("The Redis or Valkey server of REDIS_URL does not answer.")
        mail_port = 0
        if "EMAIL_URL" not in os.environ:
            mailbox = self._mailbox_socket()
            mail_port = mailbox.getsockname()[1]
            supervisor.start(tree.mailbox(mailbox))
        self._prepare(supervisor)
        environment = tree.shared_environment(self.port, mail_port or settings.MAILBOX_PORT)
        tree.tell_commands(environment)
        supervisor.start(tree.web(listening, environment))
        supervisor.start(tree.worker(environment))
        supervisor.start(tree.beat(environment))
        if not supervisor.wait_until(self._serves, seconds=60):
            raise CommandError("The portal does not answer after a minute: see var/log/web.log.")
        self._welcome(environment["SITE_URL"], mailbox=bool(mail_port))

    def _start_broker(self, supervisor: Supervisor) -> None:
        url = settings.REDIS_URL
        path = settings.VAR_DIR / "valkey.sock"
        if broker.socket_too_long(path):
            raise CommandError(f"{path} is too long a path for a Unix socket: move the portal.")
        if path.exists() and broker.answers(url):
            broker.shut_down(url)
        supervisor.start(tree.broker(path))
        if not supervisor.wait_until(lambda: broker.answers(url), seconds=30):
            raise CommandError("Valkey does not answer: see var/log/broker.log.")

    def _mailbox_socket(self) -> socket.socket:
        """The usual port, or any other when that is taken and nobody insisted on it."""
        port = checks.port_number("MAILBOX_PORT", settings.MAILBOX_PORT)
        if listening := checks.listening("127.0.0.1", port):
            return listening
        if "MAILBOX_PORT" in os.environ:
            raise CommandError(f"Port {port} is in use; choose another MAILBOX_PORT.")
        return socket.create_server(("127.0.0.1", 0))

    def _prepare(self, supervisor: Supervisor) -> None:
        """Database, catalogues and, the first time, demo data."""
        call_command("migrate", verbosity=0, interactive=False)
        supervisor.look()
        compile_catalogues()
        if not User.objects.exists():
            self.stdout.write("Making demo data, this first time …")
            call_command("create_demo", verbosity=0, stdout=self.stdout)
        supervisor.look()
        connection.close()  # each child opens its own

    def _serves(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        try:
            with urllib.request.urlopen(f"http://{host}:{self.port}/health/live", timeout=2):
                return True
        except urllib.error.HTTPError:
            return True  # it serves, be it to say that this host is not allowed
        except OSError:
            return False

    def _died(self, died: ChildDied) -> CommandError:
        child = died.child
        lines = "\n".join(f"    {line}" for line in child.last_lines())
        where = os.path.relpath(child.log)
        return CommandError(
            f"{child.name} stopped unexpectedly ({child.why()}), so all is stopped. "
            f"The end of {where}:\n{lines}"
        )

    def _welcome(self, site: str, *, mailbox: bool) -> None:
        say = self.stdout.write
        say(f"\nThe portal is up after {time.monotonic() - self.began:.0f} s.\n")
        say(f"  Portal    {site}/")
        say(f"  Counter   {site}/admin/   (for staff)")
        if mailbox:
            say(f"  Mail      {site}/mailbox/   (all mail it sends; none leaves this machine)")
        else:
            say(f"  Mail      is sent through {urlsplit(os.environ['EMAIL_URL']).hostname}")
        if User.objects.filter(email=DEMO_ACCOUNTS[0].email).exists():
            say("\n  Sign in as")
            for account in DEMO_ACCOUNTS:
                say(f"    {account.role:<22}{account.email:<24}{account.password}")
            say(f"  Staff are then asked for a code; {site}/mailbox/ shows it.")
        var = settings.VAR_DIR
        if var.is_relative_to(settings.BASE_DIR):
            var = var.relative_to(settings.BASE_DIR)
        say(f"\n  Logs are in {var}/log/. Ctrl-C stops everything; the data stays in {var}/.\n")
        connection.close()
