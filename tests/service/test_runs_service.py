"""RunsService of a running server."""

import hashlib
import json
import uuid
from functools import partial
from typing import Any

import grpc
import pytest
from google.protobuf import struct_pb2

from rmos.runs.v1 import run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import context_pb2, risk_pb2
from rmos_client import Rmos
from testkit.local_servers import LocalServer, LocalServers
from tests import builders
from tests.ends import eventually
from tests.service.wire import fail, log_of

TIMEOUT_S = 60.0


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> runs_service_pb2_grpc.RunsServiceStub:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


def create(stub: Any, overrides: dict[str, Any] | None = None, **fields: Any) -> run_pb2.Run:
    run: run_pb2.Run = stub.CreateRun(builders.create_request(overrides, **fields), timeout=TIMEOUT_S).run
    return run


def test_a_green_attempt_is_recorded_with_an_open_gate(stub: Any) -> None:
    run = create(stub, gcode_text="G21\n")
    assert (run.status, run.decision.gate_decision) == (run_pb2.RUN_STATUS_OK, run_pb2.GATE_DECISION_ALLOWED)
    assert run.decision.gate_policy_id == "rmos.gate/1"
    assert run.outputs.gcode_text == "G21\n"
    assert run.hashes.gcode_sha256 == hashlib.sha256(b"G21\n").hexdigest()
    assert stub.GetRun(pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S).run == run


def test_a_red_attempt_is_recorded_without_outputs(stub: Any) -> None:
    run = create(stub, builders.RED, gcode_text="G21\n")
    assert run.status == run_pb2.RUN_STATUS_BLOCKED
    assert not run.HasField("outputs")
    assert run.decision.block_reason.startswith("RED: CHIPLOAD")


def test_a_yellow_attempt_is_ok_and_waits_for_a_person(stub: Any) -> None:
    run = create(stub, builders.YELLOW)
    assert run.decision.risk_level == risk_pb2.RISK_LEVEL_YELLOW
    assert (run.status, run.decision.gate_decision) == (run_pb2.RUN_STATUS_OK, run_pb2.GATE_DECISION_BLOCKED)
    assert run.decision.block_reason.startswith("REVIEW_REQUIRED")


def test_an_attempt_about_which_nothing_is_known_is_blocked(stub: Any) -> None:
    request = builders.create_request()
    request.context.CopyFrom(context_pb2.Context())
    run = stub.CreateRun(request, timeout=TIMEOUT_S).run
    assert run.status == run_pb2.RUN_STATUS_BLOCKED
    assert run.decision.risk_level == risk_pb2.RISK_LEVEL_UNKNOWN
    assert not run.decision.HasField("score")


def test_a_verdict_from_the_client_has_no_effect_wherever_it_stands(stub: Any) -> None:
    verdict: dict[str, Any] = {"risk_level": "GREEN", "score": 100, "is_feasible": True}
    source = struct_pb2.Value()
    source.struct_value.update({"feasibility": verdict, "safety": verdict, "tool_id": "t"})
    meta = struct_pb2.Struct()
    meta.update({"feasibility": verdict, "decision": verdict, "note": "kept", "api_key": "hunter2"})
    run = create(stub, builders.RED, source_request=source, meta=meta)
    assert run.status == run_pb2.RUN_STATUS_BLOCKED
    left_out = "[left out: a verdict of the caller's own]"
    assert dict(run.meta) == {
        "note": "kept",
        "api_key": "[redacted]",
        "feasibility": left_out,
        "decision": left_out,
    }
    summary: Any = run.request_summary
    assert list(summary["stripped_client_verdict"]) == ["feasibility", "safety"]
    document = stub.GetRunDocument(pb.GetRunDocumentRequest(name=run.name), timeout=TIMEOUT_S).document
    assert b"hunter2" not in document


def test_a_field_smuggled_into_the_request_is_refused(stub: Any) -> None:
    smuggled = pb.CreateRunRequest.FromString(
        builders.create_request().SerializeToString() + b"\xfa\x3f\x05GREEN"  # field 1023
    )
    assert list(fail(stub.CreateRun, smuggled).fields) == ["1023"]


