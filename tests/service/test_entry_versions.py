"""The workshop's entries through their life: revised, worn, withdrawn; and the runs that name them."""

from typing import Any

import grpc
import pytest

from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.feasibility.v1 import catalog_service_pb2_grpc, feasibility_service_pb2_grpc
from rmos.feasibility.v1 import feasibility_service_pb2 as feasibility_pb
from rmos.runs.v1 import runs_service_pb2, runs_service_pb2_grpc
from rmos.type.v1 import context_pb2, risk_pb2
from tests import builders
from tests.service.test_amendments import create, verified
from tests.service.wire import TIMEOUT_S, fail


@pytest.fixture
def stub(feasibility_channel: grpc.Channel) -> Any:
    return catalog_service_pb2_grpc.CatalogServiceStub(feasibility_channel)


@pytest.fixture
def runs(runs_channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


def evaluate_request(overrides: dict[str, Any]) -> feasibility_pb.EvaluateFeasibilityRequest:
    run = builders.create_request(overrides)
    return feasibility_pb.EvaluateFeasibilityRequest(design=run.design, context=run.context)


def own_bit(stub: Any, tool_id: str) -> context_pb2.Tool:
    """A copy of a tool that ships, as the workshop's own."""
    shipped = stub.GetTool(pb.GetToolRequest(name="tools/end_mill_3175_down"), timeout=TIMEOUT_S).tool
    assert (shipped.version, shipped.HasField("create_time")) == (0, False)
    tool: context_pb2.Tool = shipped.tool
    tool.tool_id = tool_id
    made = stub.CreateTool(pb.CreateToolRequest(tool=tool, display_name="Our bit"), timeout=TIMEOUT_S).tool
    assert made.version == 1
    assert made.HasField("create_time")
    return tool


def test_a_worn_tool_is_told_and_judged_as_worn(stub: Any, feasibility_channel: grpc.Channel) -> None:
    tool = own_bit(stub, "bit_that_wears")
    evaluation = feasibility_service_pb2_grpc.FeasibilityServiceStub(feasibility_channel)

    def judged(wear: object) -> Any:
        request = evaluate_request({"tool.tool_id": "bit_that_wears", "tool.wear": wear})
        return evaluation.EvaluateFeasibility(request, timeout=TIMEOUT_S).report

    def bite(report: Any) -> Any:
        return next(item for item in report.assessments if item.category == risk_pb2.RISK_CATEGORY_CHIPLOAD)

    sharp = judged(builders.REMOVED)
    tool.wear = context_pb2.TOOL_WEAR_DULL
    request = pb.ReviseToolRequest(tool=tool, expected_version=1, change_note="burns maple")
    revised = stub.ReviseTool(request, timeout=TIMEOUT_S)
    assert (revised.created, revised.tool.version, revised.tool.change_note) == (True, 2, "burns maple")
    assert revised.tool.display_name == "Our bit"
    dull = judged(builders.REMOVED)
    assert sharp.overall_risk == risk_pb2.RISK_LEVEL_GREEN
    assert dull.overall_risk != risk_pb2.RISK_LEVEL_GREEN
    assert "the catalogue has the tool 'bit_that_wears' as dull since " in bite(dull).warnings[-1]
    assert "and the request says sharp: look at the edge, or revise the catalogue" in bite(judged("SHARP")).warnings[-1]
    assert not stub.ReviseTool(pb.ReviseToolRequest(tool=tool, expected_version=2), timeout=TIMEOUT_S).created
    stale = fail(stub.ReviseTool, pb.ReviseToolRequest(tool=own_wear(tool), expected_version=1))
    assert (stale.code, stale.reason) == (grpc.StatusCode.ABORTED, "CONCURRENT_CHANGE")
    page = stub.ListEntryVersions(
        pb.ListEntryVersionsRequest(name="tools/bit_that_wears", page_size=1), timeout=TIMEOUT_S
    )
    assert [(item.version, item.action, list(item.changes)) for item in page.versions] == [
        (2, pb.ENTRY_ACTION_REVISED, ["wear: nothing before, DULL now"])
    ]
    assert page.versions[0].tool == revised.tool.tool
    rest = stub.ListEntryVersions(
        pb.ListEntryVersionsRequest(name="tools/bit_that_wears", page_token=page.next_page_token), timeout=TIMEOUT_S
    )
    assert [(item.version, item.action) for item in rest.versions] == [(1, pb.ENTRY_ACTION_CREATED)]


def own_wear(tool: context_pb2.Tool) -> context_pb2.Tool:
    other = context_pb2.Tool()
    other.CopyFrom(tool)
    other.wear = context_pb2.TOOL_WEAR_USED
    return other


def test_runs_outlive_the_tool_they_name(stub: Any, runs: Any) -> None:
    tool = own_bit(stub, "bit_that_breaks")
    named = {"tool.tool_id": "bit_that_breaks"}
    run = create(runs, named)
    asked = pb.WithdrawEntryRequest(name="tools/bit_that_breaks", reason="dropped", person="M. Sato")
    gone = stub.WithdrawEntry(asked, timeout=TIMEOUT_S)
    assert (gone.created, gone.version, gone.withdrawal.person) == (True, 2, "M. Sato")
    again = stub.WithdrawEntry(pb.WithdrawEntryRequest(name=asked.name, reason="x", person="K. Ito"), timeout=TIMEOUT_S)
    assert (again.created, again.withdrawal) == (False, gone.withdrawal)
    refused = fail(runs.CreateRun, builders.create_request(named))
    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "ENTRY_WITHDRAWN")
    assert "the tool 'bit_that_breaks' was withdrawn on 20" in refused.message
    assert "by M. Sato: dropped; near it: " in refused.message
    assert "end_mill_3175_down" in refused.message
    assert verified(runs, run)
    held = stub.GetTool(pb.GetToolRequest(name="tools/bit_that_breaks"), timeout=TIMEOUT_S).tool
    assert (held.version, held.withdrawal.reason, held.tool) == (2, "dropped", tool)
    replay = runs_service_pb2.ReplayRunRequest(name=run.name, note="after it broke")
    answer = runs.ReplayRun(replay, timeout=TIMEOUT_S)
    assert (list(answer.drift), answer.now) == ([], answer.then)
    assert answer.warnings[-1] == f"{refused.message}; replayed with the catalogue as it was then"
    listed = {item.name for item in stub.ListTools(pb.ListToolsRequest(page_size=1000), timeout=TIMEOUT_S).tools}
    every = stub.ListTools(pb.ListToolsRequest(page_size=1000, show_withdrawn=True), timeout=TIMEOUT_S).tools
    assert {item.name for item in every} - listed >= {"tools/bit_that_breaks"}
    added = fail(stub.CreateTool, pb.CreateToolRequest(tool=tool))
    assert (added.reason, "revise it to use it again" in added.message) == ("ENTRY_WITHDRAWN", True)
    assert stub.ReviseTool(pb.ReviseToolRequest(tool=tool, expected_version=2), timeout=TIMEOUT_S).tool.version == 3
    assert create(runs, named).hashes.request_sha256 == run.hashes.request_sha256


