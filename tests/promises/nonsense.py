"""P11: nonsense is answered, never with an internal error, and nothing hangs.

Well-formed messages full of nonsense for every method: several of them where a method takes a stream.
"""

import itertools
import random
import struct
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message

from rpckit.local_servers import LocalServers
from tests.promises.tally import Tally
from tests.services import METHODS

SERVER_FLAGS = ("--bookmark-interval-s", "1")
"""A watcher hears something every second, so that listening to nothing ends."""
WRONG = frozenset(
    {
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNAVAILABLE,
    }
)
_TIMEOUT_S = 20.0
_MOST_SENT = 3
_MOST_HEARD = 1
"""A watcher hears more and more; the first message says that the call was taken."""
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


def try_nonsense(calls: int, *, seed: int) -> Tally:
    """Many calls of every method of both servers."""
    tally = Tally("P11 nonsense", seed=seed)
    with tempfile.TemporaryDirectory() as folder, LocalServers(Path(folder), runs_flags=SERVER_FLAGS) as servers:
        for method in METHODS:
            codes = ask(address_of(servers, method), method, calls, seed=seed)
            tally.trials += calls
            tally.acknowledged += calls
            wrong = {code.name: count for code, count in codes.items() if code in WRONG}
            tally.wrong += sum(wrong.values())
            tally.remarks.extend([f"{method.full_name}: {wrong}"] if wrong else [])
    return tally


def address_of(servers: LocalServers, method: MethodDescriptor) -> str:
    asks = method.containing_service.full_name.startswith("rmos.feasibility")
    return servers.feasibility.address if asks else servers.runs.address


def ask(address: str, method: MethodDescriptor, calls: int, *, seed: int) -> Counter[grpc.StatusCode]:
    """How calls of a method with nonsense ended."""
    dice = random.Random(f"{seed} {method.full_name}")
    kind = message_factory.GetMessageClass(method.input_type)
    with grpc.insecure_channel(address) as channel:
        return Counter(_ask_once(raw_call(channel, method), method, kind, dice) for _ in range(calls))


def raw_call(channel: grpc.Channel, method: MethodDescriptor) -> Any:
    """A method as it takes and gives bytes; its requests are a stream either way."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    return channel.stream_stream(path) if method.server_streaming else channel.stream_unary(path)


def _ask_once(call: Any, method: MethodDescriptor, kind: type[Message], dice: random.Random) -> grpc.StatusCode:
    requests = [kind() for _ in range(dice.randint(0, _MOST_SENT) if method.client_streaming else 1)]
    for request in requests:
        fill(request, dice)
    try:
        answer = call(iter([request.SerializeToString() for request in requests]), timeout=_TIMEOUT_S)
        if method.server_streaming:
            list(itertools.islice(answer, _MOST_HEARD))
            answer.cancel()
    except grpc.RpcError as error:
        code: grpc.StatusCode = error.code()
        return code
    return grpc.StatusCode.OK


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
