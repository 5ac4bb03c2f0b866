"""Whatever a server answers stays text on a terminal: every command, asked of servers that answer nothing else.

Each text of each answer, and of each error, holds escape sequences, markup, signs that turn the direction of writing,
and a line that looks like one of ours.
"""

import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2, message_factory, struct_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from tests.cli.commands import ROSETTE, Rmosctl
from tests.cli.test_every_rpc_has_a_command import COMMANDS
from tests.services import METHODS

FORGED = "FORGED run_0123456789ab GREEN"
HOSTILE = f"[/x] [red]r[/] \x1b[2J\x1b]0;owned\x07 \x9b31m \u202ecn.exe \u2028 \r{FORGED}\n{FORGED}"
RUN, DIGEST = "run_0123456789ab", "a" * 64
DEEPEST = 7
USAGE = 2
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})


def filled(message: Any, choice: int, depth: int = 0) -> Any:
    """A message whose every text is hostile; of alternatives the first is taken, or the last."""
    kind = message.DESCRIPTOR
    if kind.full_name == "google.protobuf.Struct":
        message.update({HOSTILE: HOSTILE, "list": [HOSTILE]})
        return message
    if kind.full_name in {"google.protobuf.Value", "google.protobuf.Any"}:
        if isinstance(message, struct_pb2.Value):
            message.string_value = HOSTILE
        return message
    if kind.full_name in {"google.protobuf.Timestamp", "google.protobuf.Duration"}:
        message.seconds = 1_790_000_000 if kind.name == "Timestamp" else 90
        return message
    for field in kind.fields:
        members = field.containing_oneof.fields if field.containing_oneof else [field]
        if members[0 if choice == 0 else -1] is field or members[0 if choice == 0 else -1].name == field.name:
            _fill(message, field, choice, depth)
    return message


def _fill(message: Any, field: FieldDescriptor, choice: int, depth: int) -> None:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        _fill_map(getattr(message, field.name), field.message_type)
    elif field.message_type is not None:
        if depth < DEEPEST and field.message_type.full_name != message.DESCRIPTOR.full_name:
            inner = getattr(message, field.name)
            filled(inner.add() if field.is_repeated else inner, choice, depth + 1)
            if not field.is_repeated:
                inner.SetInParent()
    elif field.name != "next_page_token":
        value = _value(field)
        if field.is_repeated:
            getattr(message, field.name).append(value)
        else:
            setattr(message, field.name, value)


def _fill_map(entries: Any, kind: Any) -> None:
    key, value = kind.fields_by_name["key"], kind.fields_by_name["value"]
    if value.message_type is not None:
        filled(entries[_value(key)], 0, DEEPEST)
    else:
        entries[_value(key)] = _value(value)


def _value(field: FieldDescriptor) -> Any:
    if field.type == FieldDescriptor.TYPE_STRING:
        return HOSTILE
    if field.type == FieldDescriptor.TYPE_BYTES:
        return HOSTILE.encode()
    if field.enum_type is not None:
        return field.enum_type.values[-1].number
    return field.type == FieldDescriptor.TYPE_BOOL or 1


