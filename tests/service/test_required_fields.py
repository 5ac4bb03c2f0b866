"""What the contract calls REQUIRED is refused when it is absent: one case for each such field of each method."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from testkit.local_servers import LocalServers
from tests.promises.nonsense import address_of, raw_call
from tests.promises.valid_requests import ValidRequests
from tests.service.required import BLANKS, required, texts_of
from tests.service.wire import TIMEOUT_S
from tests.services import METHODS


@pytest.fixture(scope="module")
def required_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    with LocalServers(tmp_path_factory.mktemp("required")) as running:
        yield running


@pytest.fixture(scope="module")
def valid(required_servers: LocalServers) -> ValidRequests:
    return ValidRequests(required_servers.feasibility.address, required_servers.runs.address)


CASES = [
    (method, path)
    for method in METHODS
    for path in required(method.input_type)
    if path[-1] != "size_bytes" and method.containing_service.name != "AuthService"
]
"""Of a size, zero is a value: files may be empty. Where nobody is asked, nobody logs in: see test_access.py."""


@pytest.mark.parametrize(("method", "path"), CASES, ids=[f"{method.name}-{'.'.join(path)}" for method, path in CASES])
def test_a_required_field_that_is_absent_is_refused_by_name(
    required_servers: LocalServers, valid: ValidRequests, method: MethodDescriptor, path: tuple[str, ...]
) -> None:
    requests = valid.of(method)
    holder = next((found for request in requests for found in holders(request, path[:-1])), None)
    if holder is None:
        holder = made(requests, path[:-1])
    holder.ClearField(path[-1])
    code, message = refusal(address_of(required_servers, method), method, requests)
    assert code == grpc.StatusCode.INVALID_ARGUMENT.value[0], message
    below = ["design"] if path == ("items", "request") else []  # an empty request lacks its design first
    assert any(name in message for name in [*path[-2:], *below])


TEXTS = [
    (method, path)
    for method, path in CASES
    if path[-1] in {field.name for field in texts_of(method.input_type, path[:-1])}
]


@pytest.mark.parametrize(("method", "path"), TEXTS, ids=[f"{method.name}-{'.'.join(path)}" for method, path in TEXTS])
def test_a_required_text_that_nobody_sees_is_refused_by_name(
    required_servers: LocalServers, valid: ValidRequests, method: MethodDescriptor, path: tuple[str, ...]
) -> None:
    for blank in BLANKS:
        requests = valid.of(method)
        holder: Any = next((found for request in requests for found in holders(request, path[:-1])), None)
        if holder is None:
            holder = made(requests, path[:-1])
        for chosen in {"pattern_id", "strip_family_id"} & {field.name for field, _ in holder.ListFields()}:
            holder.ClearField(chosen)
        if holder.DESCRIPTOR.fields_by_name[path[-1]].is_repeated:
            getattr(holder, path[-1])[:] = [blank]
        else:
            setattr(holder, path[-1], blank)
        code, message = refusal(address_of(required_servers, method), method, requests)
        assert code == grpc.StatusCode.INVALID_ARGUMENT.value[0], (blank, message)
        assert any(name in message for name in path[-2:]), (blank, message)


def refusal(address: str, method: MethodDescriptor, requests: list[Message]) -> tuple[int, str]:
    """Code and message of a call, or of the first item that was refused in its answer as a call would be."""
    kind = message_factory.GetMessageClass(method.output_type)
    with grpc.insecure_channel(address) as channel:
        call = raw_call(channel, method)
        try:
            answer = call(iter([item.SerializeToString() for item in requests]), timeout=TIMEOUT_S)
            answers = [kind.FromString(data) for data in (answer if method.server_streaming else [answer])]
        except grpc.RpcError as error:
            failed: Any = error
            return failed.code().value[0], failed.details()
    items: Any = [item for whole in answers for item in getattr(whole, "results", [whole])]
    statuses = [item.error for item in items if "error" in item.DESCRIPTOR.fields_by_name and item.HasField("error")]
    return (statuses[0].code, statuses[0].message) if statuses else (0, str(answers))


def holders(message: Any, path: tuple[str, ...]) -> Iterator[Message]:
    if not path:
        yield message
        return
    value = getattr(message, path[0])
    field = message.DESCRIPTOR.fields_by_name[path[0]]
    for inner in value if field.is_repeated else [value] if message.HasField(path[0]) else []:
        yield from holders(inner, path[1:])


def made(requests: list[Message], path: tuple[str, ...]) -> Any:
    """A message that the valid request does not hold, put where it belongs."""
    message: Any = requests[0]
    for name in path:
        field = message.DESCRIPTOR.fields_by_name[name]
        value = getattr(message, name)
        message = value.add() if field.is_repeated and not len(value) else value[0] if field.is_repeated else value
        if not field.is_repeated:
            message.SetInParent()
    return message
