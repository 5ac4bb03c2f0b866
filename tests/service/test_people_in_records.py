"""In whose name records are: whoever calls, or whoever is stated where nobody is asked."""

from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from foundation.identity import Role
from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1 import advisory_service_pb2_grpc as advisory_grpc
from rmos.auth.v1 import auth_service_pb2 as auth_pb
from rmos.auth.v1 import auth_service_pb2_grpc as auth_grpc
from rmos.feasibility.v1 import administration_service_pb2 as administration_pb
from rmos.feasibility.v1 import administration_service_pb2_grpc as administration_grpc
from rmos.feasibility.v1 import catalog_service_pb2 as catalog_pb
from rmos.feasibility.v1 import catalog_service_pb2_grpc as catalog_grpc
from rmos.runs.v1 import run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import identity_pb2, risk_pb2
from rmos.workflow.v1 import workflow_service_pb2 as workflow_pb
from rmos.workflow.v1 import workflow_service_pb2_grpc as workflow_grpc
from runs_svc.domain.advisory.asset import Asset, AssetState, Review, check_review
from runs_svc.domain.errors import FourEyesError
from testkit.local_servers import LocalServers
from tests import builders
from tests.people import IdentityFolder, Metadata, asking_servers, bearer
from tests.service.wire import TIMEOUT_S


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    with asking_servers(tmp_path_factory.mktemp("named")) as running:
        yield running


@pytest.fixture(scope="module")
def people(asking: LocalServers) -> dict[str, Metadata]:
    folder = IdentityFolder(asking.folder / "identity")
    return {
        "bob": bearer(folder.person("Bob", Role.REVIEWER)),
        "ann": bearer(folder.person("Ann", Role.ADMIN)),
        "cam": bearer(folder.key("cam", Role.ADMIN)),
    }


@pytest.fixture
def channel(asking: LocalServers) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(asking.runs.address) as channel:
        yield channel


