"""A grpc.aio server from its parts: services, health per service, both reflections, graceful stop.

Stopping, on SIGTERM or SIGINT:

1. health says NOT_SERVING, so that balancers look elsewhere
2. a short lag, so that they have noticed
3. new calls are refused, calls in flight finish within the grace period
"""

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import _async as reflection
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from foundation.message_size import LARGEST_CARRIED
from rpckit.health import HealthServicer
from rpckit.settings import ConfigurationError

log = logging.getLogger("rmos.server")

REFLECTION_V1 = "grpc.reflection.v1.ServerReflection"
REFLECTION_V1ALPHA = "grpc.reflection.v1alpha.ServerReflection"
_DRAIN_LAG_S = 0.2
_MOST_PENDING = 1_000_000
"""Calls that wait to be taken in. Of more, grpc cancels some by chance: the admission, which says why, is to refuse."""
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

    async def set_serving(self, *, serving: bool) -> None:
        status = health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
        for name in ("", *(service.name for service in self.services)):
            await self.health.set(name, status)

    async def stop(self, *, grace_s: float) -> None:
        await self.set_serving(serving=False)
        await asyncio.sleep(_DRAIN_LAG_S)
        self.draining.set()
        await self.server.stop(grace_s)


async def start(
    services: Sequence[Service],
    *,
    interceptor: grpc.aio.ServerInterceptor,
    listen: str,
    draining: asyncio.Event | None = None,
    extra_handlers: Sequence[grpc.GenericRpcHandler] = (),
) -> RunningServer:
    """Bind, register and start.

    Raises:
        ConfigurationError: The address is not this machine's own, or is taken.
    """
    _refuse_off_loopback(listen)
    server = grpc.aio.server(
        interceptors=[interceptor],
        maximum_concurrent_rpcs=None,  # the interceptor refuses with a reason, where grpc would say CANCELLED
        options=[
            ("grpc.server.max_pending_requests", _MOST_PENDING),
            ("grpc.server.max_pending_requests_hard_limit", _MOST_PENDING),
            ("grpc.so_reuseport", 0),  # otherwise a second server on the port silently takes part of the calls
            ("grpc.max_receive_message_length", LARGEST_CARRIED),
            ("grpc.max_send_message_length", LARGEST_CARRIED),
            ("grpc.http2.min_recv_ping_interval_without_data_ms", 30_000),
            ("grpc.keepalive_permit_without_calls", 1),
        ],
    )
    by_name: Any = _ByName(server)
    draining = draining or asyncio.Event()
    health_servicer = HealthServicer(draining)
    health_pb2_grpc.add_HealthServicer_to_server(health_servicer, by_name)
    for service in services:
        service.register(by_name)
    _add_reflection(by_name, [*(service.name for service in services), health.SERVICE_NAME])
    server.add_generic_rpc_handlers(tuple(extra_handlers))
    running = RunningServer(server, health_servicer, _bind(server, listen), services, draining)
    await server.start()
    await running.set_serving(serving=True)
    return running


async def run_until_stopped(running: RunningServer, *, grace_s: float, address_file: Path | None) -> float:
    """Serve until SIGTERM or SIGINT, then stop gracefully. The address goes to the log and, if asked for, a file.

    Returns:
        What is left of the grace period. [s]
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    log.warning(
        "serving without credentials: whoever reaches this address may call", extra={"address": running.address}
    )
    if address_file is not None:
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


class _MethodPool:
    """The descriptor pool, made to find methods too: `describe Service.Method` asks for them."""

    def FindFileContainingSymbol(self, symbol: str) -> Any:
        pool = descriptor_pool.Default()
        try:
            return pool.FindFileContainingSymbol(symbol)
        except KeyError:
            service, _, method = symbol.rpartition(".")
            if method in pool.FindServiceByName(service).methods_by_name:
                return pool.FindFileContainingSymbol(service)
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(descriptor_pool.Default(), name)


def _describe_reflection_v1() -> None:
    """Make the v1 service known to the descriptor pool, so that reflection can describe itself."""
    file = descriptor_pb2.FileDescriptorProto()
    reflection_pb2.DESCRIPTOR.CopyToProto(file)
    file.name, file.package = "grpc/reflection/v1/reflection.proto", "grpc.reflection.v1"
    for field in (field for message in file.message_type for field in message.field if field.type_name):
        field.type_name = field.type_name.replace("v1alpha", "v1")
    for method in file.service[0].method:
        method.input_type = method.input_type.replace("v1alpha", "v1")
        method.output_type = method.output_type.replace("v1alpha", "v1")
    descriptor_pool.Default().AddSerializedFile(file.SerializeToString())


def _refuse_off_loopback(listen: str) -> None:
    host = listen.rsplit(":", 1)[0]
    if not listen.startswith("unix:") and host not in {"127.0.0.1", "localhost", "[::1]"}:
        raise ConfigurationError(
            f"cannot listen on {listen}: without TLS and credentials only loopback or a Unix socket is served"
        )


def _bind(server: grpc.aio.Server, listen: str) -> str:
    try:
        port = server.add_insecure_port(listen)
    except RuntimeError as error:
        raise ConfigurationError(f"cannot listen on {listen}: {error}") from error
    return listen if listen.startswith("unix:") else f"{listen.rsplit(':', 1)[0]}:{port}"


def _add_reflection(server: Any, names: Sequence[str]) -> None:
    # grpcio-reflection serves v1alpha only; v1 has the same messages under another package.
    _describe_reflection_v1()
    servicer = reflection.ReflectionServicer([*names, REFLECTION_V1, REFLECTION_V1ALPHA], pool=_MethodPool())
    reflection_pb2_grpc.add_ServerReflectionServicer_to_server(servicer, server)  # type: ignore[no-untyped-call]
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(REFLECTION_V1, {"ServerReflectionInfo": handler}),)
    )
