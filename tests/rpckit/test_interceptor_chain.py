"""What a chain of interceptors promises to each of them, on a real server."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue

from foundation.errors import ServiceError
from rpckit.error_status import ErrorStatus, ErrorStatusTable
from rpckit.interceptors.admission import Admission
from rpckit.interceptors.chain import InterceptorChain, interceptors
from rpckit.interceptors.interceptor import Interceptor, Method, ServedCall
from rpckit.network import Network
from rpckit.server import Service, start
from rpckit.server_context import ServicerContext
from rpckit.settings import ConfigurationError

ECHO, COUNT, FAIL, WAIT = (f"/test.Texts/{name}" for name in ("Echo", "Count", "Fail", "Wait"))


class NoTokenError(ServiceError):
    """What an interceptor for authentication would raise."""


TABLE: ErrorStatusTable = {NoTokenError: ErrorStatus(grpc.StatusCode.UNAUTHENTICATED, "NO_TOKEN")}


class Recorder(Interceptor):
    """Writes down what it is told."""

    def __init__(self, name: str, heard: list[str]) -> None:
        self._name, self._heard = name, heard

    def before(self, call: ServedCall) -> None:
        self._heard.append(f"{self._name} before")

    def succeeded(self, call: ServedCall) -> None:
        self._heard.append(f"{self._name} succeeded")

    def failed(self, call: ServedCall, error: BaseException) -> None:
        self._heard.append(f"{self._name} failed with {type(error).__name__}, {call.code}")


class Refusing(Interceptor):
    """Lets nobody in, except to one method."""

    def covers(self, method: Method) -> bool:
        return method.name != COUNT

    def before(self, call: ServedCall) -> None:
        raise NoTokenError("no token")


async def _echo(request: StringValue, context: ServicerContext) -> StringValue:
    return request


async def _count(request: StringValue, context: ServicerContext) -> AsyncIterator[StringValue]:
    for number in range(2):
        yield StringValue(value=str(number))


async def _fail(request: StringValue, context: ServicerContext) -> StringValue:
    raise ConfigurationError("a secret")


async def _wait(request: StringValue, context: ServicerContext) -> StringValue:
    try:
        return await asyncio.Future()
    finally:
        while context.time_remaining():  # the caller's deadline comes a little earlier
            pass


def _register(server: grpc.aio.Server) -> None:
    codec: Any = {"request_deserializer": StringValue.FromString, "response_serializer": StringValue.SerializeToString}
    handlers = {
        "Echo": grpc.unary_unary_rpc_method_handler(_echo, **codec),
        "Count": grpc.unary_stream_rpc_method_handler(_count, **codec),
        "Fail": grpc.unary_unary_rpc_method_handler(_fail, **codec),
        "Wait": grpc.unary_unary_rpc_method_handler(_wait, **codec),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Texts", handlers),))


async def _call(method: str, chain: InterceptorChain, *, timeout_s: float = 20) -> grpc.StatusCode:
    running = await start([Service("test.Texts", _register)], interceptor=chain, network=Network("127.0.0.1:0"))
    async with grpc.aio.insecure_channel(running.address) as channel:
        make: Any = channel.unary_stream if method == COUNT else channel.unary_unary
        call = make(method, request_serializer=StringValue.SerializeToString)(StringValue(value="x"), timeout=timeout_s)
        try:
            while method == COUNT and await call.read() is not grpc.aio.EOF:
                pass
            code: grpc.StatusCode = await call.code()
            return code
        finally:
            await running.server.stop(10)  # when the handler has ended


def _standard(admission: Admission | None = None) -> list[Interceptor]:
    return interceptors(TABLE, admission or Admission(most_calls=4, most_streams=4))


@pytest.mark.parametrize("method", [ECHO, COUNT])
def test_the_first_begins_first_and_ends_last(method: str) -> None:
    heard: list[str] = []
    chain = [Recorder("outer", heard), *_standard(), Recorder("inner", heard)]
    assert asyncio.run(_call(method, InterceptorChain(chain))) is grpc.StatusCode.OK
    assert heard == ["outer before", "inner before", "inner succeeded", "outer succeeded"]


def test_a_failure_is_heard_as_it_is_inside_and_as_its_answer_outside() -> None:
    heard: list[str] = []
    chain = [Recorder("outer", heard), *_standard(), Recorder("inner", heard)]
    assert asyncio.run(_call(FAIL, InterceptorChain(chain))) is grpc.StatusCode.INTERNAL
    assert heard[2:] == [
        "inner failed with ConfigurationError, None",
        "outer failed with AbortError, StatusCode.INTERNAL",
    ]


def test_one_that_refuses_is_answered_from_the_table_and_those_inside_hear_nothing() -> None:
    heard: list[str] = []
    chain = [*_standard(), Refusing(), Recorder("inner", heard)]
    assert asyncio.run(_call(ECHO, InterceptorChain(chain))) is grpc.StatusCode.UNAUTHENTICATED
    assert heard == []


def test_a_refused_call_gives_its_place_back() -> None:
    admission = Admission(most_calls=1, most_streams=1)
    asyncio.run(_call(ECHO, InterceptorChain([*_standard(admission), Refusing()])))
    assert admission.active_calls == 0


def test_a_method_that_is_not_covered_passes_by() -> None:
    assert asyncio.run(_call(COUNT, InterceptorChain([*_standard(), Refusing()]))) is grpc.StatusCode.OK


def test_a_bypassed_method_is_served_without_any() -> None:
    chain = InterceptorChain([*_standard(), Refusing()], bypassed=ECHO)
    assert asyncio.run(_call(ECHO, chain)) is grpc.StatusCode.OK


def test_a_refused_call_is_logged_with_its_code(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "rmos.access"):
        asyncio.run(_call(ECHO, InterceptorChain([*_standard(), Refusing()])))
    lines = [vars(record) for record in caplog.records if record.message == "call"]
    assert [(line["method"], line["code"]) for line in lines] == [(ECHO, "UNAUTHENTICATED")]


def test_a_call_that_passed_its_deadline_is_logged_as_such_and_leaves(caplog: pytest.LogCaptureFixture) -> None:
    admission = Admission(most_calls=1, most_streams=1)
    with caplog.at_level(logging.INFO, "rmos.access"):
        asyncio.run(_call(WAIT, InterceptorChain(_standard(admission)), timeout_s=0.3))
    assert [vars(record)["code"] for record in caplog.records if record.message == "call"] == ["DEADLINE_EXCEEDED"]
    assert admission.active_calls == 0
