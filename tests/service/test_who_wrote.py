"""Every record says who made it, and how that was proven: each method that writes, with credentials and without."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest

from foundation.identity import Role
from rmos.type.v1 import identity_pb2
from testkit.local_servers import LocalServers
from tests.people import IdentityFolder, Metadata, asking_servers, bearer, sending
from tests.service import writing_others, writing_runs  # noqa: F401  importing them fills CALLS
from tests.service.writers import CALLS, LEAD, Writers

PROTOS = Path(__file__).parents[2] / "protos" / "rmos"
_METHOD = re.compile(r"((?:  //.*\n)+)  rpc (\w+)")
_WITHOUT_A_RECORD = {"rmos.auth.v1.AuthService/Logout"}
"""Ends a token; the journal of people and the log of administration name its owner."""


def writing_methods() -> set[str]:
    """The methods whose comment says that they have an effect."""
    found: set[str] = set()
    for path in sorted(PROTOS.rglob("*_service.proto")):
        text = path.read_text()
        (package,) = re.findall(r"^package (.*);$", text, re.MULTILINE)
        (service,) = re.findall(r"^service (\w+) \{$", text, re.MULTILINE)
        for comment, method in _METHOD.findall(text):
            if "Effect: none" not in " ".join(comment.replace("//", "").split()):
                found.add(f"{package}.{service}/{method}")
    return found


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writers]:
    """Of servers that ask: the caller is an administrator who has logged in."""
    folder = tmp_path_factory.mktemp("known")
    with asking_servers(folder, "--dear-calls-per-s", "0") as servers:
        people = IdentityFolder(folder / "identity")
        yield from _writers(servers, bearer(people.person(LEAD, Role.ADMIN)), bearer(people.key("cam", Role.OPERATOR)))


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writers]:
    """Of servers that ask nobody."""
    with LocalServers(tmp_path_factory.mktemp("unknown")) as servers:
        yield from _writers(servers, (), ())


def _writers(servers: LocalServers, mine: Metadata, others: Metadata) -> Iterator[Writers]:
    with ExitStack() as open_ones:

        def channel(address: str, metadata: Metadata) -> grpc.Channel:
            plain = open_ones.enter_context(grpc.insecure_channel(address))
            return sending(metadata, plain)

        runs, feasibility = servers.runs.address, servers.feasibility.address
        yield Writers(channel(runs, mine), channel(feasibility, mine), channel(runs, others))


def test_each_method_that_writes_is_tried_here() -> None:
    assert set(CALLS) == writing_methods() - _WITHOUT_A_RECORD


@pytest.mark.parametrize("method", sorted(CALLS))
def test_a_record_names_the_credential_it_was_made_with(known: Writers, method: str) -> None:
    record: Any = CALLS[method](known)
    assert (record.identity.name, record.identity.kind) == (LEAD, identity_pb2.IDENTITY_KIND_PERSON)
    assert record.identity.method == identity_pb2.PROOF_METHOD_PASSWORD
    assert record.identity.credential_id.startswith("tok_")


@pytest.mark.parametrize("method", sorted(CALLS))
def test_a_record_says_where_names_were_stated_and_not_proven(unknown: Writers, method: str) -> None:
    record: Any = CALLS[method](unknown)
    assert record.identity == identity_pb2.Identity(method=identity_pb2.PROOF_METHOD_STATED)