@pytest.fixture
def stub(channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(channel)


def create(stub: Any, metadata: Metadata) -> run_pb2.Run:
    request = builders.create_request(engine_id="stub")
    run: run_pb2.Run = stub.CreateRun(request, timeout=TIMEOUT_S, metadata=metadata).run
    return run


def override(run: run_pb2.Run, **fields: Any) -> pb.OverrideRunRequest:
    level = risk_pb2.RISK_LEVEL_YELLOW
    return pb.OverrideRunRequest(name=run.name, reason="looked at it twice", risk_level=level, **fields)


@pytest.mark.parametrize("stated", ["", "Bob", " BOB", "b\u043eb"])
def test_an_override_is_in_the_name_of_whoever_calls(stub: Any, people: dict[str, Metadata], stated: str) -> None:
    run = create(stub, people["cam"])
    opened = stub.OverrideRun(override(run, person=stated), timeout=TIMEOUT_S, metadata=people["bob"]).run
    assert opened.override.person == "Bob"
    identity = opened.override.identity
    assert (identity.name, identity.kind) == ("Bob", identity_pb2.IDENTITY_KIND_PERSON)
    assert identity.method == identity_pb2.PROOF_METHOD_PASSWORD
    assert identity.credential_id.startswith("tok_")


def refused(call: Callable[..., Any], request: Any, metadata: Metadata) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as failed:
        call(request, timeout=TIMEOUT_S, metadata=metadata)
    error: Any = failed.value
    return error.code(), error.details()


def test_nobody_opens_a_gate_in_the_name_of_another(stub: Any, people: dict[str, Metadata]) -> None:
    run = create(stub, people["cam"])
    code, text = refused(stub.OverrideRun, override(run, person="Head Luthier Dr. Anyone"), people["bob"])
    assert code is grpc.StatusCode.PERMISSION_DENIED
    assert "'Head Luthier Dr. Anyone'" in text
    untouched = stub.GetRun(pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S, metadata=people["bob"]).run
    assert untouched.decision.gate_decision == run_pb2.GATE_DECISION_BLOCKED


def test_a_retry_with_another_token_is_the_same_request(
    stub: Any, people: dict[str, Metadata], asking: LocalServers
) -> None:
    run = create(stub, people["cam"])
    again = bearer(IdentityFolder(asking.folder / "identity").person("Bob", Role.REVIEWER))
    request = override(run, idempotency_key="once")
    first = stub.OverrideRun(request, timeout=TIMEOUT_S, metadata=people["bob"]).run
    assert stub.OverrideRun(request, timeout=TIMEOUT_S, metadata=again).run == first


def test_notes_holds_and_steps_say_who_made_them(stub: Any, people: dict[str, Metadata]) -> None:
    run = create(stub, people["cam"])
    note = pb.AnnotateRunRequest(name=run.name, note="by a tool")
    stub.AnnotateRun(note, timeout=TIMEOUT_S, metadata=people["cam"])
    hold = pb.SetLegalHoldRequest(name=run.name, held=True, reason="a complaint")
    held = stub.SetLegalHold(hold, timeout=TIMEOUT_S, metadata=people["ann"]).run
    (noted,) = held.annotations
    assert (noted.person, noted.identity.name, noted.identity.method) == (
        "cam", "cam", identity_pb2.PROOF_METHOD_API_KEY,
    )  # fmt: skip
    assert (held.legal_hold.person, held.legal_hold.identity.name) == ("Ann", "Ann")


def test_a_step_of_a_session_names_whoever_calls(channel: grpc.Channel, people: dict[str, Metadata]) -> None:
    stub: Any = workflow_grpc.WorkflowServiceStub(channel)
    session = stub.CreateSession(workflow_pb.CreateSessionRequest(), timeout=TIMEOUT_S, metadata=people["cam"]).session
    assert (session.creator.role, session.creator.name) == (workflow_pb.ACTOR_ROLE_AI, "cam")
    asked = workflow_pb.SetDesignRequest(name=session.name, design=builders.create_request().design)
    stub.SetDesign(asked, timeout=TIMEOUT_S, metadata=people["bob"])
    listed = stub.ListSessionEvents(
        workflow_pb.ListSessionEventsRequest(parent=session.name), timeout=TIMEOUT_S, metadata=people["bob"]
    )
    assert [(event.actor.name, event.identity.name) for event in listed.events] == [("cam", "cam"), ("Bob", "Bob")]


@pytest.mark.parametrize(
    "actor",
    [
        workflow_pb.Actor(role=workflow_pb.ACTOR_ROLE_USER),
        workflow_pb.Actor(role=workflow_pb.ACTOR_ROLE_OPERATOR, name="cam"),
        workflow_pb.Actor(role=workflow_pb.ACTOR_ROLE_AI, name="Bob"),
    ],
)
def test_a_tool_is_neither_a_person_nor_another(
    channel: grpc.Channel, people: dict[str, Metadata], actor: workflow_pb.Actor
) -> None:
    stub: Any = workflow_grpc.WorkflowServiceStub(channel)
    request = workflow_pb.CreateSessionRequest(actor=actor)
    assert refused(stub.CreateSession, request, people["cam"])[0] is grpc.StatusCode.PERMISSION_DENIED


def test_privileged_and_refused_calls_are_listed_for_administrators(
    stub: Any, channel: grpc.Channel, people: dict[str, Metadata]
) -> None:
    run = create(stub, people["cam"])
    refused(stub.OverrideRun, override(run), people["cam"])
    stub.OverrideRun(override(run), timeout=TIMEOUT_S, metadata=people["bob"])
    auth: Any = auth_grpc.AuthServiceStub(channel)
    request = auth_pb.ListAdminEventsRequest(filter='command = "rmos.runs.v1.RunsService/OverrideRun"')
    listed = auth.ListAdminEvents(request, timeout=TIMEOUT_S, metadata=people["ann"])
    mine = [event for event in listed.events if event.resource == run.name]
    assert [(event.person, event.outcome, event.code) for event in mine] == [
        ("Bob", "done", "OK"),
        ("cam", "refused", "PERMISSION_DENIED"),
    ]
    assert mine[0].identity.kind == identity_pb2.IDENTITY_KIND_PERSON
    assert mine[1].identity.kind == identity_pb2.IDENTITY_KIND_TOOL
    made = auth.ListAdminEvents(
        auth_pb.ListAdminEventsRequest(filter='command = "identity key_created"'), metadata=people["ann"]
    )
    assert {event.person for event in made.events} == {"root"}


def test_the_feasibility_server_lists_its_privileged_and_refused_calls(
    asking: LocalServers, people: dict[str, Metadata]
) -> None:
    with grpc.insecure_channel(asking.feasibility.address) as channel:
        catalog: Any = catalog_grpc.CatalogServiceStub(channel)
        stub: Any = administration_grpc.AdministrationServiceStub(channel)
        rolled_back = catalog_pb.RollbackProfileRequest(name="profiles/nobody")
        refused(catalog.RollbackProfile, rolled_back, people["cam"])  # a tool, where a person is needed
        refused(catalog.RollbackProfile, rolled_back, people["bob"])  # let in, and it does not say to what
        nobody = administration_pb.ListAdminEventsRequest()
        assert refused(stub.ListAdminEvents, nobody, people["bob"])[0] is grpc.StatusCode.PERMISSION_DENIED
        listed = stub.ListAdminEvents(nobody, timeout=TIMEOUT_S, metadata=people["ann"])
        assert [(event.person, event.outcome, event.code, event.resource) for event in listed.events] == [
            ("Bob", "refused", "PERMISSION_DENIED", ""),
            ("Bob", "failed", "INVALID_ARGUMENT", "profiles/nobody"),
            ("cam", "refused", "PERMISSION_DENIED", "profiles/nobody"),
        ]
        assert listed.events[2].identity.kind == identity_pb2.IDENTITY_KIND_TOOL
        assert listed.damaged_count == 0
        first = stub.ListAdminEvents(
            administration_pb.ListAdminEventsRequest(outcome="refused", page_size=1),
            timeout=TIMEOUT_S,
            metadata=people["ann"],
        )
        second = administration_pb.ListAdminEventsRequest(outcome="refused", page_token=first.next_page_token)
        rest = stub.ListAdminEvents(second, timeout=TIMEOUT_S, metadata=people["ann"])
        assert [event.person for event in [*first.events, *rest.events]] == ["Bob", "cam"]
        wrong = administration_pb.ListAdminEventsRequest(outcome="forbidden")
        assert refused(stub.ListAdminEvents, wrong, people["ann"])[0] is grpc.StatusCode.INVALID_ARGUMENT


def test_who_am_i_says_what_may_be_called(channel: grpc.Channel, people: dict[str, Metadata]) -> None:
    auth: Any = auth_grpc.AuthServiceStub(channel)
    mine = auth.WhoAmI(auth_pb.WhoAmIRequest(), timeout=TIMEOUT_S, metadata=people["bob"])
    assert (mine.identity.name, list(mine.roles)) == ("Bob", [identity_pb2.ROLE_REVIEWER])
    assert "rmos.runs.v1.RunsService/OverrideRun" in mine.allowed_methods
    assert "rmos.runs.v1.RunsService/SetLegalHold" not in mine.allowed_methods
    tools = auth.WhoAmI(auth_pb.WhoAmIRequest(), timeout=TIMEOUT_S, metadata=people["cam"])
    assert "rmos.runs.v1.RunsService/OverrideRun" not in tools.allowed_methods


def test_a_refusal_says_why_and_in_which_call(stub: Any, people: dict[str, Metadata]) -> None:
    with pytest.raises(grpc.RpcError) as failed:
        stub.OverrideRun(pb.OverrideRunRequest(), metadata=(*people["cam"], ("x-request-id", "mine")))
    error: Any = failed.value
    details = dict(error.trailing_metadata())["grpc-status-details-bin"]
    assert b"ROLE_REQUIRED" in details
    assert b"mine" in details


def test_names_are_needed_and_called_stated_where_nobody_is_asked(runs_channel: grpc.Channel) -> None:
    stub: Any = runs_service_pb2_grpc.RunsServiceStub(runs_channel)
    run = create(stub, ())
    note = pb.AnnotateRunRequest(name=run.name, note="looked at it")
    assert refused(stub.AnnotateRun, note, ())[0] is grpc.StatusCode.INVALID_ARGUMENT
    note.person = "M. Sato"
    (noted,) = stub.AnnotateRun(note, timeout=TIMEOUT_S).run.annotations
    assert noted.person == "M. Sato"
    assert noted.identity == identity_pb2.Identity(method=identity_pb2.PROOF_METHOD_STATED)


def test_nobody_logs_in_where_nobody_is_asked(runs_channel: grpc.Channel) -> None:
    auth: Any = auth_grpc.AuthServiceStub(runs_channel)
    request = auth_pb.LoginRequest(name="M. Sato", password="anything at all")
    assert refused(auth.Login, request, ())[0] is grpc.StatusCode.FAILED_PRECONDITION
    assert not auth.WhoAmI(auth_pb.WhoAmIRequest()).HasField("identity")


@pytest.mark.parametrize("reviewer", ["bob", "BOB ", "B\u200bob", "B\u043eb"])
def test_nobody_approves_their_own_request_in_another_spelling(reviewer: str) -> None:
    asset = Asset("adv_0123456789ab", "suggestion", "ai", "p", "2026-11-30T12:00:00.000000Z", "req", requester="Bob")
    with pytest.raises(FourEyesError):
        check_review(asset, Review(reviewer, AssetState.APPROVED), four_eyes=True, proven=True)


def test_a_review_names_whoever_calls(channel: grpc.Channel, people: dict[str, Metadata]) -> None:
    stub: Any = advisory_grpc.AdvisoryServiceStub(channel)
    header = advisory_pb.AssetHeader(
        asset_type=advisory_pb.ASSET_TYPE_SUGGESTION, source=advisory_pb.ASSET_SOURCE_AI_GRAPHICS, provider="here"
    )
    header.suggestion_data.update({"a": 1})
    upload = iter([advisory_pb.UploadAdvisoryAssetRequest(header=header)])
    asset = stub.UploadAdvisoryAsset(upload, timeout=TIMEOUT_S, metadata=people["cam"]).asset
    assert asset.requester == "cam"
    review = advisory_pb.ReviewAdvisoryAssetRequest(name=asset.name, decision=advisory_pb.ASSET_STATE_APPROVED)
    stub.ReviewAdvisoryAsset(review, timeout=TIMEOUT_S, metadata=people["bob"])
    found = stub.GetAdvisoryAsset(advisory_pb.GetAdvisoryAssetRequest(name=asset.name), metadata=people["bob"])
    assert [(item.reviewer, item.identity.name) for item in found.reviews] == [("Bob", "Bob")]
