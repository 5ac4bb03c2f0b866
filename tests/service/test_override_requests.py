"""Requests to open a gate over the wire, and what lists say of what waits."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1 import advisory_service_pb2_grpc
from rmos.runs.v1 import run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import risk_pb2
from tests import builders
from tests.passing_programs import GRBL
from tests.service.wire import TIMEOUT_S, fail

YELLOW = risk_pb2.RISK_LEVEL_YELLOW


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


def create(stub: Any, serial: str, overrides: dict[str, Any] | None = None, **fields: Any) -> run_pb2.Run:
    linkage = run_pb2.RunLinkage(instrument_serial=serial, operator="Ada")
    request = builders.create_request(overrides or builders.YELLOW, linkage=linkage, envelope=GRBL, **fields)
    run: run_pb2.Run = stub.CreateRun(request, timeout=TIMEOUT_S).run
    return run


def ask(run: run_pb2.Run, **fields: Any) -> pb.RequestOverrideRequest:
    given = {"name": run.name, "person": "Ada", "reason": "the bit is new", "risk_level": YELLOW, **fields}
    return pb.RequestOverrideRequest(**given)


def waiting(stub: Any, serial: str) -> list[str]:
    request = pb.ListOverrideRequestsRequest(filter=f'instrument_serial = "{serial}*"')
    return [item.request.name for item in stub.ListOverrideRequests(request, timeout=TIMEOUT_S).requests]


def rows(stub: Any, text: str) -> Iterator[pb.RunSummary]:
    yield from stub.ListRuns(pb.ListRunsRequest(filter=text), timeout=TIMEOUT_S).runs


def test_a_request_waits_is_declined_asked_again_and_granted(stub: Any) -> None:
    run = create(stub, "RQ-1")
    answer = stub.RequestOverride(ask(run), timeout=TIMEOUT_S)
    assert answer.request.name == f"{run.name}/requests/1"
    assert answer.request.state == run_pb2.OVERRIDE_REQUEST_STATE_WAITING
    assert answer.run.effective_gate_decision == run_pb2.GATE_DECISION_BLOCKED
    assert fail(stub.RequestOverride, ask(run)).reason == "ALREADY_REQUESTED"
    assert waiting(stub, "RQ-1") == [answer.request.name]
    no = pb.DeclineOverrideRequestRequest(name=answer.request.name, person="Lead", reason="clamp it first")
    declined = stub.DeclineOverrideRequest(no, timeout=TIMEOUT_S).request
    assert (declined.answer_person, declined.answer_reason) == ("Lead", "clamp it first")
    assert fail(stub.DeclineOverrideRequest, no).reason == "REQUEST_ALREADY_ANSWERED"
    assert waiting(stub, "RQ-1") == []
    again = stub.RequestOverride(ask(run), timeout=TIMEOUT_S).request.name
    yes = pb.OverrideRunRequest(name=run.name, person="Lead", reason="looked at it", risk_level=YELLOW, request=again)
    opened = stub.OverrideRun(yes, timeout=TIMEOUT_S).run
    assert opened.override.request == again
    answered = pb.ListOverrideRequestsRequest(filter='instrument_serial = "RQ-1"', answered=True)
    page = stub.ListOverrideRequests(answered, timeout=TIMEOUT_S)
    (last,) = page.requests
    assert (last.request.name, last.request.state) == (again, run_pb2.OVERRIDE_REQUEST_STATE_GRANTED)
    assert (last.request.answer_person, last.run.name, page.total_size) == ("Lead", run.name, 1)
    states = [item.state for item in opened.override_requests]
    assert states == [run_pb2.OVERRIDE_REQUEST_STATE_DECLINED, run_pb2.OVERRIDE_REQUEST_STATE_GRANTED]


def test_bad_requests_are_refused_by_their_field(stub: Any) -> None:
    run, green = create(stub, "RQ-2"), create(stub, "RQ-2", {"cut.cooling": "AIR"})
    assert fail(stub.RequestOverride, ask(green)).reason == "NOT_BLOCKED"
    assert "10 to 2000" in fail(stub.RequestOverride, ask(run, reason="short")).fields["reason"]
    red = create(stub, "RQ-2", builders.RED)
    assert fail(stub.RequestOverride, ask(red, risk_level=risk_pb2.RISK_LEVEL_RED)).reason == "RED_OVERRIDE_DISABLED"
    no = pb.DeclineOverrideRequestRequest(name=f"{run.name}/requests/1", person="Lead", reason="clamp it first")
    assert fail(stub.DeclineOverrideRequest, no).reason == "REQUEST_NOT_FOUND"
    no.name = f"{run.name}/requests/0"
    assert "name" in fail(stub.DeclineOverrideRequest, no).fields
    yes = pb.OverrideRunRequest(name=run.name, person="Lead", reason="looked at it", risk_level=YELLOW)
    yes.request = f"{red.name}/requests/1"
    assert "another run" in fail(stub.OverrideRun, yes).fields["request"]


def test_pages_of_requests_go_on_where_they_ended(stub: Any) -> None:
    names = [
        stub.RequestOverride(ask(create(stub, f"PG-{place}")), timeout=TIMEOUT_S).request.name for place in range(3)
    ]
    found, token = [], ""
    while True:
        request = pb.ListOverrideRequestsRequest(page_size=2, page_token=token, filter='instrument_serial = "PG-*"')
        page = stub.ListOverrideRequests(request, timeout=TIMEOUT_S)
        assert page.total_size == 3
        found += [item.request.name for item in page.requests]
        token = page.next_page_token
        if not token:
            break
    assert found == names
    for name in names:
        no = pb.DeclineOverrideRequestRequest(name=name, person="Lead", reason="clamp it first")
        stub.DeclineOverrideRequest(no, timeout=TIMEOUT_S)
    query: dict[str, Any] = {"page_size": 2, "filter": 'instrument_serial = "PG-*"', "answered": True}
    first = stub.ListOverrideRequests(pb.ListOverrideRequestsRequest(**query), timeout=TIMEOUT_S)
    query["page_token"] = first.next_page_token
    rest = stub.ListOverrideRequests(pb.ListOverrideRequestsRequest(**query), timeout=TIMEOUT_S)
    assert [item.request.name for item in [*first.requests, *rest.requests]] == names[::-1]
    query["answered"] = False
    assert fail(stub.ListOverrideRequests, pb.ListOverrideRequestsRequest(**query)).reason == "INVALID_PAGE_TOKEN"
    other = pb.ListOverrideRequestsRequest(page_token="AAAA")
    assert fail(stub.ListOverrideRequests, other).reason == "INVALID_PAGE_TOKEN"


def test_lists_say_what_waits_for_a_person_and_what_was_done_last(stub: Any) -> None:
    yellow, green = create(stub, "LS-Ö1"), create(stub, "LS-Ö2", {"cut.cooling": "AIR"})
    step = pb.RecordExecutionRequest(name=green.name, step=run_pb2.EXECUTION_STEP_STARTED)
    stub.RecordExecution(step, timeout=TIMEOUT_S)
    mine = 'instrument_serial = "LS-Ö*"'
    assert [row.name for row in rows(stub, f"{mine} AND waits_for_person = yes")] == [yellow.name]
    (started,) = rows(stub, f"{mine} AND execution = started")
    assert (started.name, started.instrument_serial, started.operator) == (green.name, "LS-Ö2", "Ada")
    assert started.last_execution_step == run_pb2.EXECUTION_STEP_STARTED
    assert started.HasField("last_execution_time")
    (waits,) = rows(stub, f'{mine} AND run_id = "{yellow.run_id}" AND design_name : "ROSETTE" AND audit = none')
    assert waits.gate_reason.startswith("REVIEW_REQUIRED: WORKHOLDING")
    assert waits.waits_for_person
    stub.RequestOverride(ask(yellow), timeout=TIMEOUT_S)
    assert [row.request_waits for row in rows(stub, f"{mine} AND override_request = waiting")] == [True]
    counted = stub.CountRuns(pb.CountRunsRequest(filter=mine, by_risk_level=True), timeout=TIMEOUT_S)
    assert dict(counted.risk_level_counts) == {"GREEN": 1, "YELLOW": 1, "RED": 0, "UNKNOWN": 0, "ERROR": 0}
    refused = fail(stub.ListRuns, pb.ListRunsRequest(filter="audit = fine"))
    assert "NEEDS_ACCEPTANCE" in refused.fields["filter"]


def test_a_quiet_stream_says_that_it_lives_and_tells_of_requests_and_ticks(stub: Any) -> None:
    run = create(stub, "WT-1")
    request = pb.WatchRunsRequest(filter=f"run_id = {run.run_id}", from_start=True)
    request.bookmark_interval.seconds = 5
    stream = iter(stub.WatchRuns(request, timeout=TIMEOUT_S))
    stub.RequestOverride(ask(run), timeout=TIMEOUT_S)
    kinds = [next(stream).kind for _ in range(3)]
    assert kinds == ["", "run", "request"]
    assert next(stream).kind == ""
    request.bookmark_interval.seconds = 4
    with pytest.raises(grpc.RpcError, match="4 s is not within 5 to 60 s"):
        next(iter(stub.WatchRuns(request, timeout=TIMEOUT_S)))


def test_assets_are_told_of_as_they_come_and_are_decided_about(runs_channel: grpc.Channel) -> None:
    assets: Any = advisory_service_pb2_grpc.AdvisoryServiceStub(runs_channel)
    stream = iter(assets.WatchAdvisoryAssets(advisory_pb.WatchAdvisoryAssetsRequest(), timeout=TIMEOUT_S))
    first = next(stream)
    assert not first.HasField("asset")
    header = advisory_pb.AssetHeader(
        asset_type=advisory_pb.ASSET_TYPE_SUGGESTION,
        source=advisory_pb.ASSET_SOURCE_AI_SUGGESTION,
        provider="shop",
        requester="Ada",
    )
    header.suggestion_data["feed"] = 1200.0
    made = assets.UploadAdvisoryAsset(iter([advisory_pb.UploadAdvisoryAssetRequest(header=header)]), timeout=TIMEOUT_S)
    told = next(item for item in stream if item.asset.name == made.asset.name)
    assert told.pending_count == first.pending_count + 1
    decided = advisory_pb.ReviewAdvisoryAssetRequest(
        name=made.asset.name, reviewer="Lead", decision=advisory_pb.ASSET_STATE_APPROVED
    )
    assets.ReviewAdvisoryAsset(decided, timeout=TIMEOUT_S)
    told = next(item for item in stream if item.asset.name == made.asset.name)
    assert told.asset.state == advisory_pb.ASSET_STATE_APPROVED
    resumed = advisory_pb.WatchAdvisoryAssetsRequest(filter="state = approved", resume_token=told.resume_token)
    again = assets.WatchAdvisoryAssets(resumed, timeout=TIMEOUT_S)
    with pytest.raises(grpc.RpcError, match="resume_token"):
        next(iter(again))
