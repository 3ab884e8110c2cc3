"""Fixtures for all layers: real databases, each test with its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from models.db import Database
from routing.kernels import use_cache
from tests.databases import Postgres, PostgresCluster, SpatiaLite

TOGETHER = ("tests/e2e/whole",)
"""Folders whose files share something that takes long to start: they run in one process."""
LONG = (
    "tests/e2e/whole",
    "tests/workers/demo",
    "tests/workers/jobs",
    "tests/routing/engine",
    "tests/e2e",
)
"""Folders that take longest: they begin first, so that no process is left alone with one."""


class ByFile(LoadScopeScheduling):
    """Which process runs what: a file's tests stay together, files wait in the order below.

    Each process has its own databases, queue servers and ports.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return next((folder for folder in TOGETHER if path.startswith(folder)), path)


def pytest_configure() -> None:
    # Kernels compiled from older sources crash; whoever calls pytest itself meets them too.
    use_cache()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(config.rootpath).as_posix()
        return next((n for n, at in enumerate(LONG) if path.startswith(at)), len(LONG))

    items.sort(key=place)


@pytest.fixture(scope="session")
def spatialite_databases(tmp_path_factory) -> SpatiaLite:
    databases = SpatiaLite(tmp_path_factory.mktemp("spatialite"))
    databases.prepare()
    return databases


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    cluster = PostgresCluster()
    try:
        cluster.create()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def postgres_databases(postgres_cluster) -> Postgres:
    databases = Postgres(postgres_cluster)
    databases.prepare()
    return databases


@pytest.fixture(params=["spatialite", "postgresql"])
def databases(request):
    """The maker of databases of one kind: ``databases.fresh()`` gives a further one."""
    return request.getfixturevalue(
        "spatialite_databases" if request.param == "spatialite" else "postgres_databases"
    )


@pytest.fixture
def database(databases) -> Iterator[Database]:
    """A migrated, empty database; the test runs on SpatiaLite and on PostgreSQL."""
    with databases.fresh() as fresh:
        yield fresh


@pytest.fixture
def spatialite(spatialite_databases) -> Iterator[Database]:
    """A migrated, empty SpatiaLite database, for tests that one database is enough for."""
    with spatialite_databases.fresh() as fresh:
        yield fresh


@pytest.fixture
def postgresql(postgres_databases) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database under a role that does not own the tables."""
    with postgres_databases.fresh() as fresh:
        yield fresh
