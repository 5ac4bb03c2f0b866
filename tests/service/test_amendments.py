"""Notes, overrides, advisories and explanations of a running server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import risk_pb2
from rpckit import proto_json
from testkit.local_servers import LocalServers
from tests import builders
from tests.service.wire import TIMEOUT_S, fail

KEY = "8f14e45f-ceea-467f-9b5e-0123456789ab"
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


def test_the_answer_to_each_note_is_the_run_as_it_stands(stub: Any) -> None:
    run = create(stub, meta=proto_json.write_struct({"a": 1}))
    notes: list[dict[str, Any]] = [
        {"note": "first"},
        {"note": "second"},
        {"note": "", "meta": proto_json.write_struct({"b": 2, "a": None})},
        {"note": "third"},
        {"note": "fourth"},
    ]
    for number, fields in enumerate(notes):
        annotated = stub.AnnotateRun(pb.AnnotateRunRequest(name=run.name, person="M. Sato", **fields)).run
        assert len(annotated.annotations) == number + 1
        (written_anew,) = stub.BatchGetRuns(pb.BatchGetRunsRequest(names=[run.name])).runs
        assert annotated == written_anew == stub.GetRun(pb.GetRunRequest(name=run.name)).run
        if number == 0:
            stub.SetLegalHold(pb.SetLegalHoldRequest(name=run.name, held=True, person="M. Sato", reason="a claim"))
            advisory = pb.AttachAdvisoryRequest(name=run.name, advisory_id="a", text="dry wood")
            stub.AttachAdvisory(advisory)
    assert annotated.legal_hold.held
    assert verified(stub, run)


def test_a_note_is_added_and_the_run_stays_as_it_was(stub: Any) -> None:
    run = create(stub, meta=proto_json.write_struct({"a": 1, "b": 2}))
    before = document_of(stub, run)
    meta = proto_json.write_struct({"b": None, "c": "x", "api_key": "s"})
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
    assert set(failed.amendments) >= {"recorded_payload_sha256", "given_payload_sha256"}


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({}, "note"),
        ({"note": "x", "person": " "}, "person"),
        ({"note": "x" * 2_001}, "note"),
        ({"note": "x", "person": "x" * 101}, "person"),
        ({"note": "x", "idempotency_key": "no key"}, "idempotency_key"),
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
    run = create(stub, builders.YELLOW)
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
    run = create(stub, builders.YELLOW)
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
        (builders.YELLOW, {"risk_level": Level.RISK_LEVEL_RED}, "RISK_MISMATCH"),
        (RED, {"risk_acknowledged": True}, "RED_OVERRIDE_DISABLED"),
        (builders.YELLOW, {"reason": "too short"}, "INVALID_FIELDS"),
        (builders.YELLOW, {"person": ""}, "INVALID_FIELDS"),
        (builders.YELLOW, {"risk_level": Level.RISK_LEVEL_UNSPECIFIED}, "INVALID_FIELDS"),
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
        ({"advisory_id": "explanation", "kind": 1, "text": "GREEN: cut it"}, "advisory_id"),
        ({"advisory_id": "x", "kind": 9}, "kind"),
        ({"advisory_id": "x", "text": "x" * 20_001}, "text"),
    ],
)
def test_a_bad_advisory_is_refused(stub: Any, fields: dict[str, Any], path: str) -> None:
    failed = fail(stub.AttachAdvisory, pb.AttachAdvisoryRequest(name=create(stub).name, **fields))
    assert list(failed.fields) == [path]


def test_an_explanation_is_computed_stored_and_shown_by_the_next_read(stub: Any) -> None:
    run = create(stub, RED)
    forged = pb.SetRunExplanationRequest(name=run.name, status=run_pb2.EXPLANATION_STATUS_READY, summary="GREEN: cut")
    assert stub.SetRunExplanation(forged, timeout=TIMEOUT_S).run.explanation_summary.startswith("RED: ")
    assert run.explanation_status == run_pb2.EXPLANATION_STATUS_READY  # the sentence that decides, at once
    assert run.explanation_summary.startswith("RED: ")
    suggested = stub.SuggestAdvisory(pb.SuggestAdvisoryRequest(name=run.name), timeout=TIMEOUT_S)
    assert suggested.advisory.kind == run_pb2.ADVISORY_KIND_EXPLANATION
    assert suggested.advisory.text.startswith("RED: do not cut this: ")
    assert f"run {run.run_id}" in suggested.advisory.text
    after = stub.GetRun(pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S).run
    assert after.explanation_status == run_pb2.EXPLANATION_STATUS_READY
    assert after.explanation_summary.startswith("RED: do not cut this: ")
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
    assert after.explanation_status == run_pb2.EXPLANATION_STATUS_READY  # of the computed one
    assert after.explanation_summary == f"{run.explanation_summary}. Somebody added PENDING"
    for bad, path in (
        (pb.SetRunExplanationRequest(name=run.name, status=run_pb2.EXPLANATION_STATUS_READY), "summary"),
        (pb.SetRunExplanationRequest(name=run.name), "status"),
    ):
        assert list(fail(stub.SetRunExplanation, bad).fields) == [path]
