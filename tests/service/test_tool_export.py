"""Tools of a running server as libraries of other programs."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.feasibility.v1 import catalog_service_pb2_grpc
from testkit.local_servers import LocalServer
from tests.feasibility_svc.adapters.tool_library_samples import FUSION
from tests.service.test_catalog_service import import_requests
from tests.service.wire import TIMEOUT_S


@pytest.fixture
def stub(tmp_path: Path) -> Iterator[Any]:
    """A server whose workshop has no other tools."""
    server = LocalServer("feasibility_svc", tmp_path)
    server.start()
    with grpc.insecure_channel(server.address) as channel:
        yield catalog_service_pb2_grpc.CatalogServiceStub(channel)
    server.stop()


def exported(stub: Any, **fields: Any) -> tuple[pb.ExportedLibrary, bytes]:
    first, *rest = stub.ExportTools(pb.ExportToolsRequest(**fields), timeout=TIMEOUT_S)
    return first.library, b"".join(part.chunk for part in rest)


def test_tools_go_out_as_libraries_and_come_back_unchanged(stub: Any) -> None:
    stub.ImportTools(import_requests(json.dumps(FUSION).encode()), timeout=TIMEOUT_S)
    nothing = pb.ExportToolsRequest(format=pb.TOOL_LIBRARY_FORMAT_UGS_JSON)
    with pytest.raises(grpc.RpcError, match="only read"):
        list(stub.ExportTools(nothing, timeout=TIMEOUT_S))
    for library_format in (pb.TOOL_LIBRARY_FORMAT_FUSION_ARCHIVE, pb.TOOL_LIBRARY_FORMAT_CSV):
        library, data = exported(stub, format=library_format)
        assert (library.tool_count, library.size_bytes) == (6, len(data))
        assert library.file_sha256 == hashlib.sha256(data).hexdigest()
        again = stub.ImportTools(import_requests(data, library.file_name), timeout=TIMEOUT_S)
        assert (again.unchanged_count, again.new_count, again.changed_count, again.skipped_count) == (6, 0, 0, 0)
    library, data = exported(stub, format=pb.TOOL_LIBRARY_FORMAT_LINUXCNC, names=["tools/end_mill_3175_down"])
    assert data.startswith(b"T1 P1 D3.175000000000 ;")
    assert data.endswith(b" [rmos end_mill_3175_down]\n")
    assert [item.name for item in library.omissions] == ["tools/end_mill_3175_down"]
    assert "flute_direction is not held" in library.omissions[0].not_held
    for bad, told in (
        ({"format": 0}, "format"),
        ({"format": 5, "units": 9}, "units"),
        ({"format": 5, "names": ["tools/x", "x"]}, r"names\[1\]"),
    ):
        with pytest.raises(grpc.RpcError, match=told):
            list(stub.ExportTools(pb.ExportToolsRequest(**bad), timeout=TIMEOUT_S))