def test_a_run_is_replayed_with_the_version_that_was_used(stub: Any, runs: Any) -> None:
    tool = own_bit(stub, "bit_that_is_reground")
    run = create(runs, {"tool.tool_id": "bit_that_is_reground"})
    tool.diameter_mm = 3.0
    stub.ReviseTool(pb.ReviseToolRequest(tool=tool), timeout=TIMEOUT_S)
    replay = runs_service_pb2.ReplayRunRequest(name=run.name, note="reground", with_earlier_catalogue=True)
    assert list(runs.ReplayRun(replay, timeout=TIMEOUT_S).drift) == []
    replay.with_earlier_catalogue = False
    drift = list(runs.ReplayRun(replay, timeout=TIMEOUT_S).drift)
    assert drift[-1] == "tools/bit_that_is_reground: version 1 then, version 2 now"


def test_what_a_run_does_not_use_is_no_drift(stub: Any, runs: Any) -> None:
    own_bit(stub, "bit_that_is_used")
    made = [create(runs, {"tool.tool_id": tool}) for tool in ("bit_that_is_used", "end_mill_3175_down")]
    own_bit(stub, "bit_that_is_not_used")
    for run in made:
        answer = runs.ReplayRun(runs_service_pb2.ReplayRunRequest(name=run.name), timeout=TIMEOUT_S)
        assert (answer.drift_detected, list(answer.drift)) == (False, [])


