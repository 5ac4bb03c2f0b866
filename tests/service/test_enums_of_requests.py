"""A number that an enum of the contract does not have is refused by the path of its field: every enum of every request.

A newer client that knows more words than the server is told so, and nothing is guessed.
"""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from testkit.local_servers import LocalServers
from tests.promises.nonsense import address_of, raw_call
from tests.promises.valid_requests import BYTES, ValidRequests
from tests.service.test_required_fields import holders, made
from tests.service.wire import TIMEOUT_S
from tests.services import METHODS

UNKNOWN = 99


@pytest.fixture(scope="module")
def valid(servers: LocalServers) -> ValidRequests:
    return ValidRequests(servers.feasibility.address, servers.runs.address)


def enums(descriptor: Descriptor, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for field in descriptor.fields:
        if field.enum_type is not None:
            yield (*path, field.name)
        below = field.message_type
        if below is not None and len(path) < 4 and not below.full_name.startswith("google."):
            yield from enums(below, (*path, field.name))


SHARED = frozenset({"design", "context", "envelope"})
"""Messages that many requests hold and one converter reads: each of their enums is tried in one request a service."""


def cases() -> Iterator[tuple[MethodDescriptor, tuple[str, ...]]]:
    tried = set()
    for method in METHODS:
        for path in enums(method.input_type):
            shared = next((path[place:] for place, name in enumerate(path) if name in SHARED), None)
            case = (method.containing_service.name, shared) if shared else (method.name, path)
            if case not in tried and method.containing_service.name != "AuthService":
                tried.add(case)
                yield method, path


CASES = list(cases())


@pytest.mark.parametrize(("method", "path"), CASES, ids=[f"{method.name}-{'.'.join(path)}" for method, path in CASES])
def test_an_unknown_number_of_an_enum_is_refused_by_its_path(
    servers: LocalServers, valid: ValidRequests, method: MethodDescriptor, path: tuple[str, ...]
) -> None:
    requests = valid.of(method)
    holder: Any = next((found for request in requests for found in holders(request, path[:-1])), None)
    if holder is None:
        holder = made(requests, path[:-1])
    if holder.DESCRIPTOR.fields_by_name[path[-1]].is_repeated:
        getattr(holder, path[-1]).append(UNKNOWN)
    else:
        setattr(holder, path[-1], UNKNOWN)
    if method.containing_service.name == "GcodeService":
        requests.append(type(requests[0])(chunk=BYTES))
    fields = refused_fields(servers, method, requests)
    assert any(path[-1] in field for field in fields), fields


def refused_fields(servers: LocalServers, method: MethodDescriptor, requests: list[Any]) -> list[str]:
    """Paths of the fields a call is refused for, or an item of its answer."""
    with grpc.insecure_channel(address_of(servers, method)) as channel:
        try:
            answer = raw_call(channel, method)(iter([item.SerializeToString() for item in requests]), timeout=TIMEOUT_S)
            answers = list(answer) if method.server_streaming else [answer]
        except grpc.RpcError as error:
            failed: Any = error
            assert failed.code() is grpc.StatusCode.INVALID_ARGUMENT, failed.details()
            return fields_of(rpc_status.from_call(failed))
    kind: Any = message_factory.GetMessageClass(method.output_type)
    items = [item for data in answers for item in getattr(kind.FromString(data), "results", [kind.FromString(data)])]
    return [field for item in items if "error" in item.DESCRIPTOR.fields_by_name for field in fields_of(item.error)]


def fields_of(status: Any) -> list[str]:
    found = error_details_pb2.BadRequest()
    for detail in status.details:
        if detail.Unpack(found):
            break
    return [violation.field for violation in found.field_violations]
