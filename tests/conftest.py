"""Fixtures every test may use."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from rmos_client import FeasibilityClient, RunsClient
from testkit.local_servers import LocalServers


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
def feasibility(servers: LocalServers) -> Iterator[FeasibilityClient]:
    with FeasibilityClient(servers.feasibility.address) as client:
        yield client


@pytest.fixture
def runs(servers: LocalServers) -> Iterator[RunsClient]:
    with RunsClient(servers.runs.address) as client:
        yield client


@pytest.fixture
def runs_channel(servers: LocalServers) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(servers.runs.address) as channel:
        yield channel


@pytest.fixture
def feasibility_channel(servers: LocalServers) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(servers.feasibility.address) as channel:
        yield channel
