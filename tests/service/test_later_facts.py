"""Notes, overrides, steps at the machine, advisories, differences, replays and store checks of a running server."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format

from rmos.runs.v1 import run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import risk_pb2
from rpckit import projection
from rpckit.local_servers import LocalServers
from tests import builders
from tests.service.wire import TIMEOUT_S, fail

KEY = "8f14e45f-ceea-467f-9b5e-0123456789ab"
YELLOW = {"safety_constraints.stops_present": builders.REMOVED}
RED = {"cut.feed_rate_mm_per_min": 100.0}
Level = risk_pb2.RiskLevel


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


def create(stub: Any, overrides: dict[str, Any] | None = None, **fields: Any) -> run_pb2.Run:
    request = builders.create_request(overrides, **fields)
    run: run_pb2.Run = stub.CreateRun(request, timeout=TIMEOUT_S).run
    return run


def document_of(stub: Any, run: run_pb2.Run) -> bytes:
    document: bytes = stub.GetRunDocument(pb.GetRunDocumentRequest(name=run.name), timeout=TIMEOUT_S).document
    return document


def verified(stub: Any, run: run_pb2.Run) -> bool:
    for _ in range(100):  # the archive follows within milliseconds
        checked = stub.VerifyRun(pb.VerifyRunRequest(name=run.name), timeout=TIMEOUT_S).verification
        if checked.outcome == run_pb2.VERIFICATION_OUTCOME_VERIFIED:
            return True
    return False


def test_a_note_is_added_and_the_run_stays_as_it_was(stub: Any) -> None:
    run = create(stub, meta=projection.write_struct({"a": 1, "b": 2}))
    before = document_of(stub, run)
    meta = projection.write_struct({"b": None, "c": "x", "api_key": "s"})
    request = pb.AnnotateRunRequest(name=run.name, person="M. Sato", note="measured", meta=meta, idempotency_key=KEY)
    for _ in range(2):
        annotated = stub.AnnotateRun(request, timeout=TIMEOUT_S).run
    assert dict(annotated.meta) == {"a": 1, "c": "x", "api_key": "[redacted]"}
    (annotation,) = annotated.annotations
    assert (annotation.person, annotation.note) == ("M. Sato", "measured")
    assert annotation.request_id.startswith("req_")
    assert document_of(stub, run) == before
    assert verified(stub, run)
    other = pb.AnnotateRunRequest(name=run.name, person="M. Sato", note="other", idempotency_key=KEY)
    failed = fail(stub.AnnotateRun, other)
    assert failed.reason == "IDEMPOTENCY_KEY_REUSED"
    assert set(failed.facts) >= {"recorded_payload_sha256", "given_payload_sha256"}


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({}, "note"),
        ({"note": "x", "person": " "}, "person"),
        ({"note": "x" * 2_001}, "note"),
        ({"note": "x", "person": "x" * 101}, "person"),
        ({"note": "x", "idempotency_key": "no"}, "idempotency_key"),
    ],
)
def test_a_bad_note_is_refused(stub: Any, fields: dict[str, Any], path: str) -> None:
    run = create(stub)
    failed = fail(stub.AnnotateRun, pb.AnnotateRunRequest(**{"name": run.name, "person": "M. Sato", **fields}))
    assert (failed.reason, list(failed.fields)) == ("INVALID_FIELDS", [path])


def test_many_at_once_all_leave_their_note(stub: Any) -> None:
    run = create(stub)
    calls = [
        stub.AnnotateRun.future(pb.AnnotateRunRequest(name=run.name, person="p", note=f"n{number}"), timeout=TIMEOUT_S)
        for number in range(12)
    ]
    outcomes = [call.exception() for call in calls]
    refused = [error.code() for error in outcomes if error is not None]
    assert set(refused) <= {grpc.StatusCode.ABORTED}
    notes = {item.note for item in stub.GetRun(pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S).run.annotations}
    assert len(notes) == 12 - len(refused)


def override(run: run_pb2.Run, **fields: Any) -> pb.OverrideRunRequest:
    given = {"person": "A. Lead", "reason": "the scrap cut was clean", "risk_level": run.decision.risk_level}
    return pb.OverrideRunRequest(name=run.name, **{**given, **fields})


def test_a_named_person_opens_a_yellow_gate_once(stub: Any) -> None:
    run = create(stub, YELLOW)
    assert run.effective_gate_decision == run_pb2.GATE_DECISION_BLOCKED
    opened = stub.OverrideRun(override(run, idempotency_key=KEY), timeout=TIMEOUT_S).run
    assert opened.effective_gate_decision == run_pb2.GATE_DECISION_OVERRIDDEN
    assert opened.decision.risk_level == Level.RISK_LEVEL_YELLOW
    assert opened.decision.gate_decision == run_pb2.GATE_DECISION_BLOCKED
    assert opened.override.person == "A. Lead"
    assert stub.OverrideRun(override(run, idempotency_key=KEY), timeout=TIMEOUT_S).run == opened
    assert fail(stub.OverrideRun, override(run)).reason == "ALREADY_OVERRIDDEN"
    listed = stub.ListRuns(pb.ListRunsRequest(filter="gate_decision = OVERRIDDEN"), timeout=TIMEOUT_S).runs
    assert run.name in {item.name for item in listed}
    assert verified(stub, run)


def test_of_two_people_one_opens_the_gate(stub: Any) -> None:
    run = create(stub, YELLOW)
    calls = [stub.OverrideRun.future(override(run, person=f"Lead {number}"), timeout=TIMEOUT_S) for number in range(6)]
    errors = [call.exception() for call in calls]
    assert sum(error is None for error in errors) == 1
    assert {error.code() for error in errors if error} <= {
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.ABORTED,
    }


@pytest.mark.parametrize(
    ("overrides", "fields", "reason"),
    [
        ({}, {}, "NOT_BLOCKED"),
        (YELLOW, {"risk_level": Level.RISK_LEVEL_RED}, "RISK_MISMATCH"),
        (RED, {"risk_acknowledged": True}, "RED_OVERRIDE_DISABLED"),
        (YELLOW, {"reason": "too short"}, "INVALID_FIELDS"),
        (YELLOW, {"person": ""}, "INVALID_FIELDS"),
        (YELLOW, {"risk_level": Level.RISK_LEVEL_UNSPECIFIED}, "INVALID_FIELDS"),
    ],
)
def test_an_override_beyond_the_policy_is_refused(
    stub: Any, overrides: dict[str, Any], fields: dict[str, Any], reason: str
) -> None:
    run = create(stub, overrides)
    assert fail(stub.OverrideRun, override(run, **fields)).reason == reason
    after = stub.GetRun(pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S).run
    assert after == run


@pytest.fixture
def lenient(tmp_path: Path) -> Iterator[Any]:
    flags = ["--allow-red-override", "true", "--replay-gate-mode", "soft_block"]
    with LocalServers(tmp_path, runs_flags=flags) as running, grpc.insecure_channel(running.runs.address) as channel:
        yield runs_service_pb2_grpc.RunsServiceStub(channel)


def test_where_the_policy_allows_it_red_is_overridden_with_the_risk_acknowledged(lenient: Any) -> None:
    run = create(lenient, RED)
    assert fail(lenient.OverrideRun, override(run)).reason == "ACKNOWLEDGEMENT_REQUIRED"
    opened = lenient.OverrideRun(override(run, risk_acknowledged=True), timeout=TIMEOUT_S).run
    assert opened.override.risk_acknowledged
    assert opened.status == run_pb2.RUN_STATUS_BLOCKED


def step(run: run_pb2.Run, step_: "run_pb2.ExecutionStep.ValueType", **fields: Any) -> pb.RecordExecutionRequest:
    return pb.RecordExecutionRequest(name=run.name, step=step_, **fields)


def test_what_happened_at_the_machine_is_recorded_in_order(stub: Any) -> None:
    linkage = run_pb2.RunLinkage(instrument_serial="0147", operator="K. Ito")
    run = create(stub, linkage=linkage, design=builders.design_message({**builders.ROSETTE, "name": "part of 0147"}))
    assert fail(stub.RecordExecution, step(run, run_pb2.EXECUTION_STEP_FINISHED)).reason == "EXECUTION_OUT_OF_ORDER"
    started = step(run, run_pb2.EXECUTION_STEP_STARTED, idempotency_key=KEY)
    for _ in range(2):
        assert list(stub.RecordExecution(started, timeout=TIMEOUT_S).warnings) == []
    done = stub.RecordExecution(step(run, run_pb2.EXECUTION_STEP_FINISHED, note="clean"), timeout=TIMEOUT_S).run
    assert [item.step for item in done.executions] == [
        run_pb2.EXECUTION_STEP_STARTED,
        run_pb2.EXECUTION_STEP_FINISHED,
    ]
    assert (done.executions[0].instrument_serial, done.executions[0].operator) == ("0147", "K. Ito")
    assert done.executions[0].machine_id == "shapeoko_3"
    again = stub.RecordExecution(step(run, run_pb2.EXECUTION_STEP_STARTED), timeout=TIMEOUT_S)
    assert list(again.warnings) == [f"serial 0147 has a finished part of this kind already: {run.run_id}"]
    assert verified(stub, run)


def test_nothing_is_started_behind_a_closed_gate(stub: Any) -> None:
    run = create(stub, YELLOW)
    refused = fail(stub.RecordExecution, step(run, run_pb2.EXECUTION_STEP_STARTED))
    assert refused.reason == "SAFETY_BLOCKED"
    assert "REVIEW_REQUIRED" in refused.preconditions[0]
    stub.OverrideRun(override(run), timeout=TIMEOUT_S)
    stub.RecordExecution(step(run, run_pb2.EXECUTION_STEP_STARTED), timeout=TIMEOUT_S)
    assert fail(stub.RecordExecution, step(run, run_pb2.EXECUTION_STEP_UNSPECIFIED)).reason == "INVALID_FIELDS"


def test_an_advisory_is_attached_once_and_the_first_stays(stub: Any) -> None:
    run = create(stub)
    first = pb.AttachAdvisoryRequest(
        name=run.name, advisory_id="hint-1", kind=run_pb2.ADVISORY_KIND_NOTE, text="use a fresh bit"
    )
    link = stub.AttachAdvisory(first, timeout=TIMEOUT_S).advisory
    assert link.name == f"{run.name}/advisories/hint-1"
    other = pb.AttachAdvisoryRequest(name=run.name, advisory_id="hint-1", text="something else")
    assert stub.AttachAdvisory(other, timeout=TIMEOUT_S).advisory == link
    stub.AttachAdvisory(pb.AttachAdvisoryRequest(name=run.name, advisory_id="hint-2"), timeout=TIMEOUT_S)
    page = stub.ListRunAdvisories(pb.ListRunAdvisoriesRequest(parent=run.name, page_size=1), timeout=TIMEOUT_S)
    assert [item.advisory_id for item in page.advisories] == ["hint-1"]
    rest = stub.ListRunAdvisories(
        pb.ListRunAdvisoriesRequest(parent=run.name, page_token=page.next_page_token), timeout=TIMEOUT_S
    )
    assert [item.advisory_id for item in rest.advisories] == ["hint-2"]
    assert verified(stub, run)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"advisory_id": "../x"}, "advisory_id"),
        ({"advisory_id": "x", "kind": 9}, "kind"),
        ({"advisory_id": "x", "text": "x" * 20_001}, "text"),
    ],
)
def test_a_bad_advisory_is_refused(stub: Any, fields: dict[str, Any], path: str) -> None:
    failed = fail(stub.AttachAdvisory, pb.AttachAdvisoryRequest(name=create(stub).name, **fields))
    assert list(failed.fields) == [path]


def test_an_explanation_is_computed_stored_and_shown_by_the_next_read(stub: Any) -> None:
    run = create(stub, RED)
    assert run.explanation_status == run_pb2.EXPLANATION_STATUS_NONE
    suggested = stub.SuggestAdvisory(pb.SuggestAdvisoryRequest(name=run.name), timeout=TIMEOUT_S)
    assert suggested.advisory.kind == run_pb2.ADVISORY_KIND_EXPLANATION
    assert suggested.advisory.text.startswith("RED: do not cut this.")
    assert f"run {run.run_id}" in suggested.advisory.text
    after = stub.GetRun(pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S).run
    assert after.explanation_status == run_pb2.EXPLANATION_STATUS_READY
    assert after.explanation_summary.startswith("RED: do not cut this.")
    assert after.decision == run.decision
    again = stub.SuggestAdvisory(pb.SuggestAdvisoryRequest(name=run.name), timeout=TIMEOUT_S)
    assert again.run == after
    assert verified(stub, run)


def test_without_the_feasibility_server_an_explanation_is_unavailable(own_servers: LocalServers) -> None:
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        stub = runs_service_pb2_grpc.RunsServiceStub(channel)
        run = create(stub)
        own_servers.feasibility.kill()
        failed = fail(stub.SuggestAdvisory, pb.SuggestAdvisoryRequest(name=run.name))
    assert (failed.code, failed.reason) == (grpc.StatusCode.UNAVAILABLE, "PROVIDER_UNAVAILABLE")


def test_the_status_of_an_explanation_is_set(stub: Any) -> None:
    run = create(stub)
    pending = pb.SetRunExplanationRequest(name=run.name, status=run_pb2.EXPLANATION_STATUS_PENDING)
    for _ in range(2):
        after = stub.SetRunExplanation(pending, timeout=TIMEOUT_S).run
    assert after.explanation_status == run_pb2.EXPLANATION_STATUS_PENDING
    for bad, path in (
        (pb.SetRunExplanationRequest(name=run.name, status=run_pb2.EXPLANATION_STATUS_READY), "summary"),
        (pb.SetRunExplanationRequest(name=run.name), "status"),
    ):
        assert list(fail(stub.SetRunExplanation, bad).fields) == [path]


def test_counts_equal_the_pages(stub: Any) -> None:
    for mode in ("count_a", "count_a", "count_b"):
        create(stub, mode=mode)
    for condition, expected in (('mode = "count_a"', 2), ('mode = "count_*"', 3), ('mode = "none"', 0)):
        count = stub.CountRuns(pb.CountRunsRequest(filter=condition), timeout=TIMEOUT_S).count
        listed = stub.ListRuns(pb.ListRunsRequest(filter=condition, page_size=1_000), timeout=TIMEOUT_S).runs
        assert count == len(listed) == expected
    assert fail(stub.CountRuns, pb.CountRunsRequest(filter="nonsense =")).reason == "INVALID_FILTER"


def test_two_runs_are_compared(stub: Any) -> None:
    left, right = create(stub, gcode_text="G0 X1"), create(stub, RED, gcode_text="G0 X2")
    request = pb.DiffRunsRequest(left=left.name, right=right.name, include_gcode=True)
    answer = stub.DiffRuns(request, timeout=TIMEOUT_S)
    assert answer.severity == pb.DIFFERENCE_SEVERITY_CRITICAL
    terms = [item.term for item in answer.differences]
    assert terms[:2] == ["status", "verdict"]
    feed = next(item for item in answer.differences if item.term == "feed")
    assert (feed.left.number_value, feed.right.number_value) == (1_750.0, 100.0)
    assert answer.total_count == len(answer.differences)
    assert "-G0 X1" in answer.gcode_diff
    same = stub.DiffRuns(pb.DiffRunsRequest(left=left.name, right=left.name), timeout=TIMEOUT_S)
    assert (same.total_count, same.severity) == (0, pb.DIFFERENCE_SEVERITY_UNSPECIFIED)
    absent = pb.DiffRunsRequest(left=left.name, right="runs/run_ffffffffffff")
    assert fail(stub.DiffRuns, absent).reason == "RUN_NOT_FOUND"


def test_a_batch_records_each_attempt_on_its_own(stub: Any) -> None:
    requests = [
        builders.create_request(idempotency_key=KEY.replace("ab", "cd")),
        builders.create_request({"tool.tool_id": "nobody"}),
        builders.create_request(RED),
    ]
    results = stub.BatchCreateRuns(pb.BatchCreateRunsRequest(requests=requests), timeout=TIMEOUT_S).results
    assert [item.WhichOneof("result") for item in results] == ["run", "error", "run"]
    assert results[1].error.code == grpc.StatusCode.NOT_FOUND.value[0]
    assert results[2].run.status == run_pb2.RUN_STATUS_BLOCKED
    again = stub.BatchCreateRuns(pb.BatchCreateRunsRequest(requests=requests[:1]), timeout=TIMEOUT_S).results
    assert (again[0].replayed, again[0].run) == (True, results[0].run)
    assert fail(stub.BatchCreateRuns, pb.BatchCreateRunsRequest()).reason == "INVALID_FIELDS"


def test_an_old_job_is_run_again_for_another_instrument(stub: Any) -> None:
    linkage = run_pb2.RunLinkage(instrument_serial="0201")
    parent = create(stub, linkage=linkage, gcode_text="G0 X1")
    request = pb.ReplayRunRequest(
        name=parent.name, instrument_serial="0202", operator="K. Ito", idempotency_key=KEY.replace("ab", "ef")
    )
    answer = stub.ReplayRun(request, timeout=TIMEOUT_S)
    child = answer.run
    assert (answer.drift_detected, list(answer.drift), list(answer.warnings)) == (False, [], [])
    assert child.linkage.parent_run_id == parent.run_id
    assert (child.linkage.instrument_serial, child.linkage.event_type) == ("0202", "replay")
    assert child.hashes.gcode_sha256 == parent.hashes.gcode_sha256
    assert child.hashes.request_sha256 == parent.hashes.request_sha256
    assert stub.ReplayRun(request, timeout=TIMEOUT_S).run == child
    for name in (run_pb2.EXECUTION_STEP_STARTED, run_pb2.EXECUTION_STEP_FINISHED):
        stub.RecordExecution(step(child, name), timeout=TIMEOUT_S)
    warned = stub.ReplayRun(pb.ReplayRunRequest(name=parent.name, instrument_serial="0202"), timeout=TIMEOUT_S)
    assert list(warned.warnings) == [f"serial 0202 has a finished part of this kind already: {child.run_id}"]


def test_a_run_that_drifted_needs_a_note(own_servers: LocalServers) -> None:
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        stub = runs_service_pb2_grpc.RunsServiceStub(channel)
        run = create(stub)
        own_servers.feasibility.kill()
        away = fail(stub.ReplayRun, pb.ReplayRunRequest(name=run.name))
        assert away.reason == "SAFETY_BLOCKED"
        assert any("level: GREEN then, nothing now" in item for item in away.preconditions)
        request = pb.ReplayRunRequest(name=run.name, note="the server was moved", idempotency_key=KEY)
        noted = stub.ReplayRun(request, timeout=TIMEOUT_S)
        assert noted.drift_detected
        assert noted.run.status == run_pb2.RUN_STATUS_ERROR
        assert json_format.MessageToDict(noted.run.meta)["replay"]["drift_summary"]["count"] == len(noted.drift)
        own_servers.feasibility.start(listen=own_servers.feasibility.address)  # now nothing would have drifted
        assert stub.ReplayRun(request, timeout=TIMEOUT_S) == noted


def test_a_store_is_verified_while_others_write(own_servers: LocalServers) -> None:
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        stub = runs_service_pb2_grpc.RunsServiceStub(channel)
        runs = [create(stub) for _ in range(5)]
        assert all(verified(stub, run) for run in runs)
        writer = threading.Thread(target=lambda: create(stub, mode="meanwhile"))
        writer.start()
        parts = list(stub.VerifyStore(pb.VerifyStoreRequest(filter='mode = "rosette"'), timeout=TIMEOUT_S))
        writer.join()
        result = parts[-1].result
        assert (result.run_count, result.outcome) == (5, run_pb2.VERIFICATION_OUTCOME_VERIFIED)
        assert result.item_count == result.verified_count > 20
        published = next(own_servers.store.glob(f"*/{runs[2].run_id}.json"))
        published.write_bytes(published.read_bytes().replace(b"rosette", b"rosetta"))
        published.with_name(f"{runs[3].run_id}.json").unlink()
        parts = list(stub.VerifyStore(pb.VerifyStoreRequest(filter='mode = "rosette"'), timeout=TIMEOUT_S))
        damaged = {part.damaged.name for part in parts if part.WhichOneof("part") == "damaged"}
        assert damaged == {runs[2].name, runs[3].name}
        result = parts[-1].result
        assert (result.mismatch_count, result.missing_count) == (1, 1)
        assert result.outcome == run_pb2.VERIFICATION_OUTCOME_MISSING
        bad = stub.VerifyStore(pb.VerifyStoreRequest(filter="="), timeout=TIMEOUT_S)
        with pytest.raises(grpc.RpcError, match="INVALID_ARGUMENT"):
            next(iter(bad))
