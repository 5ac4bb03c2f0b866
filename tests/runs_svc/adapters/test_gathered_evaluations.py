"""Evaluations that wait together."""

import asyncio
from collections.abc import Sequence
from typing import cast

import grpc
import pytest
from google.rpc import status_pb2

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import feasibility_report_pb2
from rmos_client.aio import AsyncFeasibilityClient
from rmos_client.errors import RmosError
from rpckit.gathering import Gathering
from runs_svc.adapters.gathered_evaluations import GatheredEvaluations

Report = feasibility_report_pb2.FeasibilityReport


class Client:
    """Remembers how it was asked. Its reports name the engine; the engine `refused` is refused."""

    def __init__(self) -> None:
        self.alone: list[str] = []
        self.together: list[list[str]] = []
        self.failing: grpc.StatusCode | None = None
        self.answering = asyncio.Event()
        self.answering.set()

    async def evaluate(self, request: pb.EvaluateFeasibilityRequest, *, request_id: str, timeout_s: float) -> Report:
        self.alone.append(request_id)
        await self.answering.wait()
        if request.engine_id == "refused":
            raise RmosError(code=grpc.StatusCode.NOT_FOUND, message="no such engine")
        return Report(engine_id=request.engine_id, request_id=request_id)

    async def evaluate_several(
        self, items: Sequence[pb.BatchEvaluateItem], *, timeout_s: float
    ) -> Sequence[pb.BatchEvaluateResult]:
        self.together.append([item.correlation_id for item in items])
        await self.answering.wait()
        if self.failing is not None:
            raise RmosError(code=self.failing, message="as told")
        return [_result(item) for item in items]


def _result(item: pb.BatchEvaluateItem) -> pb.BatchEvaluateResult:
    engine_id = item.request.engine_id
    if engine_id == "refused":
        code = grpc.StatusCode.NOT_FOUND.value[0]
        return pb.BatchEvaluateResult(error=status_pb2.Status(code=code, message="no such engine"))
    return pb.BatchEvaluateResult(report=Report(engine_id=engine_id, request_id=item.correlation_id))


@pytest.fixture
async def client() -> Client:
    return Client()


@pytest.fixture
async def evaluations(client: Client) -> GatheredEvaluations:
    return GatheredEvaluations(cast("AsyncFeasibilityClient", client), Gathering(lambda: 1))


async def ask(evaluations: GatheredEvaluations, name: str, *, timeout_s: float = 5.0) -> Report:
    request = pb.EvaluateFeasibilityRequest(engine_id=name)
    return await evaluations.evaluate(request, request_id=f"req_{name}", timeout_s=timeout_s)


async def ask_all(evaluations: GatheredEvaluations, *names: str) -> list[Report | BaseException]:
    return list(await asyncio.gather(*(ask(evaluations, name) for name in names), return_exceptions=True))


async def test_a_lone_evaluation_is_asked_for_by_a_call_of_its_own(
    client: Client, evaluations: GatheredEvaluations
) -> None:
    for name in ("a", "b"):
        assert await ask(evaluations, name) == Report(engine_id=name, request_id=f"req_{name}")
    assert (client.alone, client.together) == (["req_a", "req_b"], [])


async def test_those_that_wait_are_asked_for_together_and_each_gets_its_own(
    client: Client, evaluations: GatheredEvaluations
) -> None:
    names = [f"n{number}" for number in range(40)]
    reports = await ask_all(evaluations, *names)
    assert reports == [Report(engine_id=name, request_id=f"req_{name}") for name in names]
    assert [len(group) for group in client.together] == [32, 8]
    assert client.alone == []


async def test_a_refused_one_fails_alone(client: Client, evaluations: GatheredEvaluations) -> None:
    first, refused, last = await ask_all(evaluations, "a", "refused", "c")
    assert (cast("Report", first).engine_id, cast("Report", last).engine_id) == ("a", "c")
    assert isinstance(refused, RmosError)
    assert (refused.code, refused.message) == (grpc.StatusCode.NOT_FOUND, "no such engine")


async def test_where_the_call_for_several_fails_each_is_asked_for_alone(
    client: Client, evaluations: GatheredEvaluations
) -> None:
    client.failing = grpc.StatusCode.INTERNAL
    first, refused = await ask_all(evaluations, "a", "refused")
    assert cast("Report", first).engine_id == "a"
    assert isinstance(refused, RmosError)
    assert client.alone == ["req_a", "req_refused"]


async def test_a_server_that_is_away_is_not_asked_again(client: Client, evaluations: GatheredEvaluations) -> None:
    client.failing = grpc.StatusCode.UNAVAILABLE
    outcomes = await ask_all(evaluations, "a", "b")
    assert [cast("RmosError", outcome).code for outcome in outcomes] == [grpc.StatusCode.UNAVAILABLE] * 2
    assert client.alone == []


async def test_who_has_waited_long_enough_goes_and_the_others_get_theirs(
    client: Client, evaluations: GatheredEvaluations
) -> None:
    client.answering.clear()
    first = asyncio.create_task(ask(evaluations, "a"))
    while not client.alone:
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await ask(evaluations, "impatient", timeout_s=0.01)
    third = asyncio.create_task(ask(evaluations, "c"))
    await asyncio.sleep(0)
    client.answering.set()
    assert [report.engine_id for report in await asyncio.gather(first, third)] == ["a", "c"]
    assert client.alone == ["req_a", "req_c"], "nobody waits for the impatient one any more"


async def test_long_inputs_are_asked_for_alone(client: Client, evaluations: GatheredEvaluations) -> None:
    await ask_all(evaluations, "a", "b" * 20_000)
    assert len(client.alone) == 2
