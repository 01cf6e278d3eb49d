"""A real Valkey or Redis server on a Unix socket."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from portal.up.broker import server_program


@dataclass
class ValkeyServer:
    """`url` for settings, `broker_url` for Celery, `process` to hurt, `client` to look inside."""

    directory: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def socket(self) -> Path:
        return self.directory / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{self.socket}"

    @property
    def client(self) -> "redis.Redis":
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)

    def start(self) -> None:
        """Start it, with what it kept from before, and wait until it answers."""
        log = (self.directory / "valkey.log").open("ab")
        self.process = subprocess.Popen(
            [
                str(server_program()),
                *("--port", "0", "--unixsocket", str(self.socket)),
                *("--dir", str(self.directory), "--appendonly", "yes", "--save", ""),
            ],
            stdout=log,
            stderr=log,
        )
        log.close()
        give_up = time.monotonic() + 10
        while True:
            with self.client as client:
                try:
                    client.ping()
                except redis.ConnectionError:
                    if time.monotonic() > give_up or self.process.poll() is not None:
                        raise
                    time.sleep(0.02)
                else:
                    return

    def stop(self, *, kill: bool = False) -> None:
        if self.process is not None:
            self.process.kill() if kill else self.process.terminate()
            self.process.wait(timeout=10)
            self.process = None


@pytest.fixture(scope="session")
def _valkey_server() -> Iterator[ValkeyServer]:
    # Not pytest's own directories: their paths are too long for a Unix socket.
    directory = Path(tempfile.mkdtemp(prefix="valkey-"))
    server = ValkeyServer(directory)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(directory)


@pytest.fixture
def valkey(_valkey_server: ValkeyServer) -> ValkeyServer:
    """The session's server, emptied; started again if a test stopped it."""
    if _valkey_server.process is None or _valkey_server.process.poll() is not None:
        _valkey_server.start()
    with _valkey_server.client as client:
        client.flushall()
    return _valkey_server
