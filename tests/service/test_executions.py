"""Steps at the machine, serials and operators of a running server."""

from typing import Any

import grpc
import pytest

from rmos.runs.v1 import run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from tests import builders
from tests.service.test_amendments import KEY, create, override, verified
from tests.service.wire import TIMEOUT_S, fail


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


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


def test_a_run_has_the_index_fields_of_its_last_step(stub: Any) -> None:
    run = create(stub)
    (listed,) = stub.ListRuns(pb.ListRunsRequest(page_size=1), timeout=TIMEOUT_S).runs
    assert listed.machine_id == "shapeoko_3"
    on_progress = {"instrument_serial": "found-0152", "operator": "found-K. Ito", "machine_id": "found-avid"}
    stub.RecordExecution(step(run, run_pb2.EXECUTION_STEP_STARTED, **on_progress), timeout=TIMEOUT_S)
    finished = step(run, run_pb2.EXECUTION_STEP_FINISHED, idempotency_key=KEY)
    done = stub.RecordExecution(finished, timeout=TIMEOUT_S).run
    assert done.executions[1].instrument_serial == "found-0152", "as the step before"
    for field, value in on_progress.items():
        listed = stub.ListRuns(pb.ListRunsRequest(filter=f'{field} = "{value}"'), timeout=TIMEOUT_S).runs
        assert [(item.run_id, item.machine_id) for item in listed] == [(run.run_id, "found-avid")]
    other = {**on_progress, "instrument_serial": "found-0153"}
    stub.RecordExecution(step(run, run_pb2.EXECUTION_STEP_STARTED, **other), timeout=TIMEOUT_S)
    assert stub.RecordExecution(finished, timeout=TIMEOUT_S).run.executions[-1].step == run_pb2.EXECUTION_STEP_STARTED
    assert verified(stub, run)


def test_a_serial_is_warned_of_unless_its_part_was_scrapped(stub: Any) -> None:
    first, second = create(stub), create(stub)
    serial = {"instrument_serial": "scrapped-0154"}
    stub.RecordExecution(step(first, run_pb2.EXECUTION_STEP_STARTED, **serial), timeout=TIMEOUT_S)
    stub.RecordExecution(step(first, run_pb2.EXECUTION_STEP_FINISHED), timeout=TIMEOUT_S)
    warned = stub.RecordExecution(step(second, run_pb2.EXECUTION_STEP_STARTED, **serial), timeout=TIMEOUT_S).warnings
    assert [text.endswith(first.run_id) for text in warned] == [True]
    stub.RecordExecution(step(second, run_pb2.EXECUTION_STEP_ABORTED), timeout=TIMEOUT_S)
    stub.RecordExecution(step(first, run_pb2.EXECUTION_STEP_SCRAPPED), timeout=TIMEOUT_S)
    again = stub.RecordExecution(step(second, run_pb2.EXECUTION_STEP_STARTED, **serial), timeout=TIMEOUT_S)
    assert list(again.warnings) == []


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("Müller-07", "Mu\u0308ller-07"),
        ("Ahorn-08", " Ahorn-08 "),
        ("Fichte-09", "FICHTE-09"),
        ("Linde-10", "Linde\u201110"),
        ("Eiche-11", "Eiche\u201311"),
        ("Zeder-12", "Zeder-\uff11\uff12"),
        ("Birke-13", "Birke-1\u200b3"),
        ("Kaki-14", "K\u0430ki-14"),
        ("Ulme 15", "Ulme\u00a015"),
    ],
)
def test_one_serial_is_known_however_it_is_typed(stub: Any, written: str, other: str) -> None:
    first, second = create(stub, linkage=run_pb2.RunLinkage(instrument_serial=written)), create(stub)
    for passed in (run_pb2.EXECUTION_STEP_STARTED, run_pb2.EXECUTION_STEP_FINISHED):
        stub.RecordExecution(step(first, passed), timeout=TIMEOUT_S)
    listed = stub.ListRuns(pb.ListRunsRequest(filter=f'instrument_serial = "{other}"'), timeout=TIMEOUT_S).runs
    assert [item.run_id for item in listed] == [first.run_id]
    started = step(second, run_pb2.EXECUTION_STEP_STARTED, instrument_serial=other)
    (warning,) = stub.RecordExecution(started, timeout=TIMEOUT_S).warnings
    assert warning.endswith(first.run_id)


@pytest.mark.parametrize("name", ["\u200b", "\u202eannA", "Anna\nApproved by: boss", "\x1b[31mAnna", "\u3164"])
def test_an_operator_nobody_can_read_is_refused(stub: Any, name: str) -> None:
    run = create(stub)
    failed = fail(stub.RecordExecution, step(run, run_pb2.EXECUTION_STEP_STARTED, operator=name))
    assert (failed.code, list(failed.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, ["operator"])
    assert fail(stub.ReplayRun, pb.ReplayRunRequest(name=run.name, operator=name)).fields == failed.fields


def test_serials_of_other_digits_are_others(stub: Any) -> None:
    first = create(stub, linkage=run_pb2.RunLinkage(instrument_serial="Esche-16"))
    for passed in (run_pb2.EXECUTION_STEP_STARTED, run_pb2.EXECUTION_STEP_FINISHED):
        stub.RecordExecution(step(first, passed), timeout=TIMEOUT_S)
    for other in ("Esche-1", "Esche-17", "Esche16", "Esche-l6"):
        started = step(create(stub), run_pb2.EXECUTION_STEP_STARTED, instrument_serial=other)
        assert list(stub.RecordExecution(started, timeout=TIMEOUT_S).warnings) == []


def test_an_operator_is_found_however_the_name_is_typed(stub: Any) -> None:
    run = create(stub, linkage=run_pb2.RunLinkage(operator="Jürgen Ito"))
    for text in ('operator = "jürgen ito"', 'operator = "JÜRGEN*"', 'operator : "gen\u00a0I"'):
        listed = stub.ListRuns(pb.ListRunsRequest(filter=text), timeout=TIMEOUT_S).runs
        assert [item.run_id for item in listed] == [run.run_id], text


def test_nothing_is_started_while_the_gate_is_closed(stub: Any) -> None:
    run = create(stub, builders.YELLOW)
    refused = fail(stub.RecordExecution, step(run, run_pb2.EXECUTION_STEP_STARTED))
    assert refused.reason == "SAFETY_BLOCKED"
    assert "REVIEW_REQUIRED" in refused.preconditions[0]
    stub.OverrideRun(override(run), timeout=TIMEOUT_S)
    stub.RecordExecution(step(run, run_pb2.EXECUTION_STEP_STARTED), timeout=TIMEOUT_S)
    assert fail(stub.RecordExecution, step(run, run_pb2.EXECUTION_STEP_UNSPECIFIED)).reason == "INVALID_FIELDS"
