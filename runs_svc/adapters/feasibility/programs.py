"""The reader of programs over gRPC, through the client package."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import count

from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError, ServiceError
from rmos.feasibility.v1 import gcode_service_pb2 as pb
from rmos.type.v1 import program_audit_pb2 as audit_pb
from rmos_client.aio import AsyncGcodeClient
from rmos_client.errors import RmosError
from rpckit import proto_json
from runs_svc.ports import ProgramsNotAuditedError, SentProgram

_CHUNK_BYTES = 256 * 1024
_PAUSES_S: Mapping[str, Sequence[float]] = {"TOO_MANY_CALLS": (0.2, 0.5, 1.0, 2.0), "UNAVAILABLE": (0.3, 1.0)}
"""Before it is asked again: where others have all the room there is for programs, and where it may just come back."""


class RpcProgramAuditor:
    """Asks the service. Whatever keeps it from a report about exactly these programs leaves them not audited."""

    def __init__(self, client: AsyncGcodeClient) -> None:
        self._client = client

    async def audit(
        self, programs: Sequence[SentProgram], envelope: JsonObject, *, request_id: str, timeout_s: float
    ) -> JsonObject:
        header = pb.AuditHeader(envelope=proto_json.write(audit_pb.ProgramEnvelope, envelope))
        try:
            async with asyncio.timeout(timeout_s):
                report = await self._asked(header, programs, request_id, timeout_s)
        except TimeoutError as error:
            raise ProgramsNotAuditedError("there was no time for the audit before the call's deadline") from error
        if list(report.program_sha256) != [program.sha256 for program in programs]:
            raise ProgramsNotAuditedError("the report of the feasibility service speaks of other programs")
        try:
            return proto_json.read(report, "report")
        except InvalidFieldsError as error:
            raise ProgramsNotAuditedError("the report of the feasibility service cannot be read") from error

    async def _asked(
        self, header: pb.AuditHeader, programs: Sequence[SentProgram], request_id: str, timeout_s: float
    ) -> audit_pb.ProgramAuditReport:
        for attempt in count():
            parts = _Parts(header, programs)
            try:
                return await self._client.audit(parts.sent(), request_id=request_id, timeout_s=timeout_s)
            except RmosError as error:
                pauses_s = _PAUSES_S.get(error.reason or error.code.name, ())
                if attempt >= len(pauses_s):
                    raise _translated(error, parts.failure) from error
                await asyncio.sleep(pauses_s[attempt])
        raise AssertionError("counting does not end")


class _Parts:
    """The stream of one call, and what its bytes failed with."""

    def __init__(self, header: pb.AuditHeader, programs: Sequence[SentProgram]) -> None:
        self._header = header
        self._programs = programs
        self.failure: ServiceError | None = None

    async def sent(self) -> AsyncIterator[pb.AuditProgramRequest]:
        yield pb.AuditProgramRequest(header=self._header)
        for program in self._programs:
            yield pb.AuditProgramRequest(program=pb.ProgramStart(file_name=program.name))
            try:
                async for piece in program.read():
                    for start in range(0, len(piece), _CHUNK_BYTES):
                        yield pb.AuditProgramRequest(chunk=piece[start : start + _CHUNK_BYTES])
            except ServiceError as error:
                self.failure = error
                raise


def _translated(error: RmosError, failure: ServiceError | None) -> ProgramsNotAuditedError:
    if failure is not None:
        return ProgramsNotAuditedError(f"a program could not be read: {failure}")
    said = f" ({error.reason})" if error.reason else ""
    fields = "".join(f"; {item.field}: {item.description}" for item in error.violations)
    text = f"the feasibility service could not be asked: {error.code.name}{said}{fields}"
    return ProgramsNotAuditedError(text, cause=f"{error.code.name}: {error.message}")
