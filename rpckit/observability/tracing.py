"""Spans for an OpenTelemetry collector, by OTLP over HTTP. The SDK's own OTEL_ variables hold as well."""

from collections.abc import Callable
from importlib import metadata

import grpc
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

_EXPORT_WITHIN_S = 2.0
_FAULTS = frozenset(
    {
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DATA_LOSS,
    }
)
"""Codes that are a server's fault, by OpenTelemetry's conventions for gRPC; a refusal is no error of the server."""


def start_tracing(url: str, server: str) -> Callable[[], None]:
    """Send spans of this process to a collector, until the function that is returned is called.

    Args:
        url: Of the collector's traces: `http://127.0.0.1:4318/v1/traces`.
        server: Name of the service in them.
    """
    resource = Resource.create({"service.name": server, "service.version": metadata.version("rmos")})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=_EXPORT_WITHIN_S)))
    trace.set_tracer_provider(provider)
    return provider.shutdown


def tracer() -> trace.Tracer:
    """Of this process; it does nothing unless `start_tracing` was called."""
    return trace.get_tracer("rmos")


def end(span: trace.Span, code: grpc.StatusCode, *, at_server: bool) -> None:
    """End the span of a call.

    Args:
        span: The call's.
        code: How the call ended.
        at_server: Whether this is the server's side: there only its own faults are errors, at the client's every code.
    """
    span.set_attribute("rpc.response.status_code", code.name)
    if code in _FAULTS or (not at_server and code is not grpc.StatusCode.OK):
        span.set_status(trace.StatusCode.ERROR, code.name)
    span.end()
