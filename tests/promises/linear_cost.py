"""P13: what a caller sends costs no more than its length.

Every text, bytes, list, map and open field of every request that is one message, found from the descriptors, is sent in
two sizes, the second four times the first, in alphabets that expressions and writers of JSON stumble over. The
processor time of the server is compared; refusals count like answers.
"""

import json
import random
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message

from testkit.local_servers import LocalServer, LocalServers
from tests.growth import TIMES, grows_too_fast
from tests.promises.careless import StartServers
from tests.promises.requests import Requests, make_valid
from tests.promises.tally import Tally
from tests.services import METHODS

PIECES = (
    "é",
    "ロゼッタ",
    "\U0001d11e\uffee",
    "(",
    " ",
    '"',
    "\\",
    "1",
    "a",
    "1 ",
    "<a",
    "e-",
    "\n",
    "(é)\n",
    ",.",
    "_",
)
LENGTHS = (500, 5_000, 50_000, 250_000, 900_000)
"""Of the shorter text; the longer one is four times as long, and the longest message has 4 MiB."""
COUNTS = (250, 2_500, 12_500)
RECORDED = {
    "CreateRun.gcode_text": 45_000,
    "CreateRun.meta": 60_000,
    "CreateRun.source_request": 60_000,
    "AnnotateRun.note": 500,
    "AnnotateRun.meta": 60_000,
    "AttachAdvisory.text": 5_000,
    "CreatePattern.meta": 60_000,
    "CreateJob.parameters": 60_000,
    "ImportPatterns.document": 60_000,
    "ListRuns.filter": 1_000,
}
"""Of these the short form tries every alphabet, four times as much of which is about the most that is taken."""
_TIMEOUT_S, _TRIES, _DEEPEST = 60.0, 3, 7
_OPEN = {"google.protobuf.Struct", "google.protobuf.Value"}
_MANY = ("many keys", "many items")


@dataclass(frozen=True)
class Leaf:
    """A field of a request, by the fields around it."""

    method: MethodDescriptor
    path: tuple[FieldDescriptor, ...]

    @property
    def name(self) -> str:
        return f"{self.method.name}.{'.'.join(field.name for field in self.path)}"


class Cost:
    """What calls cost a server."""

    def __init__(self, servers: LocalServers) -> None:
        self._servers = servers
        self._channels = {
            server.address: grpc.insecure_channel(server.address, options=[("grpc.max_receive_message_length", -1)])
            for server in (servers.feasibility, servers.runs)
        }
        self.requests = Requests(self._channels[servers.runs.address])

    def of(self, method: MethodDescriptor, request: Message) -> float:
        """Processor time of a call. [s]"""
        server = self._servers.feasibility if _asks(method) else self._servers.runs
        call: Any = self._channels[server.address].unary_unary(f"/{method.containing_service.full_name}/{method.name}")
        data, before = request.SerializeToString(), _cpu_s(server)
        try:
            call(data, timeout=_TIMEOUT_S)
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                return _TIMEOUT_S
        return _cpu_s(server) - before


def _asks(method: MethodDescriptor) -> bool:
    """Whether a method is the feasibility server's."""
    return method.containing_service.full_name.startswith("rmos.feasibility")


def _cpu_s(server: LocalServer) -> float:
    """Processor time of a server's threads. [s]"""
    tasks = Path(f"/proc/{server.pid}/task").glob("*/schedstat")
    return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9


def leaves() -> Iterator[Leaf]:
    """Every text, bytes, list, map and open field of every request that is one message."""
    for method in METHODS:
        if not method.client_streaming and not method.server_streaming:
            yield from (Leaf(method, path) for path in _paths(method.input_type, ()))


def _paths(kind: Descriptor, before: tuple[FieldDescriptor, ...]) -> Iterator[tuple[FieldDescriptor, ...]]:
    for field in kind.fields:
        path = (*before, field)
        is_text = field.cpp_type == FieldDescriptor.CPPTYPE_STRING
        is_open = field.message_type is not None and field.message_type.full_name in _OPEN
        if is_text or field.is_repeated or is_open:
            yield path
        if field.message_type is not None and not is_open and len(path) < _DEEPEST and not _is_map(field):
            yield from _paths(field.message_type, path)


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def fillings(leaf: Leaf) -> Sequence[str]:
    """Ways to fill a field: with pieces of text, and an open field with many keys or items."""
    field = leaf.path[-1]
    is_open = field.message_type is not None and field.message_type.full_name in _OPEN
    if is_open and not field.is_repeated:
        return [*PIECES, *_MANY]
    return ["many"] if field.is_repeated else PIECES


