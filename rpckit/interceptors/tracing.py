"""A span for each call, under the caller's span where metadata name one (W3C `traceparent`)."""

from opentelemetry import context as ambient
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from rpckit.interceptors.interceptor import Interceptor, Metadata, ServedCall
from rpckit.observability.tracing import end, tracer

_PROPAGATOR = TraceContextTextMapPropagator()


class TracingInterceptor(Interceptor):
    """What the handler calls, and what it asks of the store, are spans below the call's own."""

    def __init__(self) -> None:
        self._tracer = tracer()

    def before(self, call: ServedCall) -> None:
        span = self._tracer.start_span(
            call.method.name.removeprefix("/"),
            context=_PROPAGATOR.extract(_texts(call.metadata)),
            kind=trace.SpanKind.SERVER,
            attributes={"rpc.system.name": "grpc", "rpc.method": call.method.name.removeprefix("/")},
        )
        ambient.attach(trace.set_span_in_context(span))  # each call runs in a context of its own
        call.notes[self] = span

    def succeeded(self, call: ServedCall) -> None:
        self._end(call)

    def failed(self, call: ServedCall, error: BaseException) -> None:
        self._end(call)

    def _end(self, call: ServedCall) -> None:
        span: trace.Span = call.notes[self]
        span.set_attribute("rmos.request_id", call.request_id)
        for name, value in call.recorded.log_fields().items():
            if isinstance(value, str | int):
                span.set_attribute(f"rmos.{name}", value)
        end(span, call.status_code(), at_server=True)


def _texts(metadata: Metadata) -> dict[str, str]:
    return {key: value for key, value in metadata or () if isinstance(value, str)}
