# made from gcode.py by protos/asynchronous.py: edit that file
"""Programs audited, timed, compared and drawn, whether or not a run names them."""

from collections.abc import Sequence

from rmos.feasibility.v1 import gcode_service_pb2 as pb
from rmos.type.v1 import program_audit_pb2 as audit_pb
from rmos_client.async_calls import call, call_stream
from rmos_client.asynchronous.stubs import AsyncServiceStubs
from rmos_client.gcode import TIMEOUT_S, ProgramFile, _parts


class AsyncReadingPrograms(AsyncServiceStubs):
    """Reads the programs machines run."""

    async def audit_programs(
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
        return (await call(self.gcode.AuditProgram, requests, request_id=request_id, timeout_s=timeout_s)).report

    async def estimate_time(
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
        return await call(self.gcode.EstimateTime, requests, request_id=request_id, timeout_s=timeout_s)

    async def compare_programs(
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
        async for answer in call_stream(
            self.gcode.ComparePrograms, requests, request_id=request_id, timeout_s=timeout_s
        ):
            whole.MergeFrom(answer)
        return whole

    async def render_toolpath(
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
        return b"".join([answer.chunk async for answer in answers])
