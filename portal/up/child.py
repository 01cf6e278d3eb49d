"""One process of the tree."""

import ctypes
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket

PR_SET_PDEATHSIG = 1
LAST_LINES = 12


@dataclass
class Child:
    """A named command whose output goes to a log file.

    It leads a process group of its own, so that Ctrl-C reaches the parent alone and the parent
    stops its children in order. `grace` is how long it may take to stop, in seconds.
    """

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    grace: float = 10.0
    # The listening socket that it inherits and serves on, if any; ours is closed then.
    inherits: socket | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                process_group=0,
                pass_fds=(self.inherits.fileno(),) if self.inherits else (),
                preexec_fn=_end_with(os.getpid()) if sys.platform == "linux" else None,
            )
        if self.inherits:
            self.inherits.close()

    @property
    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> bool:
        """Ask it to stop, then make it. True if it stopped by itself within its grace."""
        if self.process is None:
            return True
        willing = True
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(self.grace)
            except subprocess.TimeoutExpired:
                willing = False
        self.kill()
        return willing

    def kill(self) -> None:
        """End it at once, and whatever processes it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def why(self) -> str:
        """How it ended: an exit code or a signal."""
        code = self.process.returncode if self.process else 0
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def last_lines(self) -> list[str]:
        """The end of its log."""
        if not self.log.exists():
            return []
        with self.log.open(errors="replace") as lines:
            return [line.rstrip() for line in deque(lines, LAST_LINES)]


def _end_with(parent: int) -> Callable[[], None]:
    """Have Linux kill the child when its parent is gone, however the parent died."""
    libc = ctypes.CDLL(None, use_errno=True)  # loaded here: the child may do very little

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask
