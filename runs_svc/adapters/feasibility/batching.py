"""Evaluations that wait at the same time are requested in one call, which costs more than an evaluation it carries.

1. a lone one is requested at once, in a call under its own request id; so is one with long inputs
2. while others are under way, or more of them arrive, they wait and are requested together, each under its own
   request id; two calls are under way at most, so that the server finds the next when it is done with one
3. where a call for several fails as a whole, each is requested alone: none suffers for its neighbours
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import grpc

from foundation.batch_window import BatchWindow
from foundation.call import caller_name
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos_client.aio import AsyncFeasibilityClient
from rmos_client.errors import RmosError, from_item_status
from runs_svc.ports import UnbelievableReportError

_LARGEST_GROUP = 16
_MOST_CALLS = 2
_LONGEST_REQUEST = 16 * 1024
_AWAY = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED})


@dataclass(frozen=True, slots=True)
class _PendingEvaluation:
    """What somebody waits for."""

    item: pb.BatchEvaluateItem
    until: float
    report: "asyncio.Future[pb.ReportDocument]"
    caller: str
    """For whom; empty where nobody is asked who calls."""

    def settle(self, outcome: pb.ReportDocument | RmosError | UnbelievableReportError) -> None:
        if self.report.done():  # nobody waits any more
            return
        if isinstance(outcome, Exception):
            self.report.set_exception(outcome)
        else:
            self.report.set_result(outcome)


class BatchedEvaluations:
    def __init__(self, client: AsyncFeasibilityClient, window: BatchWindow) -> None:
        self._client = client
        self._window = window
        self._waiting: list[_PendingEvaluation] = []
        self._asker: asyncio.Task[None] | None = None
        self._calls: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(_MOST_CALLS)

    async def evaluate(
        self, request: pb.EvaluateFeasibilityRequest, *, request_id: str, timeout_s: float
    ) -> pb.ReportDocument:
        """The report on a request.

        Raises:
            RmosError: It was refused, or the server is away.
            UnbelievableReportError: The server gave more or fewer reports than were requested.
            TimeoutError: There was no report in time.
        """
        loop = asyncio.get_running_loop()
        item = pb.BatchEvaluateItem(request=request, correlation_id=request_id)
        asked = _PendingEvaluation(item, loop.time() + timeout_s, loop.create_future(), caller_name())
        async with asyncio.timeout(timeout_s):
            if request.ByteSize() > _LONGEST_REQUEST:
                await self._ask([asked])
                return await asked.report
            self._waiting.append(asked)
            if self._asker is None:
                self._asker = loop.create_task(self._ask_for_all())
            return await asked.report

    async def _ask_for_all(self) -> None:
        """Send batches until nothing waits. What comes after that starts the next one."""
        try:
            while self._waiting:
                await self._free.acquire()
                await self._window.wait(self._waiting, most=_LARGEST_GROUP)
                group, self._waiting = self._waiting[:_LARGEST_GROUP], self._waiting[_LARGEST_GROUP:]
                call = asyncio.create_task(self._ask([asked for asked in group if not asked.report.done()]))
                self._calls.add(call)
                call.add_done_callback(self._called)
        finally:
            self._asker = None

    def _called(self, call: "asyncio.Task[None]") -> None:
        self._calls.discard(call)
        self._free.release()

    async def _ask(self, group: Sequence[_PendingEvaluation]) -> None:
        """Ask for several in one call; for each alone where that fails though the server is there."""
        if not group:
            return
        remaining_s = max(max(asked.until for asked in group) - asyncio.get_running_loop().time(), 0.0)
        try:
            callers = {asked.caller for asked in group} - {""}
            items = [asked.item for asked in group]
            results = await self._client.evaluate(items, timeout_s=remaining_s, callers=callers)
        except RmosError as error:
            for asked in group:
                if len(group) == 1 or error.code in _AWAY:
                    asked.settle(error)
                else:
                    await self._ask([asked])
            return
        if len(results) != len(group):
            for asked in group:
                asked.settle(UnbelievableReportError([f"{len(results)} reports came for {len(group)} questions"]))
            return
        for asked, result in zip(group, results, strict=True):
            failed = result.WhichOneof("result") == "error"
            asked.settle(from_item_status(result.error, asked.item.correlation_id) if failed else result.report)
