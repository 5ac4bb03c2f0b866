"""Spans of the calls that a server makes itself; the server it calls continues them."""

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import Any, TypeVar

import grpc
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from rpckit.observability.tracing import end, tracer

_PROPAGATOR = TraceContextTextMapPropagator()
Sent = TypeVar("Sent")


class TracedUnaryCalls(grpc.aio.UnaryUnaryClientInterceptor):
    """For calls with one request."""

    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await _in_span(continuation, client_call_details, request)


class TracedUploads(grpc.aio.StreamUnaryClientInterceptor):
    """For calls with a stream of requests and one answer."""

    async def intercept_stream_unary(
        self, continuation: Any, client_call_details: Any, request_iterator: AsyncIterable[Any] | Iterable[Any]
    ) -> Any:
        return await _in_span(continuation, client_call_details, request_iterator)


async def _in_span(send: Callable[[Any, Sent], Awaitable[Any]], details: Any, sent: Sent) -> Any:
    """The call, once it has ended; its span is the parent of the one that the other server makes."""
    method = details.method if isinstance(details.method, str) else details.method.decode()
    span = tracer().start_span(
        method.removeprefix("/"),
        kind=trace.SpanKind.CLIENT,
        attributes={"rpc.system.name": "grpc", "rpc.method": method.removeprefix("/")},
    )
    carried: dict[str, str] = {}
    _PROPAGATOR.inject(carried, context=trace.set_span_in_context(span))
    metadata = grpc.aio.Metadata(*(details.metadata or ()), *carried.items())
    code = grpc.StatusCode.UNKNOWN
    try:
        call = await send(details._replace(metadata=metadata), sent)
        code = await call.code()
    finally:
        end(span, code, at_server=False)
    return call
