"""The one interceptor: correlation id, admission, errors, and one log line per call.

It wraps each handler once and keeps the wrapped one; four interceptors would cost four times as much per call.

1. take the correlation id from the metadata or mint one, and send it back at once
2. refuse the call when too many are in flight
3. run the handler; answer failures from the table, everything unforeseen as INTERNAL without its text
4. log method, code, time, id, peer and attempt
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextvars import ContextVar
from dataclasses import KW_ONLY, dataclass
from typing import Any, Protocol, TypeAlias

import grpc
from google.protobuf.message import DecodeError
from grpc_status import rpc_status

from foundation import errors, message_size
from foundation.call import Call, current_call
from rpckit import error_status
from rpckit.interceptors import request_id
from rpckit.interceptors.admission import Admission

log = logging.getLogger("rmos.access")
LONGEST_IDLE_S = 30.0
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Continuation: TypeAlias = "Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]]"


_Metadata: TypeAlias = "Iterable[tuple[str, str | bytes]] | None"
_metadata: "ContextVar[_Metadata]" = ContextVar("_metadata")
"""Of the call being served, from where its handler is looked for, in the same context: asking again costs 8 µs."""


class _Stopwatch(Protocol):
    def __call__(self) -> float: ...


class CallInterceptor(grpc.aio.ServerInterceptor):
    def __init__(
        self,
        table: error_status.ErrorStatusTable,
        admission: Admission,
        *,
        stopwatch: _Stopwatch = time.perf_counter,
        longest_idle_s: float = LONGEST_IDLE_S,
    ) -> None:
        """The interceptor of a server.

        Args:
            table: How failures are told.
            admission: Who is let in.
            stopwatch: What times are measured with.
            longest_idle_s: How long an upload may bring nothing.
        """
        self.longest_idle_s = longest_idle_s
        self.table = {**error_status.SHARED_ANSWERS, **table}
        self.admission = admission
        self.stopwatch = stopwatch
        self._wrapped: dict[str, Handler] = {}

    async def intercept_service(
        self,
        continuation: Continuation,
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        method = handler_call_details.method
        wrapped = self._wrapped.get(method)
        _metadata.set(handler_call_details.invocation_metadata)
        if wrapped is not None:
            return wrapped
        handler = await continuation(handler_call_details)
        if handler is not None and method.startswith(_UNWRAPPED):
            return handler
        if handler is None:
            return self._wrap(method, grpc.stream_stream_rpc_method_handler(_no_such_method))
        self._wrapped[method] = self._wrap(method, handler)
        return self._wrapped[method]

    def _wrap(self, method: str, handler: Handler) -> Handler:
        write = _lean(handler.response_serializer)
        codec = {"request_deserializer": _careful(handler.request_deserializer), "response_serializer": write}
        if handler.response_streaming:
            source: Any = handler.stream_stream if handler.request_streaming else handler.unary_stream

            async def respond_with_stream(request: Any, context: Context) -> AsyncIterator[Any]:
                serving = _Serving(self, method, context, streaming=True, upload=False)
                try:
                    await context.send_initial_metadata(serving.begin())
                    serving.enter()
                    responses = source(_checked(request, streaming=handler.request_streaming), context)
                    if isinstance(responses, Awaitable):
                        await responses  # it writes to the context by itself
                    else:
                        async for response in responses:
                            yield write(response)
                except BaseException as error:
                    await serving.fail(error)
                    raise
                serving.succeed()

            make = (
                grpc.stream_stream_rpc_method_handler
                if handler.request_streaming
                else grpc.unary_stream_rpc_method_handler
            )
            return make(respond_with_stream, **codec)

        target: Any = handler.stream_unary if handler.request_streaming else handler.unary_unary
        streaming = handler.request_streaming

        async def respond(request: Any, context: Context) -> Any:
            serving = _Serving(self, method, context, streaming=streaming, upload=streaming)
            try:
                await context.send_initial_metadata(serving.begin())
                serving.enter()
                given = _flowing(request, self.longest_idle_s) if streaming else request
                response = write(await target(_checked(given, streaming=streaming), context))
            except BaseException as error:
                await serving.fail(error)
                raise
            serving.succeed()
            return response

        make_unary = grpc.stream_unary_rpc_method_handler if streaming else grpc.unary_unary_rpc_method_handler
        return make_unary(respond, **codec)


class _Serving:
    """One call being served: what happens before its handler and after. Context managers would cost each call more."""

    __slots__ = ("_call", "_context", "_entered", "_kind", "_method", "_seen", "_server")

    def __init__(
        self, server: CallInterceptor, method: str, context: Context, *, streaming: bool, upload: bool
    ) -> None:
        self._server, self._method, self._context = server, method, context
        self._kind = {"streaming": streaming, "upload": upload}
        self._entered = False
        metadata = _metadata.get()
        given = request_id.accept(metadata)
        self._call = Call(given or request_id.mint(), _deadline_at(context))
        self._seen: _Seen | None = None
        if log.isEnabledFor(logging.INFO):
            # A stream may be closed after its call is freed: asking for the peer then ends the process.
            self._seen = _Seen(server.stopwatch(), metadata, context.peer(), minted=given is None)

    def begin(self) -> tuple[tuple[str, str]]:
        """The correlation id as it is to be sent back before anything else."""
        current_call.set(self._call)  # each call runs in a context of its own
        return ((request_id.METADATA_KEY, self._call.request_id),)

    def enter(self) -> None:
        """Take a place.

        Raises:
            TooManyCallsError: There is none.
        """
        if not self._method.startswith(_UNCOUNTED):
            self._server.admission.enter(**self._kind)
            self._entered = True

    def succeed(self) -> None:
        """The handler has answered."""
        if self._entered:
            self._server.admission.leave(**self._kind)
        if self._seen is not None:
            self._log(self._seen, _code_of(self._context))

    async def fail(self, error: BaseException) -> None:
        """Give the place back, answer the failure, and log the call.

        Raises:
            grpc.aio.AbortError: It was answered.
        """
        if self._entered:
            self._server.admission.leave(**self._kind)
        code = None
        try:
            if isinstance(error, Exception) and not isinstance(error, grpc.aio.AbortError):
                error = errors.shortage(error)
                answer = self._answer(error)
                code = answer.code
                status = error_status.write_status(answer, error, request_id=self._call.request_id)
                await self._context.abort_with_status(rpc_status.to_status(status))
        finally:
            if self._seen is not None:
                self._log(self._seen, code or self._code(error))

    def _answer(self, error: Exception) -> error_status.ErrorStatus:
        """What a failure is answered with."""
        answer = error_status.find(self._server.table, error)
        if answer is not None:
            return answer
        log.error(
            "unhandled error",
            exc_info=error,
            extra={"method": self._method, "request_id": self._call.request_id},
        )
        return error_status.INTERNAL

    def _code(self, error: BaseException) -> grpc.StatusCode:
        if isinstance(error, grpc.aio.AbortError):
            return _code_of(self._context)
        remaining = self._call.remaining_s()  # cancelled, or the answers are not wanted any more
        expired = remaining is not None and remaining <= 0
        return grpc.StatusCode.DEADLINE_EXCEEDED if expired else grpc.StatusCode.CANCELLED

    def _log(self, seen: "_Seen", code: grpc.StatusCode) -> None:
        fields = {
            "method": self._method,
            "code": code.name,
            "ms": round((self._server.stopwatch() - seen.started) * 1e3, 3),
            "request_id": self._call.request_id,
            "request_id_minted": seen.minted,
            "peer": seen.peer,
        }
        for key, value in seen.metadata or ():
            if key in _LOGGED_METADATA:
                fields[_LOGGED_METADATA[key]] = value
        log.info("call", extra=fields)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the log line of a call will tell."""

    started: float
    metadata: _Metadata
    peer: str
    _: KW_ONLY
    minted: bool


