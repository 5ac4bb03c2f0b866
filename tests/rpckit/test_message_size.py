"""What a server does with messages that are too large, on the wire."""

import asyncio
from typing import Any

import grpc
import pytest
from google.protobuf.struct_pb2 import Struct
from google.protobuf.wrappers_pb2 import Int32Value, StringValue
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from foundation.message_size import LARGEST_CARRIED, weight
from rpckit.interceptors.admission import Admission
from rpckit.interceptors.chain import InterceptorChain, interceptors
from rpckit.network import Network
from rpckit.server import Service, start
from rpckit.server_context import ServicerContext


async def _answer(request: Int32Value, context: ServicerContext) -> StringValue:
    return StringValue(value="x" * request.value)


def _register(server: grpc.aio.Server) -> None:
    handler = grpc.unary_unary_rpc_method_handler(
        _answer,
        request_deserializer=Int32Value.FromString,
        response_serializer=StringValue.SerializeToString,
    )
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Sizes", {"Answer": handler}),))


async def _call(size: int) -> StringValue:
    running = await start(
        [Service("test.Sizes", _register)],
        interceptor=InterceptorChain(interceptors({}, Admission(most_calls=4, most_streams=4))),
        network=Network("127.0.0.1:0"),
    )
    options = [("grpc.max_receive_message_length", LARGEST_CARRIED)]
    async with grpc.aio.insecure_channel(running.address, options=options) as channel:
        method = channel.unary_unary(
            "/test.Sizes/Answer",
            request_serializer=Int32Value.SerializeToString,
            response_deserializer=StringValue.FromString,
        )
        try:
            answer: StringValue = await method(Int32Value(value=size), timeout=20)
            return answer
        finally:
            await running.server.stop(0)


def test_an_answer_larger_than_clients_receive_by_default_is_sent() -> None:
    assert len(asyncio.run(_call(15_000_000)).value) == 15_000_000


def test_an_answer_larger_than_the_transport_carries_is_refused_with_a_reason() -> None:
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        asyncio.run(_call(17_000_000))
    assert failed.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    status = rpc_status.from_call(failed.value)  # type: ignore[arg-type]  # it has what is asked of a call
    assert status is not None
    info, request = error_details_pb2.ErrorInfo(), error_details_pb2.RequestInfo()
    assert status.details[0].Unpack(info)
    assert status.details[-1].Unpack(request)
    assert info.reason == "ANSWER_TOO_LARGE"
    assert info.metadata == {"size_bytes": "17000005", "limit_bytes": "16777216"}
    assert request.request_id


def test_the_weight_of_a_value_is_never_less_than_its_message() -> None:
    texts = ["", "ä🎸", None, True]
    value: dict[str, Any] = {"numbers": [0, 1.5] * 20, "texts": texts, "deep": {"a": {"b": [[], {}, "c"]}}}
    struct = Struct()
    struct.update(value)
    assert weight(value) >= struct.ByteSize()
