"""What the line of a call says of its caller."""

import logging
from collections.abc import AsyncIterator
from typing import Any, cast

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue

from rpckit.authentication.access import VIEWER
from rpckit.authentication.authenticator import Authenticator
from rpckit.interceptors.admission import Admission
from rpckit.interceptors.chain import InterceptorChain, interceptors
from rpckit.interceptors.guard import Guard
from rpckit.network import Network
from rpckit.server import Service, start
from rpckit.server_context import ServicerContext
from tests.people import KnownByName

ECHO = "/test.Texts/Echo"


async def _echo(request: StringValue, context: ServicerContext) -> StringValue:
    return request


def _register(server: grpc.aio.Server) -> None:
    handler: Any = grpc.unary_unary_rpc_method_handler(
        _echo, request_deserializer=StringValue.FromString, response_serializer=StringValue.SerializeToString
    )
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Texts", {"Echo": handler}),))


@pytest.fixture
async def channel() -> AsyncIterator[grpc.aio.Channel]:
    guard = Guard({ECHO: VIEWER}, cast("Authenticator", KnownByName()))
    chain = InterceptorChain(interceptors({}, Admission(most_calls=64, most_streams=8), guard=guard))
    running = await start([Service("test.Texts", _register)], interceptor=chain, network=Network("127.0.0.1:0"))
    async with grpc.aio.insecure_channel(running.address) as channel:
        yield channel
    await running.server.stop(None)


@pytest.mark.parametrize(("caller", "believed"), [("server", "boss"), ("cam", None)])
async def test_only_a_server_says_for_whom_it_calls(
    channel: grpc.aio.Channel, caplog: pytest.LogCaptureFixture, caller: str, believed: str | None
) -> None:
    stub: Any = channel.unary_unary(ECHO, StringValue.SerializeToString, StringValue.FromString)
    with caplog.at_level(logging.INFO, logger="rmos.access"):
        metadata = (("authorization", f"Bearer {caller}"), ("x-rmos-on-behalf-of", "boss"))
        await stub(StringValue(value="hello"), metadata=metadata)
    (line,) = (record for record in caplog.records if record.name == "rmos.access")
    assert (getattr(line, "caller", None), getattr(line, "on_behalf_of", None)) == (caller, believed)