def test_a_report_tells_which_entries_of_the_workshop_count(stub: Any, feasibility_channel: grpc.Channel) -> None:
    own_bit(stub, "bit_with_runout")
    told = pb.Calibration(
        kind=pb.CALIBRATION_KIND_RUNOUT,
        subject="tools/bit_with_runout",
        value=0.012,
        person="M. Sato",
        date="2026-03-01",
    )
    calibration = stub.RecordCalibration(pb.RecordCalibrationRequest(calibration=told), timeout=TIMEOUT_S).calibration
    request = evaluate_request({"tool.tool_id": "bit_with_runout", "tool.runout_mm": builders.REMOVED})
    report = feasibility_service_pb2_grpc.FeasibilityServiceStub(feasibility_channel).EvaluateFeasibility(
        request, timeout=TIMEOUT_S
    )
    used = [(entry.name, entry.version) for entry in report.report.used_entries]
    assert used == [(f"calibrations/{calibration.calibration_id}", 1), ("tools/bit_with_runout", 1)]


def test_no_state_of_the_catalogue_leads_to_another_report(feasibility_channel: grpc.Channel) -> None:
    request = evaluate_request({})
    stub = feasibility_service_pb2_grpc.FeasibilityServiceStub(feasibility_channel)
    told = {"engine_id": "baseline_v2", "engine_version": "2.0.0", "inputs_sha256": "0" * 64}
    request.earlier_report.CopyFrom(feasibility_pb.EarlierReport(**told))
    assert fail(stub.EvaluateFeasibility, request).reason == "REVISION_NOT_FOUND"
    for field in told:
        bad = feasibility_pb.EvaluateFeasibilityRequest()
        bad.CopyFrom(request)
        bad.earlier_report.ClearField(field)  # type: ignore[arg-type]
        assert list(fail(stub.EvaluateFeasibility, bad).fields) == [f"earlier_report.{field}"]


GRADED = pb.ReviseMaterialRequest(material=context_pb2.Material(material_id="a"), grade=risk_pb2.EVIDENCE_GRADE_A)
MOVED = pb.ReviseMachineRequest(machine=context_pb2.Machine(machine_id="no"))


def regrind(version: int = 0, **fields: Any) -> pb.ReviseToolRequest:
    tool = context_pb2.Tool(**{"tool_id": "a", "diameter_mm": 3, **fields})
    return pb.ReviseToolRequest(tool=tool, expected_version=version)


