"""A grpc.aio server from its parts: services, health per service, both reflections, graceful stop.

Stopping, on SIGTERM or SIGINT:

1. health says NOT_SERVING, so that balancers look elsewhere
2. a short lag, so that they have noticed
3. new calls are refused, calls in flight finish within the grace period
"""

import asyncio
import logging
import re
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from foundation.message_size import LARGEST_CARRIED
from rpckit.disk_faults import told_at_start
from rpckit.health import HealthServicer
from rpckit.network import Network, TlsFiles
from rpckit.reflection import add_reflection
from rpckit.settings import ConfigurationError

log = logging.getLogger("rmos.server")
_ADDRESS = re.compile(r"unix(?:-abstract)?:.+|(?:\[[^\[\]\s]+\]|[^:\[\]\s]+):(?P<port>[0-9]{1,5})")
_LAST_PORT = 65_535

_DRAIN_LAG_S = 0.2
_MOST_PENDING = 1_000_000
"""Calls that wait to be taken in. Of more, grpc cancels some by chance: the admission, which says why, is to refuse."""
MOST_METADATA_BYTES = 16 * 1024
"""Of the metadata of a call, 32 bytes for each entry included. The transport refuses more by itself."""
_PING_MS = 60_000
"""How long a silent connection is believed to be alive. Whoever does not answer a ping for a third of it has gone."""
_LEAVE_WITHIN_S = 2.0
"""What calls may take to notice, after the grace period, that they were cancelled."""


@dataclass(frozen=True, slots=True)
class Service:
    """One gRPC service: its full name, and how to add its servicer to a server."""

    name: str
    register: Callable[[grpc.aio.Server], None]


@dataclass(slots=True)
class RunningServer:
    """A started server, its health, and the address it listens on."""

    server: grpc.aio.Server
    health: HealthServicer
    address: str
    services: Sequence[Service]
    draining: asyncio.Event
    """Set when the server begins to stop: streams without an end of their own end themselves."""
    background: list["asyncio.Task[None]"] = field(default_factory=list)
    """What goes on beside calls; cancelled, and waited for, when the last call has ended."""
    at_end: list[Callable[[], None]] = field(default_factory=list)
    """Run after that."""

    is_stopping: bool = False

    async def set_serving(self, *, serving: bool) -> None:
        """Tell health checks; a server that stops does not serve again."""
        serving = serving and not self.is_stopping
        status = health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
        for name in ("", *(service.name for service in self.services)):
            await self.health.set(name, status)

    async def stop(self, *, grace_s: float) -> None:
        self.is_stopping = True
        await self.set_serving(serving=False)
        await asyncio.sleep(_DRAIN_LAG_S)
        self.draining.set()
        await self.server.stop(grace_s)
        for task in self.background:
            task.cancel()
        await asyncio.gather(*self.background, return_exceptions=True)
        for end in self.at_end:
            end()


