"""Two feasibility servers on two machines, as it were, with the workshop's catalogue in one database."""

import sys
import time
import uuid
from pathlib import Path

import grpc
import pytest

from feasibility_svc.__main__ import main
from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.feasibility.v1.catalog_service_pb2_grpc import CatalogServiceStub
from testkit.local_servers import LocalServer, ServerStartError
from testkit.postgres import PostgresServer
from tests.service.test_catalog_service import tool
from tests.service.wire import TIMEOUT_S

pytestmark = pytest.mark.xdist_group("postgres")


def test_what_one_server_takes_in_the_other_has_too(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"catalogue_{uuid.uuid4().hex}"
    postgres_server.run(f"CREATE DATABASE {name}")
    url = postgres_server.url(name, user="rmos_service")
    servers = [LocalServer("feasibility_svc", tmp_path / str(number), ["--catalog-url", url]) for number in range(2)]
    for server in servers:
        server.folder.mkdir()
    with pytest.raises(ServerStartError, match="lacks the table catalogue_journal; as the database's owner, run"):
        servers[0].start()
    owner = ["--catalog-url", postgres_server.url(name)]
    assert _catalogue(monkeypatch, "create", *owner, "--service-role", "rmos; DROP") == 2
    assert _catalogue(monkeypatch, "create", *owner, "--service-role", "rmos_service") == 0
    try:
        for server in servers:
            server.start()
        with grpc.insecure_channel(servers[0].address) as one, grpc.insecure_channel(servers[1].address) as other:
            assert CatalogServiceStub(one).CreateTool(pb.CreateToolRequest(tool=tool()), timeout=TIMEOUT_S).created
            until = time.monotonic() + TIMEOUT_S
            while not _knows(other):
                assert time.monotonic() < until
            there = CatalogServiceStub(other)
            assert not there.CreateTool(pb.CreateToolRequest(tool=tool()), timeout=TIMEOUT_S).created
    finally:
        codes = [server.stop() for server in servers]
    assert codes == [0, 0]
    assert _catalogue(monkeypatch, "export", str(tmp_path / "out"), "--catalog-url", url) == 0
    assert b"my_bit" in (tmp_path / "out" / "journal.jsonl").read_bytes()
    assert _catalogue(monkeypatch, "import", "--catalog-dir", str(tmp_path / "out"), "--catalog-url", url) == 2


def _knows(channel: grpc.Channel) -> bool:
    call = CatalogServiceStub(channel).GetTool.future(pb.GetToolRequest(name="tools/my_bit"), timeout=TIMEOUT_S)
    assert call.code() in {grpc.StatusCode.OK, grpc.StatusCode.NOT_FOUND}
    return call.code() is grpc.StatusCode.OK


def _catalogue(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """`python -m feasibility_svc catalogue …`, in this process."""
    monkeypatch.setattr(sys, "argv", ["feasibility_svc", "catalogue", *arguments])
    try:
        return main()
    except SystemExit as ended:
        return int(ended.code or 0)
