"""Spans of what a server asks of a port: of its ledger, its blobs."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

from rpckit.observability.tracing import tracer

Port = TypeVar("Port")


def traced(port: Port, name: str) -> Port:
    """The port, with a span `NAME.method` around each method that is awaited; an exception marks it as failed."""
    return cast("Port", _Traced(port, name))


class _Traced:
    def __init__(self, port: object, name: str) -> None:
        self._port = port
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._port, attribute)
        if inspect.iscoroutinefunction(value):
            value = _in_span(value, f"{self._name}.{attribute}")
            setattr(self, attribute, value)  # found at once from now on
        return value


def _in_span(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    async def attempt(*arguments: Any, **named: Any) -> Any:
        with tracer().start_as_current_span(name):
            return await method(*arguments, **named)

    return attempt
