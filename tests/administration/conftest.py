"""A filled store for each test: recorded once, copied for whoever damages it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from testkit.local_servers import LocalServer, LocalServers
from testkit.postgres import PostgresServer
from testkit.seaweed import S3Server
from tests.administration.filled_store import Filled, answers, fill
from tests.administration.grown_store import Grown, sha256_in
from tests.administration.offline import offline


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A store that nobody changes; its feasibility server goes on."""
    folder = tmp_path_factory.mktemp("recorded")
    with LocalServers(folder) as servers:
        run_ids = fill(servers.runs.address, folder)
        before = answers(servers.runs.address)
        servers.runs.stop()
        yield Filled(servers.store, servers.runs, run_ids, before)


@pytest.fixture
def filled(recorded: Filled, tmp_path: Path) -> Iterator[Filled]:
    """A store of the test's own, with a server that the test starts when it needs one."""
    root = tmp_path / "runs"
    shutil.copytree(recorded.root, root)
    _, _, *others = recorded.runs.flags  # the first two name the store
    runs = LocalServer("runs_svc", tmp_path, ["--runs-dir", str(root), *others])
    yield replace(recorded, root=root, runs=runs)
    if runs.address:
        runs.kill()


@pytest.fixture
def grown(postgres_server: PostgresServer, s3_server: S3Server) -> Grown:
    """An empty one, for tests of the group "postgres"."""
    return Grown(postgres_server, s3_server)


@pytest.fixture
def kept(filled: Filled, grown: Grown, tmp_path: Path) -> Grown:
    """What a backup of a store in files has become in PostgreSQL and a bucket, before any server was there."""
    taken = offline("backup", tmp_path / "files", "--runs-dir", filled.root)
    back = grown.offline(tmp_path / "own", "restore", tmp_path / "files")
    assert (taken.returncode, back.returncode) == (0, 0), taken.stderr + back.stderr
    assert sha256_in(back.stdout) == sha256_in(taken.stdout)
    return grown