@pytest.mark.parametrize(
    ("method", "request_message", "reason", "field"),
    [
        ("ReviseTool", regrind(tool_id="end_mill_3175"), "ENTRY_READ_ONLY", ""),
        ("ReviseTool", regrind(), "TOOL_NOT_FOUND", ""),
        ("ReviseTool", regrind(diameter_mm=-3), "INVALID_FIELDS", "tool.diameter_mm"),
        ("ReviseTool", regrind(-1), "INVALID_FIELDS", "expected_version"),
        ("ReviseMaterial", GRADED, "INVALID_FIELDS", "grade"),
        ("ReviseMachine", MOVED, "MACHINE_NOT_FOUND", ""),
        ("WithdrawEntry", pb.WithdrawEntryRequest(name="tools/x", reason="r"), "INVALID_FIELDS", "person"),
        ("WithdrawEntry", pb.WithdrawEntryRequest(name="tools/x", person="p"), "INVALID_FIELDS", "reason"),
        ("WithdrawEntry", pb.WithdrawEntryRequest(name="tools/x", person="p", reason="\0"), "INVALID_FIELDS", "reason"),
        ("WithdrawEntry", pb.WithdrawEntryRequest(name="models/x", person="p", reason="r"), "INVALID_FIELDS", "name"),
        ("WithdrawEntry", pb.WithdrawEntryRequest(name="tools/x", person="p", reason="r"), "TOOL_NOT_FOUND", ""),
        (
            "WithdrawEntry",
            pb.WithdrawEntryRequest(name="calibrations/x", person="p", reason="r"),
            "CALIBRATION_NOT_FOUND",
            "",
        ),
        ("ListEntryVersions", pb.ListEntryVersionsRequest(name="profiles/x"), "INVALID_FIELDS", "name"),
        ("ListEntryVersions", pb.ListEntryVersionsRequest(name="machines/x"), "MACHINE_NOT_FOUND", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_by_name(
    stub: Any, method: str, request_message: Any, reason: str, field: str
) -> None:
    refused = fail(getattr(stub, method), request_message)
    assert (refused.reason, list(refused.fields)) == (reason, [field] if field else [])


def test_materials_machines_and_calibrations_are_withdrawn_too(stub: Any) -> None:
    wood = context_pb2.Material(material_id="wood_that_is_sold", kind=context_pb2.MATERIAL_KIND_SOFTWOOD)
    stub.CreateMaterial(pb.CreateMaterialRequest(material=wood), timeout=TIMEOUT_S)
    wood.density_kg_per_m3 = 400
    assert stub.ReviseMaterial(pb.ReviseMaterialRequest(material=wood), timeout=TIMEOUT_S).material.version == 2
    mill = context_pb2.Machine(machine_id="mill_that_is_sold", stiffness_n_per_mm=800)
    stub.CreateMachine(pb.CreateMachineRequest(machine=mill), timeout=TIMEOUT_S)
    mill.stiffness_n_per_mm = 900
    assert stub.ReviseMachine(pb.ReviseMachineRequest(machine=mill), timeout=TIMEOUT_S).machine.version == 2
    measured = pb.Calibration(
        kind=pb.CALIBRATION_KIND_AXIS_PUSH, subject="machines/mill_that_is_sold", value=700, person="Ann",
        date="2026-03-01",
    )  # fmt: skip
    kept = stub.RecordCalibration(pb.RecordCalibrationRequest(calibration=measured), timeout=TIMEOUT_S).calibration
    names = [f"calibrations/{kept.calibration_id}", "materials/wood_that_is_sold", "machines/mill_that_is_sold"]
    for name in names:
        asked = pb.WithdrawEntryRequest(name=name, reason="sold", person="Ann")
        assert stub.WithdrawEntry(asked, timeout=TIMEOUT_S).created
        newest = stub.ListEntryVersions(pb.ListEntryVersionsRequest(name=name), timeout=TIMEOUT_S).versions[0]
        assert (newest.action, newest.change_note, newest.person) == (pb.ENTRY_ACTION_WITHDRAWN, "sold", "Ann")
    listed = stub.ListCalibrations(pb.ListCalibrationsRequest(page_size=1000), timeout=TIMEOUT_S).calibrations
    (held,) = [item for item in listed if item.calibration_id == kept.calibration_id]
    assert (held.withdrawal.reason, held.superseded) == ("sold", False)
    refused = fail(stub.RecordCalibration, pb.RecordCalibrationRequest(calibration=measured))
    assert refused.reason == "ENTRY_WITHDRAWN"
