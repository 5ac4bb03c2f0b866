"""What a CAM service does with a rosette, and a luthier with a tool library, through the packaged clients."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import run_pb2, runs_service_pb2_grpc
from rmos.type.v1 import risk_pb2
from rmos.type.v1.feasibility_report_pb2 import FeasibilityReport as Report
from rmos_client import Rmos, RmosError
from rmos_client.transfers import Upload
from testkit.local_servers import LocalServers
from tests import builders
from tests.cli.commands import Rmosctl
from tests.passing_programs import RING
from tests.service.wire import TIMEOUT_S, fail

SOUND_HOLE = builders.rosette(
    rosette_channel__soundhole_radius_mm=50.0,
    rosette_channel__inner_radius_mm=53.5,
    rosette_channel__outer_radius_mm=65.0,
)
DOWN_CUT = {"tool.diameter_mm": 3.0, "cut.radial_width_mm": 3.0}
_MOST_TRIES = 30
RUBBING = {**DOWN_CUT, "cut.feed_rate_mm_per_min": 30.0}


def asked(overrides: dict[str, Any] | None = None, **fields: Any) -> Any:
    return builders.create_request(overrides or DOWN_CUT, design=builders.design_message(SOUND_HOLE), **fields)


def within_a_second(evaluate: Callable[[], Report]) -> Report:
    """What a call with a deadline of a second answers; a machine that had no time for it is asked again."""
    for _ in range(_MOST_TRIES):
        try:
            return evaluate()
        except RmosError as error:
            if error.code is not grpc.StatusCode.DEADLINE_EXCEEDED:
                raise
    return evaluate()


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


def test_a_service_asks_within_a_second_and_gets_every_rule_with_value_limit_and_unit(
    stub: Any, feasibility: Rmos
) -> None:
    request = asked(idempotency_key=str(uuid.uuid4()))
    feasibility.evaluate(request.design, request.context)  # the first call of a connection takes longer
    report = within_a_second(lambda: feasibility.evaluate(request.design, request.context, timeout_s=1.0))
    run = stub.CreateRun(request, timeout=TIMEOUT_S).run
    assert run.run_id.startswith("run_")
    for seen in (report, run.feasibility):
        assert seen.overall_risk == risk_pb2.RISK_LEVEL_GREEN
        assert 0 < seen.overall_score <= 100
        assert all(item.finding for item in seen.assessments)
        (chip,) = [item for item in seen.assessments if item.category == risk_pb2.RISK_CATEGORY_CHIPLOAD]
        assert [quantity.unit for quantity in chip.details if quantity.HasField("limit")] != []
        assert all(quantity.unit for quantity in chip.details if quantity.HasField("limit"))


def test_a_service_submits_a_job_once(stub: Any) -> None:
    key = str(uuid.uuid4())
    first = stub.CreateRun(asked(idempotency_key=key), timeout=TIMEOUT_S).run
    assert stub.CreateRun(asked(idempotency_key=key), timeout=TIMEOUT_S).run.run_id == first.run_id
    failed = fail(stub.CreateRun, asked(RUBBING, idempotency_key=key))
    assert (failed.code, failed.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_KEY_REUSED")
    digests = [value for value in failed.amendments.values() if len(value) == 64]
    assert len(set(digests)) == 2


def test_no_program_is_attached_to_a_red_run_for_release_and_the_rule_is_named(
    stub: Any, runs: Rmos, tmp_path: Path
) -> None:
    red = stub.CreateRun(asked(RUBBING), timeout=TIMEOUT_S).run
    assert (red.decision.risk_level, red.status) == (risk_pb2.RISK_LEVEL_RED, run_pb2.RUN_STATUS_BLOCKED)
    program = tmp_path / "ring.nc"
    program.write_text(f"({uuid.uuid4()})\n{RING}")
    with pytest.raises(RmosError) as attached:
        runs.upload(Upload(program, kind="gcode", mime="text/x-gcode"), run_id=red.run_id)
    with pytest.raises(RmosError) as packed:
        runs.operator_pack(red.run_id, tmp_path / "red.zip")
    for refused in (attached.value, packed.value):
        assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SAFETY_BLOCKED")
        assert any("CHIPLOAD" in text or "tooth bites" in text for text in refused.preconditions)


def tool(guid: str, unit: str, diameter: float, **given: Any) -> dict[str, Any]:
    """An entry of a library in Fusion's format; every one has the number 1, as in those of vendors."""
    geometry = {"DC": diameter, "NOF": 2, "LCF": 12.0}
    kind = {"guid": guid, "type": "flat end mill", "unit": unit, "description": f"bit {guid}", "geometry": geometry}
    return {**kind, "post-process": {"number": 1}, **given}


