"""How often and how long callers may call, and that nobody is hindered by another one's flood."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from google.rpc import error_details_pb2, status_pb2

from rpckit.authentication.access import VIEWER, VIEWER_DEAR
from rpckit.authentication.authenticator import Authenticator
from rpckit.interceptors.admission import Admission
from rpckit.interceptors.chain import InterceptorChain, interceptors
from rpckit.interceptors.guard import Guard
from rpckit.interceptors.rate_limit import Rates
from rpckit.network import Network
from rpckit.server import Service, start
from rpckit.server_context import ServicerContext
from tests.people import KnownByName

ECHO, SWEEP, WAIT, WATCH, UPLOAD = (f"/test.Texts/{name}" for name in ("Echo", "Sweep", "Wait", "Watch", "Upload"))
TABLE = {ECHO: VIEWER, WAIT: VIEWER, WATCH: VIEWER, UPLOAD: VIEWER, SWEEP: VIEWER_DEAR}


async def _echo(request: StringValue, context: ServicerContext) -> StringValue:
    return request


async def _wait(request: StringValue, context: ServicerContext) -> StringValue:
    return await asyncio.Future()


async def _watch(request: StringValue, context: ServicerContext) -> AsyncIterator[StringValue]:
    yield request
    await asyncio.Future()


async def _upload(requests: AsyncIterator[StringValue], context: ServicerContext) -> StringValue:
    return [request async for request in requests][-1]


def _register(server: grpc.aio.Server) -> None:
    codec: Any = {"request_deserializer": StringValue.FromString, "response_serializer": StringValue.SerializeToString}
    methods = {"Echo": _echo, "Sweep": _echo, "Wait": _wait}
    handlers = {name: grpc.unary_unary_rpc_method_handler(method, **codec) for name, method in methods.items()}
    handlers["Watch"] = grpc.unary_stream_rpc_method_handler(_watch, **codec)
    handlers["Upload"] = grpc.stream_unary_rpc_method_handler(_upload, **codec)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Texts", handlers),))


@pytest.fixture
async def channel() -> AsyncIterator[grpc.aio.Channel]:
    """To a server that takes two cheap calls and one dear call of each caller, and then none for an hour."""
    rates = Rates(cheap_per_s=1 / 3_600, dear_per_s=1 / 7_200, burst_s=7_200.0)
    guard = Guard(TABLE, cast("Authenticator", KnownByName()), rates, longest_call_s=0.1, longest_stream_s=0.2)
    chain = InterceptorChain(interceptors({}, Admission(most_calls=64, most_streams=8), guard=guard))
    running = await start([Service("test.Texts", _register)], interceptor=chain, network=Network("127.0.0.1:0"))
    async with grpc.aio.insecure_channel(running.address) as channel:
        yield channel
    await running.server.stop(None)


async def call(channel: grpc.aio.Channel, method: str, name: str, **options: Any) -> Any:
    stub: Any = channel.unary_unary(method, StringValue.SerializeToString, StringValue.FromString)
    extra = options.pop("metadata", ())
    metadata = (("authorization", f"Bearer {name}"), ("x-request-id", "mine"), *extra)
    return await stub(StringValue(value="hello"), metadata=metadata, **options)


async def refused(channel: grpc.aio.Channel, method: str, name: str, **options: Any) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await call(channel, method, name, **options)
    return failed.value


def details_of(error: grpc.aio.AioRpcError) -> dict[str, Any]:
    data: Any = dict(error.trailing_metadata())["grpc-status-details-bin"]
    found: dict[str, Any] = {}
    for detail in status_pb2.Status.FromString(data).details:
        kind = getattr(error_details_pb2, detail.type_url.rpartition(".")[2])
        found[kind.__name__] = kind.FromString(detail.value)
    return found


async def test_one_call_too_many_is_refused_with_the_time_to_wait(channel: grpc.aio.Channel) -> None:
    for _ in range(2):
        await call(channel, ECHO, "cam")
    error = await refused(channel, ECHO, "cam")
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    details = details_of(error)
    assert details["ErrorInfo"].reason == "TOO_MANY_CALLS"
    assert details["RequestInfo"].request_id == "mine"
    assert 3_590 < details["RetryInfo"].retry_delay.seconds <= 3_600


async def test_a_flood_of_one_caller_hinders_no_other(channel: grpc.aio.Channel) -> None:
    flood = [asyncio.ensure_future(call(channel, ECHO, "cam")) for _ in range(50)]
    assert (await call(channel, ECHO, "another")).value == "hello"
    outcomes = await asyncio.gather(*flood, return_exceptions=True)
    assert sum(isinstance(outcome, StringValue) for outcome in outcomes) == 2


async def test_cheap_and_dear_calls_are_counted_apart(channel: grpc.aio.Channel) -> None:
    await call(channel, SWEEP, "cam")
    assert (await refused(channel, SWEEP, "cam")).code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert (await call(channel, ECHO, "cam")).value == "hello"


async def test_a_server_that_calls_for_others_is_not_counted(channel: grpc.aio.Channel) -> None:
    for _ in range(5):
        await call(channel, SWEEP, "server")


async def test_a_call_ends_after_the_longest_time_and_says_so(channel: grpc.aio.Channel) -> None:
    error = await refused(channel, WAIT, "cam")
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert details_of(error)["ErrorInfo"].reason == "DEADLINE_EXCEEDED"
    assert details_of(error)["RequestInfo"].request_id == "mine"


async def test_streams_end_after_their_longest_time_and_say_so(channel: grpc.aio.Channel) -> None:
    async def endless() -> AsyncIterator[StringValue]:
        yield StringValue(value="hello")
        await asyncio.Future()

    codec = (StringValue.SerializeToString, StringValue.FromString)
    metadata = (("authorization", "Bearer cam"), ("x-request-id", "mine"))
    watch: Any = channel.unary_stream(WATCH, *codec)
    upload: Any = channel.stream_unary(UPLOAD, *codec)
    answers = watch(StringValue(value="hello"), metadata=metadata)
    assert (await answers.read()).value == "hello"
    with pytest.raises(grpc.aio.AioRpcError) as watched:
        await answers.read()
    with pytest.raises(grpc.aio.AioRpcError) as uploaded:
        await upload(endless(), metadata=metadata)
    for error in (watched.value, uploaded.value):
        assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert details_of(error)["ErrorInfo"].reason == "DEADLINE_EXCEEDED"
        assert details_of(error)["ErrorInfo"].metadata["limit_s"] == "0.2"
        assert details_of(error)["RequestInfo"].request_id == "mine"


async def test_a_caller_who_gives_up_earlier_is_told_by_the_transport(channel: grpc.aio.Channel) -> None:
    error = await refused(channel, WAIT, "cam", timeout=0.001)
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert (await call(channel, ECHO, "cam")).value == "hello"


async def test_too_much_metadata_is_refused_by_the_transport(channel: grpc.aio.Channel) -> None:
    error = await refused(channel, ECHO, "cam", metadata=(("x-filler", "a" * 17_000),))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert (await call(channel, ECHO, "cam", metadata=(("x-filler", "a" * 12_000),))).value == "hello"
