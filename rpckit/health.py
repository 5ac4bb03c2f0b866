"""grpc.health.v1: which services are served: of one, of all, or watched as it changes."""

import asyncio
from typing import Any

from grpc_health.v1 import health, health_pb2

from foundation.errors import ServerDrainingError, TooManyCallsError
from rpckit.server_context import ServicerContext

_messages: Any = health_pb2  # its type stubs do not know the list yet
MOST_WATCHES = 128
"""Watches at once. They take no place of a stream, because every client keeps one open as long as it lives."""


class HealthServicer(health.aio.HealthServicer):
    """The library's servicer, with watches that end when the server stops, and the list of all services."""

    def __init__(self, draining: asyncio.Event) -> None:
        super().__init__()
        self._draining = draining
        self._statuses: dict[str, Any] = {}
        self._watches = 0

    async def Watch(self, request: health_pb2.HealthCheckRequest, context: ServicerContext) -> None:
        """Send the status of a service, and again whenever it changes, until the server stops.

        Raises:
            TooManyCallsError: Every place is taken.
            ServerDrainingError: The server stops; NOT_SERVING was sent before.
        """
        if self._watches >= MOST_WATCHES:
            raise TooManyCallsError(f"{MOST_WATCHES} health watches are open; try again shortly")
        self._watches += 1
        watching = asyncio.ensure_future(super().Watch(request, context))
        ending = asyncio.ensure_future(self._draining.wait())
        try:
            await asyncio.wait({watching, ending}, return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                await watching
        finally:
            self._watches -= 1
            for task in (watching, ending):
                task.cancel()
        raise ServerDrainingError

    async def set(self, service: str, status: Any) -> None:
        """Set the status of a service, and send it to its watchers."""
        self._statuses[service] = status
        await super().set(service, status)

    async def List(self, request: Any, context: ServicerContext) -> Any:
        """Every service and its status."""
        statuses = {name: health_pb2.HealthCheckResponse(status=status) for name, status in self._statuses.items()}
        return _messages.HealthListResponse(statuses=statuses)
