"""Nothing is recorded that cannot be verified: numbers JSON cannot carry exactly are refused at every door."""

import json
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.shop.v1 import jobs_service_pb2 as jobs_pb
from rmos.shop.v1 import patterns_service_pb2 as patterns_pb
from rmos.shop.v1.jobs_service_pb2_grpc import JobsServiceStub
from rmos.shop.v1.patterns_service_pb2_grpc import PatternsServiceStub
from rmos.workflow.v1 import workflow_service_pb2 as workflow_pb
from rmos.workflow.v1.workflow_service_pb2_grpc import WorkflowServiceStub
from rpckit import proto_json
from testkit.local_servers import LocalServers
from tests import builders
from tests.service import test_shop_services
from tests.service.wire import TIMEOUT_S, Failed, fail

NUMBERS = [2.0**53, -(2.0**53), 1e16, 1e18, 1e20, 1e300]
META = proto_json.write_struct({"a": [{"b": 1e16}]})


def refused(failed: Failed, field: str, number: float = 1e16) -> None:
    assert failed.code is grpc.StatusCode.INVALID_ARGUMENT
    assert repr(number) in failed.fields[field]
    assert "allowed: finite numbers below 2^53" in failed.fields[field]


def design(number: float = 1e16) -> Any:
    return builders.design_message(builders.overridden(test_shop_services.DESIGN, {"rosette_channel.depth_mm": number}))


@pytest.mark.parametrize("number", NUMBERS)
def test_runs(runs_channel: grpc.Channel, number: float) -> None:
    create = RunsServiceStub(runs_channel).CreateRun
    refused(fail(create, builders.create_request(design=design(number))), "design.rosette_channel.depth_mm", number)
    request = builders.create_request({"cut.feed_rate_mm_per_min": number})
    refused(fail(create, request), "context.cut.feed_rate_mm_per_min", number)
    request = builders.create_request(meta=proto_json.write_struct({"n": number}))
    refused(fail(create, request), "meta.n", number)


def test_runs_whose_inputs_nobody_else_can_check(tmp_path: Path) -> None:
    with LocalServers(tmp_path) as servers, grpc.insecure_channel(servers.runs.address) as channel:
        servers.feasibility.stop()
        stub = RunsServiceStub(channel)
        refused(fail(stub.CreateRun, builders.create_request(design=design())), "design.rosette_channel.depth_mm")
        assert not stub.ListRuns(pb.ListRunsRequest(), timeout=TIMEOUT_S).runs


def test_amendments(runs_channel: grpc.Channel) -> None:
    stub = RunsServiceStub(runs_channel)
    run = stub.CreateRun(builders.create_request(), timeout=TIMEOUT_S).run
    note = pb.AnnotateRunRequest(name=run.name, person="M. Sato", meta=META)
    refused(fail(stub.AnnotateRun, note), "meta.a[0].b")


def test_sessions(runs_channel: grpc.Channel) -> None:
    stub = WorkflowServiceStub(runs_channel)
    actor = workflow_pb.Actor(role=workflow_pb.ACTOR_ROLE_USER, name="M. Sato")
    name = stub.CreateSession(workflow_pb.CreateSessionRequest(actor=actor), timeout=TIMEOUT_S).session.name
    step = workflow_pb.SetDesignRequest(name=name, actor=actor, design=design())
    refused(fail(stub.SetDesign, step), "design.rosette_channel.depth_mm")
    context = builders.context_message({"cut.feed_rate_mm_per_min": 1e17})
    other = workflow_pb.SetContextRequest(name=name, actor=actor, context=context)
    refused(fail(stub.SetContext, other), "context.cut.feed_rate_mm_per_min", 1e17)


