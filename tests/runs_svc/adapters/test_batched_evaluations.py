"""Evaluations that wait together."""

import asyncio
from collections.abc import Collection, Sequence
from typing import cast

import grpc
import pytest
from google.protobuf import any_pb2
from google.rpc import status_pb2

from foundation.batch_window import BatchWindow
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos_client.aio import AsyncFeasibilityClient
from rmos_client.errors import RmosError
from runs_svc.adapters.feasibility.batching import BatchedEvaluations
from runs_svc.ports import UnbelievableReportError


class Client:
    """Records its calls. Its reports name the engine; the engine `refused` is refused."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.failing: grpc.StatusCode | None = None
        self.status: status_pb2.Status | None = None
        self.extra = 0
        self.answering = asyncio.Event()
        self.answering.set()

    async def evaluate(
        self, items: Sequence[pb.BatchEvaluateItem], *, timeout_s: float, callers: Collection[str] = ()
    ) -> Sequence[pb.BatchEvaluateResult]:
        self.asked.append([item.correlation_id for item in items])
        await self.answering.wait()
        if self.failing is not None and len(items) > 1:
            raise RmosError(code=self.failing, message="as told")
        if self.status is not None:
            return [pb.BatchEvaluateResult(error=self.status) for _ in items]
        results = [_result(item) for item in items]
        return (results * 2)[: len(results) + self.extra]


def report(name: str) -> pb.ReportDocument:
    return pb.ReportDocument(document=name.encode())


def _result(item: pb.BatchEvaluateItem) -> pb.BatchEvaluateResult:
    engine_id = item.request.engine_id
    if engine_id == "refused":
        code = grpc.StatusCode.NOT_FOUND.value[0]
        return pb.BatchEvaluateResult(error=status_pb2.Status(code=code, message="no such engine"))
    return pb.BatchEvaluateResult(report=report(engine_id))


@pytest.fixture
async def client() -> Client:
    return Client()


@pytest.fixture
async def evaluations(client: Client) -> BatchedEvaluations:
    return BatchedEvaluations(cast("AsyncFeasibilityClient", client), BatchWindow(lambda: 1))


async def ask(evaluations: BatchedEvaluations, name: str, *, timeout_s: float = 5.0) -> pb.ReportDocument:
    request = pb.EvaluateFeasibilityRequest(engine_id=name)
    return await evaluations.evaluate(request, request_id=f"req_{name}", timeout_s=timeout_s)


async def ask_all(evaluations: BatchedEvaluations, *names: str) -> list[pb.ReportDocument | BaseException]:
    return list(await asyncio.gather(*(ask(evaluations, name) for name in names), return_exceptions=True))


async def test_a_lone_evaluation_is_requested_at_once(client: Client, evaluations: BatchedEvaluations) -> None:
    for name in ("a", "b"):
        assert await ask(evaluations, name) == report(name)
    assert client.asked == [["req_a"], ["req_b"]]


async def test_those_that_wait_are_requested_together_and_each_gets_its_own(
    client: Client, evaluations: BatchedEvaluations
) -> None:
    names = [f"n{number}" for number in range(40)]
    reports = await ask_all(evaluations, *names)
    assert reports == [report(name) for name in names]
    assert [len(group) for group in client.asked] == [16, 16, 8]


async def test_no_more_than_two_calls_are_under_way(client: Client, evaluations: BatchedEvaluations) -> None:
    client.answering.clear()
    asking = asyncio.create_task(ask_all(evaluations, *(f"n{number}" for number in range(48))))
    while len(client.asked) < 2:
        await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(client.asked) == 2
    client.answering.set()
    assert len(await asking) == 48
    assert len(client.asked) == 3


async def test_a_refused_one_fails_alone(client: Client, evaluations: BatchedEvaluations) -> None:
    first, refused, last = await ask_all(evaluations, "a", "refused", "c")
    assert (first, last) == (report("a"), report("c"))
    assert isinstance(refused, RmosError)
    assert (refused.code, refused.message) == (grpc.StatusCode.NOT_FOUND, "no such engine")


async def test_where_the_call_for_several_fails_each_is_requested_alone(
    client: Client, evaluations: BatchedEvaluations
) -> None:
    client.failing = grpc.StatusCode.INTERNAL
    first, refused = await ask_all(evaluations, "a", "refused")
    assert first == report("a")
    assert isinstance(refused, RmosError)
    assert client.asked == [["req_a", "req_refused"], ["req_a"], ["req_refused"]]


async def test_a_server_that_is_away_is_not_asked_again(client: Client, evaluations: BatchedEvaluations) -> None:
    client.failing = grpc.StatusCode.UNAVAILABLE
    outcomes = await ask_all(evaluations, "a", "b")
    assert [cast("RmosError", outcome).code for outcome in outcomes] == [grpc.StatusCode.UNAVAILABLE] * 2
    assert client.asked == [["req_a", "req_b"]]


async def test_who_has_waited_long_enough_goes_and_the_others_get_theirs(
    client: Client, evaluations: BatchedEvaluations
) -> None:
    client.answering.clear()
    under_way = [asyncio.create_task(ask(evaluations, "a"))]
    while len(client.asked) < 1:
        await asyncio.sleep(0)
    under_way.append(asyncio.create_task(ask(evaluations, "b")))
    while len(client.asked) < 2:
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await ask(evaluations, "impatient", timeout_s=0.01)
    under_way.append(asyncio.create_task(ask(evaluations, "c")))
    await asyncio.sleep(0)
    client.answering.set()
    assert await asyncio.gather(*under_way) == [report("a"), report("b"), report("c")]
    assert client.asked == [["req_a"], ["req_b"], ["req_c"]], "nobody waits for the impatient one any more"


async def test_long_inputs_are_requested_alone(client: Client, evaluations: BatchedEvaluations) -> None:
    await ask_all(evaluations, "a", "b" * 20_000)
    assert sorted(len(group) for group in client.asked) == [1, 1]


@pytest.mark.parametrize("extra", [-1, 1])
async def test_a_wrong_number_of_reports_is_reported_to_everybody(
    evaluations: BatchedEvaluations, client: Client, extra: int
) -> None:
    client.extra = extra
    with pytest.raises(UnbelievableReportError, match=f"{1 + extra} reports came for 1 questions"):
        await ask(evaluations, "alone")


async def test_a_status_nobody_knows_is_a_failure_like_any_other(
    evaluations: BatchedEvaluations, client: Client
) -> None:
    client.status = status_pb2.Status(code=99, message="?", details=[broken_detail()])
    with pytest.raises(RmosError) as caught:
        await ask(evaluations, "alone")
    assert caught.value.code is grpc.StatusCode.UNKNOWN


def broken_detail() -> any_pb2.Any:
    """A detail whose bytes are not what it says."""
    return any_pb2.Any(type_url="type.googleapis.com/google.rpc.ErrorInfo", value=b"\xff\xff")
