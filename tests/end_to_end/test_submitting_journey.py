"""What a CAM service does with a rosette, and a luthier with a tool library, through the packaged clients."""

import json
import uuid
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import runs_service_pb2_grpc
from rmos.type.v1 import risk_pb2
from rmos_client import FeasibilityClient, RmosError, RunsClient
from testkit.local_servers import LocalServers
from tests import builders
from tests.cli.commands import Rmosctl
from tests.service.wire import TIMEOUT_S, fail


def test_a_service_submits_a_job_once_and_a_red_one_gets_no_pack(
    runs_channel: grpc.Channel, runs: RunsClient, feasibility: FeasibilityClient, tmp_path: Path
) -> None:
    stub, key = runs_service_pb2_grpc.RunsServiceStub(runs_channel), str(uuid.uuid4())
    request = builders.create_request(idempotency_key=key)
    report = feasibility.evaluate(request.design, request.context)
    assert report.overall_risk == risk_pb2.RISK_LEVEL_GREEN
    assert all(item.finding for item in report.assessments)
    first = stub.CreateRun(request, timeout=TIMEOUT_S).run
    assert stub.CreateRun(request, timeout=TIMEOUT_S).run.run_id == first.run_id
    other = builders.create_request({"cut.feed_rate_mm_per_min": 100.0}, idempotency_key=key)
    assert fail(stub.CreateRun, other).reason == "IDEMPOTENCY_KEY_REUSED"
    red = stub.CreateRun(builders.create_request({"cut.feed_rate_mm_per_min": 100.0}), timeout=TIMEOUT_S).run
    with pytest.raises(RmosError) as refused:
        runs.operator_pack(red.run_id, tmp_path / "red.zip")
    assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SAFETY_BLOCKED")


def tool(guid: str, unit: str, diameter: float, **given: Any) -> dict[str, Any]:
    """An entry of a library in Fusion's format; every one has the number 1, as in those of vendors."""
    geometry = {"DC": diameter, "NOF": 2, "LCF": 12.0}
    kind = {"guid": guid, "type": "flat end mill", "unit": unit, "description": guid, "geometry": geometry}
    return {**kind, "post-process": {"number": 1}, **given}


def test_a_luthier_previews_a_mixed_library_and_imports_it_once(servers: LocalServers, tmp_path: Path) -> None:
    library, rmosctl = tmp_path / "journey.json", Rmosctl(servers)
    entries = [
        tool("journey-quarter", "inches", 0.25),
        tool("journey-six", "millimeters", 6.0),
        tool("journey-holder", "millimeters", 30.0, type="holder"),
    ]
    library.write_text(json.dumps({"data": entries, "version": 1}))
    previewed = rmosctl.text("import-tools", library, "--preview")
    assert "journey-quarter" in previewed
    assert "6.35" in previewed
    with FeasibilityClient(servers.feasibility.address) as client:
        known = {item.display_name for item in client.list_tools()}
        assert not known & {"journey-quarter", "journey-six"}
        rmosctl.text("import-tools", library)
        found = {item.display_name: item.tool.diameter_mm for item in client.list_tools()}
        assert (found["journey-quarter"], found["journey-six"]) == (6.35, 6.0)
        assert "journey-holder" not in found
        rmosctl.text("import-tools", library)
        assert {item.display_name: item.tool.diameter_mm for item in client.list_tools()} == found
