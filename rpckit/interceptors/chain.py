"""The interceptors in their order, and what runs them around each handler."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeAlias

import grpc

from foundation.errors import MethodNotFoundError
from rpckit.error_status import ErrorStatusTable
from rpckit.interceptors.access_log import AccessLogInterceptor
from rpckit.interceptors.admin_log import AdminLogInterceptor
from rpckit.interceptors.admission import Admission, AdmissionInterceptor
from rpckit.interceptors.authentication import AuthenticationInterceptor
from rpckit.interceptors.call_time import CallTimeInterceptor
from rpckit.interceptors.caller_streams import CallerStreamsInterceptor
from rpckit.interceptors.deadline import DeadlineInterceptor
from rpckit.interceptors.errors import ErrorInterceptor
from rpckit.interceptors.guard import OPEN, Guard
from rpckit.interceptors.interceptor import Codec, FailureHook, Interceptor, Metadata, Method, ServedCall
from rpckit.interceptors.message_check import MessageCheckInterceptor
from rpckit.interceptors.metrics import MetricsInterceptor
from rpckit.interceptors.rate_limit import RateLimitInterceptor
from rpckit.interceptors.request_id import RequestIdInterceptor
from rpckit.interceptors.slow_readers import SlowReaderInterceptor
from rpckit.interceptors.upload_idleness import LONGEST_IDLE_S, UploadIdlenessInterceptor
from rpckit.server_context import ServicerContext

if TYPE_CHECKING:
    from rpckit.observability.metrics import ServerMetrics

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Continuation: TypeAlias = "Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]]"
_Before: TypeAlias = "Callable[[ServedCall], Awaitable[None] | None]"

_metadata: "ContextVar[Metadata]" = ContextVar("_metadata")
"""Of the call being served, from where its handler is looked for, in the same context: asking again costs 8 µs."""


def interceptors(
    table: ErrorStatusTable,
    admission: Admission,
    *,
    longest_idle_s: float = LONGEST_IDLE_S,
    guard: Guard = OPEN,
    metrics: "ServerMetrics | None" = None,
    traced: bool = False,
) -> list[Interceptor]:
    """The interceptors of a server. The first is the outermost: it begins first and ends last.

    Args:
        table: How failures are told.
        admission: Who is let in.
        longest_idle_s: How long an upload may bring nothing.
        guard: Who may call what, how often and how long.
        metrics: Where calls are counted; None: nowhere.
        traced: Whether each call is a span; `start_tracing` was called then.
    """
    return [
        *([MetricsInterceptor(metrics)] if metrics is not None else []),
        *(_tracing() if traced else []),
        AccessLogInterceptor(),
        *([AdminLogInterceptor(guard.table, guard.tell)] if guard.authenticator is not None else []),
        DeadlineInterceptor(guard.longest_call_s, guard.longest_stream_s),
        ErrorInterceptor(table),  # answers what the lines below raise; those above see the answer's code
        RequestIdInterceptor(),
        *([AuthenticationInterceptor(guard.authenticator, guard.table)] if guard.authenticator is not None else []),
        *([RateLimitInterceptor(guard.rates, guard.table)] if guard.rates.limited else []),
        *([CallerStreamsInterceptor(guard.streams_per_caller)] if guard.streams_per_caller else []),
        CallTimeInterceptor(guard.longest_call_s, guard.longest_stream_s),
        AdmissionInterceptor(admission),
        UploadIdlenessInterceptor(longest_idle_s),
        SlowReaderInterceptor(guard.slow_reader_s),
        MessageCheckInterceptor(),
    ]


def _tracing() -> list[Interceptor]:
    from rpckit.interceptors.tracing import TracingInterceptor  # OpenTelemetry is loaded only where it is needed

    return [TracingInterceptor()]


class InterceptorChain(grpc.aio.ServerInterceptor):
    """The one interceptor that grpcio knows: it runs the others.

    It wraps each handler once and keeps the wrapped one; interceptors that grpcio runs cost four times as much.
    """

    def __init__(self, chain: Sequence[Interceptor], *, bypassed: str | tuple[str, ...] = ()) -> None:
        """The chain of a server.

        Args:
            chain: The outermost first.
            bypassed: What the names of methods begin with that are served without any interceptor.
        """
        self._chain = chain
        self._bypassed = bypassed
        self._wrapped: dict[str, Handler] = {}

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        name = handler_call_details.method
        wrapped = self._wrapped.get(name)
        _metadata.set(handler_call_details.invocation_metadata)
        if wrapped is not None:
            return wrapped
        handler = await continuation(handler_call_details)
        if handler is None:  # not kept: callers may think of as many names as they like
            return self._wrap(name, grpc.stream_stream_rpc_method_handler(_no_such_method))
        if name.startswith(self._bypassed):
            return handler
        self._wrapped[name] = self._wrap(name, handler)
        return self._wrapped[name]

    def _wrap(self, name: str, handler: Handler) -> Handler:
        streams = (handler.request_streaming, handler.response_streaming)
        method = Method(
            name,
            streaming=any(streams),
            upload=streams == (True, False),
            request_streaming=streams[0],
            answer_streaming=streams[1],
        )
        chain = [interceptor for interceptor in self._chain if interceptor.covers(method)]
        codec = Codec(handler.request_deserializer or _as_it_is, _or_bytes(handler.response_serializer))
        for interceptor in reversed(chain):
            codec = interceptor.wrap_codec(codec)
        wrap = _answering_with_stream if handler.response_streaming else _answering_once
        make, source = _MAKERS[streams], getattr(handler, _SOURCES[streams])
        wrapped: Handler = make(
            wrap(method, source, _Hooks(chain), codec.serialize),
            request_deserializer=codec.deserialize,
            response_serializer=codec.serialize,
        )
        return wrapped


class _Hooks:
    """The hooks around one method, those that nobody overrides left out."""

    __slots__ = ("_answering", "_steps", "_successes", "answers")

    def __init__(self, chain: Sequence[Interceptor]) -> None:
        self._steps: list[tuple[_Before, tuple[FailureHook, ...]]] = []
        """Each hook before the handler, and what runs after a failure once it has passed, innermost first."""
        failures: tuple[FailureHook, ...] = ()
        for interceptor in chain:
            if _overrides(interceptor, "before"):
                self._steps.append((interceptor.before, ()))
            if _overrides(interceptor, "failed"):
                failures = (interceptor.failed, *failures)
            if self._steps:
                self._steps[-1] = (self._steps[-1][0], failures)
        self.answers = [item.wrap_answers for item in reversed(chain) if _overrides(item, "wrap_answers")]
        self._answering = [item.answering for item in reversed(chain) if _overrides(item, "answering")]
        self._successes = [item.succeeded for item in reversed(chain) if _overrides(item, "succeeded")]

    async def begin(self, call: ServedCall) -> None:
        """Run the hooks before the handler, and leave in the call what a failure is told to from then on.

        Raises:
            What a hook refuses the call with.
        """
        for before, failures in self._steps:
            pending = before(call)
            if pending is not None:
                await pending
            call.failures = failures

    async def answer(self, call: ServedCall) -> None:
        for answering in self._answering:
            pending = answering(call)
            if pending is not None:
                await pending

    def succeed(self, call: ServedCall) -> None:
        for succeeded in self._successes:
            succeeded(call)


def _answering_once(method: Method, source: Any, hooks: _Hooks, write: Callable[[Any], bytes]) -> Any:
    async def respond(request: Any, context: ServicerContext) -> bytes:
        call = ServedCall(method, context, request, _metadata.get())
        try:
            await hooks.begin(call)
            response = write(await source(call.request, context))
            await hooks.answer(call)
        except BaseException as error:  # interceptors give back what they hold, also of a call that was cancelled
            await _fail(call, error)
            raise
        hooks.succeed(call)
        return response

    return respond


def _answering_with_stream(method: Method, source: Any, hooks: _Hooks, write: Callable[[Any], bytes]) -> Any:
    async def respond(request: Any, context: ServicerContext) -> AsyncIterator[bytes]:
        call = ServedCall(method, context, request, _metadata.get())
        try:
            await hooks.begin(call)
            responses = source(call.request, context)
            if isinstance(responses, Awaitable):
                await responses  # it writes to the context by itself
            else:
                for wrap in hooks.answers:
                    responses = wrap(call, responses)
                async for response in responses:
                    yield write(response)
        except BaseException as error:  # interceptors give back what they hold, also of a call that was cancelled
            await _fail(call, error)
            raise
        hooks.succeed(call)

    return respond


async def _fail(call: ServedCall, error: BaseException) -> None:
    """Tell the interceptors that had begun, innermost first, each with what the one before it raised.

    Raises:
        BaseException: What an interceptor has put in the error's place, usually AbortError: the call was answered.
    """
    last = error
    for failed in call.failures:
        try:
            pending = failed(call, last)
            if pending is not None:
                await pending
        except BaseException as newer:  # the outer interceptors had begun as well
            last = newer
    try:
        if last is not error:
            raise last
    finally:
        del last, error  # they hold this frame


def _overrides(interceptor: Interceptor, hook: str) -> bool:
    return getattr(type(interceptor), hook) is not getattr(Interceptor, hook)


def _as_it_is(data: bytes) -> Any:
    return data


def _or_bytes(serialize: Callable[[Any], bytes] | None) -> Callable[[Any], bytes]:
    """The serializer, which takes bytes as they stand."""

    def attempt(answer: Any) -> bytes:
        return answer if serialize is None or isinstance(answer, bytes) else serialize(answer)

    return attempt


async def _no_such_method(_: Any, context: ServicerContext) -> AsyncIterator[Any]:
    raise MethodNotFoundError("this server has no such method; list them with reflection")
    yield  # makes this an asynchronous generator


_SOURCES = {
    (False, False): "unary_unary",
    (False, True): "unary_stream",
    (True, False): "stream_unary",
    (True, True): "stream_stream",
}
_MAKERS: dict[tuple[bool, bool], Any] = {
    streams: getattr(grpc, f"{name}_rpc_method_handler") for streams, name in _SOURCES.items()
}
