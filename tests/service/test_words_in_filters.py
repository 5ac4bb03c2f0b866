"""A word that a field cannot have is refused in every filter, and those it can have are taken in every spelling.

The cases are made of the contract: every request with a filter, every enum of what the method answers with.
"""

import re
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import Descriptor, EnumDescriptor, MethodDescriptor

from rmos.advisory.v1 import advisory_service_pb2
from testkit.local_servers import LocalServers
from tests.promises.nonsense import address_of, raw_call
from tests.promises.valid_requests import ValidRequests
from tests.service.wire import TIMEOUT_S
from tests.services import METHODS

FILTERED = [method for method in METHODS if "filter" in method.input_type.fields_by_name]
OTHER_NAMES = {("ListSessions", "state"): "status"}
"""Fields of messages that filters know by another name."""
MORE = {"rejection_reason": advisory_service_pb2.RejectionReason.DESCRIPTOR}
"""Enums that stand deeper in an answer than its own fields."""


@pytest.fixture(scope="module")
def valid(servers: LocalServers) -> ValidRequests:
    return ValidRequests(servers.feasibility.address, servers.runs.address)


def refusal(servers: LocalServers, valid: ValidRequests, method: MethodDescriptor, text: str) -> str:
    """What a filter is refused with; "" when it is taken."""
    requests: Any = valid.of(method)
    requests[0].filter = text
    if hasattr(requests[0], "dry_run"):
        requests[0].dry_run = True
    with grpc.insecure_channel(address_of(servers, method)) as channel:
        try:
            answer = raw_call(channel, method)(iter([item.SerializeToString() for item in requests]), timeout=TIMEOUT_S)
            if method.server_streaming:
                next(iter(answer), None)
                answer.cancel()
        except grpc.RpcError as error:
            failed: Any = error
            if failed.code() is grpc.StatusCode.FAILED_PRECONDITION:  # too few pictures for a training set
                return ""
            details = dict(failed.trailing_metadata())["grpc-status-details-bin"]
            assert (failed.code(), b"INVALID_FILTER" in details) == (grpc.StatusCode.INVALID_ARGUMENT, True)
            return str(failed.details())
    return ""


def allowed(servers: LocalServers, valid: ValidRequests, method: MethodDescriptor) -> list[str]:
    """The fields of a filter, as it names them itself."""
    found = re.search("allowed: (.*)", refusal(servers, valid, method, "no_such_field = x"))
    assert found is not None
    return found[1].split(", ")


def enums(message: Descriptor, depth: int = 0) -> Iterator[tuple[str, EnumDescriptor]]:
    for field in message.fields:
        if field.enum_type is not None:
            yield field.name, field.enum_type
        if field.message_type is not None and depth < 2 and field.message_type.full_name.startswith("rmos."):
            yield from enums(field.message_type, depth + 1)


def test_there_are_filters() -> None:
    assert {method.name for method in FILTERED} >= {"ListRuns", "ListSessions", "ListJobs", "ListAdvisoryAssets"}


@pytest.mark.parametrize("method", FILTERED, ids=[method.name for method in FILTERED])
def test_words_of_the_contract_are_taken_and_others_refused(
    servers: LocalServers, valid: ValidRequests, method: MethodDescriptor
) -> None:
    fields = allowed(servers, valid, method)
    known = dict(enums(method.output_type)) | MORE
    for name, kind in known.items():
        for field in {name, OTHER_NAMES.get((method.name, name), name)} & set(fields):
            prefix = kind.values[0].name.removesuffix("UNSPECIFIED")
            for value in kind.values[1:]:
                short = value.name.removeprefix(prefix)
                for word in (value.name, value.name.lower(), short, short.lower()):
                    assert refusal(servers, valid, method, f"{field} = {word}") == "", word
            assert refusal(servers, valid, method, f"{field} : {kind.values[1].name[:-1]}") == ""
            for asked in ("= GREEEN", f"= {kind.values[0].name}", f"= {prefix}GREEEN", ": GREEEN", f": {prefix}GREEEN"):
                said = refusal(servers, valid, method, f"{field} {asked}")
                assert asked[2:].casefold() in said.casefold()
                assert kind.values[1].name.removeprefix(prefix).casefold() in said.casefold()
    times = [field for field in fields if field.endswith("_time")]
    assert times == [] or refusal(servers, valid, method, f"{times[0]} > yesterday") != ""


WORDS = {
    "ListRuns": ["legal_hold", "override_request", "waits_for_person", "execution", "audit"],
    "ListAdvisoryAssets": [
        "is_favorite",
        "category",
        "body_shape",
        "finish",
        "state",
        "asset_type",
        "rejection_reason",
    ],
    "ListAdminEvents": ["outcome"],
}
"""Fields of closed lists, whether or not the contract has an enum for them."""


@pytest.mark.parametrize(("name", "field"), [(name, field) for name, fields in WORDS.items() for field in fields])
def test_what_is_no_word_of_a_closed_list_is_refused(
    servers: LocalServers, valid: ValidRequests, name: str, field: str
) -> None:
    method = next(method for method in FILTERED if method.name == name)
    said = refusal(servers, valid, method, f"{field} = GREEEN")
    assert f"is no {field}; allowed: " in said
    first = said.split("allowed: ")[1].split(", ")[0]
    assert refusal(servers, valid, method, f"{field} = {first}") == ""
