"""What every test may ask for. Real servers stand in `tests/servers/`, people in `builders.py`."""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from portal.clock import TOKYO
from tests import WITHOUT_DATABASE_RAN

pytest_plugins = [
    "tests.servers.chromium",
    "tests.servers.openid",
    "tests.servers.imap",
    "tests.servers.smtp",
    "tests.servers.valkey",
    "tests.servers.worker",
]

# What a property test says is about days and letters, not about how busy the machine is: a pause of
# 0.2 s in one example was reported as a fault of the rule. The rest as Hypothesis has it, which in
# CI walks the same examples every time.
hypothesis_settings.register_profile(
    "portal",
    parent=hypothesis_settings(),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("portal")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the second of the two runs of `make test`: only what asks for a database."""
    if WITHOUT_DATABASE_RAN not in os.environ:
        return
    again = [item for item in items if _asks_for_a_database(item)]
    done = [item for item in items if not _asks_for_a_database(item)]
    config.hook.pytest_deselected(items=done)
    items[:] = again


def _asks_for_a_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db", "django_db_setup"}
    marked = any(map(item.get_closest_marker, ("django_db", "browser", "faults")))
    return marked or not asked.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture
def on_day(request: pytest.FixtureRequest, settings: Any) -> Iterator[Callable[..., None]]:
    """`on_day("2026-11-22")` or `on_day(date(…), at="23:59")`: now it is that moment in Tokyo.

    May be asked again and again. With a browser only the portal's today moves (PORTAL_TODAY):
    the browser keeps its own clock, and cookies from another year would be thrown away.
    """
    travels: list[time_machine.travel] = []

    def move(day: str | date, at: str = "12:00") -> None:
        day = date.fromisoformat(day) if isinstance(day, str) else day
        if "page" in request.fixturenames or "new_page" in request.fixturenames:
            settings.PORTAL_TODAY = day
            return
        while travels:
            travels.pop().stop()
        moment = datetime.combine(day, time.fromisoformat(at), TOKYO)
        travels.append(time_machine.travel(moment, tick=True))
        travels[-1].start()

    yield move
    while travels:
        travels.pop().stop()


class LeftTheMachine(AssertionError):
    """A test tried to reach another machine."""


@pytest.fixture(scope="session", autouse=True)
def _stay_on_this_machine() -> Iterator[None]:
    """Python's sockets reach this machine only: Unix sockets and loopback."""
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}

    def guarded(name: str) -> Callable[[socket.socket, Any], Any]:
        def call(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
                raise LeftTheMachine(f"A test tried to reach {address[0]}")
            return real[name](self, address)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in real:
            patch.setattr(socket.socket, name, guarded(name))
        yield


@pytest.fixture(scope="session", autouse=True)
def _emptied_in_no_time() -> Iterator[None]:
    """Tests that commit leave the database as Django's own way would, and sooner."""
    from django.test import TransactionTestCase

    from tests.emptying import Emptying

    emptying = Emptying(TransactionTestCase._fixture_teardown)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: emptying(case))
        yield


@pytest.fixture(scope="session", autouse=True)
def _languages_are_there() -> None:
    """Catalogues compiled before the first page is asked for."""
    from portal.catalogues import compile_catalogues

    compile_catalogues()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


@pytest.fixture(autouse=True)
def _an_empty_cache() -> None:
    """Rate limits and remembered tries of one test do not reach the next."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def _english_to_begin_with() -> Iterator[None]:
    """A page asked for in Japanese leaves the next test's addresses in English."""
    from django.utils import translation

    with translation.override("en"):
        yield
