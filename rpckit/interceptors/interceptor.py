"""What an interceptor is: one concern of every call, as hooks around its handler."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc

from foundation.identity import Identity
from foundation.recorded_runs import RecordedRuns
from rpckit.server_context import ServicerContext

Metadata: TypeAlias = "Iterable[tuple[str, str | bytes]] | None"
FailureHook: TypeAlias = "Callable[[ServedCall, BaseException], Awaitable[None] | None]"
_CODES = {code.value[0]: code for code in grpc.StatusCode}


@dataclass(frozen=True, slots=True)
class Method:
    """A method being wrapped."""

    name: str
    """As on the wire: `/package.Service/Method`."""
    streaming: bool
    """Requests, answers or both are streams."""
    upload: bool
    """A stream of requests with one answer."""
    request_streaming: bool
    answer_streaming: bool


@dataclass(frozen=True, slots=True)
class Codec:
    """How the messages of a method are read from bytes and written to bytes."""

    deserialize: Callable[[bytes], Any]
    serialize: Callable[[Any], bytes]


class ServedCall:
    """One call being served: what interceptors learn of it and leave for each other."""

    __slots__ = (
        "code", "context", "deadline_at", "failures", "has_initial_metadata", "identity", "metadata", "method", "notes",
        "recorded", "request", "request_id", "request_id_minted",
    )  # fmt: skip

    def __init__(self, method: Method, context: ServicerContext, request: Any, metadata: Metadata) -> None:
        self.method = method
        self.context = context
        self.metadata = metadata
        self.request: Any = request
        """The request, or the stream of requests, as the handler will get it."""
        self.request_id = ""
        self.request_id_minted = False
        self.has_initial_metadata = False
        """Whether they have left."""
        self.deadline_at: float | None = None
        """`time.monotonic()` at which the caller gives up; None when it waits for ever. [s]"""
        self.identity: Identity | None = None
        """Who calls; None until that is known, and where nobody asks."""
        self.failures: tuple[FailureHook, ...] = ()
        """Who is told when it fails: the interceptors that have begun, innermost first."""
        self.recorded = RecordedRuns()
        self.code: grpc.StatusCode | None = None
        """What a failed call was answered with."""
        self.notes: dict[object, Any] = {}
        """What an interceptor remembers of the call, under itself."""

    @property
    def caller(self) -> str:
        """Whose limits count: whoever calls; where nobody knows, the address."""
        return self.context.peer().rpartition(":")[0] if self.identity is None else self.identity.name

    def status_code(self) -> grpc.StatusCode:
        """What the call ended with. A handler may have set a code by itself, as the health servicer does."""
        if self.code is not None:
            return self.code
        code: Any = self.context.code()  # a StatusCode or its number, depending on who set it
        return code if isinstance(code, grpc.StatusCode) else _CODES.get(code or 0, grpc.StatusCode.UNKNOWN)


class Interceptor:
    """One concern of every call. A hook that is not overridden costs nothing.

    Hooks are plain functions; one that has to wait returns what is to be awaited.
    """

    def covers(self, method: Method) -> bool:
        """Whether calls of the method pass through this interceptor. Asked once."""
        return True

    def wrap_codec(self, codec: Codec) -> Codec:
        """How the messages of a covered method are read and written. Asked once."""
        return codec

    def before(self, call: ServedCall) -> Awaitable[None] | None:
        """The call begins. What is raised fails the call, and the handler does not run."""

    def answering(self, call: ServedCall) -> Awaitable[None] | None:
        """The one answer of a call is there, and leaves next; what is raised fails the call."""

    def wrap_answers(self, call: ServedCall, answers: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The stream of answers as the transport takes it from the handler."""
        return answers

    def succeeded(self, call: ServedCall) -> None:
        """The handler has answered."""

    def failed(self, call: ServedCall, error: BaseException) -> Awaitable[None] | None:
        """The call has failed, or was cancelled, after `before`. What is raised takes the place of the error."""