class Answers(grpc.GenericRpcHandler):
    """A server that knows every method, and answers hostile texts or fails with them."""

    def __init__(self, *, failing: bool) -> None:
        self._failing = failing
        self._methods = {f"/{method.containing_service.full_name}/{method.name}": method for method in METHODS}

    def service(self, details: grpc.HandlerCallDetails) -> Any:
        method = self._methods.get(details.method)
        if method is None:
            return None
        kind = message_factory.GetMessageClass(method.output_type)

        def answer(requests: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:
            if not method.client_streaming:
                next(iter(requests))
            if self._failing:
                context.abort_with_status(rpc_status.to_status(failure()))
            yield filled(kind(), 0).SerializeToString()
            if method.server_streaming:
                yield filled(kind(), 1).SerializeToString()

        return grpc.stream_stream_rpc_method_handler(answer)


def failure() -> status_pb2.Status:
    said: list[Message] = [
        error_details_pb2.ErrorInfo(reason=HOSTILE, domain="rmos", metadata={HOSTILE: HOSTILE}),
        error_details_pb2.RequestInfo(request_id=HOSTILE),
        error_details_pb2.BadRequest(
            field_violations=[error_details_pb2.BadRequest.FieldViolation(field=HOSTILE, description=HOSTILE)]
        ),
        error_details_pb2.ResourceInfo(resource_type=HOSTILE, resource_name=HOSTILE, description=HOSTILE),
    ]
    status = status_pb2.Status(code=grpc.StatusCode.INVALID_ARGUMENT.value[0], message=HOSTILE)
    for detail in said:
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status


@contextmanager
def serving(*, failing: bool) -> Iterator[Rmosctl]:
    server = grpc.server(ThreadPoolExecutor(4), handlers=[Answers(failing=failing)])
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()

    class Both:
        feasibility = runs = type("Server", (), {"address": address})

    servers: Any = Both
    yield Rmosctl(servers)
    server.stop(None).wait(60)


@pytest.fixture(scope="module", params=[False, True], ids=["answers", "failures"])
def hostile(request: pytest.FixtureRequest) -> Iterator[Rmosctl]:
    with serving(failing=request.param) as rmosctl:
        yield rmosctl


PROGRAM = "G21 G90\nG0 Z5\nG1 Z-1 F300\nM2\n"
STATED: dict[str, Any] = {
    "run_id": RUN, "run_ids": RUN, "sha256": DIGEST, "left": f"{RUN}/{DIGEST}", "right": f"{RUN}/{DIGEST}",
    "asset_id": "adv_0123456789ab", "asset_ids": "adv_0123456789ab", "session_id": "ws_0123456789ab",
    "export_id": "exp_0123456789ab", "job_id": "job_0123456789ab", "pattern_id": "p-1", "family_id": "f-1",
    "profile_id": "mine", "profile": "mine", "revision": 1, "advisory_id": "a1", "entry_id": "mine",
    "kind": "materials",
    "key": "units", "value": "mm", "name": "A. Smith", "text": "a note", "reason": "looked at it twice",
    "status": "running", "job_type": "rosette_validation", "pattern_type": "rope", "provider": "p",
    "soundhole_radius_mm": 45, "channel_depth_mm": 1.2, "axis": "cut.feed_rate_mm_per_min=1500,1750",
    "job_file": ROSETTE, "job_files": ROSETTE,
}  # fmt: skip
"""What a command needs, by the name of the parameter."""
OF_COMMANDS: dict[str, dict[str, Any]] = {
    "compare": {"run_ids": [RUN, "run_0123456789ac"]},
    "upload": {"kind": "gcode"},
    "review reject": {"reason": "artifacts"},
    "store descriptors": {"file": "new.binpb"},
    "vocabulary": {"kind": "rules"},
    **{f"catalogue {verb}": {"kind": "material"} for verb in ("add", "history", "revise", "withdraw")},
    "catalogue edge": {"wear": "worn"},
    "pattern draw": {"target": "new.svg"},
    "preview": {"output": "new.svg"},
    "sheet print": {"output": "new.html"},
}
OF_SEVERAL_LINES = frozenset({"compare", "explain", "explanation"})
"""Print paragraphs that a server wrote, or the lines of a comparison, which begin with a sign of its own."""
CONTENTS = {"library.csv": "name,diameter [mm],flutes,type\nspiral,3.175,2,end mill\n", "document.json": "{}"}
"""Files a command reads; whatever else it reads is a program."""


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_text_of_others_stays_text(hostile: Rmosctl, name: str, tmp_path: Path) -> None:
    for more in ([], ["--json"]):
        if more and name == "job schema":
            continue
        done = hostile.run(*name.split(), *arguments_of(name, tmp_path), *more)
        assert done.exit_code != USAGE or "Usage" not in done.output, done.output
        obeyed = {f"U+{ord(sign):04X}" for sign in done.output if unicodedata.category(sign) in UNSEEN}
        assert obeyed <= {"U+000A"}, done.output
        forged = [line for line in done.output.splitlines() if line.strip().startswith("FORGED")]
        assert forged == [] or name in OF_SEVERAL_LINES


def arguments_of(name: str, folder: Path) -> list[str]:
    """What a command needs, and nothing else."""
    given = STATED | OF_COMMANDS.get(name, {})
    arguments: list[str] = []
    for parameter in COMMANDS[name].params:
        if not getattr(parameter, "required", False):
            continue
        value = given[parameter.name] if parameter.name in given else file_for(str(parameter.name), folder)
        written = parameter.name in {"target", "output"} or name == "store descriptors"
        values = value if isinstance(value, list) else [folder / value if written else value]
        if parameter.param_type_name == "option":
            arguments.append(parameter.opts[0])
        arguments.extend(map(str, values))
    return arguments


def file_for(parameter: str, folder: Path) -> Path:
    """A file or folder that a command reads or writes."""
    if parameter in {"target", "output", "folder"}:
        return folder / "new"
    name = {"library": "library.csv", "documents": "document.json"}.get(parameter, "part.nc")
    (folder / name).write_text(CONTENTS.get(name, PROGRAM))
    return folder / name
