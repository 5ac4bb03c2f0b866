"""Fixtures every test may use."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from hypothesis import settings

from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from rmos_client import Rmos
from runs_svc.adapters.postgres import schema as postgres_schema
from testkit.local_servers import LocalServers
from testkit.postgres import PostgresServer, postgres
from testkit.seaweed import S3Server, s3

settings.register_profile("busy machine", settings(), deadline=None)  # all else stays as the environment has it
settings.load_profile("busy machine")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share something of their module go to one worker: its servers start once, not once a worker."""
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("xdist_group") is None and _shares(item):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::", maxsplit=1)[0]))


def _shares(item: pytest.Function) -> bool:
    found = item._fixtureinfo.name2fixturedefs.values()
    return any(fixture.scope == "module" for fixtures in found for fixture in fixtures)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    """Both servers as processes, shared by the tests that leave them as they are."""
    with LocalServers(
        tmp_path_factory.mktemp("servers"), feasibility_flags=["--allow-stub-engine", "GREEN"]
    ) as running:
        yield running
        running.runs.stop()  # gracefully, so that what they ran is counted
        running.feasibility.stop()


@pytest.fixture
def own_servers(tmp_path: Path) -> Iterator[LocalServers]:
    """Both servers as processes, for a test that kills or fills them."""
    with LocalServers(tmp_path) as running:
        yield running


@pytest.fixture
def feasibility(servers: LocalServers) -> Iterator[Rmos]:
    with Rmos(feasibility=servers.feasibility.address) as client:
        yield client


@pytest.fixture
def runs(servers: LocalServers) -> Iterator[Rmos]:
    with Rmos(runs=servers.runs.address) as client:
        yield client


@pytest.fixture
def runs_channel(servers: LocalServers) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(servers.runs.address) as channel:
        yield channel


@pytest.fixture
def feasibility_channel(servers: LocalServers) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(servers.feasibility.address) as channel:
        yield channel


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One for all tests, with a database that has the schema."""
    with postgres() as server:
        server.run("CREATE ROLE rmos_service LOGIN", "CREATE DATABASE store")
        postgres_schema.migrate_url(server.url("store"), service_role="rmos_service")
        yield server


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    with s3() as server:
        yield server
