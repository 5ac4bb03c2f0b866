"""Where the workshop wants four eyes, nobody decides on what they asked for, in whatever spelling."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import grpc
import pytest

from foundation.identity import Role
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import risk_pb2
from rmos.workflow.v1 import workflow_service_pb2 as workflow_pb
from testkit.local_servers import LocalServers
from tests import builders
from tests.people import IdentityFolder, Metadata, asking_servers, bearer, sending
from tests.service.writers import ACTOR, WARNED, Writers

YELLOW = risk_pb2.RISK_LEVEL_YELLOW
DETAILS = "grpc-status-details-bin"
BOB, ANN, CAM = "Bob", "Ann", "cam"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Writers]]:
    folder = tmp_path_factory.mktemp("four_eyes")
    asked = {"RMOS_FOUR_EYES": "true"}
    with asking_servers(folder, environment=asked) as servers, ExitStack() as open_ones:
        people = IdentityFolder(folder / "identity")
        proofs = {name: bearer(people.person(name, Role.REVIEWER)) for name in (BOB, ANN)}
        proofs[CAM] = bearer(people.key(CAM, Role.OPERATOR))
        yield {name: _writers(servers, proof, open_ones) for name, proof in proofs.items()}


def _writers(servers: LocalServers, proof: Metadata, open_ones: ExitStack) -> Writers:
    runs, feasibility = (
        sending(proof, open_ones.enter_context(grpc.insecure_channel(address)))
        for address in (servers.runs.address, servers.feasibility.address)
    )
    return Writers(runs, feasibility, runs)


def override(by: Writers, name: str) -> Any:
    request = pb.OverrideRunRequest(name=name, reason="looked at it twice", risk_level=YELLOW)
    return by.runs.OverrideRun(request).run


def accept(by: Writers, name: str) -> Any:
    return by.runs.AcceptFindings(pb.AcceptFindingsRequest(name=name, reason="the text does no harm")).run


def refused_for_two_eyes(call: Callable[[Writers, str], Any], by: Writers, name: str) -> bool:
    with pytest.raises(grpc.RpcError) as failed:
        call(by, name)
    error: Any = failed.value
    return (
        error.code() is grpc.StatusCode.PERMISSION_DENIED and b"FOUR_EYES" in dict(error.trailing_metadata())[DETAILS]
    )


def test_nobody_opens_the_gate_of_a_run_they_recorded(known: dict[str, Writers]) -> None:
    name = known[BOB].run(builders.YELLOW).name
    assert refused_for_two_eyes(override, known[BOB], name)
    assert override(known[ANN], name).override.person == ANN


def test_a_tool_asks_for_nobody(known: dict[str, Writers]) -> None:
    assert override(known[BOB], known[CAM].run(builders.YELLOW).name).override.person == BOB


def test_nobody_accepts_what_was_found_in_a_program_they_brought(known: dict[str, Writers]) -> None:
    name = known[BOB].attach(known[CAM].run(), WARNED).name
    assert refused_for_two_eyes(accept, known[BOB], name)
    assert accept(known[ANN], name).program_audit.acceptance.person == ANN


@pytest.mark.parametrize("step", ["CreateSession", "SetContext", "RequestFeasibility"])
def test_nobody_approves_a_session_they_had_a_part_in(known: dict[str, Writers], step: str) -> None:
    """One person takes one step, and another one all others; the tool speaks for nobody who could decide."""
    by = {name: known[BOB] if name == step else known[CAM] for name in ("CreateSession", "SetContext", "SetDesign")}
    request = builders.create_request(builders.YELLOW)
    name = by["CreateSession"].sessions.CreateSession(workflow_pb.CreateSessionRequest()).session.name
    design = workflow_pb.SetDesignRequest(name=name, design=request.design)
    by["SetDesign"].sessions.SetDesign(design)
    by["SetContext"].sessions.SetContext(workflow_pb.SetContextRequest(name=name, context=request.context))
    asking = known[BOB] if step == "RequestFeasibility" else known[CAM]
    asked = asking.sessions.RequestFeasibility(workflow_pb.RequestFeasibilityRequest(name=name)).session
    assert asked.policy.four_eyes

    def approve(who: Writers, _: str) -> Any:
        return who.sessions.ApproveSession(workflow_pb.ApproveSessionRequest(name=name, reason="looked at it twice"))

    assert refused_for_two_eyes(approve, known[BOB], name)
    approved = approve(known[ANN], name)
    assert known[ANN].read(approved.run).override.person == ANN


def test_where_nobody_wants_four_eyes_one_person_may_do_it_all(runs_channel: grpc.Channel) -> None:
    alone = Writers(runs_channel, runs_channel, runs_channel)
    asked = alone.step("RequestFeasibility", alone.session(builders.YELLOW))
    assert alone.step("ApproveSession", asked, reason="looked at it twice").approval.actor == ACTOR
