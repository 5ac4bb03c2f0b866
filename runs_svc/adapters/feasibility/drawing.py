"""The drawer of programs over gRPC, through the client package."""

from collections.abc import AsyncIterator, Mapping, Sequence

from foundation.canonical_json import JsonObject
from foundation.errors import ServiceError
from rmos.feasibility.v1 import gcode_service_pb2 as pb
from rmos.type.v1 import program_audit_pb2 as audit_pb
from rmos_client.aio import AsyncGcodeClient
from rmos_client.errors import RmosError
from rpckit import proto_json
from runs_svc.domain.errors import DrawingUnavailableError
from runs_svc.ports import NotDrawnError, ProgramLook, SentProgram

_CHUNK_BYTES = 256 * 1024
_VIEWS: Mapping[str, "pb.ToolpathView.ValueType"] = {"top": pb.TOOLPATH_VIEW_TOP, "side": pb.TOOLPATH_VIEW_SIDE}
_FORMATS: Mapping[str, "pb.ToolpathImageFormat.ValueType"] = {
    "image/svg+xml": pb.TOOLPATH_IMAGE_FORMAT_SVG,
    "image/png": pb.TOOLPATH_IMAGE_FORMAT_PNG,
}


class RpcProgramPainter:
    def __init__(self, client: AsyncGcodeClient, *, timeout_s: float) -> None:
        self._client = client
        self._timeout_s = timeout_s

    async def draw(
        self, programs: Sequence[SentProgram], envelope: JsonObject, look: ProgramLook, *, request_id: str
    ) -> bytes:
        header = pb.RenderHeader(
            envelope=proto_json.write(audit_pb.ProgramEnvelope, envelope),
            view=_VIEWS[look.view],
            format=_FORMATS[look.mime],
            width_px=look.width_px,
        )
        parts = _Parts(header, programs)
        try:
            return await self._client.render(parts.sent(), request_id=request_id, timeout_s=self._timeout_s)
        except RmosError as error:
            if parts.failure is not None:
                raise parts.failure from error
            if error.reason == "INVALID_FIELDS":
                raise NotDrawnError("; ".join(item.description for item in error.violations)) from error
            raise DrawingUnavailableError(f"{error.code.name} {error.reason}".strip()) from error


class _Parts:
    """The stream of one call, and what its bytes failed with."""

    def __init__(self, header: pb.RenderHeader, programs: Sequence[SentProgram]) -> None:
        self._header = header
        self._programs = programs
        self.failure: ServiceError | None = None

    async def sent(self) -> AsyncIterator[pb.RenderToolpathRequest]:
        yield pb.RenderToolpathRequest(header=self._header)
        for program in self._programs:
            yield pb.RenderToolpathRequest(program=pb.ProgramStart(file_name=program.name))
            try:
                async for piece in program.read():
                    for start in range(0, len(piece), _CHUNK_BYTES):
                        yield pb.RenderToolpathRequest(chunk=piece[start : start + _CHUNK_BYTES])
            except ServiceError as error:
                self.failure = error
                raise
