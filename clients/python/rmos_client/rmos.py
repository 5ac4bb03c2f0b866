"""The client of both servers, for threads: `Rmos`. `AsyncRmos` is its like for an event loop."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from google.protobuf.message import Message

from rmos_client.calls import call, call_stream, pages
from rmos_client.channel import FEASIBILITY, RUNS, open_channel
from rmos_client.credentials import Credentials
from rmos_client.feasibility import Evaluating
from rmos_client.gcode import ReadingPrograms
from rmos_client.programs import ReleasingPrograms
from rmos_client.runs import Recording
from rmos_client.teaching import Training
from rmos_client.transfers import Transferring

R = TypeVar("R", bound=Message)


class Rmos(Evaluating, Recording, Transferring, ReleasingPrograms, ReadingPrograms, Training):
    """The client of both servers: everyday verbs as methods, every other call by `call`, `stream` and `pages`.

    Each call gets a request id and a deadline, and fails as RmosError. Connections are opened with the first call.
    Use it as a context manager, or call `close`. Its methods may be called from several threads.
    """

    def __init__(
        self, *, feasibility: str = FEASIBILITY, runs: str = RUNS, credentials: Credentials | None = None
    ) -> None:
        """
        Args:
            feasibility: Address of the feasibility server.
            runs: Address of the runs server.
            credentials: Certificates and token. None: those of the program, `current_credentials`.

        Raises:
            UnsafeTokenError: A token would go over the network in the clear.
        """
        self._channels = (open_channel(feasibility, credentials), open_channel(runs, credentials))
        super().__init__(*self._channels)

    def __enter__(self) -> "Rmos":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close both connections."""
        for channel in self._channels:
            channel.close()

    def call(
        self,
        method: Callable[..., R],
        request: Message | Iterator[Message],
        *,
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> R:
        """The answer to a call with one answer: `rmos.call(rmos.runs.GetRun, GetRunRequest(name=…))`.

        Args:
            method: A method of one of the stubs.
            request: Its request; an iterator of them for an upload.
            request_id: Correlation id; None: one is made.
            timeout_s: Deadline. None: 10 s.

        Raises:
            RmosError: The call failed; `reason` says why, `request_id` finds it in the server's log.
        """
        return call(method, request, request_id=request_id, timeout_s=timeout_s)

    def stream(
        self,
        method: Callable[..., Any],
        request: Message | Iterator[Message],
        *,
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> Iterator[Any]:
        """The answers of a streaming call, as they come. Deadline: None is 120 s.

        Raises:
            RmosError: The call failed, at once or on the way.
        """
        return call_stream(method, request, request_id=request_id, timeout_s=timeout_s)

    def pages(self, method: Callable[..., Any], request: Any, items: str) -> Iterator[Any]:
        """Every item of a list, page after page: `rmos.pages(rmos.runs.ListRuns, ListRunsRequest(), "runs")`.

        Raises:
            RmosError: A call failed.
        """
        return pages(method, request, items)
