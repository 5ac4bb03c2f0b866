"""P11: nonsense is answered, never with an internal error, and nothing hangs.

For every method, half of the calls are well-formed messages full of nonsense, several of them where a method takes a
stream. The other half are requests that would be taken but for one field, which is nonsense: these come deeper.
"""

import itertools
import random
import struct
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message

from testkit.local_servers import LocalServers
from tests.promises.back_ends import BackEnd
from tests.promises.tally import Tally
from tests.promises.valid_requests import ValidRequests
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
_TIMEOUT_S = 60.0
_NEARLY_VALID = {"RecommendSetup": 8, "ExplainReport": 8}
"""Every how many calls one is nearly valid; of these two each tries hundreds of setups."""
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
TEXTS += ["9" * 5_000, "²", "inf", "1e400", "\ufeff\u202e", "../" * 30, "[/x]", "'; DROP TABLE ledger;--"]
EXTREMES = [5e-324, 1e-30, 1e-9, 2.0**53, 1e16, 1e308, float("nan"), float("inf"), float("-inf"), 0.0, -0.0, -1.0]
NUMBERS = [*EXTREMES, 1.0, 3.175, 18_000.0, 1e9, 1e300]
INTEGERS = [0, 1, -1, 2, 24, 2**31 - 1, -(2**31), 2**53, 2**63 - 1, -(2**63), 2**64 - 1]
_RANGES = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
}


def try_nonsense(calls: int, *, seed: int, back_end: BackEnd | None = None) -> Tally:
    """Many calls of every method of both servers."""
    tally, start = Tally("P11 nonsense", seed=seed), (back_end or BackEnd()).with_flags(SERVER_FLAGS)
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as servers:
        valid = ValidRequests(servers.feasibility.address, servers.runs.address)
        for method in METHODS:
            codes = ask(address_of(servers, method), method, calls, seed=seed, valid=valid)
            tally.trials += calls
            tally.acknowledged += calls
            wrong = {code.name: count for code, count in codes.items() if code in WRONG}
            tally.wrong += sum(wrong.values())
            tally.remarks.extend([f"{method.full_name}: {wrong}"] if wrong else [])
    return tally


def address_of(servers: LocalServers, method: MethodDescriptor) -> str:
    asks = method.containing_service.full_name.startswith("rmos.feasibility")
    return servers.feasibility.address if asks else servers.runs.address


def ask(
    address: str, method: MethodDescriptor, calls: int, *, seed: int, valid: ValidRequests | None = None
) -> Counter[grpc.StatusCode]:
    """How calls of a method with nonsense ended; many of them are valid but for a field, where that is possible."""
    dice, turns = random.Random(f"{seed} {method.full_name}"), _NEARLY_VALID.get(method.name, 2)
    with grpc.insecure_channel(address) as channel:
        call = raw_call(channel, method)
        return Counter(
            _ask_once(
                call, method, _nearly_valid(valid, method, dice) if valid and turn % turns == 0 else _wild(method, dice)
            )
            for turn in range(calls)
        )


def _wild(method: MethodDescriptor, dice: random.Random) -> list[Message]:
    kind = message_factory.GetMessageClass(method.input_type)
    requests = [kind() for _ in range(dice.randint(0, _MOST_SENT) if method.client_streaming else 1)]
    for request in requests:
        fill(request, dice)
    return requests


def _nearly_valid(valid: ValidRequests, method: MethodDescriptor, dice: random.Random) -> list[Message]:
    requests = valid.of(method, dice.randrange(100))
    mutate(dice.choice(requests), dice)
    return requests


def raw_call(channel: grpc.Channel, method: MethodDescriptor) -> Any:
    """A method as it takes and gives bytes; its requests are a stream either way."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    return channel.stream_stream(path) if method.server_streaming else channel.stream_unary(path)


def _ask_once(call: Any, method: MethodDescriptor, requests: list[Message]) -> grpc.StatusCode:
    try:
        answer = call(iter([request.SerializeToString() for request in requests]), timeout=_TIMEOUT_S)
        if method.server_streaming:
            list(itertools.islice(answer, _MOST_HEARD))
            answer.cancel()
    except grpc.RpcError as error:
        code: grpc.StatusCode = error.code()
        return code
    return grpc.StatusCode.OK


def mutate(message: Message, dice: random.Random) -> None:
    """Replace one field by nonsense: of the message itself, or of one that it holds."""
    places = list(_places(message))
    if not places:
        return
    holder, field = dice.choice(places)
    if field.is_repeated:
        if dice.random() < 0.5:
            holder.ClearField(field.name)
        fill_repeated(holder, field, dice, depth=3)
    elif field.message_type is not None:
        holder.ClearField(field.name)
        if dice.random() < 0.5:
            child = getattr(holder, field.name)
            child.SetInParent()
            fill(child, dice, depth=2)
    else:
        setattr(holder, field.name, scalar(field, dice))


def _places(message: Message) -> Iterator[tuple[Message, Any]]:
    """Every field of the message, and of the messages it holds."""
    for field in message.DESCRIPTOR.fields:
        yield message, field
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        if field.is_repeated:
            for item in getattr(message, field.name):
                yield from _places(item)
        elif message.HasField(field.name):
            yield from _places(getattr(message, field.name))


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
    low, high = _RANGES[kind]
    return dice.choice([number for number in INTEGERS if low <= number <= high])