def test_patterns_and_jobs(runs_channel: grpc.Channel) -> None:
    create = PatternsServiceStub(runs_channel).CreatePattern
    request = test_shop_services.pattern_request("inexact", design=design())
    refused(fail(create, request), "design.rosette_channel.depth_mm")
    refused(fail(create, test_shop_services.pattern_request("inexact", meta=META)), "meta.a[0].b")
    job = jobs_pb.CreateJobRequest(job_type=jobs_pb.JOB_TYPE_ROSETTE_PREVIEW, title="x", parameters=META)
    refused(fail(JobsServiceStub(runs_channel).CreateJob, job), "parameters.a[0].b")


def test_pictures(runs_channel: grpc.Channel) -> None:
    drawn = advisory_pb.GenerateImageRequest(design=design(), requester="M. Sato", size_px=64)
    refused(fail(AdvisoryServiceStub(runs_channel).GenerateImage, drawn), "design.rosette_channel.depth_mm")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1.0, 1e16])
def test_how_long_a_picture_took(runs_channel: grpc.Channel, number: float) -> None:
    header = advisory_pb.AssetHeader(
        asset_type=advisory_pb.ASSET_TYPE_SUGGESTION,
        source=advisory_pb.ASSET_SOURCE_AI_SUGGESTION,
        provider="p",
        suggestion_data=proto_json.write_struct({"a": 1}),
        generation_time_ms=number,
    )
    upload = AdvisoryServiceStub(runs_channel).UploadAdvisoryAsset
    with pytest.raises(grpc.RpcError) as caught:
        upload(iter([advisory_pb.UploadAdvisoryAssetRequest(header=header)]), timeout=TIMEOUT_S)
    error: Any = caught.value
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "header.generation_time_ms" in error.details()


IMPORTED = {
    "meta number": ({"meta": {"a": {"b": 10**16}}}, "meta.a.b", "JSON_OUT_OF_DOMAIN"),
    "meta depth": ({"meta": json.loads('{"a":' * 200 + "1" + "}" * 200)}, "meta", "JSON_OUT_OF_DOMAIN"),
    "meta key": ({"meta": {"k" * 129: 1}}, "meta", "JSON_OUT_OF_DOMAIN"),
    "design": (
        {"design": {"rosette_channel": {"depth_mm": 1e16}}},
        "design.rosette_channel.depth_mm",
        "INVALID_FIELDS",
    ),
}


@pytest.mark.parametrize("case", IMPORTED)
def test_entries_of_a_library(runs_channel: grpc.Channel, case: str) -> None:
    fields, place, reason = IMPORTED[case]
    entry = {"pattern_id": "inexact_import", "title": "x", "pattern_type": "mosaic", **fields}
    sound = {"pattern_id": f"sound_{case.replace(' ', '_')}", "title": "x", "pattern_type": "mosaic"}
    library = {"schema": "rmos.pattern-library/1", "patterns": [entry, sound]}
    request = patterns_pb.ImportPatternsRequest(document=json.dumps(library).encode(), source_name="x.json")
    answer = PatternsServiceStub(runs_channel).ImportPatterns(request, timeout=TIMEOUT_S)
    assert (answer.added_count, answer.refused_count) == (1, 1)
    (refusal,) = (item for item in answer.entries if item.outcome == patterns_pb.IMPORT_OUTCOME_REFUSED)
    assert f"patterns[0].{place}" in refusal.error.message
    assert reason.encode() in refusal.error.SerializeToString()


def test_a_secret_in_an_imported_entry_is_not_kept(runs_channel: grpc.Channel) -> None:
    entry = {"pattern_id": "with_secret", "title": "x", "pattern_type": "mosaic", "meta": {"api_key": "s3cret"}}
    library = {"schema": "rmos.pattern-library/1", "patterns": [entry]}
    request = patterns_pb.ImportPatternsRequest(document=json.dumps(library).encode(), source_name="x.json")
    stub = PatternsServiceStub(runs_channel)
    stub.ImportPatterns(request, timeout=TIMEOUT_S)
    kept = stub.GetPattern(patterns_pb.GetPatternRequest(name="patterns/with_secret"), timeout=TIMEOUT_S).pattern
    assert kept.meta["api_key"] == "[redacted]"
