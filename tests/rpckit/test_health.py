"""Health as clients with health checking ask for it: at once, and as it changes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from rpckit import server
from rpckit.health import MOST_WATCHES
from rpckit.interceptors.admission import Admission
from rpckit.interceptors.chain import InterceptorChain, interceptors
from rpckit.network import Network
from rpckit.server import RunningServer, Service

messages: Any = health_pb2  # its type stubs do not know the list yet
SERVED = "rmos.Served"
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


async def write_twice(_: Any, context: Any) -> None:
    """A stream that is answered by a coroutine, as grpc.aio allows."""
    await context.write(b"1")
    await context.write(b"2")


def register(running: grpc.aio.Server) -> None:
    handlers: Any = {"Write": grpc.unary_stream_rpc_method_handler(write_twice)}
    running.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVED, handlers),))


@pytest.fixture
async def running() -> AsyncIterator[RunningServer]:
    admission = Admission(most_calls=1, most_streams=1)
    started = await server.start(
        [Service(SERVED, register)],
        interceptor=InterceptorChain(interceptors({}, admission)),
        network=Network("127.0.0.1:0"),
    )
    yield started
    await started.server.stop(0)


@pytest.fixture
async def channel(running: RunningServer) -> AsyncIterator[grpc.aio.Channel]:
    async with grpc.aio.insecure_channel(running.address) as opened:
        yield opened


@pytest.fixture
def health(channel: grpc.aio.Channel) -> Any:
    return health_pb2_grpc.HealthStub(channel)


def asked(name: str) -> health_pb2.HealthCheckRequest:
    return health_pb2.HealthCheckRequest(service=name)


@pytest.mark.parametrize(("name", "status"), [("", SERVING), (SERVED, SERVING), ("no.such.Service", SERVICE_UNKNOWN)])
async def test_a_watch_begins_with_the_present_status(health: Any, name: str, status: int) -> None:
    watch = health.Watch(asked(name), timeout=20)
    assert (await watch.read()).status == status
    watch.cancel()


async def test_a_watch_hears_that_the_server_stops_and_ends(running: RunningServer, health: Any) -> None:
    watch = health.Watch(asked(SERVED), timeout=20)
    assert (await watch.read()).status == SERVING
    stopping = asyncio.create_task(running.stop(grace_s=20))
    assert (await watch.read()).status == NOT_SERVING
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        await watch.read()
    assert ended.value.code() is grpc.StatusCode.UNAVAILABLE
    await asyncio.wait_for(stopping, 10)


async def test_the_list_names_every_service(health: Any) -> None:
    answer = await health.List(messages.HealthListRequest(), timeout=20)
    assert {name: item.status for name, item in answer.statuses.items()} == {"": SERVING, SERVED: SERVING}


async def test_watches_take_no_place_of_a_stream_and_are_limited(channel: grpc.aio.Channel, health: Any) -> None:
    watches = [health.Watch(asked(""), timeout=60) for _ in range(MOST_WATCHES)]
    for watch in watches:
        await watch.read()
    assert await written(channel) == [b"1", b"2"]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await health.Watch(asked(""), timeout=20).read()
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    watches.pop().cancel()
    assert await eventually(lambda: health.Watch(asked(""), timeout=20).read()) is not None


async def test_a_coroutine_may_answer_a_stream(channel: grpc.aio.Channel) -> None:
    assert await written(channel) == [b"1", b"2"]


async def written(channel: grpc.aio.Channel) -> list[Any]:
    call: Any = channel.unary_stream(f"/{SERVED}/Write")
    return [answer async for answer in call(b"", timeout=20)]


async def eventually(attempt: Callable[[], Awaitable[Any]]) -> Any:
    """What is answered once a place is free; each attempt waits for the server."""
    while True:
        try:
            return await attempt()
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                raise
