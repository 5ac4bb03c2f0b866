"""A place is not held by who takes nothing: answers have to be read.

A message that its reader does not take waits in the transport, and the handler with it. Cancelling the call there sends
no status; so the status is sent first, and stands behind what waits.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import grpc
from grpc_status import rpc_status

from foundation.errors import ReaderTooSlowError
from rpckit import error_status
from rpckit.interceptors.interceptor import Interceptor, Method, ServedCall

LONGEST_WAIT_S = 60.0


class SlowReaderInterceptor(Interceptor):
    """Ends a stream of answers whose next message is not taken in time."""

    def __init__(self, longest_wait_s: float = LONGEST_WAIT_S) -> None:
        self._longest_wait_s = longest_wait_s
        self._ending: set[asyncio.Task[None]] = set()

    def covers(self, method: Method) -> bool:
        return method.streaming and not method.upload

    def wrap_answers(self, call: ServedCall, answers: AsyncIterator[Any]) -> AsyncIterator[Any]:
        return self._watched(call, answers)

    async def _watched(self, call: ServedCall, answers: AsyncIterator[Any]) -> AsyncIterator[Any]:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        async for answer in answers:
            timer = loop.call_later(self._longest_wait_s, self._end, call, task)
            try:
                yield answer
            finally:
                timer.cancel()

    def _end(self, call: ServedCall, task: "asyncio.Task[object]") -> None:
        ending = asyncio.ensure_future(self._refuse(call))
        self._ending.add(ending)  # the loop itself holds no task
        ending.add_done_callback(self._ending.discard)
        task.cancel()

    async def _refuse(self, call: ServedCall) -> None:
        error = ReaderTooSlowError(self._longest_wait_s)
        answer = error_status.SHARED_ANSWERS[ReaderTooSlowError]
        call.code = answer.code
        status = error_status.write_status(answer, error, request_id=call.request_id)
        with suppress(grpc.aio.AbortError):
            await call.context.abort_with_status(rpc_status.to_status(status))
