"""Streams: how many one caller may have open, and what becomes of those whose answers nobody takes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import grpc
import pytest
from google.protobuf.wrappers_pb2 import BytesValue
from google.rpc import error_details_pb2, status_pb2

from rpckit.authentication.access import VIEWER
from rpckit.authentication.authenticator import Authenticator
from rpckit.interceptors.admission import Admission
from rpckit.interceptors.chain import InterceptorChain, interceptors
from rpckit.interceptors.guard import Guard
from rpckit.network import Network
from rpckit.server import Service, start
from rpckit.server_context import ServicerContext
from tests.people import KnownByName

WATCH, FILL, PAUSE = (f"/test.Streams/{name}" for name in ("Watch", "Fill", "Pause"))
CODEC = ("request_deserializer", "response_serializer")
MOST, LONGEST_WAIT_S = 2, 0.2
CHUNK = b"x" * 256 * 1024
"""More of these than the windows of a connection hold, and the sender waits for its reader."""


class Server:
    """One that streams without an end, and knows what it streams."""

    def __init__(self) -> None:
        self.filled = asyncio.Event()
        """Set when a stream of bytes has ended, for whatever reason."""
        self.admission = Admission(most_calls=64, most_streams=8)

    async def watch(self, request: BytesValue, context: ServicerContext) -> AsyncIterator[BytesValue]:
        yield request
        await asyncio.Future()

    async def fill(self, request: BytesValue, context: ServicerContext) -> AsyncIterator[BytesValue]:
        try:
            while True:
                yield BytesValue(value=CHUNK)
        finally:
            self.filled.set()

    async def pause(self, request: BytesValue, context: ServicerContext) -> AsyncIterator[BytesValue]:
        """Two answers with a time between them that no reader may take."""
        yield request
        ready = asyncio.Event()
        asyncio.get_running_loop().call_later(2 * LONGEST_WAIT_S, ready.set)
        await ready.wait()
        yield request

    def register(self, server: grpc.aio.Server) -> None:
        codec: Any = {
            "request_deserializer": BytesValue.FromString,
            "response_serializer": BytesValue.SerializeToString,
        }
        methods = {"Watch": self.watch, "Fill": self.fill, "Pause": self.pause}
        handlers = {name: grpc.unary_stream_rpc_method_handler(method, **codec) for name, method in methods.items()}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Streams", handlers),))


@pytest.fixture
async def server() -> Server:
    return Server()


@pytest.fixture
async def channel(server: Server) -> AsyncIterator[grpc.aio.Channel]:
    guard = Guard(
        dict.fromkeys((WATCH, FILL, PAUSE), VIEWER),
        cast("Authenticator", KnownByName()),
        streams_per_caller=MOST,
        slow_reader_s=LONGEST_WAIT_S,
    )
    chain = InterceptorChain(interceptors({}, server.admission, guard=guard))
    running = await start([Service("test.Streams", server.register)], interceptor=chain, network=Network("127.0.0.1:0"))
    async with grpc.aio.insecure_channel(running.address) as channel:
        yield channel
    await running.server.stop(None)


def opened(channel: grpc.aio.Channel, method: str, name: str) -> Any:
    stub: Any = channel.unary_stream(method, BytesValue.SerializeToString, BytesValue.FromString)
    metadata = (("authorization", f"Bearer {name}"), ("x-request-id", "mine"))
    return stub(BytesValue(value=b"hello"), metadata=metadata, timeout=30.0)


async def _read_all(stream: Any) -> None:
    while await stream.read() is not grpc.aio.EOF:
        pass


async def why(stream: Any) -> tuple[grpc.StatusCode, str, str]:
    """Code, reason and request id of a stream that fails once what was sent is read."""
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await _read_all(stream)
    data: Any = dict(failed.value.trailing_metadata())["grpc-status-details-bin"]
    info, request = error_details_pb2.ErrorInfo(), error_details_pb2.RequestInfo()
    for detail in status_pb2.Status.FromString(data).details:
        for kind in (info, request):
            if detail.Is(kind.DESCRIPTOR):
                detail.Unpack(kind)
    return failed.value.code(), info.reason, request.request_id


async def test_one_stream_too_many_of_a_caller_is_refused_and_nobody_else_s(channel: grpc.aio.Channel) -> None:
    watching = [opened(channel, WATCH, "cam") for _ in range(MOST)]
    for stream in watching:
        assert (await stream.read()).value == b"hello"
    refused = await why(opened(channel, WATCH, "cam"))
    assert refused == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_CALLS", "mine")
    other = opened(channel, WATCH, "another")
    assert (await other.read()).value == b"hello"
    for stream in (*watching, other):
        stream.cancel()


async def test_a_stream_that_has_ended_leaves_its_place(channel: grpc.aio.Channel) -> None:
    for _ in range(MOST + 1):
        stream = opened(channel, PAUSE, "cam")
        assert [answer.value async for answer in stream] == [b"hello", b"hello"]


async def test_a_server_that_calls_for_others_opens_as_many_as_they_ask_for(channel: grpc.aio.Channel) -> None:
    streams = [opened(channel, WATCH, "server") for _ in range(MOST + 1)]
    assert [(await stream.read()).value for stream in streams] == [b"hello"] * (MOST + 1)
    for stream in streams:
        stream.cancel()


async def test_whoever_takes_no_answers_loses_the_stream_and_is_told_why(
    channel: grpc.aio.Channel, server: Server
) -> None:
    stream = opened(channel, FILL, "cam")
    assert (await stream.read()).value == CHUNK
    async with asyncio.timeout(20.0):
        await server.filled.wait()
    assert server.admission.active_streams == 0
    assert await why(stream) == (grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "mine")


async def test_an_answer_that_takes_long_to_make_is_no_fault_of_its_reader(channel: grpc.aio.Channel) -> None:
    assert [answer.value async for answer in opened(channel, PAUSE, "cam")] == [b"hello", b"hello"]
