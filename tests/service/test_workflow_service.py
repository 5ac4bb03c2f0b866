"""Workflow sessions of a running server."""

import hashlib
import threading
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import attachments_service_pb2_grpc, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as runs_pb
from rmos.type.v1 import risk_pb2
from rmos.workflow.v1 import workflow_service_pb2 as pb
from rmos.workflow.v1 import workflow_service_pb2_grpc
from testkit.local_servers import LocalServers
from tests import builders
from tests.ends import join_all
from tests.passing_programs import RING
from tests.service.wire import TIMEOUT_S, fail

USER = pb.Actor(role=pb.ACTOR_ROLE_USER, name="M. Sato")
AI = pb.Actor(role=pb.ACTOR_ROLE_AI, name="assistant")
RED = {"cut.feed_rate_mm_per_min": 100.0}
PROGRAM = RING


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return workflow_service_pb2_grpc.WorkflowServiceStub(runs_channel)


@pytest.fixture
def runs_stub(runs_channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


def begin(stub: Any, overrides: dict[str, Any] | None = None, actor: pb.Actor = USER) -> pb.Session:
    """A session with design and context."""
    request = builders.create_request(overrides)
    session = stub.CreateSession(pb.CreateSessionRequest(actor=actor, title="top"), timeout=TIMEOUT_S).session
    stub.SetDesign(pb.SetDesignRequest(name=session.name, actor=actor, design=request.design), timeout=TIMEOUT_S)
    filled: pb.Session = stub.SetContext(
        pb.SetContextRequest(name=session.name, actor=actor, context=request.context), timeout=TIMEOUT_S
    ).session
    return filled


def ask(stub: Any, session: pb.Session) -> pb.Session:
    request = pb.RequestFeasibilityRequest(name=session.name, actor=USER)
    asked: pb.Session = stub.RequestFeasibility(request, timeout=TIMEOUT_S).session
    return asked


def approve(stub: Any, session: pb.Session, reason: str = "") -> pb.ApproveSessionResponse:
    request = pb.ApproveSessionRequest(name=session.name, actor=USER, reason=reason)
    answer: pb.ApproveSessionResponse = stub.ApproveSession(request, timeout=TIMEOUT_S)
    return answer


def run_of(runs_stub: Any, name: str) -> Any:
    return runs_stub.GetRun(runs_pb.GetRunRequest(name=name), timeout=TIMEOUT_S).run


def test_a_green_design_comes_to_its_toolpaths_and_every_step_leaves_a_run(stub: Any, runs_stub: Any) -> None:
    session = begin(stub)
    assert session.state == pb.SESSION_STATE_CONTEXT_READY
    asked = ask(stub, session)
    assert asked.state == pb.SESSION_STATE_FEASIBILITY_READY
    assert asked.verdict.risk_level == risk_pb2.RISK_LEVEL_GREEN
    approved = approve(stub, asked)
    stub.RequestToolpaths(pb.RequestToolpathsRequest(name=session.name, actor=USER), timeout=TIMEOUT_S)
    stored = stub.StoreToolpaths(
        pb.StoreToolpathsRequest(name=session.name, actor=USER, gcode_text=PROGRAM), timeout=TIMEOUT_S
    )
    assert stored.session.state == pb.SESSION_STATE_TOOLPATHS_READY
    last = run_of(runs_stub, stored.run)
    assert dict(stored.session.toolpaths.sha256) == {"gcode": last.hashes.gcode_sha256}
    assert last.linkage.parent_run_id == approved.run.removeprefix("runs/")
    chain = [run_of(runs_stub, name) for name in (asked.last_run, approved.run, stored.run)]
    assert [run.linkage.event_type for run in chain] == ["feasibility", "approval", "toolpaths"]
    assert {run.linkage.workflow_session_id for run in chain} == {session.session_id}
    archived = stub.ArchiveSession(pb.ArchiveSessionRequest(name=session.name, actor=USER), timeout=TIMEOUT_S).session
    assert archived.state == pb.SESSION_STATE_ARCHIVED
    events = stub.ListSessionEvents(pb.ListSessionEventsRequest(parent=session.name), timeout=TIMEOUT_S).events
    assert [event.action for event in events] == [
        "create",
        "set_design",
        "set_context",
        "request_feasibility",
        "store_feasibility",
        "approve",
        "request_toolpaths",
        "store_toolpaths",
        "archive",
    ]
    assert [event.version for event in events] == list(range(9))
    assert events[4].actor.role == pb.ACTOR_ROLE_SYSTEM
    assert all(event.request_id.startswith("req_") and len(event.sha256) == 64 for event in events)


def test_yellow_needs_a_reason_and_its_runs_carry_the_override(stub: Any, runs_stub: Any) -> None:
    asked = ask(stub, begin(stub, builders.YELLOW))
    request = pb.ApproveSessionRequest(name=asked.name, actor=USER)
    assert fail(stub.ApproveSession, request).reason == "REVIEW_REQUIRED"
    approved = approve(stub, asked, "stops are fitted by hand")
    run = run_of(runs_stub, approved.run)
    assert run.override.person == "M. Sato"
    assert (
        run.effective_gate_decision == run.GATE_DECISION_OVERRIDDEN if hasattr(run, "GATE_DECISION_OVERRIDDEN") else 3
    )
    stub.RequestToolpaths(pb.RequestToolpathsRequest(name=asked.name, actor=USER), timeout=TIMEOUT_S)
    stored = stub.StoreToolpaths(
        pb.StoreToolpathsRequest(name=asked.name, actor=USER, gcode_text=PROGRAM), timeout=TIMEOUT_S
    )
    assert run_of(runs_stub, stored.run).override.reason == "stops are fitted by hand"


def test_red_rejects_and_leads_back_to_the_design(stub: Any) -> None:
    asked = ask(stub, begin(stub, RED))
    assert asked.state == pb.SESSION_STATE_REJECTED
    assert (
        fail(stub.ApproveSession, pb.ApproveSessionRequest(name=asked.name, actor=USER)).reason == "TRANSITION_BLOCKED"
    )
    revised = stub.RequireRevision(
        pb.RequireRevisionRequest(name=asked.name, actor=USER, reason="feed is too slow"), timeout=TIMEOUT_S
    ).session
    assert revised.state == pb.SESSION_STATE_DESIGN_REVISION_REQUIRED
    design = builders.create_request().design
    again = stub.SetDesign(pb.SetDesignRequest(name=asked.name, actor=USER, design=design), timeout=TIMEOUT_S).session
    assert again.state == pb.SESSION_STATE_CONTEXT_READY
    assert not again.HasField("verdict")


def test_a_program_proposes_and_does_not_approve(stub: Any) -> None:
    asked = ask(stub, begin(stub, actor=AI))
    failed = fail(stub.ApproveSession, pb.ApproveSessionRequest(name=asked.name, actor=AI))
    assert (failed.code, failed.reason) == (grpc.StatusCode.PERMISSION_DENIED, "ROLE_REQUIRED")
    assert stub.GetSession(pb.GetSessionRequest(name=asked.name), timeout=TIMEOUT_S).session.version == asked.version


def test_toolpaths_need_an_approved_session(stub: Any) -> None:
    asked = ask(stub, begin(stub))
    request = pb.StoreToolpathsRequest(name=asked.name, actor=USER, gcode_text=PROGRAM)
    failed = fail(stub.StoreToolpaths, request)
    assert (failed.code, failed.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "TRANSITION_BLOCKED")
    assert "approve" in failed.preconditions[0]


def test_a_rejection_leaves_a_run_with_its_reason(stub: Any, runs_stub: Any) -> None:
    asked = ask(stub, begin(stub))
    rejected = stub.RejectSession(
        pb.RejectSessionRequest(name=asked.name, actor=USER, reason="customer changed the order"), timeout=TIMEOUT_S
    )
    assert rejected.session.state == pb.SESSION_STATE_REJECTED
    run = run_of(runs_stub, rejected.run)
    assert (run.linkage.event_type, run.linkage.notes) == ("rejection", "customer changed the order")


def test_of_two_writers_the_second_is_reported(stub: Any) -> None:
    session = begin(stub)
    request = pb.RequestFeasibilityRequest(name=session.name, actor=USER, expected_version=session.version - 1)
    failed = fail(stub.RequestFeasibility, request)
    assert (failed.code, failed.reason) == (grpc.StatusCode.ABORTED, "CONCURRENT_CHANGE")
    assert failed.amendments["version"] == str(session.version)


def test_of_a_crowd_of_approvals_one_holds(stub: Any) -> None:
    asked = ask(stub, begin(stub))
    answers: list[str] = []

    def try_it() -> None:
        try:
            approve(stub, asked)
            answers.append("approved")
        except grpc.RpcError as error:
            answers.append(error.code().name)

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    join_all(threads)
    assert answers.count("approved") == 1
    assert set(answers) <= {"approved", "ABORTED", "FAILED_PRECONDITION"}


def test_inputs_the_feasibility_service_refuses_lead_back(stub: Any) -> None:
    session = begin(stub, {"tool.tool_id": "no_such_tool"})
    failed = fail(stub.RequestFeasibility, pb.RequestFeasibilityRequest(name=session.name, actor=USER))
    assert failed.reason == "TOOL_NOT_FOUND"
    after = stub.GetSession(pb.GetSessionRequest(name=session.name), timeout=TIMEOUT_S).session
    assert after.state == pb.SESSION_STATE_CONTEXT_READY
    assert after.attempt_count == 1


def test_sessions_are_listed_by_their_index_fields(stub: Any) -> None:
    names = [begin(stub, actor=pb.Actor(role=pb.ACTOR_ROLE_OPERATOR, name="lister")).name for _ in range(3)]
    found: list[str] = []
    token = ""
    while True:
        request = pb.ListSessionsRequest(
            filter="user_id = lister AND status = context_ready", page_size=2, page_token=token
        )
        page = stub.ListSessions(request, timeout=TIMEOUT_S)
        found.extend(session.name for session in page.sessions)
        assert {session.last_action for session in page.sessions} == {"set_context"}
        token = page.next_page_token
        if not token:
            break
    assert found == names[::-1]


@pytest.mark.parametrize(
    ("method", "request_", "field"),
    [
        ("CreateSession", pb.CreateSessionRequest(), "actor.role"),
        ("CreateSession", pb.CreateSessionRequest(actor=pb.Actor(role=pb.ACTOR_ROLE_SYSTEM, name="x")), "actor.role"),
        ("CreateSession", pb.CreateSessionRequest(actor=pb.Actor(role=pb.ACTOR_ROLE_USER, name=" ")), "actor.name"),
        ("CreateSession", pb.CreateSessionRequest(actor=USER, workflow_type="Big!"), "workflow_type"),
        ("CreateSession", pb.CreateSessionRequest(actor=USER, title="x" * 201), "title"),
        ("GetSession", pb.GetSessionRequest(name="sessions/ws_xyz"), "name"),
        ("SetDesign", pb.SetDesignRequest(name="sessions/ws_0123456789ab", actor=USER), "design"),
        ("SetContext", pb.SetContextRequest(name="sessions/ws_0123456789ab", actor=USER), "context"),
        ("RejectSession", pb.RejectSessionRequest(name="sessions/ws_0123456789ab", actor=USER), "reason"),
        ("StoreToolpaths", pb.StoreToolpathsRequest(name="sessions/ws_0123456789ab", actor=USER), "attachments"),
        ("ListSessions", pb.ListSessionsRequest(filter="colour = blue"), "filter"),
    ],
)
def test_bad_input_names_the_field(stub: Any, method: str, request_: Any, field: str) -> None:
    failed = fail(getattr(stub, method), request_)
    assert failed.code == grpc.StatusCode.INVALID_ARGUMENT
    assert field in failed.fields


def test_a_session_that_is_not_there(stub: Any) -> None:
    assert fail(stub.GetSession, pb.GetSessionRequest(name="sessions/ws_0123456789ab")).reason == "SESSION_NOT_FOUND"


def test_watching_the_runs_of_a_session_shows_it_live(stub: Any, runs_stub: Any) -> None:
    session = begin(stub)
    watch = runs_stub.WatchRuns(
        runs_pb.WatchRunsRequest(filter=f'workflow_session_id = "{session.session_id}"'), timeout=TIMEOUT_S
    )
    next(watch)
    asked = ask(stub, session)
    seen = next(item for item in watch if item.kind)
    assert (seen.kind, seen.run.name) == ("run", asked.last_run)
    watch.cancel()


def test_sessions_outlive_the_server_and_an_absent_feasibility_service(own_servers: LocalServers) -> None:
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        stub: Any = workflow_service_pb2_grpc.WorkflowServiceStub(channel)
        session = begin(stub)
        own_servers.feasibility.stop()
        answer = stub.RequestFeasibility(pb.RequestFeasibilityRequest(name=session.name, actor=USER), timeout=TIMEOUT_S)
        assert answer.session.state == pb.SESSION_STATE_CONTEXT_READY
        assert answer.run
    own_servers.runs.kill()
    own_servers.runs.start()
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        stub = workflow_service_pb2_grpc.WorkflowServiceStub(channel)
        kept = stub.GetSession(pb.GetSessionRequest(name=session.name), timeout=TIMEOUT_S).session
    assert kept == answer.session


def test_a_program_for_an_approved_red_session_is_kept_beside_its_run(tmp_path: Path) -> None:
    environment = {"RMOS_ALLOW_RED_OVERRIDE": "true"}
    with LocalServers(tmp_path, runs_environment=environment) as servers:
        channel = grpc.insecure_channel(servers.runs.address)
        sessions = workflow_service_pb2_grpc.WorkflowServiceStub(channel)
        asked = ask(sessions, begin(sessions, RED))
        reason = "the feed of this old machine is what it is"
        sessions.ApproveSession(
            pb.ApproveSessionRequest(name=asked.name, actor=USER, reason=reason, risk_acknowledged=True),
            timeout=TIMEOUT_S,
        )
        sessions.RequestToolpaths(pb.RequestToolpathsRequest(name=asked.name, actor=USER), timeout=TIMEOUT_S)
        slow = PROGRAM.replace("F1750", "F100")
        stored = sessions.StoreToolpaths(
            pb.StoreToolpathsRequest(name=asked.name, actor=USER, gcode_text=slow), timeout=TIMEOUT_S
        )
        digest = hashlib.sha256(slow.encode()).hexdigest()
        assert dict(stored.session.toolpaths.sha256) == {"gcode": digest}
        attachments = attachments_service_pb2_grpc.AttachmentsServiceStub(channel)
        request = attachments_pb.DownloadAttachmentRequest(name=f"{stored.run}/attachments/{digest}")
        parts = list(attachments.DownloadAttachment(request, timeout=TIMEOUT_S))
        channel.close()
    assert b"".join(part.chunk for part in parts).decode() == slow


def test_toolpaths_whose_program_breaks_what_was_approved_are_refused(stub: Any) -> None:
    asked = ask(stub, begin(stub))
    stub.ApproveSession(pb.ApproveSessionRequest(name=asked.name, actor=USER), timeout=TIMEOUT_S)
    stub.RequestToolpaths(pb.RequestToolpathsRequest(name=asked.name, actor=USER), timeout=TIMEOUT_S)
    wrong = PROGRAM.replace("F1750", "F9000")
    refused = fail(stub.StoreToolpaths, pb.StoreToolpathsRequest(name=asked.name, actor=USER, gcode_text=wrong))
    assert refused.reason == "PROGRAM_DEVIATES"
    now = stub.GetSession(pb.GetSessionRequest(name=asked.name), timeout=TIMEOUT_S).session
    assert now.state == pb.SESSION_STATE_TOOLPATHS_REQUESTED
