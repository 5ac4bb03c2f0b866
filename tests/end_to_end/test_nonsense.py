"""Well-formed messages full of nonsense, for every unary method: each is answered, none with an internal error."""

import itertools
import os
import random
import struct
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message

from rmos.advisory.v1 import advisory_service_pb2
from rmos.feasibility.v1 import catalog_service_pb2, feasibility_service_pb2
from rmos.runs.v1 import attachments_service_pb2, runs_service_pb2
from rmos.shop.v1 import imports_service_pb2, jobs_service_pb2, patterns_service_pb2
from rmos.system.v1 import system_service_pb2
from rmos.teaching.v1 import teaching_service_pb2
from rmos.workflow.v1 import workflow_service_pb2
from rpckit.local_servers import LocalServers
from tests.service.wire import read_failure

_MOST_MESSAGES = 1
"""A watcher hears more and more; the first message says that the call was taken."""
CALLS = int(os.environ.get("NONSENSE_CALLS", "300"))
METHODS: list[MethodDescriptor] = [
    method
    for module in (
        feasibility_service_pb2,
        catalog_service_pb2,
        runs_service_pb2,
        attachments_service_pb2,
        workflow_service_pb2,
        patterns_service_pb2,
        jobs_service_pb2,
        imports_service_pb2,
        advisory_service_pb2,
        teaching_service_pb2,
        system_service_pb2,
    )
    for service in module.DESCRIPTOR.services_by_name.values()
    for method in service.methods
    if not method.client_streaming
]
TEXTS = [
    "",
    "x",
    "runs/run_0123456789ab",
    "runs/../../etc/passwd",
    "materials/spruce_sitka",
    "spruce_sitka",
    "end_mill_3175",
    "shapeoko_3",
    "saw_254_60t",
    "rosette",
    "a" * 64,
    "8f14e45f-ceea-467f-9b5e-aaaaaaaaaaaa",
    "mode = saw",
    "(",
    "\u0000",
    "é𝄞" * 40,
]
NUMBERS = [0.0, -0.0, 1.0, -1.0, 1e-9, 3.175, 18_000.0, 1e9, 1e300, float("nan"), float("inf"), float("-inf")]


def fill(message: Message, dice: random.Random, depth: int = 0) -> None:
    for field in message.DESCRIPTOR.fields:
        if dice.random() < 0.35 + 0.1 * depth:
            continue
        if field.is_repeated:
            fill_repeated(message, field, dice, depth)
        elif field.message_type is not None:
            if depth < 5:
                child = getattr(message, field.name)
                child.SetInParent()
                fill(child, dice, depth + 1)
        else:
            setattr(message, field.name, scalar(field, dice))


def fill_repeated(message: Message, field: Any, dice: random.Random, depth: int) -> None:
    target: Any = getattr(message, field.name)
    for _ in range(dice.choice([1, 1, 2, 5])):
        if field.message_type is None:
            target.append(scalar(field, dice))
        elif field.message_type.GetOptions().map_entry:
            return
        elif depth < 5:
            fill(target.add(), dice, depth + 1)


def scalar(field: Any, dice: random.Random) -> Any:
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_STRING:
        return dice.randbytes(8) if field.type == FieldDescriptor.TYPE_BYTES else dice.choice(TEXTS)
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        return dice.random() < 0.5
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        assert field.enum_type is not None
        return dice.choice([*field.enum_type.values_by_number, 999])
    if kind in {FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT}:
        random_bits: float = struct.unpack("d", dice.randbytes(8))[0]
        return dice.choice([*NUMBERS, random_bits])
    return dice.choice([0, 1, -1, 2, 24, 2**31 - 1, -(2**31)])


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    """Servers of their own: some of the nonsense leaves something behind."""
    with LocalServers(tmp_path_factory.mktemp("nonsense"), runs_flags=["--bookmark-interval-s", "1"]) as running:
        yield running


def address_of(servers: LocalServers, method: MethodDescriptor) -> str:
    asks = method.containing_service.full_name.startswith("rmos.feasibility")
    return servers.feasibility.address if asks else servers.runs.address


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_nonsense_is_answered_and_never_an_internal_error(servers: LocalServers, method: MethodDescriptor) -> None:
    dice = random.Random(method.full_name)
    codes = set()
    with grpc.insecure_channel(address_of(servers, method)) as channel:
        path = f"/{method.containing_service.full_name}/{method.name}"
        call: Any = channel.unary_stream(path) if method.server_streaming else channel.unary_unary(path)
        for _ in range(CALLS):
            request = message_factory.GetMessageClass(method.input_type)()
            fill(request, dice)
            codes.add(code_of(call, request, streaming=method.server_streaming))
    assert not codes & {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DEADLINE_EXCEEDED}, codes


def code_of(call: Any, request: Message, *, streaming: bool) -> grpc.StatusCode:
    try:
        answer = call(request.SerializeToString(), timeout=20)
        if streaming:
            list(itertools.islice(answer, _MOST_MESSAGES))
            answer.cancel()
    except grpc.RpcError as error:
        code: grpc.StatusCode = error.code()
        return code
    return grpc.StatusCode.OK


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_bytes_that_are_no_message_are_refused_like_any_bad_input(
    servers: LocalServers, method: MethodDescriptor
) -> None:
    with grpc.insecure_channel(address_of(servers, method)) as channel:
        path = f"/{method.containing_service.full_name}/{method.name}"
        call: Any = channel.stream_unary(path) if not method.server_streaming else channel.stream_stream(path)
        with pytest.raises(grpc.RpcError) as caught:
            list(call(iter([b"\xff\xff\xff"]), timeout=20, metadata=[("x-request-id", "no-message")]))
    error: Any = caught.value
    failed = read_failure(error, dict(error.initial_metadata()))
    assert (failed.code, failed.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS")
    assert failed.request_id == failed.initial_request_id == "no-message"


def test_an_upload_of_no_messages_is_refused_too(servers: LocalServers) -> None:
    with grpc.insecure_channel(servers.runs.address) as channel:
        call: Any = channel.stream_unary("/rmos.runs.v1.AttachmentsService/UploadAttachment")
        with pytest.raises(grpc.RpcError) as caught:
            call(iter([b"\xff\xff\xff"]), timeout=20)
    assert read_failure(caught.value, {}).reason == "INVALID_FIELDS"
