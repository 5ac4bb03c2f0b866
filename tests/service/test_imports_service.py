"""The trace of what was brought into a running server."""

import hashlib
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2 as pb
from rmos.advisory.v1 import advisory_service_pb2_grpc
from rmos.shop.v1 import imports_service_pb2_grpc, patterns_service_pb2_grpc
from rmos.shop.v1.imports_service_pb2 import ListImportsRequest
from rmos.shop.v1.patterns_service_pb2 import ImportPatternsRequest
from tests.service.advisory_requests import parts, picture, upload
from tests.service.wire import TIMEOUT_S, fail


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return advisory_service_pb2_grpc.AdvisoryServiceStub(runs_channel)


def test_every_upload_leaves_its_trace(stub: Any, runs_channel: grpc.Channel) -> None:
    imports: Any = imports_service_pb2_grpc.ImportsServiceStub(runs_channel)
    data = picture((7, 77, 177))
    upload(stub, data, provider="traced")

    def cut_short() -> Iterator[pb.UploadAdvisoryAssetRequest]:
        yield from list(parts(picture((8, 88, 188)), provider="traced"))[:-1]

    with pytest.raises(grpc.RpcError):
        stub.UploadAdvisoryAsset(cut_short(), timeout=TIMEOUT_S)
    listed = imports.ListImports(ListImportsRequest(filter="import_kind = assets"), timeout=TIMEOUT_S).imports
    second, first = [item for item in listed if item.source_name == "traced"][:2]
    assert (first.outcome, first.source_sha256) == (1, hashlib.sha256(data).hexdigest())
    assert (second.outcome, second.reason != "") == (2, True)
    rejected = imports.ListImports(
        ListImportsRequest(filter="import_kind = assets AND outcome = rejected"), timeout=TIMEOUT_S
    ).imports
    assert second in rejected


def test_a_library_that_was_taken_has_no_reason_and_one_of_which_nothing_was_has_the_first(
    runs_channel: grpc.Channel,
) -> None:
    imports: Any = imports_service_pb2_grpc.ImportsServiceStub(runs_channel)
    patterns: Any = patterns_service_pb2_grpc.PatternsServiceStub(runs_channel)
    entry = b'{"pattern_id": "with-a-trace", "title": "%s", "pattern_type": "rope"}'
    kept = []
    for title in (b"rope", b"\xe2\x80\x8b"):
        document = b'{"schema": "rmos.pattern-library/1", "patterns": [%s]}' % (entry % title)
        patterns.ImportPatterns(ImportPatternsRequest(document=document, source_name="t.json"), timeout=TIMEOUT_S)
        wanted = ListImportsRequest(filter=f"source_sha256 = {hashlib.sha256(document).hexdigest()}")
        kept += imports.ListImports(wanted, timeout=TIMEOUT_S).imports
    assert [(item.outcome, item.reason.partition(":")[0]) for item in kept] == [(1, ""), (2, "none of it was taken")]
    assert "patterns[0].title" in kept[1].reason


def test_a_document_that_is_no_library_leaves_its_trace_too(runs_channel: grpc.Channel) -> None:
    imports: Any = imports_service_pb2_grpc.ImportsServiceStub(runs_channel)
    patterns: Any = patterns_service_pb2_grpc.PatternsServiceStub(runs_channel)
    fail(patterns.ImportPatterns, ImportPatternsRequest(document=b"nonsense of its own", source_name="x.json"))
    digest = hashlib.sha256(b"nonsense of its own").hexdigest()
    wanted = ListImportsRequest(filter=f"source_sha256 = {digest}")
    (kept,) = imports.ListImports(wanted, timeout=TIMEOUT_S).imports
    assert (kept.import_kind, kept.outcome, kept.source_name, kept.size_bytes) == ("patterns", 2, "x.json", 19)
    assert "not JSON" in kept.reason