@dataclass(frozen=True, slots=True)
class _Refused:
    """Stands for bytes that are not read, until the call can be answered properly."""

    error: errors.ServiceError


def _careful(deserialize: Callable[[bytes], Any] | None) -> Callable[[bytes], Any]:
    """The deserializer, which never raises: grpcio would answer INTERNAL, without reason and request id."""

    def attempt(data: bytes) -> Any:
        if len(data) > message_size.LARGEST_REQUEST:
            return _Refused(errors.MessageTooLargeError(len(data), message_size.LARGEST_REQUEST))
        try:
            return data if deserialize is None else deserialize(data)
        except DecodeError:
            text = "the bytes are not a message of this method's request type"
            return _Refused(errors.InvalidFieldsError.one("request", text))

    return attempt


def _lean(serialize: Callable[[Any], bytes] | None) -> Callable[[Any], bytes]:
    """The serializer, which takes bytes as they stand. What the transport would break at is refused with a reason."""

    def attempt(answer: Any) -> bytes:
        data: bytes = answer if serialize is None or isinstance(answer, bytes) else serialize(answer)
        if len(data) > message_size.LARGEST_CARRIED:
            raise errors.AnswerTooLargeError(len(data), message_size.LARGEST_CARRIED)
        return data

    return attempt


def _checked(request: Any, *, streaming: bool) -> Any:
    """The request, or the stream of requests, with those refused that are too large or cannot be decoded."""
    if streaming:
        return _checked_stream(request)
    if isinstance(request, _Refused):
        raise request.error
    return request


async def _checked_stream(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for request in requests:
        yield _checked(request, streaming=False)


async def _flowing(requests: AsyncIterator[Any], longest_idle_s: float) -> AsyncIterator[Any]:
    """The requests of an upload, as long as they keep coming: a place is not held by who brings nothing."""
    while True:
        try:
            async with asyncio.timeout(longest_idle_s):
                request = await anext(aiter(requests))
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise errors.UploadStalledError(longest_idle_s) from error
        yield request


_UNWRAPPED = "/rmos.bench."  # empty methods, the yardstick of the benchmarks: served only when asked for
_UNCOUNTED = "/grpc.health."  # a busy server says that it serves; watches have a limit of their own
_LOGGED_METADATA = {"grpc-previous-rpc-attempts": "attempt", "x-rmos-client": "client"}


_CODES = {code.value[0]: code for code in grpc.StatusCode}


def _code_of(context: Context) -> grpc.StatusCode:
    """The code a handler set by itself, as the health servicer does; OK otherwise."""
    code: Any = context.code()  # a StatusCode or its number, depending on who set it
    return code if isinstance(code, grpc.StatusCode) else _CODES.get(code or 0, grpc.StatusCode.UNKNOWN)


def _deadline_at(context: Context) -> float | None:
    remaining = context.time_remaining()
    return None if remaining is None else time.monotonic() + remaining


async def _no_such_method(_: Any, context: Context) -> AsyncIterator[Any]:
    raise errors.MethodNotFoundError("this server has no such method; list them with reflection")
    yield  # makes this an asynchronous generator
