"""Runs the children, watches them, and stops them in order."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from portal.up.child import Child

PAUSE = 0.2  # seconds between two looks at the children


class ChildDied(Exception):
    """A child ended that nobody asked to."""

    def __init__(self, child: Child) -> None:
        super().__init__(child.name)
        self.child = child


class Stopped(Exception):
    """Somebody asked us to stop."""


class Supervisor:
    """Children stop in the reverse of the order they were started in."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self._asked = 0

    def start(self, child: Child) -> None:
        self.children.append(child)
        child.start()

    def look(self) -> None:
        """Raises ChildDied or Stopped; otherwise all is well."""
        if self._asked:
            raise Stopped
        for child in self.children:
            if child.died:
                raise ChildDied(child)

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> bool:
        """Look after the children until `ready`, at most so long; whether it became ready."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            self.look()
            if ready():
                return True
            time.sleep(PAUSE / 2)
        return False

    def watch(self) -> None:
        """Until somebody asks to stop (Stopped) or a child dies (ChildDied)."""
        while True:
            self.look()
            time.sleep(PAUSE)

    def hurry(self, seconds: float = 5) -> None:
        """Give nobody longer than this to stop: without its broker a worker would not."""
        for child in self.children:
            child.grace = min(child.grace, seconds)

    def stop(self) -> list[str]:
        """Stop all, the last started first; the names of those that had to be killed."""
        return [child.name for child in reversed(self.children) if not child.stop()]

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C and SIGTERM as a wish to stop in order; asked a second time, at once."""
        wishes = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {wish: signal.signal(wish, self._hear) for wish in wishes}
        try:
            yield
        finally:
            for wish, handler in before.items():
                signal.signal(wish, handler)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self._asked += 1
        if self._asked > 1:
            for child in self.children:
                child.grace = 0
                if child.process is not None and not child.died:
                    child.process.kill()