def filled(request: Message, leaf: Leaf, filling: str, size: int) -> Message:
    """A copy of a request with so much in a field of it."""
    copy = type(request)()
    copy.CopyFrom(request)
    target: Any = copy
    for field in leaf.path[:-1]:
        child = getattr(target, field.name)
        target = (child[0] if len(child) else child.add()) if field.is_repeated else child
    last = leaf.path[-1]
    if last.is_repeated:
        _repeat(target, last, size)
    elif last.message_type is not None:
        _fill_open(getattr(target, last.name), filling, size)
    else:
        text = _text(filling, size)
        setattr(target, last.name, _library(text) if last.type == FieldDescriptor.TYPE_BYTES else text)
    return copy


def _text(piece: str, size_bytes: int) -> str:
    return piece * (size_bytes // len(piece.encode()) + 1)


def _library(text: str) -> bytes:
    entry = {"pattern_id": "p", "title": "x", "pattern_type": "mosaic", "meta": {"a": text}}
    return json.dumps({"schema": "rmos.pattern-library/1", "patterns": [entry]}, ensure_ascii=False).encode()


def _fill_open(message: Any, filling: str, size_bytes: int) -> None:
    struct = message.struct_value if message.DESCRIPTOR.full_name == "google.protobuf.Value" else message
    match filling:
        case "many keys":
            struct.update({f"k{number}é": 1e-7 for number in range(size_bytes // 25)})
        case "many items":
            struct.update({"k" * 100: [[1.5] for _ in range(size_bytes // 40)]})
        case _:
            struct.update({"a": _text(filling, size_bytes), "b": None})


def _repeat(target: Any, field: FieldDescriptor, count: int) -> None:
    held = getattr(target, field.name)
    if _is_map(field):
        return
    if field.message_type is None:
        held.extend([_scalar(field)] * count)
        return
    for _ in range(count):
        make_valid(held.add(), "runs/run_0123456789ab")


def _scalar(field: FieldDescriptor) -> Any:
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return b"x" if field.type == FieldDescriptor.TYPE_BYTES else "runs/run_0123456789ab"
    return 1


def try_lengths(trials: int, *, seed: int, start: StartServers = LocalServers, only: str = "") -> Tally:
    """So many pairs of sizes. Few are spread over all fields; more try each alphabet in texts that are recorded.

    `only` is what the names of fields begin with, as in "GetRun.".
    """
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as servers:
        chosen = [item for item in _chosen(random.Random(seed)) if item[0].name.startswith(only)]
        return _try_in(servers, chosen[:trials], seed)


def _try_in(servers: LocalServers, chosen: Sequence[tuple[Leaf, str, int]], seed: int) -> Tally:
    tally, cost = Tally("P13 linear cost", seed=seed), Cost(servers)
    for leaf, filling, size in chosen:
        tally.trials += 1
        found = _too_fast(cost, leaf, filling, size)
        tally.acknowledged += 1
        if found:
            tally.wrong += 1
            tally.remarks.append(f"{leaf.name}, {filling!r}, {size} and {TIMES} times as much: {found}")
    return tally


def _chosen(dice: random.Random) -> list[tuple[Leaf, str, int]]:
    """Each kind of field once, then each alphabet in what is recorded, then everything in any order."""
    kinds: dict[str, tuple[Leaf, str, int]] = {}
    recorded: list[tuple[Leaf, str, int]] = []
    everything: list[tuple[Leaf, str, int]] = []
    for leaf in leaves():
        ways, sizes = fillings(leaf), COUNTS if leaf.path[-1].is_repeated else LENGTHS
        kind = f"{_asks(leaf.method)} {leaf.path[-1].full_name}"
        kinds.setdefault(kind, (leaf, ways[zlib.crc32(kind.encode()) % len(ways)], sizes[len(sizes) // 2]))
        if leaf.name in RECORDED:
            recorded += [(leaf, way, RECORDED[leaf.name]) for way in ways]
        everything += [(leaf, way, size) for way in ways for size in sizes]
    dice.shuffle(everything)
    return [*kinds.values(), *recorded, *everything]


def _too_fast(cost: Cost, leaf: Leaf, filling: str, size: int) -> str:
    """What was measured where the larger of two sizes costs too much; a suspicion is looked at several times."""
    small_s = large_s = float("inf")
    for _ in range(_TRIES):
        request = cost.requests.base(leaf.method)
        small_s = min(small_s, cost.of(leaf.method, filled(request, leaf, filling, size)))
        large_s = min(large_s, cost.of(leaf.method, filled(request, leaf, filling, TIMES * size)))
        if not grows_too_fast(small_s, large_s):
            return ""
    return f"{small_s:.3f} s and {large_s:.3f} s"