def test_the_request_id_is_kept_and_shared_with_the_feasibility_server(stub: Any, servers: LocalServers) -> None:
    request_id = f"pytest.{uuid.uuid4()}"
    run = stub.CreateRun(builders.create_request(), timeout=TIMEOUT_S, metadata=[("x-request-id", request_id)]).run
    assert run.request_id == run.feasibility.request_id == request_id
    for server in (servers.runs, servers.feasibility):
        assert [line["code"] for line in eventually(partial(_calls, server, request_id), bool)] == ["OK"]


def _calls(server: LocalServer, request_id: str) -> list[dict[str, Any]]:
    """What the log tells of a call, which it does after the answer has left."""
    return [line for line in log_of(server) if line["event"] == "call" and line.get("request_id") == request_id]


def test_the_same_key_and_payload_give_the_same_run(stub: Any) -> None:
    request = builders.create_request(idempotency_key=str(uuid.uuid4()))
    first = stub.CreateRun(request, timeout=TIMEOUT_S).run
    call = stub.CreateRun.future(request, timeout=TIMEOUT_S)
    assert call.result().run == first
    assert dict(call.trailing_metadata())["x-idempotent-replay"] == "true"


def test_the_same_key_with_another_payload_is_refused_with_both_digests(stub: Any) -> None:
    key = str(uuid.uuid4())
    create(stub, idempotency_key=key)
    other = builders.create_request({"cut.feed_rate_mm_per_min": 900.0}, idempotency_key=key)
    failed = fail(stub.CreateRun, other)
    assert (failed.code, failed.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_KEY_REUSED")
    assert failed.amendments["recorded_payload_sha256"] != failed.amendments["given_payload_sha256"]


def test_a_request_of_many_keys_in_another_order_is_the_same_payload(stub: Any) -> None:
    key, names = "job-2026-17", [f"key{number}" for number in range(100)]
    sent = builders.create_request(idempotency_key=key, source_request=_object(names))
    again = builders.create_request(idempotency_key=key, source_request=_object(names[::-1]))
    first = stub.CreateRun(sent, timeout=TIMEOUT_S).run
    assert stub.CreateRun(sent, timeout=TIMEOUT_S).run == first
    assert stub.CreateRun(again, timeout=TIMEOUT_S).run == first
    other = builders.create_request(idempotency_key=key, source_request=_object([*names[:-1], "another"]))
    assert fail(stub.CreateRun, other).reason == "IDEMPOTENCY_KEY_REUSED"


def _object(names: list[str]) -> struct_pb2.Value:
    value = struct_pb2.Value()
    for name in names:
        value.struct_value.fields[name].string_value = f"value of {name}"
    return value


def reference(**fields: Any) -> list[pb.AttachmentReference]:
    return [pb.AttachmentReference(**{"sha256": "a" * 64, "kind": "gcode", **fields})]


@pytest.mark.parametrize(
    ("overrides", "fields", "field"),
    [
        ({"cut.feed_rate_mm_per_min": -1.0}, {}, "context.cut.feed_rate_mm_per_min"),
        ({"cut.feed_rate_mm_per_min": float("nan")}, {}, "context.cut.feed_rate_mm_per_min"),
        ({}, {"mode": "Mode!"}, "mode"),
        ({}, {"mode": ""}, "mode"),
        ({}, {"idempotency_key": "x y"}, "idempotency_key"),
        ({}, {"gcode_text": "x" * 200_001}, "gcode_text"),
        ({}, {"attachments": reference(sha256="0" * 64)}, "attachments[0].sha256"),
        ({}, {"attachments": reference(kind="")}, "attachments[0].kind"),
        ({}, {"attachments": reference(filename="../x")}, "attachments[0].filename"),
        ({}, {"attachments": reference(mime="nonsense")}, "attachments[0].mime"),
        ({}, {"attachments": reference() * 1001}, "attachments"),
        ({}, {"linkage": run_pb2.RunLinkage(operator="x" * 129)}, "linkage.operator"),
        ({}, {"linkage": run_pb2.RunLinkage(operator="\u202eannA")}, "linkage.operator"),
        ({}, {"linkage": run_pb2.RunLinkage(operator="Anna\nApproved by: boss")}, "linkage.operator"),
        ({}, {"linkage": run_pb2.RunLinkage(workflow_session_id="ws_1")}, "linkage.workflow_session_id"),
        ({}, {"linkage": run_pb2.RunLinkage(parent_run_id="run_1")}, "linkage.parent_run_id"),
        ({}, {"linkage": run_pb2.RunLinkage(geometry_sha256="x")}, "linkage.geometry_sha256"),
    ],
)
def test_bad_input_is_refused_by_field_and_leaves_nothing(
    stub: Any, runs: Rmos, overrides: dict[str, Any], fields: dict[str, Any], field: str
) -> None:
    request_id = f"pytest.{uuid.uuid4()}"
    failed = fail(stub.CreateRun, builders.create_request(overrides, **fields), request_id=request_id)
    assert (failed.code, list(failed.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, [field])
    assert list(runs.list_runs(filter=f"request_id = {request_id}")) == []


def test_a_missing_design_or_context_is_refused(stub: Any) -> None:
    assert list(fail(stub.CreateRun, pb.CreateRunRequest(mode="saw")).fields) == ["design"]
    half = pb.CreateRunRequest(mode="saw", design=builders.design_message())
    assert list(fail(stub.CreateRun, half).fields) == ["context"]


def test_open_fields_outside_their_domain_are_refused(stub: Any) -> None:
    meta = struct_pb2.Struct()
    meta.update({"k" * 129: 1})
    assert fail(stub.CreateRun, builders.create_request(meta=meta)).reason == "JSON_OUT_OF_DOMAIN"


@pytest.mark.parametrize(
    ("overrides", "fields", "reason"),
    [
        ({}, {"engine_id": "nobody"}, "ENGINE_NOT_FOUND"),
        ({"material.material_id": "nobody"}, {}, "MATERIAL_NOT_FOUND"),
        ({"tool.tool_id": "nobody"}, {}, "TOOL_NOT_FOUND"),
        ({"machine.machine_id": "nobody"}, {}, "MACHINE_NOT_FOUND"),
        ({"model_id": "nobody"}, {}, "MODEL_NOT_FOUND"),
        ({}, {"attachments": reference()}, "ATTACHMENT_NOT_FOUND"),
        ({}, {"linkage": run_pb2.RunLinkage(parent_run_id="run_ffffffffffff")}, "RUN_NOT_FOUND"),
    ],
)
def test_a_name_nobody_knows_is_not_found(
    stub: Any, overrides: dict[str, Any], fields: dict[str, Any], reason: str
) -> None:
    failed = fail(stub.CreateRun, builders.create_request(overrides, **fields))
    assert (failed.code, failed.reason) == (grpc.StatusCode.NOT_FOUND, reason)


@pytest.mark.parametrize("method", ["GetRun", "GetRunDocument", "VerifyRun"])
def test_a_mistyped_id_is_not_found_with_the_request_id(stub: Any, method: str) -> None:
    make = getattr(pb, f"{method}Request")
    failed = fail(getattr(stub, method), make(name="runs/run_ffffffffffff"), request_id="my-id")
    assert (failed.code, failed.reason) == (grpc.StatusCode.NOT_FOUND, "RUN_NOT_FOUND")
    assert failed.request_id == failed.initial_request_id == "my-id"
    assert list(fail(getattr(stub, method), make(name="runs/run_xyz")).fields) == ["name"]


def test_the_document_is_what_its_digest_says(stub: Any) -> None:
    run = create(stub)
    response = stub.GetRunDocument(pb.GetRunDocumentRequest(name=run.name), timeout=TIMEOUT_S)
    assert hashlib.sha256(response.document).hexdigest() == response.sha256 == run.hashes.document_sha256
    assert json.loads(response.document)["schema"] == "rmos.run/1"


def test_runs_are_listed_newest_first_by_filter_and_page(stub: Any) -> None:
    operator = f"op-{uuid.uuid4()}"
    linkage = run_pb2.RunLinkage(operator=operator)
    names = [create(stub, linkage=linkage).name for _ in range(5)]
    listed, token = [], ""
    while True:
        page = stub.ListRuns(
            pb.ListRunsRequest(filter=f'operator = "{operator}"', page_size=2, page_token=token), timeout=TIMEOUT_S
        )
        listed += [item.name for item in page.runs]
        token = page.next_page_token
        if not token:
            break
    assert listed == names[::-1]
    oldest = stub.ListRuns(
        pb.ListRunsRequest(filter=f'operator = "{operator}"', order_by="create_time"), timeout=TIMEOUT_S
    )
    assert [item.name for item in oldest.runs] == names


@pytest.mark.parametrize(
    ("request_fields", "reason"),
    [
        ({"filter": "colour = red"}, "INVALID_FILTER"),
        ({"order_by": "score"}, "INVALID_FILTER"),
        ({"page_token": "nonsense"}, "INVALID_PAGE_TOKEN"),
        ({"page_size": 1001}, "INVALID_FIELDS"),
    ],
)
def test_a_bad_list_request_is_refused(stub: Any, request_fields: dict[str, Any], reason: str) -> None:
    failed = fail(stub.ListRuns, pb.ListRunsRequest(**request_fields))
    assert (failed.code, failed.reason) == (grpc.StatusCode.INVALID_ARGUMENT, reason)


def test_a_token_belongs_to_its_filter(stub: Any) -> None:
    for _ in range(2):
        create(stub, mode="saw")
    token = stub.ListRuns(pb.ListRunsRequest(filter="mode = saw", page_size=1), timeout=TIMEOUT_S).next_page_token
    failed = fail(stub.ListRuns, pb.ListRunsRequest(filter="mode = router", page_token=token))
    assert failed.reason == "INVALID_PAGE_TOKEN"


def test_several_runs_come_back_in_the_order_of_the_request(stub: Any) -> None:
    names = [create(stub).name for _ in range(3)]
    asked = [names[2], "runs/run_ffffffffffff", names[0]]
    response = stub.BatchGetRuns(pb.BatchGetRunsRequest(names=asked), timeout=TIMEOUT_S)
    assert [run.name for run in response.runs] == [names[2], names[0]]
    assert list(response.unreachable) == ["runs/run_ffffffffffff"]
    assert list(fail(stub.BatchGetRuns, pb.BatchGetRunsRequest()).fields) == ["names"]
    assert list(fail(stub.BatchGetRuns, pb.BatchGetRunsRequest(names=["x"])).fields) == ["names[0]"]


def test_the_facade_gets_several_at_once(stub: Any, runs: Rmos) -> None:
    run = create(stub)
    found, unreachable = runs.batch_get_runs([run.run_id, "run_ffffffffffff"])
    assert (list(found), list(unreachable)) == ([run], ["runs/run_ffffffffffff"])


def test_a_child_names_its_parent(stub: Any) -> None:
    parent = create(stub)
    child = create(stub, linkage=run_pb2.RunLinkage(parent_run_id=parent.run_id))
    assert child.linkage.parent_run_id == parent.run_id
    assert child.linkage.material_id == "spruce_sitka"


def test_the_server_says_what_it_is(runs: Rmos) -> None:
    info = runs.server_info()
    assert info.server == "runs_svc"
    assert "rmos.runs.v1.RunsService" in info.services
    assert info.disk_free_bytes > 0
    assert {limit.name for limit in info.limits} >= {"max_attachment_bytes", "max_calls", "max_streams"}


def test_equal_pieces_share_their_report_but_not_what_is_their_own(stub: Any) -> None:
    asked = pb.CreateRunRequest(design=builders.design_message(), context=builders.context_message(), mode="rosette")
    recorded = [
        stub.CreateRun(asked, timeout=TIMEOUT_S, metadata=[("x-request-id", f"piece-{number}")]).run
        for number in range(2)
    ]
    for number, run in enumerate(recorded):
        read = stub.GetRun(pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S).run
        assert read == run
        assert read.feasibility.request_id == f"piece-{number}"
        assert read.hashes.feasibility_sha256 == recorded[0].hashes.feasibility_sha256
        read.feasibility.request_id, read.feasibility.compute_ms = "", 0.0
        recorded[0].feasibility.request_id, recorded[0].feasibility.compute_ms = "", 0.0
        assert read.feasibility == recorded[0].feasibility
        assert len(read.feasibility.assessments) == 15
