import asyncio
from typing import Any

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue

from rpckit.interceptors import request_id
from rpckit.interceptors.admission import Admission
from rpckit.interceptors.chain import InterceptorChain, interceptors
from rpckit.network import Network
from rpckit.server import Service, start
from rpckit.server_context import ServicerContext

LIMIT_S = 60.0


@pytest.mark.parametrize("given", ["a", "A.b_c-9", "x" * 128])
def test_a_well_formed_id_is_accepted(given: str) -> None:
    assert request_id.accept([("other", "1"), ("x-request-id", given)]) == given


@pytest.mark.parametrize("given", ["", "x" * 129, "a b", "a\n", "é", "a/b"])
def test_anything_else_is_not(given: str) -> None:
    assert request_id.accept([("x-request-id", given)]) is None


def test_the_first_value_counts() -> None:
    assert request_id.accept([("x-request-id", "first"), ("x-request-id", "second")]) == "first"


def test_minted_ids_are_well_formed_and_differ() -> None:
    first, second = request_id.mint(), request_id.mint()
    assert first != second
    assert request_id.accept([("x-request-id", first)]) == first


async def test_nothing_leaves_before_the_answer_so_that_what_was_not_answered_can_be_tried_again() -> None:
    entered, released = asyncio.Event(), asyncio.Event()

    async def hold(request: StringValue, context: ServicerContext) -> StringValue:
        if request.value == "held":
            entered.set()
            await released.wait()
        return request

    def register(server: grpc.aio.Server) -> None:
        codec: Any = {"request_deserializer": StringValue.FromString}
        codec |= {"response_serializer": StringValue.SerializeToString}
        handlers = {"Hold": grpc.unary_unary_rpc_method_handler(hold, **codec)}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Texts", handlers),))

    chain = InterceptorChain(interceptors({}, Admission(most_calls=4, most_streams=4)))
    running = await start([Service("test.Texts", register)], interceptor=chain, network=Network("127.0.0.1:0"))
    try:
        async with grpc.aio.insecure_channel(running.address) as channel:
            codec = (StringValue.SerializeToString, StringValue.FromString)
            call: Any = channel.unary_unary("/test.Texts/Hold", *codec)
            watched: Any = channel.unary_stream(
                "/test.Texts/Hold", *codec
            )  # sees initial metadata as soon as they come
            held = watched(StringValue(value="held"), metadata=(("x-request-id", "mine"),), timeout=LIMIT_S)
            initial = asyncio.ensure_future(held.initial_metadata())
            await asyncio.wait_for(entered.wait(), LIMIT_S)
            for _ in range(5):  # on the same connection: what had left before has come by now
                await call(StringValue(value="after it"), timeout=LIMIT_S)
            assert not initial.done()
            released.set()
            assert (await held.read()).value == "held"
            assert dict(await initial)["x-request-id"] == "mine"
    finally:
        released.set()
        await running.server.stop(None)
