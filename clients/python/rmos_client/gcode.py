"""Programs audited, timed, compared and drawn, whether or not a run names them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rmos.feasibility.v1 import gcode_service_pb2 as pb
from rmos.type.v1 import program_audit_pb2 as audit_pb
from rmos_client.calls import call, call_stream
from rmos_client.stubs import ServiceStubs

CHUNK_BYTES = 256 * 1024
TIMEOUT_S = 300.0


@dataclass(frozen=True, slots=True)
class ProgramFile:
    """A program as it is sent."""

    name: str
    data: bytes


class ReadingPrograms(ServiceStubs):
    """Reads the programs machines run."""

    def audit_programs(
        self,
        programs: Sequence[ProgramFile],
        envelope: audit_pb.ProgramEnvelope,
        *,
        programs_before: int = 0,
        request_id: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> audit_pb.ProgramAuditReport:
        """The report on the programs of one setup, in their order.

        Raises:
            RmosError: INVALID_FIELDS names what is wrong with the envelope, or which limit the programs exceed.
        """
        header = pb.AuditHeader(envelope=envelope, programs_before_count=programs_before)
        requests = _parts(pb.AuditProgramRequest, header, programs)
        return call(self.gcode.AuditProgram, requests, request_id=request_id, timeout_s=timeout_s).report

    def estimate_time(
        self,
        programs: Sequence[ProgramFile],
        header: pb.EstimateHeader,
        *,
        request_id: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> pb.EstimateTimeResponse:
        """How long each program takes.

        Raises:
            RmosError: As `audit_programs`.
        """
        requests = _parts(pb.EstimateTimeRequest, header, programs)
        return call(self.gcode.EstimateTime, requests, request_id=request_id, timeout_s=timeout_s)

    def compare_programs(
        self,
        before: ProgramFile,
        after: ProgramFile,
        envelope: audit_pb.ProgramEnvelope,
        *,
        request_id: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> pb.CompareProgramsResponse:
        """What changed from one program to the other.

        Raises:
            RmosError: As `audit_programs`.
        """
        requests = _parts(pb.CompareProgramsRequest, pb.CompareHeader(envelope=envelope), [before, after])
        whole = pb.CompareProgramsResponse()
        for answer in call_stream(self.gcode.ComparePrograms, requests, request_id=request_id, timeout_s=timeout_s):
            whole.MergeFrom(answer)
        return whole

    def render_toolpath(
        self,
        programs: Sequence[ProgramFile],
        header: pb.RenderHeader,
        *,
        request_id: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> bytes:
        """A picture of the programs.

        Raises:
            RmosError: As `audit_programs`.
        """
        requests = _parts(pb.RenderToolpathRequest, header, programs)
        answers = call_stream(self.gcode.RenderToolpath, requests, request_id=request_id, timeout_s=timeout_s)
        return b"".join(answer.chunk for answer in answers)


def _parts(message: Any, header: Any, programs: Sequence[ProgramFile]) -> Iterator[Any]:
    yield message(header=header)
    for program in programs:
        yield message(program=pb.ProgramStart(file_name=program.name))
        for start in range(0, len(program.data), CHUNK_BYTES):
            yield message(chunk=program.data[start : start + CHUNK_BYTES])
