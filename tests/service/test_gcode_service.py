"""Programs audited, timed, compared and drawn by a running server."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from PIL import Image

from rmos.feasibility.v1 import feasibility_service_pb2, feasibility_service_pb2_grpc, gcode_service_pb2_grpc
from rmos.feasibility.v1 import gcode_service_pb2 as pb
from rmos.type.v1 import program_audit_pb2 as audit_pb
from testkit.local_servers import LocalServer
from tests.service.wire import Failed, fail, read_failure

LONG_S = 60.0
HEAD = "G21 G90 G17 G94\nM3 S18000\nG0 Z5\nG0 X0 Y0\n"
TAIL = "G0 Z5\nM5\nM30\n"
GOOD = HEAD + "G1 Z-1.5 F300\nX50 F1200\nG0 Z5\nG0 X0\nG1 Z-3 F300\nX50 F1200\n" + TAIL
ONE_PASS = HEAD + "G1 Z-3 F1200\nX50\n" + TAIL + "G0 X0 Y0\n"
ENVELOPE = audit_pb.ProgramEnvelope(
    controller=audit_pb.GCODE_CONTROLLER_GRBL,
    max_feed_rate_mm_per_min=1200,
    max_plunge_rate_mm_per_min=300,
    max_stepdown_mm=1.5,
    max_depth_mm=3,
    tools=[audit_pb.PlannedTool(diameter_mm=4)],
)

OF_TOMORROW: dict[str, Any] = {"controller": 99}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    running = LocalServer("feasibility_svc", tmp_path_factory.mktemp("gcode"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def stub(server: LocalServer) -> Iterator[Any]:
    with grpc.insecure_channel(server.address) as channel:
        yield gcode_service_pb2_grpc.GcodeServiceStub(channel)


def parts(message: Any, header: Any, *programs: str | bytes, chunk: int = 100_000) -> Iterator[Any]:
    yield message(header=header)
    for program in programs:
        data = program.encode() if isinstance(program, str) else program
        yield message(program=pb.ProgramStart(file_name="part.nc"))
        for start in range(0, len(data), chunk):
            yield message(chunk=data[start : start + chunk])


def audit(stub: Any, *programs: str | bytes, before: int = 0, **changes: Any) -> audit_pb.ProgramAuditReport:
    envelope = audit_pb.ProgramEnvelope()
    envelope.CopyFrom(ENVELOPE)
    envelope.MergeFrom(audit_pb.ProgramEnvelope(**changes))
    header = pb.AuditHeader(envelope=envelope, programs_before_count=before)
    report: audit_pb.ProgramAuditReport = stub.AuditProgram(
        parts(pb.AuditProgramRequest, header, *programs), timeout=LONG_S
    ).report
    return report


def fail_stream(method: Any, requests: Iterator[Any]) -> Failed:
    call = method(requests, timeout=LONG_S)
    with pytest.raises(grpc.RpcError) as caught:
        list(call)
    return read_failure(caught.value, dict(call.initial_metadata()))


def codes(report: audit_pb.ProgramAuditReport) -> list[str]:
    return [finding.code for finding in report.findings]


def test_a_program_that_keeps_its_envelope_is_inside(stub: Any) -> None:
    report = audit(stub, GOOD)
    assert (report.outcome, codes(report)) == (audit_pb.AUDIT_OUTCOME_INSIDE, [])
    assert list(report.program_sha256) == [hashlib.sha256(GOOD.encode()).hexdigest()]
    assert report.programs[0].depth_mm == 3
    assert report.tested_controller


def test_the_program_that_does_not_do_what_was_approved_names_its_lines(stub: Any) -> None:
    report = audit(stub, ONE_PASS)
    assert report.outcome == audit_pb.AUDIT_OUTCOME_DEVIATES
    assert {(item.code, item.first.line) for item in report.findings} == {
        ("PLUNGE_OVER_LIMIT", 5),
        ("STEPDOWN_OVER_LIMIT", 6),
        ("TEXT_AFTER_END", 10),
    }


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("G21 G90\nG70\n// a remark\n" + GOOD, "CODE_NOT_ACCEPTED"),
        ("#1=5\nG21 G90 F100\nG0 X0 Y0 Z5\nG1 Z-#1\nM30\n", "EXPRESSION"),
        ("M140 S60\nM104 S200\nG28\nG1 X10 E1\nG1 X20 E2\n", "NOT_A_MILLING_PROGRAM"),
        (b"\x7fELF\x02\x01" + bytes(500), "NOT_A_MILLING_PROGRAM"),
        (b"", "NOT_A_MILLING_PROGRAM"),
    ],
)
def test_what_is_not_understood_does_not_pass(stub: Any, data: str | bytes, code: str) -> None:
    report = audit(stub, data)
    assert report.outcome != audit_pb.AUDIT_OUTCOME_INSIDE
    assert code in codes(report)


def test_cleared_material_carries_over_from_program_to_program(stub: Any) -> None:
    first, second = HEAD + "G1 Z-1.5 F300\nX50 F1200\n" + TAIL, HEAD + "G0 Z-1.5\nG1 Z-3 F300\nX50 F1200\n" + TAIL
    assert audit(stub, first, second).outcome == audit_pb.AUDIT_OUTCOME_INSIDE
    assert codes(audit(stub, second, before=1)) == ["NOT_VERIFIABLE_ALONE"]


def test_a_body_in_eight_programs_is_cut_in_their_order(stub: Any) -> None:
    """Four pockets in two depths each; at the second the rapids go down to where the first has cleared."""
    first = [HEAD + f"G0 Y{9 * row}\nG1 Z-1.5 F300\nX50 F1200\n" + TAIL for row in range(4)]
    second = [HEAD + f"G0 Y{9 * row}\nG0 Z-1.5\nG1 Z-3 F300\nX50 F1200\n" + TAIL for row in range(4)]
    together = audit(stub, *first, *second)
    assert (together.outcome, codes(together)) == (audit_pb.AUDIT_OUTCOME_INSIDE, [])
    assert len(together.programs) == 8
    for before, program in enumerate(second, start=4):
        alone = audit(stub, program, before=before)
        assert (alone.outcome, codes(alone)) == (audit_pb.AUDIT_OUTCOME_NOT_VERIFIABLE, ["NOT_VERIFIABLE_ALONE"])
    assert codes(audit(stub, *second)) == ["RAPID_THROUGH_MATERIAL", "STEPDOWN_OVER_LIMIT"] * 4


def test_without_an_envelope_nothing_is_inside(stub: Any) -> None:
    response = stub.AuditProgram(parts(pb.AuditProgramRequest, pb.AuditHeader(), GOOD), timeout=LONG_S)
    assert response.report.outcome == audit_pb.AUDIT_OUTCOME_NOT_VERIFIABLE
    assert "ENVELOPE_INCOMPLETE" in codes(response.report)


@pytest.mark.parametrize(
    ("messages", "field"),
    [
        ([], "header"),
        ([pb.AuditProgramRequest(chunk=b"G21\n")], "header"),
        ([pb.AuditProgramRequest(header=pb.AuditHeader())] * 2, "header"),
        ([pb.AuditProgramRequest(header=pb.AuditHeader())], "chunk"),
        (list(parts(pb.AuditProgramRequest, pb.AuditHeader(programs_before_count=-1), GOOD)), "programs_before_count"),
        (
            list(
                parts(pb.AuditProgramRequest, pb.AuditHeader(envelope=audit_pb.ProgramEnvelope(max_depth_mm=-1)), GOOD)
            ),
            "max_depth_mm",
        ),
        (
            list(parts(pb.AuditProgramRequest, pb.AuditHeader(envelope=audit_pb.ProgramEnvelope(**OF_TOMORROW)), GOOD)),
            "controller",
        ),
        (list(parts(pb.AuditProgramRequest, pb.AuditHeader(), *[GOOD] * 65)), "program"),
        (list(parts(pb.AuditProgramRequest, pb.AuditHeader(), b"\n" * (33 * 1024 * 1024), chunk=1 << 20)), "chunk"),
    ],
)
def test_what_breaks_the_order_or_a_limit_is_refused_with_its_field(stub: Any, messages: list[Any], field: str) -> None:
    failure = fail(stub.AuditProgram, iter(messages))
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS")
    assert field in failure.message


def test_the_time_is_a_range_where_the_machine_is_not_known(stub: Any) -> None:
    unknown = stub.EstimateTime(parts(pb.EstimateTimeRequest, pb.EstimateHeader(), GOOD), timeout=LONG_S).times[0]
    assert unknown.feed_only_s < unknown.shortest_s < unknown.longest_s
    machine = audit_pb.MachineLimits(acceleration_mm_per_s2=400, max_feed_rate_mm_per_min=5000)
    header = pb.EstimateHeader(controller=audit_pb.GCODE_CONTROLLER_GRBL, machine=machine)
    known = stub.EstimateTime(parts(pb.EstimateTimeRequest, header, GOOD), timeout=LONG_S).times[0]
    assert known.shortest_s == known.longest_s


def test_two_programs_are_compared_in_words(stub: Any) -> None:
    header = pb.CompareHeader(envelope=ENVELOPE)
    answer = next(iter(stub.ComparePrograms(parts(pb.CompareProgramsRequest, header, GOOD, ONE_PASS), timeout=LONG_S)))
    sentences = {item.name: item.sentence for item in answer.differences}
    assert sentences["max_plunge_rate_mm_per_min"] == "highest plunge feed 300 becomes 1200 mm/min (+300%)"
    assert sentences["stepdown_mm"] == "stepdown 1.5 becomes 3 mm (+100%)"
    assert not answer.identical
    same = next(iter(stub.ComparePrograms(parts(pb.CompareProgramsRequest, header, GOOD, GOOD), timeout=LONG_S)))
    assert (same.identical, list(same.differences)) == (True, [])
    failure = fail_stream(stub.ComparePrograms, parts(pb.CompareProgramsRequest, header, GOOD))
    assert failure.reason == "INVALID_FIELDS"


def draw(stub: Any, **look: Any) -> tuple[bytes, str]:
    header = pb.RenderHeader(envelope=ENVELOPE, **look)
    answers = list(stub.RenderToolpath(parts(pb.RenderToolpathRequest, header, ONE_PASS), timeout=LONG_S))
    return b"".join(answer.chunk for answer in answers), answers[0].mime


def test_a_toolpath_is_drawn_as_svg_with_its_findings(stub: Any) -> None:
    data, mime = draw(stub, view=pb.TOOLPATH_VIEW_SIDE)
    assert mime == "image/svg+xml"
    assert b"line 6: takes 3 mm in one pass" in data


def test_a_toolpath_is_drawn_as_png_of_the_width_asked_for(stub: Any, tmp_path: Path) -> None:
    data, mime = draw(stub, format=pb.TOOLPATH_IMAGE_FORMAT_PNG, width_px=300)
    (tmp_path / "part.png").write_bytes(data)
    with Image.open(tmp_path / "part.png") as image:
        assert (mime, image.width, image.format) == ("image/png", 300, "PNG")


@pytest.mark.parametrize("look", [{"width_px": 5}, {"view": 9}, {"format": 9}])
def test_a_picture_nobody_can_draw_is_refused(stub: Any, look: dict[str, Any]) -> None:
    header = pb.RenderHeader(**look)
    failure = fail_stream(stub.RenderToolpath, parts(pb.RenderToolpathRequest, header, GOOD))
    assert failure.reason == "INVALID_FIELDS"


def test_cheap_calls_are_served_while_a_large_program_is_read(server: LocalServer) -> None:
    large = HEAD + "G1 X1 Y2 Z-1 F300\nX2 Y1\n" * 100_000 + TAIL
    with grpc.insecure_channel(server.address) as channel:
        gcode: Any = gcode_service_pb2_grpc.GcodeServiceStub(channel)
        cheap: Any = feasibility_service_pb2_grpc.FeasibilityServiceStub(channel)
        header = pb.AuditHeader(envelope=ENVELOPE)
        running = gcode.AuditProgram.future(parts(pb.AuditProgramRequest, header, large), timeout=5 * LONG_S)
        served = 0
        while not running.done():
            cheap.ListRiskLevels(feasibility_service_pb2.ListRiskLevelsRequest(), timeout=LONG_S)
            served += 1
        assert running.result().report.programs[0].move_count > 100_000
        assert served > 2, "the first one would have waited for the audit"
