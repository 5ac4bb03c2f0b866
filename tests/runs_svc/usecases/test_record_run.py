"""Recording an attempt, on the adapters in memory."""

import time
from typing import Any

import pytest

from foundation.call import Call
from runs_svc.adapters.memory.ledger import CountingIds, FixedFeasibility, MemoryLedger, SteppingClock
from runs_svc.domain.errors import DeadlinePassedError, RunExistsError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.inputs import Inputs
from runs_svc.domain.runs.report import Report
from runs_svc.ports import ListQuery, NoReportInTimeError, UnbelievableReportError
from runs_svc.usecases.runs.record import RecordRequest, RecordResult, RecordRun
from tests import builders
from tests.unread_programs import UnreadPrograms

CALL = Call("req_1", None)


class RepeatingIds:
    """The same id three times, then another."""

    def __init__(self) -> None:
        self.drawn = 0

    def run_id(self) -> RunId:
        self.drawn += 1
        return RunId("run_000000000001" if self.drawn <= 3 else "run_000000000002")


def record_run(ledger: MemoryLedger, report: dict[str, Any] | None, ids: Any = None) -> RecordRun:
    return RecordRun(
        ledger,
        FixedFeasibility(report),
        clock=SteppingClock(builders.NOW),
        ids=ids or CountingIds(),
        feasibility_timeout_s=5.0,
        programs=UnreadPrograms(),
    )


async def test_past_the_callers_deadline_nothing_is_written() -> None:
    ledger = MemoryLedger()
    late = Call("req_1", time.monotonic() - 1)
    with pytest.raises(DeadlinePassedError):
        await record_run(ledger, builders.report()).record(builders.attempt(), idempotency_key=None, call=late)
    assert await ledger.scan(ListQuery(None, 10)) == []


async def test_an_id_that_is_taken_is_drawn_again() -> None:
    ledger = MemoryLedger()
    ids = RepeatingIds()
    record = record_run(ledger, builders.report(), ids)
    first = await record.record(builders.attempt(), idempotency_key=None, call=CALL)
    second = await record.record(builders.attempt(), idempotency_key=None, call=CALL)
    assert first.run.run_id != second.run.run_id
    assert not second.replayed


async def test_ids_that_are_always_taken_are_given_up() -> None:
    ledger = MemoryLedger()
    ids = RepeatingIds()
    await record_run(ledger, builders.report(), ids).record(builders.attempt(), idempotency_key=None, call=CALL)
    ids.drawn = -10
    with pytest.raises(RunExistsError):
        await record_run(ledger, builders.report(), ids).record(builders.attempt(), idempotency_key=None, call=CALL)


@pytest.mark.parametrize("deadline_in_s", [None, 60.0])
async def test_a_service_that_is_away_leaves_an_error_record(deadline_in_s: float | None) -> None:
    ledger = MemoryLedger()
    call = Call("req_1", None if deadline_in_s is None else time.monotonic() + deadline_in_s)
    recorded = await record_run(ledger, None).record(builders.attempt(), idempotency_key=None, call=call)
    document = recorded.run.document
    assert (document.status, document.decision.risk_level) == ("ERROR", "ERROR")
    assert list(document.errors) == ["the feasibility service could not be asked: away"]


class SlowFeasibility(FixedFeasibility):
    """A service that takes longer than anybody waits."""

    async def evaluate(self, inputs: Inputs, **named: Any) -> Report:
        raise NoReportInTimeError("DEADLINE_EXCEEDED")


def slow_record_run(ledger: MemoryLedger) -> RecordRun:
    slow, clock = SlowFeasibility(None), SteppingClock(builders.NOW)
    return RecordRun(ledger, slow, clock=clock, ids=CountingIds(), feasibility_timeout_s=5.0, programs=UnreadPrograms())


async def test_a_caller_that_waits_less_than_the_server_would_leaves_no_record_and_its_key_free() -> None:
    ledger = MemoryLedger()
    impatient = Call("req_1", time.monotonic() + 1.0)
    with pytest.raises(DeadlinePassedError):
        await slow_record_run(ledger).record(builders.attempt(), idempotency_key="k", call=impatient)
    assert await ledger.scan(ListQuery(None, 10)) == []
    again = await record_run(ledger, builders.report()).record(builders.attempt(), idempotency_key="k", call=CALL)
    assert (again.replayed, again.run.document.status) == (False, "OK")


@pytest.mark.parametrize("deadline_in_s", [None, 60.0])
async def test_a_service_that_takes_longer_than_the_server_waits_leaves_an_error_record(
    deadline_in_s: float | None,
) -> None:
    call = Call("req_1", None if deadline_in_s is None else time.monotonic() + deadline_in_s)
    recorded = await slow_record_run(MemoryLedger()).record(builders.attempt(), idempotency_key=None, call=call)
    assert recorded.run.document.status == "ERROR"


class CountingEvaluator(FixedFeasibility):
    """Counts what it was asked."""

    asked = 0

    async def evaluate(self, inputs: Inputs, **named: Any) -> Report:
        self.asked += 1
        return await super().evaluate(inputs, **named)


async def test_equal_inputs_of_a_batch_are_evaluated_once_and_others_apart() -> None:
    evaluator = CountingEvaluator(builders.report())
    one_by_one = RecordRun(
        MemoryLedger(),
        evaluator,
        clock=SteppingClock(builders.NOW),
        ids=CountingIds(),
        feasibility_timeout_s=5.0,
        programs=UnreadPrograms(),
    )
    first = builders.attempt()
    other = builders.attempt(inputs=builders.inputs(context=builders.context({"note": "another"})))
    recorded = await one_by_one.together([RecordRequest(item, None) for item in (first, other, first)], call=CALL)
    assert evaluator.asked == 2
    assert len({item.run.run_id for item in recorded if isinstance(item, RecordResult)}) == 3
    await one_by_one.together([RecordRequest(first, None)], call=CALL)
    assert evaluator.asked == 3


class Lying:
    """A feasibility service whose reports cannot be believed."""

    async def evaluate(self, inputs: Inputs, *, request_id: str, timeout_s: float) -> Report:
        raise UnbelievableReportError(["it names no engine", "it assesses nothing"])


async def test_a_report_that_cannot_be_believed_is_an_error_run_with_every_violation() -> None:
    ledger = MemoryLedger()
    record = RecordRun(
        ledger,
        Lying(),
        clock=SteppingClock(builders.NOW),
        ids=CountingIds(),
        feasibility_timeout_s=5.0,
        programs=UnreadPrograms(),
    )
    document = (await record.record(builders.attempt(), idempotency_key=None, call=CALL)).run.document
    assert (document.status, document.decision.gate_decision) == ("ERROR", "BLOCKED")
    assert list(document.errors) == ["it names no engine", "it assesses nothing"]
    assert "cannot be believed: it names no engine; it assesses nothing" in document.decision.block_reason
