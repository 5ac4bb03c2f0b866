"""P14: nothing is recorded that cannot be verified.

Every number and every open field of every request of the runs server that is one message is filled with what JSON
cannot carry exactly, in any combination with nonsense elsewhere; half of the time nobody can be asked about the inputs.
Whatever was recorded must verify, and a refusal is never an internal error.
"""

import random
import tempfile
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.shop.v1 import patterns_service_pb2 as patterns_pb
from rmos.shop.v1.patterns_service_pb2_grpc import PatternsServiceStub
from testkit.local_servers import LocalServers
from tests.promises.careless import StartServers
from tests.promises.requests import Requests
from tests.promises.tally import Tally
from tests.services import METHODS

_TIMEOUT_S = 30.0
NUMBERS = (2.0**53, -(2.0**53), 2.0**53 + 2, 1e16, 1e17, 2.0**63, 1e19, 1e20, 1e21, 1e300, -1e16, 5e-324, -0.0, 0.1)
"""From 2^53 on no number may be taken; the last ones may."""
_WRITES = ("Create", "Set", "Annotate", "Generate", "Update", "Complete", "Record", "Attach", "Store", "BatchCreate")
_OPEN = {"google.protobuf.Struct", "google.protobuf.Value"}


def try_numbers(trials: int, *, seed: int, start: StartServers = LocalServers) -> Tally:
    """So many requests, half of them while the feasibility server is away; then the store is checked as a whole."""
    tally, dice = Tally("P14 nothing unverifiable", seed=seed), random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as servers:
        with grpc.insecure_channel(servers.runs.address) as channel:
            requests = Requests(channel)
            for trial in range(trials):
                if trial == trials // 2:
                    servers.feasibility.stop()
                _try(channel, requests, dice, tally)
        servers.runs.stop()  # gracefully: everything is published
        servers.runs.restart()
        with grpc.insecure_channel(servers.runs.address) as channel:
            _verify(channel, tally)
    return tally


def _try(channel: grpc.Channel, requests: Requests, dice: random.Random, tally: Tally) -> None:
    method = dice.choice([item for item in METHODS if item.name.startswith(_WRITES) and _is_runs(item)])
    request = requests.base(method)
    poison(request, dice)
    call: Any = channel.unary_unary(f"/{method.containing_service.full_name}/{method.name}")
    tally.trials += 1
    try:
        call(request.SerializeToString(), timeout=_TIMEOUT_S)
        tally.acknowledged += 1
    except grpc.RpcError as error:
        if error.code() in {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}:
            tally.wrong += 1
            tally.remarks.append(f"{method.name}: {error.code().name}")


def _is_runs(method: Any) -> bool:
    asks = method.containing_service.full_name.startswith("rmos.feasibility")
    return not asks and not method.client_streaming and not method.server_streaming


def poison(message: Message, dice: random.Random) -> None:
    """Put numbers JSON can and cannot carry into one of the places of a message that take any; deeper ones too."""
    places = list(_places(message))
    for holder, field in dice.sample(places, min(len(places), dice.choice([0, 1, 1, 2]))):
        number = dice.choice(NUMBERS)
        if field is None:
            holder.update({"a": [{"b": number}]})
        else:
            setattr(holder, field.name, number)


def _places(message: Any) -> Any:
    for field in message.DESCRIPTOR.fields:
        if field.message_type is not None and field.message_type.full_name in _OPEN and not field.is_repeated:
            child = getattr(message, field.name)
            yield (child.struct_value if child.DESCRIPTOR.name == "Value" else child), None
        elif field.message_type is not None:
            held = getattr(message, field.name)
            for child in held if field.is_repeated else [held] if message.HasField(field.name) else []:
                yield from _places(child)
        elif field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE and not field.is_repeated:
            yield message, field


def _verify(channel: grpc.Channel, tally: Tally) -> None:
    """Everything that was recorded, read and verified."""
    try:
        *_, last = RunsServiceStub(channel).VerifyStore(pb.VerifyStoreRequest(), timeout=_TIMEOUT_S)
        found = last.result
        tally.lost += found.unreadable_count + found.mismatch_count + found.missing_count
        exported = PatternsServiceStub(channel).ExportPatterns(patterns_pb.ExportPatternsRequest(), timeout=_TIMEOUT_S)
        tally.lost += len(exported.unreachable)
    except grpc.RpcError as error:
        tally.wrong += 1
        tally.remarks.append(f"the check of the store ended with {error}")
