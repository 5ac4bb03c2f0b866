"""Every method of both servers, called by everybody: in, or out, as the tables of access say."""

import itertools
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor

from feasibility_svc.service.access_table import ACCESS as FEASIBILITY_ACCESS
from foundation.identity import IdentityKind, Role
from rmos.auth.v1 import auth_service_pb2 as auth
from rpckit.authentication.access import SHARED_ACCESS, Access
from runs_svc.service.auth.access_table import ACCESS as RUNS_ACCESS
from testkit.local_servers import LocalServers
from tests.people import IdentityFolder, Metadata, asking_servers, bearer, failure
from tests.service.required import BLANKS, required
from tests.services import METHODS

CALLERS = list(itertools.product(IdentityKind, Role))
ENDLESS = {
    "/rmos.runs.v1.RunsService/WatchRuns",
    "/rmos.advisory.v1.AdvisoryService/WatchAdvisoryAssets",
    "/grpc.health.v1.Health/Watch",
}
SHUT_OUT = {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED}
WIRE_NAMES = {f"/{method.containing_service.full_name}/{method.name}" for method in METHODS}
ROWS = {
    "feasibility": {**SHARED_ACCESS, **FEASIBILITY_ACCESS},
    "runs": {**SHARED_ACCESS, **RUNS_ACCESS},
}
METHODS_OF_SERVERS = [(server, method) for server, rows in ROWS.items() for method in sorted(rows)]


@pytest.fixture(scope="module")
def folder(asking: LocalServers) -> IdentityFolder:
    return IdentityFolder(asking.folder / "identity")


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    with asking_servers(tmp_path_factory.mktemp("asking"), "--dear-calls-per-s", "0") as running:
        yield running


@pytest.fixture(scope="module")
def credentials(folder: IdentityFolder) -> dict[tuple[IdentityKind, Role], Metadata]:
    return {(kind, role): bearer(folder.credential(kind, role)) for kind, role in CALLERS}


@pytest.fixture(scope="module")
def channels(asking: LocalServers) -> Iterator[dict[str, grpc.Channel]]:
    with (
        grpc.insecure_channel(asking.feasibility.address) as feasibility,
        grpc.insecure_channel(asking.runs.address) as runs,
    ):
        yield {"feasibility": feasibility, "runs": runs}


def call(channels: dict[str, grpc.Channel], server: str, method: str, metadata: Metadata) -> grpc.StatusCode:
    timeout_s = 0.2 if method in ENDLESS else 10.0
    return failure(channels[server], method, b"", metadata, timeout_s=timeout_s)[0]


def may(access: Access, kind: IdentityKind, role: Role) -> bool:
    ladder = [Role.VIEWER, Role.OPERATOR, Role.REVIEWER, Role.ADMIN]
    high_enough = access.role is None or ladder.index(role) >= ladder.index(access.role)
    return access.public or (high_enough and (kind is IdentityKind.PERSON or not access.person))


def test_every_method_of_the_contract_has_a_row_and_no_other() -> None:
    assert set(FEASIBILITY_ACCESS) | set(RUNS_ACCESS) | {"/rmos.system.v1.SystemService/GetServerInfo"} == WIRE_NAMES
    assert not set(FEASIBILITY_ACCESS) & set(RUNS_ACCESS)


DECISIONS = ["OverrideRun", "SetLegalHold", "ApproveSession", "RejectSession", "ReviewAdvisoryAsset", "GetOperatorPack"]


@pytest.mark.parametrize("name", [*DECISIONS, "BatchReviewAdvisoryAssets", "RollbackProfile", "ExportTrainingSet"])
def test_decisions_need_a_person(name: str) -> None:
    (access,) = (
        access for method, access in {**FEASIBILITY_ACCESS, **RUNS_ACCESS}.items() if method.endswith(f"/{name}")
    )
    assert access.person


@pytest.mark.parametrize(("server", "method"), METHODS_OF_SERVERS)
def test_a_method_is_called_by_those_the_table_lets_in(
    channels: dict[str, grpc.Channel],
    credentials: dict[tuple[IdentityKind, Role], Metadata],
    folder: IdentityFolder,
    server: str,
    method: str,
) -> None:
    access = ROWS[server][method]
    for wrong in ((), bearer("nonsense"), bearer(f"rmos_0123456789ab_{'A' * 43}")):
        code = call(channels, server, method, wrong)
        assert (code is grpc.StatusCode.UNAUTHENTICATED) != access.public, (wrong, code)
    ending = method.endswith("/Logout")
    for (kind, role), given in credentials.items():
        metadata = bearer(folder.credential(kind, role)) if ending else given
        code = call(channels, server, method, metadata)
        if may(access, kind, role):
            assert code not in SHUT_OUT, (kind, role)
        else:
            assert code is grpc.StatusCode.PERMISSION_DENIED, (kind, role)


def test_a_method_that_is_not_there_tells_a_stranger_nothing(channels: dict[str, grpc.Channel]) -> None:
    assert call(channels, "runs", "/rmos.runs.v1.RunsService/Nothing", ()) is grpc.StatusCode.UNAUTHENTICATED


def test_roles_are_checked_before_the_request_is_looked_at(
    channels: dict[str, grpc.Channel], credentials: dict[tuple[IdentityKind, Role], Metadata]
) -> None:
    viewer = credentials[IdentityKind.PERSON, Role.VIEWER]
    method = "/rmos.runs.v1.RunsService/OverrideRun"
    assert failure(channels["runs"], method, b"\xff no message", viewer)[0] is grpc.StatusCode.PERMISSION_DENIED
    assert failure(channels["runs"], method, b"\x00" * 5_000_000, viewer)[0] is grpc.StatusCode.PERMISSION_DENIED


_LOGGING_IN = {"Login": auth.LoginRequest(name="person viewer", password="not the right one")}
"""Requests that are looked at whole, by method of AuthService."""
REQUIRED = [
    (method, path)
    for method in METHODS
    if method.containing_service.name == "AuthService"
    for path in required(method.input_type)
]


@pytest.mark.parametrize(("method", "path"), REQUIRED, ids=[path[-1] for _, path in REQUIRED])
def test_what_logging_in_requires_is_asked_for_by_name(
    channels: dict[str, grpc.Channel], method: MethodDescriptor, path: tuple[str]
) -> None:
    def refused(absent: str) -> tuple[grpc.StatusCode, str]:
        request: Any = type(_LOGGING_IN[method.name])()
        request.CopyFrom(_LOGGING_IN[method.name])
        setattr(request, path[0], absent)
        wire_name = f"/{method.containing_service.full_name}/{method.name}"
        return failure(channels["runs"], wire_name, request.SerializeToString(), ())

    blanks = BLANKS if path[0] != "password" else ()  # of which nobody has to see anything
    for absent in ("", *blanks):
        code, message = refused(absent)
        assert (code, message.split(":")[0]) == (grpc.StatusCode.INVALID_ARGUMENT, path[0])
    assert refused("x" * 20)[0] is grpc.StatusCode.UNAUTHENTICATED
