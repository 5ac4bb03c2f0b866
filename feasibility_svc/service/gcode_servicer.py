"""GcodeService on the wire."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Protocol, TypeVar

from feasibility_svc.domain.gcode.drawing import View
from feasibility_svc.domain.gcode.envelope import Envelope
from feasibility_svc.domain.gcode.jobs import (
    Comparison,
    Estimate,
    GivenUp,
    audit_programs,
    compare_programs,
    estimate_programs,
    unfinished,
    unfinished_report,
)
from feasibility_svc.service import gcode_messages as messages
from feasibility_svc.service.program_intake import receive
from foundation.errors import InvalidFieldsError
from rmos.feasibility.v1 import gcode_service_pb2 as pb
from rmos.feasibility.v1 import gcode_service_pb2_grpc as pb_grpc
from rpckit.server_context import ServicerContext

T = TypeVar("T")

_CHUNK_BYTES = 256 * 1024
_USUAL_WIDTH_PX, _LEAST_WIDTH_PX, _MOST_WIDTH_PX = 1_000, 100, 4_000
_VIEWS = {pb.TOOLPATH_VIEW_UNSPECIFIED: View.TOP, pb.TOOLPATH_VIEW_TOP: View.TOP, pb.TOOLPATH_VIEW_SIDE: View.SIDE}
_FORMATS = {
    pb.TOOLPATH_IMAGE_FORMAT_UNSPECIFIED: ("SVG", "image/svg+xml"),
    pb.TOOLPATH_IMAGE_FORMAT_SVG: ("SVG", "image/svg+xml"),
    pb.TOOLPATH_IMAGE_FORMAT_PNG: ("PNG", "image/png"),
}


class Workers(Protocol):
    """Runs long work away from the calls that are served."""

    limit_s: float

    async def run(self, function: Callable[..., T], *arguments: object) -> T | GivenUp:
        """The function's answer, or why there is none."""
        ...


class GcodeServicer(pb_grpc.GcodeServiceServicer):
    def __init__(self, workers: Workers, draw_programs: Callable[..., bytes]) -> None:
        self._workers = workers
        self._draw_programs = draw_programs

    async def AuditProgram(
        self, requests: AsyncIterator[pb.AuditProgramRequest], context: ServicerContext
    ) -> pb.AuditProgramResponse:
        intake = await receive(requests, pb.AuditHeader)
        envelope = messages.read_envelope(intake.header.envelope, "header.envelope")
        before = messages.read_count(intake.header.programs_before_count, "header.programs_before_count")
        report = await self._workers.run(audit_programs, intake.programs, envelope, before)
        if isinstance(report, GivenUp):
            report = unfinished_report(envelope, report, self._workers.limit_s)
        return pb.AuditProgramResponse(report=messages.write_report(report, intake.sha256))

    async def EstimateTime(
        self, requests: AsyncIterator[pb.EstimateTimeRequest], context: ServicerContext
    ) -> pb.EstimateTimeResponse:
        intake = await receive(requests, pb.EstimateHeader)
        controller = messages.read_controller(intake.header.controller, "header.controller")
        machine = messages.read_machine(intake.header.machine, "header.machine")
        estimate = await self._workers.run(estimate_programs, intake.programs, controller, machine)
        if isinstance(estimate, GivenUp):
            estimate = Estimate((), unfinished(estimate, self._workers.limit_s))
        return pb.EstimateTimeResponse(
            times=[messages.write_time(time) for time in estimate.times],
            findings=messages.write_findings(estimate.findings),
        )

    async def ComparePrograms(
        self, requests: AsyncIterator[pb.CompareProgramsRequest], context: ServicerContext
    ) -> AsyncIterator[pb.CompareProgramsResponse]:
        intake = await receive(requests, pb.CompareHeader)
        if len(intake.programs) != 2:
            raise InvalidFieldsError.one("program", f"{len(intake.programs)} programs; two are compared")
        envelope = messages.read_envelope(intake.header.envelope, "header.envelope")
        comparison = await self._workers.run(compare_programs, *intake.programs, envelope)
        if isinstance(comparison, GivenUp):
            comparison = Comparison((), unfinished(comparison, self._workers.limit_s))
        yield pb.CompareProgramsResponse(
            differences=messages.write_differences(comparison.differences),
            identical=intake.programs[0] == intake.programs[1],
            findings=messages.write_findings(comparison.findings),
        )

    async def RenderToolpath(
        self, requests: AsyncIterator[pb.RenderToolpathRequest], context: ServicerContext
    ) -> AsyncIterator[pb.RenderToolpathResponse]:
        intake = await receive(requests, pb.RenderHeader)
        header = intake.header
        envelope = _envelope(header)
        view = _chosen(_VIEWS, header.view, "header.view")
        picture_format, mime = _chosen(_FORMATS, header.format, "header.format")
        look = (view, picture_format, _width(header.width_px))
        picture = await self._workers.run(self._draw_programs, intake.programs, envelope, look)
        if isinstance(picture, GivenUp):
            raise InvalidFieldsError.one("chunk", unfinished(picture, self._workers.limit_s)[0].sentence)
        for start in range(0, len(picture), _CHUNK_BYTES):
            chunk = picture[start : start + _CHUNK_BYTES]
            yield pb.RenderToolpathResponse(chunk=chunk, mime="" if start else mime)


def _envelope(header: pb.RenderHeader) -> Envelope | None:
    return messages.read_envelope(header.envelope, "header.envelope") if header.HasField("envelope") else None


def _chosen(known: Mapping[Any, T], number: int, path: str) -> T:
    if number not in known:
        raise InvalidFieldsError.one(path, f"{number} is not allowed: {sorted(known)}")
    return known[number]


def _width(width_px: int) -> int:
    if width_px and not _LEAST_WIDTH_PX <= width_px <= _MOST_WIDTH_PX:
        raise InvalidFieldsError.one(
            "header.width_px", f"{width_px} is not allowed: {_LEAST_WIDTH_PX} to {_MOST_WIDTH_PX}"
        )
    return width_px or _USUAL_WIDTH_PX
