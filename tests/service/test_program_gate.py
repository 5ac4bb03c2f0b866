"""Programs of runs over the wire: audited as they come, held back, accepted, found by their bytes."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import attachments_service_pb2_grpc, run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import program_audit_pb2 as audit_pb
from rmos_client.jobs import read_job
from rmos_client.rmos import Rmos
from testkit.local_servers import LocalServers
from tests import builders
from tests.passing_programs import CUT, GRBL, HEAD, RING, TAIL, ring
from tests.service.wire import TIMEOUT_S, fail, fail_stream

RED = {"cut.feed_rate_mm_per_min": 100.0}
WARNED = RING + "(text after the end)\nG0 X1\n"
"""Text that follows the end: a warning on GRBL, which executes it."""
POCKET = Path(__file__).parents[2] / "examples" / "mahogany_body_pocket.yaml"
APPROVED = audit_pb.ProgramEnvelope(
    controller=audit_pb.GCODE_CONTROLLER_GRBL,
    max_feed_rate_mm_per_min=1200.0,
    max_plunge_rate_mm_per_min=300.0,
    max_stepdown_mm=1.5,
    max_depth_mm=3.0,
)


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


@pytest.fixture
def attachments(runs_channel: grpc.Channel) -> Any:
    return attachments_service_pb2_grpc.AttachmentsServiceStub(runs_channel)


def create(stub: Any, overrides: dict[str, Any] | None = None, **fields: Any) -> run_pb2.Run:
    request = builders.create_request(overrides, **{"envelope": GRBL, **fields})
    run: run_pb2.Run = stub.CreateRun(request, timeout=TIMEOUT_S).run
    return run


def parts(data: bytes, **header: Any) -> list[attachments_pb.UploadAttachmentRequest]:
    declared = attachments_pb.UploadHeader(
        sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data), **{"kind": "gcode", **header}
    )
    chunks = [data[start : start + 65_536] for start in range(0, len(data), 65_536)]
    return [
        attachments_pb.UploadAttachmentRequest(header=declared),
        *(attachments_pb.UploadAttachmentRequest(chunk=chunk) for chunk in chunks),
    ]


def attach(attachments: Any, run: run_pb2.Run, text: str, **header: Any) -> attachments_pb.UploadAttachmentResponse:
    requests = iter(parts(text.encode(), parent=run.name, **header))
    answer: attachments_pb.UploadAttachmentResponse = attachments.UploadAttachment(requests, timeout=TIMEOUT_S)
    return answer


def packed(stub: Any, run: run_pb2.Run) -> str:
    """Why a run gives no pack; "" where it gives one."""
    try:
        list(stub.GetOperatorPack(pb.GetOperatorPackRequest(name=run.name), timeout=TIMEOUT_S))
    except grpc.RpcError:
        return fail_stream(stub.GetOperatorPack, pb.GetOperatorPackRequest(name=run.name)).reason
    return ""


def now(stub: Any, run: run_pb2.Run) -> run_pb2.Run:
    read: run_pb2.Run = stub.GetRun(pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S).run
    return read


def codes(audit: run_pb2.ProgramAudit, level: "audit_pb.FindingLevel.ValueType") -> set[str]:
    return {item.code for item in audit.report.findings if item.level == level}


def places(audit: run_pb2.ProgramAudit, code: str) -> Sequence[tuple[int, float, float]]:
    found = next(item for item in audit.report.findings if item.code == code)
    return [(found.worst.line, found.worst.value, found.limit)]


def deep_cut(depth_mm: float, plunge: int) -> str:
    """25 KB of a straight groove, to a depth in one pass."""
    groove = f"G0 X0 Y0\nG0 Z0.5\nG1 Z-{depth_mm} F{plunge}\nG1 X40 F1200\n"
    back_and_forth = "".join(f"G1 X{40 - number % 40} Y0.{number % 10}\n" for number in range(1_800))
    return HEAD + groove + back_and_forth + TAIL


class TestAProgramThatDoesNotDoWhatWasApproved:
    """An envelope of feed 1200, plunge feed 300, stepdown 1.5 and depth 3, and a program that knows better."""

    def test_it_is_attached_said_and_held_back_until_a_corrected_one_comes(self, stub: Any, attachments: Any) -> None:
        job = read_job(POCKET)
        run = create(stub, design=job.design, context=job.context, mode="router", envelope=APPROVED)
        limits = run.envelope
        assert (limits.max_plunge_rate_mm_per_min, limits.max_stepdown_mm, limits.max_depth_mm) == (300.0, 1.5, 3.0)
        wrong = deep_cut(3.0, plunge=1_000) + "(left over)\nG0 X5\n"
        assert len(wrong) > 20_000
        answer = attach(attachments, run, wrong, filename="groove.nc")
        audit = now(stub, run).program_audit
        assert answer.program_audit == audit
        assert audit.release == run_pb2.PROGRAM_RELEASE_DEVIATES
        assert [item.sha256 for item in audit.programs] == [hashlib.sha256(wrong.encode()).hexdigest()]
        assert codes(audit, audit_pb.FINDING_LEVEL_ERROR) == {"PLUNGE_OVER_LIMIT", "STEPDOWN_OVER_LIMIT"}
        assert codes(audit, audit_pb.FINDING_LEVEL_WARNING) == {"TEXT_AFTER_END"}
        plunge_line = wrong.splitlines().index("G1 Z-3.0 F1000") + 1
        assert places(audit, "PLUNGE_OVER_LIMIT") == [(plunge_line, 1000.0, 300.0)]
        assert [(value, limit) for _, value, limit in places(audit, "STEPDOWN_OVER_LIMIT")] == [(3.0, 1.5)]
        assert not any("feed" in item.sentence.lower() and "1200" in item.sentence for item in audit.report.findings)
        assert packed(stub, run) == "PROGRAM_DEVIATES"
        started = pb.RecordExecutionRequest(name=run.name, step=run_pb2.EXECUTION_STEP_STARTED)
        assert fail(stub.RecordExecution, started).reason == "PROGRAM_DEVIATES"
        asked = pb.AcceptFindingsRequest(name=run.name, person="A. Lead", reason="we cut it anyway")
        assert fail(stub.AcceptFindings, asked).reason == "PROGRAM_DEVIATES"

        passes = "G0 X0 Y0\nG0 Z0.5\n" + "".join(f"G1 Z-{depth} F300\nG1 X40 F1200\nG1 X0\n" for depth in (1.5, 3.0))
        right = HEAD + passes + TAIL
        attach(attachments, run, right, filename="groove.nc")
        corrected = now(stub, run)
        assert [item.name for item in corrected.program_audit.programs] == ["groove.nc"]
        assert corrected.program_audit.release == run_pb2.PROGRAM_RELEASE_RELEASED, corrected.program_audit
        assert len(corrected.attachments) == 2
        (before,) = corrected.program_audit.replaced
        assert (before.program.name, before.outcome) == ("groove.nc", audit_pb.AUDIT_OUTCOME_DEVIATES)
        assert {item.code for item in before.findings} == {item.code for item in audit.report.findings}
        assert before.measures.time.longest_s > 0
        assert before.create_time == audit.create_time
        assert packed(stub, run) == ""

    def test_the_correction_may_name_what_it_replaces(self, stub: Any, attachments: Any) -> None:
        run = create(stub)
        wrong = RING.replace("F1750", "F9999")
        attach(attachments, run, wrong, filename="ring.nc")
        digest = hashlib.sha256(wrong.encode()).hexdigest()
        attach(attachments, run, RING, filename="ring_2.nc", replaces_sha256=digest)
        read = now(stub, run)
        assert [item.name for item in read.program_audit.programs] == ["ring_2.nc"]
        assert read.attachments[1].replaces_sha256 == digest
        unknown = iter(parts(ring("x").encode(), parent=run.name, filename="y.nc", replaces_sha256="a" * 64))
        call = attachments.UploadAttachment.future(unknown, timeout=TIMEOUT_S)
        with pytest.raises(grpc.RpcError, match="is no program of"):
            call.result()


class TestAcceptance:
    def test_warnings_wait_for_a_named_person_and_a_reason(self, stub: Any, attachments: Any) -> None:
        run = create(stub)
        attach(attachments, run, WARNED, filename="ring.nc")
        audit = now(stub, run).program_audit
        assert audit.release == run_pb2.PROGRAM_RELEASE_NEEDS_ACCEPTANCE, audit
        assert packed(stub, run) == "REVIEW_REQUIRED"
        for wrong, field in (({"person": " "}, "person"), ({"reason": "too short"}, "reason")):
            given = {"person": "A. Lead", "reason": "the text is a comment", **wrong}
            assert field in fail(stub.AcceptFindings, pb.AcceptFindingsRequest(name=run.name, **given)).fields
        other = pb.AcceptFindingsRequest(
            name=run.name, person="A. Lead", reason="the text is a comment", findings_sha256="b" * 64
        )
        assert fail(stub.AcceptFindings, other).reason == "CONCURRENT_CHANGE"
        other.findings_sha256, other.idempotency_key = audit.findings_sha256, f"accept-{run.run_id}"
        accepted = stub.AcceptFindings(other, timeout=TIMEOUT_S).run
        assert stub.AcceptFindings(other, timeout=TIMEOUT_S).run == accepted == now(stub, run)
        given_by = accepted.program_audit.acceptance
        assert (given_by.person, given_by.reason) == ("A. Lead", "the text is a comment")
        assert packed(stub, run) == ""
        again = pb.AcceptFindingsRequest(name=run.name, person="A. Lead", reason="the text is a comment")
        assert fail(stub.AcceptFindings, again).reason == "NOT_BLOCKED"

    def test_a_further_program_ends_it(self, stub: Any, attachments: Any) -> None:
        run = create(stub)
        attach(attachments, run, WARNED, filename="one.nc")
        stub.AcceptFindings(
            pb.AcceptFindingsRequest(name=run.name, person="A. Lead", reason="the text is a comment"), timeout=TIMEOUT_S
        )
        attach(attachments, run, ring("two"), filename="two.nc")
        audit = now(stub, run).program_audit
        assert (audit.release, audit.HasField("acceptance")) == (run_pb2.PROGRAM_RELEASE_NEEDS_ACCEPTANCE, False)


class TestBytesDecide:
    @pytest.mark.parametrize("kind", ["debug", "preview", "geometry", "opplan"])
    def test_a_program_is_one_whatever_it_is_called(self, stub: Any, attachments: Any, kind: str) -> None:
        run = create(stub)
        answer = attach(attachments, run, RING.replace("F1750", "F9999"), kind=kind, filename="picture.svg")
        assert answer.attachment.is_program
        assert packed(stub, run) == "PROGRAM_DEVIATES"

    def test_what_is_called_a_program_is_judged_as_one(self, stub: Any, attachments: Any) -> None:
        run = create(stub)
        attach(attachments, run, "a note to the operator\n", filename="ring.nc")
        assert packed(stub, run) == "PROGRAM_DEVIATES"

    def test_a_refused_run_is_given_none_under_any_name(self, stub: Any, attachments: Any) -> None:
        run = create(stub, RED)
        assert run.status == run_pb2.RUN_STATUS_BLOCKED
        requests = iter(parts(RING.encode(), parent=run.name, kind="debug", filename="a.txt"))
        call = attachments.UploadAttachment.future(requests, timeout=TIMEOUT_S)
        with pytest.raises(grpc.RpcError, match="no program is released to it"):
            call.result()

    def test_those_named_at_creation_are_audited_too(self, stub: Any, attachments: Any) -> None:
        data = RING.replace("F1750", "F9998").encode()
        attachments.UploadAttachment(iter(parts(data)), timeout=TIMEOUT_S)
        named = pb.AttachmentReference(sha256=hashlib.sha256(data).hexdigest(), kind="debug", filename="notes.txt")
        run = create(stub, attachments=[named])
        assert run.program_audit.release == run_pb2.PROGRAM_RELEASE_DEVIATES
        assert run == now(stub, run)

    def test_anything_else_is_not_read_as_a_program(self, stub: Any, attachments: Any) -> None:
        run = create(stub)
        answer = attach(attachments, run, "a note\n", kind="debug", filename="note.txt")
        assert not answer.attachment.is_program
        assert not now(stub, run).HasField("program_audit")
        assert packed(stub, run) == ""


class TestSeveralProgramsOfOneSetup:
    """A pocket in two programs: the second goes where the first has cleared."""

    FIRST = HEAD + "G0 X0 Y0\nG0 Z0.5\nG1 Z-0.6 F300\nG1 X10 F1750\n" + TAIL
    SECOND = HEAD + "G0 X0 Y0\nG0 Z-0.5\nG1 Z-1.2 F300\nG1 X10 F1750\n" + TAIL

    def test_cleared_material_carries_over_in_their_order(self, stub: Any, attachments: Any) -> None:
        run = create(stub)
        attach(attachments, run, self.FIRST, filename="1_rough.nc")
        attach(attachments, run, self.SECOND, filename="2_deeper.nc")
        audit = now(stub, run).program_audit
        assert [item.name for item in audit.programs] == ["1_rough.nc", "2_deeper.nc"]
        assert audit.release == run_pb2.PROGRAM_RELEASE_RELEASED, audit.report.findings

    def test_the_second_alone_is_called_a_crash(self, stub: Any, attachments: Any) -> None:
        run = create(stub)
        attach(attachments, run, self.SECOND, filename="2_deeper.nc")
        audit = now(stub, run).program_audit
        assert "RAPID_THROUGH_MATERIAL" in codes(audit, audit_pb.FINDING_LEVEL_ERROR)


@pytest.mark.parametrize(
    ("text", "release", "code"),
    [
        ("G21 G90\nG0 Z5\nM3 S17000\nG70\n// G1 X1\nG1 Z-0.5 F300\nM30\n", "NOT_VERIFIABLE", "LATHE_CODE"),
        ("G21 G90\n#1=5\nG0 Z[#1+2]\nG1 X[#1] F[#1*10]\nM30\n", "NOT_VERIFIABLE", "EXPRESSION"),
        ("M104 S200\nM109 S200\nG28\nG1 X1 Y1 E2 F300\nG1 X2 E3\nG1 X3 E4\n", "DEVIATES", "NOT_A_MILLING_PROGRAM"),
    ],
)
def test_a_program_that_is_not_understood_never_passes(
    stub: Any, attachments: Any, text: str, release: str, code: str
) -> None:
    run = create(stub, envelope=audit_pb.ProgramEnvelope(controller=audit_pb.GCODE_CONTROLLER_LINUXCNC))
    attach(attachments, run, text, filename="strange.nc")
    audit = now(stub, run).program_audit
    found = [item.code for item in audit.report.findings]
    assert code in found, audit.report.findings
    assert len(found) < 50
    assert audit.release == run_pb2.ProgramRelease.Value(f"PROGRAM_RELEASE_{release}"), audit.report.findings
    assert packed(stub, run) == f"PROGRAM_{release}"


def test_runs_are_found_by_the_bytes_they_name(stub: Any, attachments: Any, servers: LocalServers) -> None:
    text = ring("found by its bytes")
    digest = hashlib.sha256(text.encode()).hexdigest()
    inline, attached = create(stub, gcode_text=text), create(stub)
    attach(attachments, attached, text, filename="ring.nc")
    with Rmos(runs=servers.runs.address) as client:
        assert [item.run_id for item in client.find_runs(digest)] == [attached.run_id, inline.run_id]
        assert list(client.find_runs("c" * 64)) == []
    listed = stub.ListRuns(pb.ListRunsRequest(filter=f"attachment_sha256 = {digest.upper()}"), timeout=TIMEOUT_S)
    assert [item.run_id for item in listed.runs] == [attached.run_id, inline.run_id]
    first = attachments.FindRunsByDigest(
        attachments_pb.FindRunsByDigestRequest(sha256=digest, page_size=1), timeout=TIMEOUT_S
    )
    second = attachments_pb.FindRunsByDigestRequest(sha256=digest, page_size=1, page_token=first.next_page_token)
    assert [item.run_id for item in attachments.FindRunsByDigest(second, timeout=TIMEOUT_S).runs] == [inline.run_id]
    for part in (digest[:12], digest[-12:]):
        request = attachments_pb.FindRunsByDigestRequest(sha256=part)
        assert [item.run_id for item in attachments.FindRunsByDigest(request, timeout=TIMEOUT_S).runs] == [
            attached.run_id,
            inline.run_id,
        ]
    wrong = fail(attachments.FindRunsByDigest, attachments_pb.FindRunsByDigestRequest(sha256=digest[:11]))
    assert "sha256" in wrong.fields
    assert fail(stub.ListRuns, pb.ListRunsRequest(filter="attachment_sha256 != abc")).reason == "INVALID_FILTER"


def test_while_the_reader_is_away_programs_are_not_verifiable_and_can_be_audited_later(
    own_servers: LocalServers,
) -> None:
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        stub, attachments = (
            runs_service_pb2_grpc.RunsServiceStub(channel),
            attachments_service_pb2_grpc.AttachmentsServiceStub(channel),
        )
        run = create(stub)
        address = own_servers.feasibility.address
        own_servers.feasibility.stop()
        attach(attachments, run, RING, filename="ring.nc")
        audit = now(stub, run).program_audit
        assert audit.release == run_pb2.PROGRAM_RELEASE_NOT_VERIFIABLE
        assert "UNAVAILABLE" in audit.not_audited
        assert packed(stub, run) == "PROGRAM_NOT_VERIFIABLE"
        own_servers.feasibility.start(listen=address)
        audited = stub.AuditRunPrograms(pb.AuditRunProgramsRequest(name=run.name), timeout=TIMEOUT_S).run
        assert audited.program_audit.release == run_pb2.PROGRAM_RELEASE_RELEASED
        again = stub.AuditRunPrograms(pb.AuditRunProgramsRequest(name=run.name), timeout=TIMEOUT_S).run
        assert again == audited, "what stands there already is not recorded twice"
        assert packed(stub, run) == ""


def test_a_program_over_the_limit_of_the_reader_counts_as_not_verifiable(stub: Any, attachments: Any) -> None:
    run = create(stub)
    text = HEAD + CUT + "(" + "x" * 200 + ")\n" * 1
    long = text + ("G1 X1 Y1 F1750\n" * (33 * 1024**2 // 15)) + TAIL
    attach(attachments, run, long, filename="long.nc")
    audit = now(stub, run).program_audit
    assert audit.release == run_pb2.PROGRAM_RELEASE_NOT_VERIFIABLE
    assert "long.nc has" in audit.not_audited


def test_a_program_whose_bytes_were_damaged_leaves_again_once_they_are_uploaded_again(
    own_servers: LocalServers, tmp_path: Path
) -> None:
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        stub, attachments = (
            runs_service_pb2_grpc.RunsServiceStub(channel),
            attachments_service_pb2_grpc.AttachmentsServiceStub(channel),
        )
        run = create(stub)
        attach(attachments, run, RING)
        assert packed(stub, run) == ""
        sha256 = hashlib.sha256(RING.encode()).hexdigest()
        stored = own_servers.store / "attachments" / sha256[:2] / sha256[2:4] / sha256
        stored.chmod(0o600)
        stored.write_bytes(b"G0 X0 Z-99\n")
        assert packed(stub, run) != ""
        attach(attachments, run, RING)
        assert packed(stub, run) == ""