async def start(
    services: Sequence[Service],
    *,
    interceptor: grpc.aio.ServerInterceptor,
    network: Network,
    draining: asyncio.Event | None = None,
    extra_handlers: Sequence[grpc.GenericRpcHandler] = (),
) -> RunningServer:
    """Bind, register and start.

    Raises:
        ConfigurationError: Others reach the address and need no credentials, it is taken, or a certificate is unusable.
    """
    network.refuse_unsafe()
    server = grpc.aio.server(
        interceptors=[interceptor],
        maximum_concurrent_rpcs=None,  # the interceptor refuses with a reason, where grpc would say CANCELLED
        options=[
            ("grpc.server.max_pending_requests", _MOST_PENDING),
            ("grpc.server.max_pending_requests_hard_limit", _MOST_PENDING),
            # unless it is meant, a second server on the port would silently take part of the calls
            ("grpc.so_reuseport", int(network.reuse_port)),
            ("grpc.max_receive_message_length", LARGEST_CARRIED),
            ("grpc.max_send_message_length", LARGEST_CARRIED),
            ("grpc.http2.min_recv_ping_interval_without_data_ms", 30_000),
            ("grpc.keepalive_permit_without_calls", 1),
            ("grpc.keepalive_time_ms", _PING_MS),
            ("grpc.keepalive_timeout_ms", _PING_MS // 3),
            # a limit each for all calls; between two of them, calls would be refused by chance
            ("grpc.max_metadata_size", MOST_METADATA_BYTES),
            ("grpc.absolute_max_metadata_size", MOST_METADATA_BYTES),
            *network.options(),
        ],
    )
    by_name: Any = _ByName(server)
    draining = draining or asyncio.Event()
    health_servicer = HealthServicer(draining)
    health_pb2_grpc.add_HealthServicer_to_server(health_servicer, by_name)
    for service in services:
        service.register(by_name)
    if network.reflection:
        add_reflection(by_name, [*(service.name for service in services), health.SERVICE_NAME])
    server.add_generic_rpc_handlers(tuple(extra_handlers))
    running = RunningServer(server, health_servicer, _bind_all(server, network), services, draining)
    _tell_who_may_call(running.address, network)
    await server.start()
    await running.set_serving(serving=True)
    return running


async def run_until_stopped(running: RunningServer, *, grace_s: float, address_file: Path | None) -> float:
    """Serve until SIGTERM or SIGINT, then stop gracefully. The address goes to the log and, if asked for, a file.

    Returns:
        What is left of the grace period. [s]

    Raises:
        ConfigurationError: The file of the address cannot be written.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if address_file is not None:
        with told_at_start():
            staged = address_file.with_suffix(".tmp")
            staged.write_text(running.address)
            staged.rename(address_file)
    await stop.wait()
    asked_at = asyncio.get_running_loop().time()
    log.info("stopping", extra={"grace_s": grace_s})
    try:
        async with asyncio.timeout(grace_s + _DRAIN_LAG_S + _LEAVE_WITHIN_S):
            await running.stop(grace_s=grace_s)
    except TimeoutError:
        log.warning("stopping though calls have not ended")  # they do not ask whether anybody still waits
    log.info("stopped")
    return max(0.0, asked_at + grace_s - asyncio.get_running_loop().time())


class _ByName:
    """The face of a server that services are added to: it finds methods by their names.

    grpcio waits for each registered method in a task of its own, and goes through all of them at every call: with
    eighty methods that is a fifth of what a call costs.
    """

    def __init__(self, server: grpc.aio.Server) -> None:
        self._server = server

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.GenericRpcHandler]) -> None:
        self._server.add_generic_rpc_handlers(tuple(handlers))

    def add_registered_method_handlers(self, service: str, handlers: object) -> None:
        """Not taken: the generic handlers of the service have the same methods."""


def _bind_all(server: grpc.aio.Server, network: Network) -> str:
    """Bind every address; the first is returned, with the port it was given.

    Raises:
        ConfigurationError: One is taken, or a certificate is unusable.
    """
    if network.mtls_listen is None:
        return _bind(server, network.listen, network.tls)
    assert network.tls is not None
    address = _bind(server, network.listen, replace(network.tls, client_ca=None))
    _bind(server, network.mtls_listen, network.tls)
    return address


def _bind(server: grpc.aio.Server, listen: str, tls: TlsFiles | None) -> str:
    address = _ADDRESS.fullmatch(listen)
    if address is None or int(address["port"] or 0) > _LAST_PORT:
        allowed = f"host:port with a port of 0 to {_LAST_PORT}, or unix:/path"
        raise ConfigurationError(f"cannot listen on {listen!r}: an address is {allowed}")
    try:
        if tls is None:
            port = server.add_insecure_port(listen)
        else:
            from rpckit.tls import ReloadingTls  # what only TLS needs stays out of the start of others

            port = server.add_secure_port(listen, ReloadingTls(tls).credentials())
    except RuntimeError as error:
        raise ConfigurationError(f"cannot listen on {listen}: {error}") from error
    return listen if listen.startswith("unix:") else f"{listen.rsplit(':', 1)[0]}:{port}"


def _tell_who_may_call(address: str, network: Network) -> None:
    if network.credentials_required:
        log.info("serving callers with credentials", extra={"address": address, "tls": network.tls is not None})
        return
    remedy = "RMOS_AUTHENTICATION=required asks every caller who it is"
    log.warning(
        "serving without credentials: whoever reaches this address may call",
        extra={"address": address, "remedy": remedy},
    )
