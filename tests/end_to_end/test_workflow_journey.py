"""A job from design to toolpaths through the packaged client, as a CAM service and a shop lead take it together."""

import pytest

from rmos.workflow.v1 import workflow_service_pb2 as pb
from rmos_client import Rmos, RmosError
from testkit.local_servers import LocalServers
from tests import builders
from tests.passing_programs import RING
from tests.sessions import SessionActor

PROGRAM = RING


def test_an_assistant_proposes_a_person_decides_and_the_record_shows_both(servers: LocalServers) -> None:
    request = builders.create_request()
    address = servers.runs.address
    with (
        SessionActor(address, name="assistant", role="ai") as assistant,
        SessionActor(address, name="A. Lead") as lead,
        Rmos(runs=address) as runs,
    ):
        session = assistant.create(title="sound-hole rosette")
        session = assistant.set_context(session, request.context)
        session = assistant.set_design(session, request.design)
        with pytest.raises(RmosError) as late:
            lead.set_design(pb.Session(name=session.name, version=0), request.design)
        assert late.value.reason == "CONCURRENT_CHANGE"
        session = assistant.request_feasibility(session)
        with pytest.raises(RmosError) as refused:
            assistant.approve(session)
        assert refused.value.reason == "ROLE_REQUIRED"
        session = lead.approve(session)
        session = lead.store_toolpaths(session, PROGRAM)
        roles = [event.actor.name for event in lead.events(session)]
        assert roles[:4] == ["assistant"] * 4
        assert roles[-3:] == ["A. Lead"] * 3
        run = runs.get_run(session.toolpaths.run.removeprefix("runs/"))
        assert run.outputs.gcode_text == PROGRAM
        assert run.hashes.gcode_sha256 == session.toolpaths.sha256["gcode"]
        listed = list(runs.list_runs(filter=f"workflow_session_id = {session.session_id}"))
    assert len(listed) == 3
