"""What is not kept of open fields is told by path: one case for each open field of each request."""

import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import message_factory, struct_pb2
from google.protobuf.descriptor import Descriptor, MethodDescriptor

from rmos.shop.v1 import patterns_service_pb2 as pb
from rmos.shop.v1 import patterns_service_pb2_grpc
from runs_svc.domain.shop.pattern import LIBRARY_SCHEMA
from testkit.local_servers import LocalServers
from tests.promises.nonsense import address_of, raw_call
from tests.promises.valid_requests import ValidRequests
from tests.service.test_required_fields import holders, made
from tests.service.wire import TIMEOUT_S
from tests.services import METHODS

OPEN = frozenset({"google.protobuf.Struct", "google.protobuf.Value"})


@pytest.fixture(scope="module")
def asked_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    with LocalServers(tmp_path_factory.mktemp("open_fields")) as running:
        yield running


@pytest.fixture(scope="module")
def valid(asked_servers: LocalServers) -> ValidRequests:
    return ValidRequests(asked_servers.feasibility.address, asked_servers.runs.address)


def open_fields(descriptor: Descriptor, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for field in descriptor.fields:
        below = field.message_type
        if below is not None and below.full_name in OPEN:
            yield (*path, field.name)
        elif below is not None and not below.full_name.startswith("google.") and len(path) < 5:
            yield from open_fields(below, (*path, field.name))


CASES = [(method, path) for method in METHODS for path in open_fields(method.input_type)]


def test_there_are_open_fields() -> None:
    assert {method.name for method, _ in CASES} >= {"CreateRun", "BatchCreateRuns", "AnnotateRun", "CreatePattern"}


@pytest.mark.parametrize(("method", "path"), CASES, ids=[f"{method.name}-{'.'.join(path)}" for method, path in CASES])
def test_secrets_and_verdicts_in_an_open_field_are_not_kept_and_told(
    asked_servers: LocalServers, valid: ValidRequests, method: MethodDescriptor, path: tuple[str, ...]
) -> None:
    requests = valid.of(method, 7)
    if "pattern_id" in method.input_type.fields_by_name:
        requests[0].ClearField("pattern_id")  # of one that is there without open fields
    holder: Any = next((found for request in requests for found in holders(request, path[:-1])), None)
    if holder is None:
        holder = made(requests, path[:-1])
    value: Any = {"pwd": "hunter2", "Decision": "hunter2", "deep": {"at": ["ftp://a:hunter2@b"]}, "kept": "M. Sato"}
    field = getattr(holder, path[-1])
    (field.struct_value if isinstance(field, struct_pb2.Value) else field).update(value)
    kind = message_factory.GetMessageClass(method.output_type)
    with grpc.insecure_channel(address_of(asked_servers, method)) as channel:
        answer = raw_call(channel, method)(iter([item.SerializeToString() for item in requests]), timeout=TIMEOUT_S)
        told: Any = kind.FromString(answer)
    if path[-1] == "results":  # what a job ends with is the last thing it is told
        assert told.job.results["kept"] == "M. Sato"
    warnings = [text for item in getattr(told, "results", [told]) for text in item.warnings]
    spelled = "header." * (path[0] == "header") + path[-1]
    assert f"{spelled}.pwd: not kept, it looks like a secret" in warnings
    assert f"{spelled}.Decision: not kept, verdicts are the server's own" in warnings
    assert "hunter2" not in str(told)
    assert "hunter2" not in everything_below(asked_servers)


def everything_below(servers: LocalServers) -> str:
    return "".join(
        file.read_bytes().decode(errors="replace")
        for file in servers.folder.rglob("*")
        if file.is_file() and file.suffix not in {".pid", ".lock"}
    )


def test_an_imported_pattern_tells_what_is_not_kept_of_it(asked_servers: LocalServers) -> None:
    pattern = {"pattern_id": "p-1", "title": "t", "pattern_type": "rope", "meta": {"otp": "1", "safety": 1}}
    document = json.dumps({"schema": LIBRARY_SCHEMA, "patterns": [pattern]}).encode()
    with grpc.insecure_channel(asked_servers.runs.address) as channel:
        stub = patterns_service_pb2_grpc.PatternsServiceStub(channel)
        answer = stub.ImportPatterns(pb.ImportPatternsRequest(document=document), timeout=TIMEOUT_S)
    (entry,) = answer.entries
    assert list(entry.warnings) == [
        "meta.otp: not kept, it looks like a secret",
        "meta.safety: not kept, verdicts are the server's own",
    ]
