"""A throw-away PostgreSQL cluster: its own directory, its own port, nothing kept."""

import contextlib
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

INSTALL = "No PostgreSQL server programs found. On Debian: apt-get install postgresql"
# Nothing here outlives the tests, so nothing needs to reach the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    # A test's rows are taken back at its end. Autovacuum, at a moment of its own, would write down
    # that a table of a thousand pages holds no row at all, and the next test that fills it waits
    # for minutes on plans made for one row.
    "autovacuum": "off",
    "listen_addresses": "127.0.0.1",
}


class NoPostgres(Exception):
    """This machine has no PostgreSQL server programs; the message says what to install."""


def programs() -> Path:
    """The directory that holds `initdb` and `pg_ctl`. Raises NoPostgres."""
    asked: list[Path] = []
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True)
        asked.append(Path(answer.stdout.strip()))
    if initdb := shutil.which("initdb"):
        asked.append(Path(initdb).resolve().parent)
    asked += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for directory in asked:
        if (directory / "initdb").exists() and (directory / "pg_ctl").exists():
            return directory
    raise NoPostgres(INSTALL)


class Cluster:
    """A running cluster; `url` for DATABASE_URL, `restart()` for those who want it hurt."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self.directory = directory
        self.settings = SETTINGS | settings
        self.port = _free_port()
        self._bin = programs()

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        data = self.directory / "data"
        self._run(
            "initdb",
            "-D",
            str(data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--wal-segsize",
            "1",
        )
        with (data / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in self.settings.items())
            conf.write(f"port = {self.port}\nunix_socket_directories = '{self.directory}'\n")

    def start(self, *, largest_file: int = 0) -> None:
        """With `largest_file` (bytes), no file of its may grow beyond that: a full disk."""
        self._pg_ctl("start", "-w", "-l", str(self.directory / "log"), largest_file=largest_file)

    def stop(self, mode: str = "immediate") -> None:
        self._pg_ctl("stop", "-w", "-m", mode)

    def restart(self, mode: str = "immediate") -> None:
        """As after a crash, unless `mode` says "fast"."""
        self.stop(mode)
        self.start()

    def tool(self, program: str, *words: str) -> None:
        """One of PostgreSQL's own programs (pg_dump, pg_restore, createdb), with these words."""
        done = subprocess.run([str(self._bin / program), *words], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stderr}")

    def _pg_ctl(self, *words: str, largest_file: int = 0) -> None:
        data = ("-D", str(self.directory / "data"))
        self._run("pg_ctl", *data, *words, largest_file=largest_file)

    def _run(self, program: str, *words: str, largest_file: int = 0) -> None:
        """PostgreSQL refuses to run as root; there it runs as the user `postgres`."""
        command = [str(self._bin / program), *words]
        if largest_file:
            limited = f"ulimit -f {largest_file // 512}; exec {shlex.join(command)}"
            command = ["/bin/sh", "-c", limited]
        if os.geteuid() == 0:
            command = ["su", "postgres", "-s", "/bin/sh", "-c", shlex.join(command)]
        # Not a pipe: the server would hold it open for as long as it lives.
        with (self.directory / "control.log").open("a+") as log:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/"
            )
            if done.returncode:
                log.seek(0)
                raise RuntimeError(f"{program} failed:\n{log.read()}")


@contextlib.contextmanager
def throwaway_cluster(**settings: str) -> Iterator[Cluster]:
    """A cluster that is up within the block and gone after it. Raises NoPostgres."""
    programs()
    directory = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    if os.geteuid() == 0:
        shutil.chown(directory, "postgres")
    cluster = Cluster(directory, **settings)
    try:
        cluster.create()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port