def presets(**preset: Any) -> dict[str, Any]:
    return {"start-values": {"presets": [{"name": "Maple", "n": 18_000, "v_f": 1_500, **preset}]}}


INCHES = [tool(f"journey-in-{number}", "inches", number / 64) for number in range(4, 104)]
MILLIMETRES = [tool(f"journey-mm-{number}", "millimeters", number / 10) for number in range(20, 120)]
WITH_PRESETS = [
    tool("journey-deep", "millimeters", 5.05, **presets(v_f_plunge=400, **{"use-stepdown": False})),
    tool("journey-plunge", "millimeters", 5.15, **presets(v_f_plunge=1_500, stepdown=1.0)),
]
HOLDER = tool("journey-holder", "millimeters", 30.0, type="holder")
LIBRARY = {"data": [*INCHES, *MILLIMETRES, *WITH_PRESETS, HOLDER], "version": 1}


def test_a_luthier_previews_a_vendors_library_and_imports_it_once(servers: LocalServers, tmp_path: Path) -> None:
    library, rmosctl = tmp_path / "journey.json", Rmosctl(servers)
    library.write_text(json.dumps(LIBRARY))
    with Rmos(feasibility=servers.feasibility.address) as client:
        before = {item.name for item in client.list_tools()}
        previewed = rmosctl.json("import-tools", library, "--preview")
        assert {item.name for item in client.list_tools()} == before  # nothing is imported yet

        seen = {item["source_id"]: item for item in previewed["tools"]}
        assert set(seen) == {entry["guid"] for entry in LIBRARY["data"]}  # type: ignore[attr-defined]
        assert {item["tool_number"] for guid, item in seen.items() if guid != "journey-holder"} == {1}
        assert "preset 'Maple': no stepdown given" in seen["journey-deep"]["remarks"]
        assert "preset 'Maple': plunge not below feed" in seen["journey-plunge"]["remarks"]
        assert "remarks" not in seen["journey-mm-60"]
        assert seen["journey-holder"]["status"] == "IMPORT_STATUS_SKIPPED"
        text = rmosctl.text("import-tools", library, "--preview")
        assert all(guid in text for guid in seen)

        rmosctl.text("import-tools", library)
        diameters = {item.display_name: item.tool.diameter_mm for item in client.list_tools()}
        assert (diameters["bit journey-in-16"], diameters["bit journey-mm-60"]) == (6.35, 6.0)
        assert "bit journey-holder" not in diameters
        made = {item.name for item in client.list_tools()} - before
        assert len(made) == len(INCHES) + len(MILLIMETRES) + len(WITH_PRESETS)  # nothing is merged by number

        again = rmosctl.json("import-tools", library)
        assert (again.get("new_count", 0), again.get("changed_count", 0)) == (0, 0)
        assert {item.display_name: item.tool.diameter_mm for item in client.list_tools()} == diameters


def test_a_bit_with_a_decimal_comma_arrives_in_millimetres(servers: LocalServers, tmp_path: Path) -> None:
    bit = {"version": 2, "name": "journey comma", "shape": "endmill.fcstd"}
    (tmp_path / "comma.fctb").write_text(json.dumps({**bit, "parameter": {"Diameter": "6,0 mm", "Flutes": "2"}}))
    Rmosctl(servers).text("import-tools", tmp_path / "comma.fctb")
    with Rmos(feasibility=servers.feasibility.address) as client:
        (found,) = [item for item in client.list_tools() if item.display_name == "journey comma"]
    assert found.tool.diameter_mm == 6.0
