"""The workshop's own catalogue of a running server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from filelock import FileLock

from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.feasibility.v1 import catalog_service_pb2_grpc, feasibility_service_pb2_grpc
from rmos.feasibility.v1 import feasibility_service_pb2 as feasibility_pb
from rmos.type.v1 import context_pb2, risk_pb2
from testkit.local_servers import LocalServer, LocalServers
from tests import builders
from tests.feasibility_svc.adapters.tool_library_samples import FUSION
from tests.service.wire import TIMEOUT_S, fail


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    running = LocalServer("feasibility_svc", tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def stub(server: LocalServer) -> Iterator[Any]:
    with grpc.insecure_channel(server.address) as channel:
        yield catalog_service_pb2_grpc.CatalogServiceStub(channel)


def tool(**fields: Any) -> context_pb2.Tool:
    return context_pb2.Tool(**{"tool_id": "my_bit", "diameter_mm": 2.0, "flute_count": 2, **fields})


def import_requests(
    data: bytes, file_name: str = "vendor.json", *, preview: bool = False, **fields: Any
) -> Iterator[pb.ImportToolsRequest]:
    yield pb.ImportToolsRequest(header=pb.ImportHeader(file_name=file_name, preview=preview, **fields))
    for start in range(0, len(data), 500):
        yield pb.ImportToolsRequest(chunk=data[start : start + 500])


def test_own_entries_are_kept_over_a_restart(server: LocalServer, stub: Any) -> None:
    assert stub.CreateTool(pb.CreateToolRequest(tool=tool(), display_name="My bit"), timeout=TIMEOUT_S).created
    assert not stub.CreateTool(pb.CreateToolRequest(tool=tool()), timeout=TIMEOUT_S).created
    renamed = pb.CreateToolRequest(tool=tool(), display_name="My old bit", source="measured with callipers")
    assert stub.CreateTool(renamed, timeout=TIMEOUT_S).created
    kept = stub.CreateTool(renamed, timeout=TIMEOUT_S)
    assert (kept.created, kept.tool.display_name) == (False, "My old bit")
    assert [item.source for item in kept.tool.provenance] == ["measured with callipers"]
    assert stub.CreateTool(pb.CreateToolRequest(tool=tool(diameter_mm=2.1)), timeout=TIMEOUT_S).created
    wood = context_pb2.Material(material_id="my_spruce", kind=context_pb2.MATERIAL_KIND_SOFTWOOD, density_kg_per_m3=410)
    request = pb.CreateMaterialRequest(
        material=wood, source="weighed", grade=risk_pb2.EVIDENCE_GRADE_A, display_name="Mine"
    )
    stub.CreateMaterial(request, timeout=TIMEOUT_S)
    mill = context_pb2.Machine(machine_id="my_mill", stiffness_n_per_mm=800)
    stub.CreateMachine(pb.CreateMachineRequest(machine=mill), timeout=TIMEOUT_S)
    server.kill()
    server.restart()
    with grpc.insecure_channel(server.address) as channel:
        again = catalog_service_pb2_grpc.CatalogServiceStub(channel)
        kept = again.GetTool(pb.GetToolRequest(name="tools/my_bit"), timeout=TIMEOUT_S).tool
        assert kept.tool.diameter_mm == 2.1
        material = again.GetMaterial(pb.GetMaterialRequest(name="materials/my_spruce"), timeout=TIMEOUT_S).material
        assert (material.display_name, material.provenance[0].source) == ("Mine", "weighed")
        assert material.provenance[0].grade == risk_pb2.EVIDENCE_GRADE_A
        again.GetMachine(pb.GetMachineRequest(name="machines/my_mill"), timeout=TIMEOUT_S)


@pytest.mark.parametrize(
    ("request_message", "reason", "path"),
    [
        (pb.CreateToolRequest(tool=tool(tool_id="")), "INVALID_FIELDS", "tool.tool_id"),
        (pb.CreateToolRequest(tool=tool(tool_id="My Bit")), "INVALID_FIELDS", "tool.tool_id"),
        (pb.CreateToolRequest(tool=tool(diameter_mm=-1.0)), "INVALID_FIELDS", "tool.diameter_mm"),
        (pb.CreateToolRequest(tool=tool(), display_name="x" * 201), "INVALID_FIELDS", "display_name"),
        (pb.CreateToolRequest(tool=tool(), grade=9), "INVALID_FIELDS", "grade"),  # type: ignore[arg-type]
        (pb.CreateToolRequest(tool=tool(tool_id="end_mill_3175")), "ENTRY_READ_ONLY", None),
    ],
)
def test_a_bad_entry_is_refused_and_leaves_everything_as_it_was(
    server: LocalServer, stub: Any, request_message: Any, reason: str, path: str | None
) -> None:
    failed = fail(stub.CreateTool, request_message)
    assert (failed.reason, list(failed.fields)) == (reason, [path] if path else [])
    assert not (server.folder / "catalogue" / "journal.jsonl").exists()


def test_a_library_is_previewed_imported_and_known_again(stub: Any) -> None:
    data = json.dumps(FUSION).encode()
    preview = stub.ImportTools(import_requests(data, preview=True), timeout=TIMEOUT_S)
    assert (preview.new_count, preview.skipped_count, preview.preview) == (6, 4, True)
    assert [tool.display_name for tool in preview.tools if tool.status == pb.IMPORT_STATUS_SKIPPED] == [
        "ER20", "probe", "drill", "drill",
    ]  # fmt: skip
    first = preview.tools[0]
    assert first.tool_number == 1
    assert first.tool.tool.diameter_mm == 3.175
    assert "preset 'Spruce': no stepdown given" in first.remarks
    assert "preset 'Spruce': plunge not below feed" in first.remarks
    assert not first.presets[0].HasField("axial_depth_mm")
    missing = fail(stub.GetTool, pb.GetToolRequest(name=first.tool.name))
    assert missing.reason == "TOOL_NOT_FOUND"
    done = stub.ImportTools(import_requests(data), timeout=TIMEOUT_S)
    assert (done.new_count, done.file_sha256) == (6, preview.file_sha256)
    kept = stub.GetTool(pb.GetToolRequest(name=first.tool.name), timeout=TIMEOUT_S).tool
    assert kept.HasField("identity")
    for field in ("identity", "version", "create_time"):
        kept.ClearField(field)
    assert kept == first.tool
    assert [preset.name for preset in first.tool.presets] == ["Spruce", "Maple"]
    again = stub.ImportTools(import_requests(data), timeout=TIMEOUT_S)
    assert (again.new_count, again.changed_count, again.unchanged_count) == (0, 0, 6)
    changed = data.replace(b'"DC": 0.125', b'"DC": 0.126')
    conflict = stub.ImportTools(import_requests(changed, preview=True), timeout=TIMEOUT_S)
    assert conflict.changed_count == 1
    assert conflict.tools[0].conflicts == ["diameter_mm: 3.175 before, 3.2004 now"]


@pytest.mark.parametrize(
    ("requests", "reason"),
    [
        ([], "INVALID_FIELDS"),
        ([pb.ImportToolsRequest(header=pb.ImportHeader(file_name="a.json"))] * 2, "INVALID_FIELDS"),
        ([pb.ImportToolsRequest(header=pb.ImportHeader())], "INVALID_FIELDS"),
        ([pb.ImportToolsRequest(header=pb.ImportHeader(file_name="a.json", format=99))], "INVALID_FIELDS"),  # type: ignore[arg-type]
        ([pb.ImportToolsRequest(header=pb.ImportHeader(file_name="a.tbl", units=99))], "INVALID_FIELDS"),  # type: ignore[arg-type]
        ([pb.ImportToolsRequest(header=pb.ImportHeader(file_name="a.json"))], "LIBRARY_UNREADABLE"),
    ],
)
def test_a_bad_import_is_refused(stub: Any, requests: list[pb.ImportToolsRequest], reason: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        stub.ImportTools(iter(requests), timeout=TIMEOUT_S)
    error: Any = caught.value
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason in str(error.trailing_metadata())


def test_a_tool_whose_number_no_machine_has_is_added_and_reported(stub: Any) -> None:
    answer = stub.ImportTools(
        import_requests(b"T1099511627776 D3 ;far\n", file_name="a.tbl", units=pb.TOOL_LIBRARY_UNITS_MM),
        timeout=TIMEOUT_S,
    )
    assert (answer.new_count, answer.tools[0].HasField("tool_number")) == (1, False)
    assert stub.GetTool(pb.GetToolRequest(name=answer.tools[0].tool.name), timeout=TIMEOUT_S).tool.display_name == "far"


def test_a_library_beyond_the_limit_is_refused(stub: Any) -> None:
    header = pb.ImportToolsRequest(header=pb.ImportHeader(file_name="a.json"))
    chunks = [pb.ImportToolsRequest(chunk=b"x" * 2**20)] * 17
    with pytest.raises(grpc.RpcError, match="more than 16777216 bytes"):
        stub.ImportTools(iter([header, *chunks]), timeout=TIMEOUT_S)


def test_inches_of_a_table_that_does_not_say(stub: Any) -> None:
    requests = import_requests(b"T1 D0.25 ;quarter", "tool.tbl", units=pb.TOOL_LIBRARY_UNITS_INCH)
    assert stub.ImportTools(requests, timeout=TIMEOUT_S).tools[0].tool.tool.diameter_mm == 6.35


PROFILE = {
    "profile_id": "mine",
    "min_rings": 1,
    "max_rings": 3,
    "min_ring_width_mm": 1.0,
    "max_ring_width_mm": 4.0,
    "min_total_width_mm": 3.0,
    "max_total_width_mm": 9.0,
}


def test_profiles_have_a_history_that_only_grows(stub: Any) -> None:
    def create(**fields: Any) -> pb.CreateProfileResponse:
        request = pb.CreateProfileRequest(profile=pb.ConstraintProfile(**{**PROFILE, **fields}), change_note="why")
        response: pb.CreateProfileResponse = stub.CreateProfile(request, timeout=TIMEOUT_S)
        return response

    words: dict[str, Any] = {"tags": ["parlour", "mine"], "author": "K. Ito"}
    first = create(**words).profile
    assert (first.revision, list(first.tags), first.author) == (1, words["tags"], "K. Ito")
    assert not create(**words).created
    assert create(max_rings=5).profile.revision == 2
    rollback = pb.RollbackProfileRequest(name="profiles/mine", revision=1)
    back = stub.RollbackProfile(rollback, timeout=TIMEOUT_S)
    assert (back.profile.revision, back.profile.max_rings, back.profile.change_note) == (3, 3, "back to revision 1")
    assert not stub.RollbackProfile(rollback, timeout=TIMEOUT_S).created
    pages, token = [], ""
    while True:
        page = stub.ListProfileRevisions(
            pb.ListProfileRevisionsRequest(name="profiles/mine", page_size=2, page_token=token), timeout=TIMEOUT_S
        )
        pages += [item.revision for item in page.profiles]
        token = page.next_page_token
        if not token:
            break
    assert pages == [3, 2, 1]
    listed = stub.ListProfiles(pb.ListProfilesRequest(), timeout=TIMEOUT_S).profiles
    assert len(listed) == 14
    assert sum(profile.system for profile in listed) == 13
    assert stub.GetProfile(pb.GetProfileRequest(name="profiles/mine"), timeout=TIMEOUT_S).profile.revision == 3


@pytest.mark.parametrize(
    ("method", "request_message", "reason"),
    [
        ("GetProfile", pb.GetProfileRequest(name="profiles/nobody"), "PROFILE_NOT_FOUND"),
        ("ListProfileRevisions", pb.ListProfileRevisionsRequest(name="profiles/nobody"), "PROFILE_NOT_FOUND"),
        ("RollbackProfile", pb.RollbackProfileRequest(name="profiles/beginner", revision=7), "REVISION_NOT_FOUND"),
        ("RollbackProfile", pb.RollbackProfileRequest(name="profiles/beginner", revision=1), "ENTRY_READ_ONLY"),
        ("CreateProfile", pb.CreateProfileRequest(), "INVALID_FIELDS"),
        (
            "CreateProfile",
            pb.CreateProfileRequest(profile=pb.ConstraintProfile(**{**PROFILE, "tags": ["two words"]})),  # type: ignore[arg-type]
            "INVALID_FIELDS",
        ),
        (
            "CreateProfile",
            pb.CreateProfileRequest(profile=pb.ConstraintProfile(**{**PROFILE, "author": "\u202eotI .K"})),  # type: ignore[arg-type]
            "INVALID_FIELDS",
        ),
        (
            "CreateProfile",
            pb.CreateProfileRequest(profile=pb.ConstraintProfile(**{**PROFILE, "profile_id": "beginner"})),  # type: ignore[arg-type]
            "ENTRY_READ_ONLY",
        ),
        (
            "CreateProfile",
            pb.CreateProfileRequest(profile=pb.ConstraintProfile(**PROFILE), change_note="x" * 201),  # type: ignore[arg-type]
            "INVALID_FIELDS",
        ),
    ],
)
def test_a_bad_profile_request_is_refused(stub: Any, method: str, request_message: Any, reason: str) -> None:
    assert fail(getattr(stub, method), request_message).reason == reason


def calibration(**fields: Any) -> pb.RecordCalibrationRequest:
    values = {
        "kind": pb.CALIBRATION_KIND_AXIS_PUSH,
        "subject": "machines/shapeoko_3",
        "value": 640.0,
        "person": "M. Sato",
        "date": "2026-03-01",
        **fields,
    }
    return pb.RecordCalibrationRequest(calibration=pb.Calibration(**values))


def test_a_measurement_changes_the_report_and_is_remembered(server: LocalServer, stub: Any) -> None:
    with grpc.insecure_channel(server.address) as channel:
        feasibility = feasibility_service_pb2_grpc.FeasibilityServiceStub(channel)
        request = feasibility_pb.EvaluateFeasibilityRequest(
            design=builders.design_message(), context=builders.context_message()
        )
        before = feasibility.EvaluateFeasibility(request, timeout=TIMEOUT_S).report
        recorded = stub.RecordCalibration(calibration(), timeout=TIMEOUT_S)
        assert recorded.created
        assert not stub.RecordCalibration(calibration(), timeout=TIMEOUT_S).created
        after = feasibility.EvaluateFeasibility(request, timeout=TIMEOUT_S).report
        stub.RecordCalibration(calibration(value=700.0), timeout=TIMEOUT_S)
    sources = {item.name: item.source for item in after.assessments[2].details}
    assert sources["machine_deflection"] == "measured 2026-03-01 by M. Sato"
    assert after.inputs_sha256 != before.inputs_sha256
    listed = stub.ListCalibrations(pb.ListCalibrationsRequest(), timeout=TIMEOUT_S).calibrations
    assert [(item.value, item.superseded) for item in listed] == [(700.0, False), (640.0, True)]
    assert listed[1].calibration_id == recorded.calibration.calibration_id


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"person": ""}, "INVALID_FIELDS"),
        ({"date": "yesterday"}, "INVALID_FIELDS"),
        ({"value": float("nan")}, "INVALID_FIELDS"),
        ({"subject": "tools/end_mill_3175"}, "INVALID_FIELDS"),
        ({"subject": "machines/nobody"}, "MACHINE_NOT_FOUND"),
        ({"kind": pb.CALIBRATION_KIND_RUNOUT, "subject": "tools/nobody", "value": 0.01}, "TOOL_NOT_FOUND"),
        ({"kind": pb.CALIBRATION_KIND_SCRAP_BURN, "subject": "materials/nobody", "value": 0.3}, "MATERIAL_NOT_FOUND"),
    ],
)
def test_a_bad_measurement_is_refused(stub: Any, fields: dict[str, Any], reason: str) -> None:
    assert fail(stub.RecordCalibration, calibration(**fields)).reason == reason


def test_a_writer_that_takes_its_time_holds_up_nobody_else(server: LocalServer, stub: Any) -> None:
    with FileLock(server.folder / "catalogue" / "journal.lock"):
        waiting = stub.CreateTool.future(pb.CreateToolRequest(tool=tool()), timeout=TIMEOUT_S)
        for _ in range(3):
            stub.ListTools(pb.ListToolsRequest(), timeout=TIMEOUT_S)
        assert not waiting.done()
    assert waiting.result().created


def test_a_server_does_not_start_on_a_damaged_journal(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "journal.jsonl").write_bytes(b"damaged\n")
    running = LocalServer("feasibility_svc", tmp_path)
    with pytest.raises(Exception, match="cannot be read"):
        running.start()


def test_every_import_leaves_its_trace(own_servers: LocalServers) -> None:
    with grpc.insecure_channel(own_servers.feasibility.address) as channel:
        stub: Any = catalog_service_pb2_grpc.CatalogServiceStub(channel)
        data = b"tool_id,diameter_mm\nbit_1,6\n"
        stub.ImportTools(import_requests(data, file_name="a.csv", preview=True), timeout=TIMEOUT_S)
        assert not stub.ListToolImports(pb.ListToolImportsRequest(), timeout=TIMEOUT_S).imports
        with pytest.raises(grpc.RpcError):
            stub.ImportTools(import_requests(b"not json", file_name="b.json"), timeout=TIMEOUT_S)
        stub.ImportTools(import_requests(data, file_name="a.csv"), timeout=TIMEOUT_S)
        found = stub.ListToolImports(pb.ListToolImportsRequest(), timeout=TIMEOUT_S).imports
    assert [(item.outcome, item.file_name, item.size_bytes) for item in found] == [
        ("accepted", "a.csv", len(data)),
        ("rejected", "b.json", 8),
    ]
    assert found[1].reason
    assert all(item.request_id.startswith("req_") and len(item.file_sha256) == 64 for item in found)
