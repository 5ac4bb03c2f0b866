"""The client of both servers for an event loop: `AsyncRmos`. `Rmos` is the same for threads."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from google.protobuf.message import Message

from rmos_client.async_calls import Requests, call, call_stream, pages
from rmos_client.asynchronous.feasibility import AsyncEvaluating
from rmos_client.asynchronous.gcode import AsyncReadingPrograms
from rmos_client.asynchronous.programs import AsyncReleasingPrograms
from rmos_client.asynchronous.runs import AsyncRecording
from rmos_client.asynchronous.teaching import AsyncTraining
from rmos_client.asynchronous.transfers import AsyncTransferring
from rmos_client.channel import FEASIBILITY, RUNS, open_async_channel
from rmos_client.credentials import Credentials, current_credentials, with_async_token

R = TypeVar("R", bound=Message)


class AsyncRmos(
    AsyncEvaluating, AsyncRecording, AsyncTransferring, AsyncReleasingPrograms, AsyncReadingPrograms, AsyncTraining
):
    """As `Rmos`: the same verbs with `await`, and `async for` where answers come one after another.

    Use it as an async context manager, or await `close`. Files are read and written where the loop runs, 256 KiB at a
    time; their digests are computed in a thread.
    """

    def __init__(
        self, *, feasibility: str = FEASIBILITY, runs: str = RUNS, credentials: Credentials | None = None
    ) -> None:
        """As `Rmos`; to be made inside the event loop.

        Raises:
            UnsafeTokenError: A token would go over the network in the clear.
        """
        own = current_credentials.get() if credentials is None else credentials
        self._channels = tuple(
            with_async_token(open_async_channel(address, own.tls), address, own) for address in (feasibility, runs)
        )
        super().__init__(*self._channels)

    async def __aenter__(self) -> "AsyncRmos":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close both connections."""
        for channel in self._channels:
            await channel.close()

    async def call(
        self,
        method: Callable[..., Awaitable[R]],
        request: Requests,
        *,
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> R:
        """The answer to a call with one answer; arguments and errors are those of `Rmos.call`."""
        return await call(method, request, request_id=request_id, timeout_s=timeout_s)

    async def stream(
        self,
        method: Callable[..., Any],
        request: Requests,
        *,
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> AsyncIterator[Any]:
        """The answers of a streaming call, as they come; arguments and errors are those of `Rmos.stream`."""
        async for answer in call_stream(method, request, request_id=request_id, timeout_s=timeout_s):
            yield answer

    async def pages(self, method: Callable[..., Any], request: Any, items: str) -> AsyncIterator[Any]:
        """Every item of a list, page after page; arguments and errors are those of `Rmos.pages`."""
        async for item in pages(method, request, items):
            yield item
