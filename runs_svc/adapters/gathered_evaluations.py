"""Evaluations that wait together are asked for in one call, which costs more than an evaluation it carries.

1. a lone one is asked for at once, in a call of its own under its own request id; so is one with long inputs
2. while a call is under way, or more of them arrive, others wait and are asked for together, each under its own
   request id
3. where a call for several fails as a whole, each is asked for alone: none suffers for its neighbours
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import grpc

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import feasibility_report_pb2
from rmos_client.aio import AsyncFeasibilityClient
from rmos_client.errors import RmosError, from_item_status
from rpckit.gathering import Gathering

_LARGEST_GROUP = 32
_LONGEST_REQUEST = 16 * 1024
_AWAY = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED})
_Report = feasibility_report_pb2.FeasibilityReport


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody waits for."""

    request: pb.EvaluateFeasibilityRequest
    request_id: str
    until: float
    report: "asyncio.Future[_Report]"

    def settle(self, outcome: _Report | RmosError) -> None:
        if self.report.done():  # nobody waits any more
            return
        if isinstance(outcome, RmosError):
            self.report.set_exception(outcome)
        else:
            self.report.set_result(outcome)


class GatheredEvaluations:
    def __init__(self, client: AsyncFeasibilityClient, gathering: Gathering) -> None:
        self._client = client
        self._gathering = gathering
        self._waiting: list[_Asked] = []
        self._asker: asyncio.Task[None] | None = None

    async def evaluate(self, request: pb.EvaluateFeasibilityRequest, *, request_id: str, timeout_s: float) -> _Report:
        """The report on a request.

        Raises:
            RmosError: It was refused, or the server is away.
            TimeoutError: There was no report in time.
        """
        if request.ByteSize() > _LONGEST_REQUEST:
            return await self._client.evaluate(request, request_id=request_id, timeout_s=timeout_s)
        loop = asyncio.get_running_loop()
        asked = _Asked(request, request_id, loop.time() + timeout_s, loop.create_future())
        self._waiting.append(asked)
        if self._asker is None:
            self._asker = loop.create_task(self._ask())
        async with asyncio.timeout(timeout_s):
            return await asked.report

    async def _ask(self) -> None:
        """Ask until nobody waits. Whoever comes after that finds this asker gone."""
        try:
            while self._waiting:
                await self._gathering.gather(self._waiting, most=_LARGEST_GROUP)
                group, self._waiting = self._waiting[:_LARGEST_GROUP], self._waiting[_LARGEST_GROUP:]
                wanted = [asked for asked in group if not asked.report.done()]
                if len(wanted) > 1:
                    await self._ask_together(wanted)
                elif wanted:
                    await self._ask_alone(wanted[0])
        finally:
            self._asker = None

    async def _ask_alone(self, asked: _Asked) -> None:
        try:
            report = await self._client.evaluate(
                asked.request, request_id=asked.request_id, timeout_s=self._remaining_s([asked])
            )
        except RmosError as error:
            asked.settle(error)
        else:
            asked.settle(report)

    async def _ask_together(self, group: Sequence[_Asked]) -> None:
        items = [pb.BatchEvaluateItem(request=asked.request, correlation_id=asked.request_id) for asked in group]
        try:
            results = await self._client.evaluate_several(items, timeout_s=self._remaining_s(group))
        except RmosError as error:
            for asked in group:
                if error.code in _AWAY:
                    asked.settle(error)
                else:
                    await self._ask_alone(asked)
            return
        for asked, result in zip(group, results, strict=True):
            failed = result.WhichOneof("result") == "error"
            asked.settle(from_item_status(result.error, asked.request_id) if failed else result.report)

    def _remaining_s(self, group: Sequence[_Asked]) -> float:
        """Of whoever waits longest."""
        return max(max(asked.until for asked in group) - asyncio.get_running_loop().time(), 0.0)
