"""Spans of a server, where they are asked for."""

from collections.abc import Callable, Sequence

import grpc


def open_tracing(url: str | None, server: str) -> Callable[[], None]:
    """Send spans to a collector, where one is named; the function that is returned sends the last ones, and ends it."""
    if url is None:
        return lambda: None
    from rpckit.observability.tracing import start_tracing  # OpenTelemetry is loaded only where it is needed

    return start_tracing(url, server)


def outgoing(url: str | None) -> Sequence[grpc.aio.ClientInterceptor]:
    """What goes around the calls that a server makes itself: their spans, where a collector is named."""
    if url is None:
        return ()
    from rpckit.observability.outgoing_calls import TracedUnaryCalls, TracedUploads

    return (TracedUnaryCalls(), TracedUploads())
