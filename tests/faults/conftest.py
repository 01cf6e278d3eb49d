"""Every test of this folder breaks real servers, and so needs PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.faults.own_database import OwnDatabase
from tests.faults.portal import Portal
from tests.servers.postgres import Cluster, throwaway_cluster
from tests.servers.smtp import SmtpSink
from tests.servers.valkey import ValkeyServer

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.faults)


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("fault tests need PostgreSQL: make test-faults")


@pytest.fixture
def portal(
    transactional_db: Any, valkey: ValkeyServer, smtp_sink: SmtpSink, tmp_path: Path
) -> Iterator[Portal]:
    """The portal's processes; all of them are killed afterwards."""
    portal = Portal(tmp_path, valkey, smtp_sink)
    yield portal
    portal.stop()


@pytest.fixture(scope="session")
def own_cluster() -> Iterator[Cluster]:
    """A cluster to be restarted and filled up, which keeps what it has committed."""
    with throwaway_cluster(fsync="on", synchronous_commit="on", jit="off") as cluster:
        yield cluster


@pytest.fixture
def own_database(portal: Portal, own_cluster: Cluster) -> Iterator[OwnDatabase]:
    """A database of that cluster; `copy` brings into it what the test has made so far."""
    own = OwnDatabase(own_cluster, portal.directory)
    portal.environment["DATABASE_URL"] = own.url
    yield own
    own.drop()
