"""Pages of large entries end before they are too large for a client, and go on exactly there."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import struct_pb2

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1 import advisory_service_pb2_grpc as advisory_grpc
from rmos.feasibility.v1 import catalog_service_pb2 as catalog_pb
from rmos.feasibility.v1 import catalog_service_pb2_grpc as catalog_grpc
from rmos.shop.v1 import jobs_service_pb2 as jobs_pb
from rmos.shop.v1 import jobs_service_pb2_grpc as jobs_grpc
from rmos.shop.v1 import patterns_service_pb2 as pb
from rmos.shop.v1 import patterns_service_pb2_grpc as pb_grpc
from rmos.type.v1 import context_pb2, design_pb2
from rmos.workflow.v1 import workflow_service_pb2 as workflow_pb
from rmos.workflow.v1 import workflow_service_pb2_grpc as workflow_grpc
from testkit.local_servers import LocalServers
from tests.service.wire import fail

RECEIVED_BY_DEFAULT = 4 * 1024 * 1024
COUNT = 20


def meta(size: int = 230_000) -> struct_pb2.Struct:
    value = struct_pb2.Struct()
    value["text"] = "x" * size
    return value


def pages_of(method: Any, request: Any, field: str) -> list[list[Any]]:
    """Every page of a list, as a client that follows tokens sees them."""
    found = []
    while True:
        page = method(request, timeout=60)
        assert page.ByteSize() < RECEIVED_BY_DEFAULT
        found.append(list(getattr(page, field)))
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    """Servers whose lists hold more than one answer can."""
    with LocalServers(tmp_path_factory.mktemp("filled")) as servers:
        with grpc.insecure_channel(servers.runs.address) as channel:
            patterns, jobs = pb_grpc.PatternsServiceStub(channel), jobs_grpc.JobsServiceStub(channel)
            advisory, sessions = (
                advisory_grpc.AdvisoryServiceStub(channel),
                workflow_grpc.WorkflowServiceStub(channel),
            )
            for number in range(COUNT):
                patterns.CreatePattern(pb.CreatePatternRequest(title=f"p{number}", pattern_type="rope", meta=meta()))
                jobs.CreateJob(
                    jobs_pb.CreateJobRequest(
                        job_type=jobs_pb.JOB_TYPE_ROSETTE_PREVIEW, title=f"j{number}", parameters=meta()
                    )
                )
                advisory.UploadAdvisoryAsset(iter([suggestion(number)]))
                add_session(sessions, number)
        yield servers


def suggestion(number: int) -> advisory_pb.UploadAdvisoryAssetRequest:
    header = advisory_pb.AssetHeader(
        asset_type=advisory_pb.ASSET_TYPE_SUGGESTION,
        source=advisory_pb.ASSET_SOURCE_AI_SUGGESTION,
        provider="p",
        prompt=f"number {number}",
        suggestion_data=meta(),
    )
    return advisory_pb.UploadAdvisoryAssetRequest(header=header)


def add_session(stub: workflow_grpc.WorkflowServiceStub, number: int) -> None:
    actor = workflow_pb.Actor(role=workflow_pb.ACTOR_ROLE_USER, name="lead")
    created = stub.CreateSession(
        workflow_pb.CreateSessionRequest(actor=actor, mode=workflow_pb.SESSION_MODE_DESIGN_FIRST, title=f"s{number}")
    )
    long = context_pb2.Context()
    long.toolpaths.cuts.add(x_mm=[0.1] * 15_000, y_mm=[0.2] * 15_000)
    stub.SetContext(workflow_pb.SetContextRequest(name=created.session.name, actor=actor, context=long))


@pytest.fixture
def channel(filled: LocalServers) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(filled.runs.address) as channel:
        yield channel


@pytest.mark.parametrize("size", [0, 7, 1_000])
def test_patterns(channel: grpc.Channel, size: int) -> None:
    stub = pb_grpc.PatternsServiceStub(channel)
    pages = pages_of(stub.ListPatterns, pb.ListPatternsRequest(page_size=size), "patterns")
    assert len(pages) > 1
    assert [item.title for page in pages for item in page] == [f"p{number}" for number in reversed(range(COUNT))]


def test_jobs(channel: grpc.Channel) -> None:
    pages = pages_of(jobs_grpc.JobsServiceStub(channel).ListJobs, jobs_pb.ListJobsRequest(), "jobs")
    assert len(pages) > 1
    assert [item.title for page in pages for item in page] == [f"j{number}" for number in reversed(range(COUNT))]


def test_sessions(channel: grpc.Channel) -> None:
    stub = workflow_grpc.WorkflowServiceStub(channel)
    pages = pages_of(stub.ListSessions, workflow_pb.ListSessionsRequest(page_size=1_000), "sessions")
    assert len(pages) > 1
    assert [item.title for page in pages for item in page] == [f"s{number}" for number in reversed(range(COUNT))]


def test_assets_and_those_that_wait(channel: grpc.Channel) -> None:
    stub = advisory_grpc.AdvisoryServiceStub(channel)
    prompts = [f"number {number}" for number in range(COUNT)]
    pages = pages_of(stub.ListAdvisoryAssets, advisory_pb.ListAdvisoryAssetsRequest(), "assets")
    assert len(pages) > 1
    assert [item.prompt for page in pages for item in page] == prompts[::-1]
    pages = pages_of(stub.ListPendingAdvisoryAssets, advisory_pb.ListPendingAdvisoryAssetsRequest(), "assets")
    assert [item.prompt for page in pages for item in page] == prompts


def test_a_batch_of_reviews_names_every_asset(channel: grpc.Channel) -> None:
    stub = advisory_grpc.AdvisoryServiceStub(channel)
    pages = pages_of(stub.ListAdvisoryAssets, advisory_pb.ListAdvisoryAssetsRequest(), "assets")
    assets = [item for page in pages for item in page]
    requests = [
        advisory_pb.ReviewAdvisoryAssetRequest(
            name=item.name,
            reviewer="lead",
            decision=advisory_pb.ASSET_STATE_REJECTED,
            rejection_reason=advisory_pb.REJECTION_REASON_POOR_QUALITY,
            note="no",
        )
        for item in assets
    ]
    results = stub.BatchReviewAdvisoryAssets(advisory_pb.BatchReviewAdvisoryAssetsRequest(requests=requests)).results
    assert [item.name for item in results] == [item.name for item in assets]
    assert 0 < sum(item.HasField("asset") for item in results) < COUNT


def test_an_exported_library_is_imported_document_by_document(channel: grpc.Channel, servers: LocalServers) -> None:
    source = pb_grpc.PatternsServiceStub(channel)
    documents, request = [], pb.ExportPatternsRequest()
    while True:
        answer = source.ExportPatterns(request)
        assert answer.ByteSize() < RECEIVED_BY_DEFAULT
        assert hashlib.sha256(answer.document).hexdigest() == answer.sha256
        assert answer.pattern_count == len(json.loads(answer.document)["patterns"])
        documents.append(answer.document)
        request.page_token = answer.next_page_token
        if not answer.next_page_token:
            break
    assert len(documents) > 1
    with grpc.insecure_channel(servers.runs.address) as other:
        target = pb_grpc.PatternsServiceStub(other)
        added = [target.ImportPatterns(pb.ImportPatternsRequest(document=item)).added_count for item in documents]
    assert sum(added) == COUNT


def test_a_pattern_that_no_document_holds_is_refused(channel: grpc.Channel) -> None:
    request = pb.CreatePatternRequest(title="large", pattern_type="rope", meta=meta())
    for _ in range(5):
        corners = [design_pb2.Point(x_mm=number / 7, y_mm=number / 9) for number in range(10_000)]
        request.design.mixed_parts.add(outline=design_pb2.OutlinePart(points=corners), count=1, spacing_mm=3.0)
    failed = fail(pb_grpc.PatternsServiceStub(channel).CreatePattern, request)
    assert failed.reason == "RECORD_TOO_LARGE"


def test_an_import_of_many_entries_counts_all_of_them(channel: grpc.Channel) -> None:
    document = json.dumps({"schema": "rmos.pattern-library/1", "patterns": [0] * 20_000}).encode()
    answer = pb_grpc.PatternsServiceStub(channel).ImportPatterns(
        pb.ImportPatternsRequest(document=document), timeout=60
    )
    assert answer.ByteSize() < RECEIVED_BY_DEFAULT
    assert answer.refused_count == 20_000
    assert 0 < answer.omitted_count == 20_000 - len(answer.entries)


def test_a_library_of_many_tools_is_answered(filled: LocalServers) -> None:
    rows = "\n".join(f"{number},{'long name ' * 5}{number},end mill,3.175,2" for number in range(19_000))
    data = f"number,description,type,diameter,flutes\n{rows}\n".encode()

    def sent() -> Iterator[catalog_pb.ImportToolsRequest]:
        yield catalog_pb.ImportToolsRequest(
            header=catalog_pb.ImportHeader(file_name="many.csv", preview=True, units=catalog_pb.TOOL_LIBRARY_UNITS_MM)
        )
        for start in range(0, len(data), 262_144):
            yield catalog_pb.ImportToolsRequest(chunk=data[start : start + 262_144])

    with grpc.insecure_channel(filled.feasibility.address) as channel:
        answer = catalog_grpc.CatalogServiceStub(channel).ImportTools(sent(), timeout=120)
    counted = answer.new_count + answer.changed_count + answer.unchanged_count + answer.skipped_count
    assert counted == 19_000 == len(answer.tools) + answer.omitted_count
    assert answer.omitted_count > 0
