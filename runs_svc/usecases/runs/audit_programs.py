"""Audit the programs of a run, and record what is found.

1. the programs of the run as it is, in their order; without any there is nothing to do
2. those that are too large, or more than are read together, are not audited, and the record says so
3. the reader compares them with the envelope of the run, within what the call leaves of time; a run without one is
   compared with nothing, which is not verifiable
4. what was found is recorded; what stands there already is not recorded twice
"""

import logging
from collections.abc import AsyncIterator
from typing import Protocol

from foundation.call import Call
from foundation.canonical_json import JsonObject
from rpckit.threads import in_thread
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.attachment import PROGRAM_KIND, Attachment, Blob
from runs_svc.domain.runs.program_audit import compose_audit, compose_missing_audit
from runs_svc.domain.runs.program_bytes import ProgramSniffer
from runs_svc.domain.runs.program_gate import ProgramVerdict
from runs_svc.domain.runs.programs import RunProgram, too_large
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import BlobStore, Ledger, ProgramAuditor, ProgramsNotAuditedError, SentProgram
from runs_svc.usecases.runs.amend import AmendRun, NewAmendment
from runs_svc.usecases.runs.find_attachment import find_blob
from runs_svc.usecases.runs.read import read_run

log = logging.getLogger("rmos.runs")
_RECORDING_RESERVE = 0.2
"""Share of the caller's remaining time reserved for recording what was found."""


class RunPrograms(Protocol):
    """What recording and attaching need of programs."""

    async def is_program(self, attachment: Attachment, blob: Blob) -> bool:
        """Whether the bytes of an attachment are a program, where that is not said already."""
        ...

    async def audit_view(self, view: RunView, *, call: Call) -> RunView:
        """The run with what is found in its programs."""
        ...


class AuditPrograms:
    def __init__(
        self, ledger: Ledger, blobs: BlobStore, auditor: ProgramAuditor, amend_run: AmendRun, *, timeout_s: float
    ) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._auditor = auditor
        self._amend_run = amend_run
        self._timeout_s = timeout_s

    async def audit(self, run_id: RunId, *, call: Call) -> RunView:
        """The run with what is found in its programs now.

        Raises:
            RunNotFoundError, RunWithdrawnError, ConcurrentChangeError, StoreBusyError: As adding an amendment.
        """
        return await self.audit_view(read_run(await self._ledger.get(run_id)), call=call)

    async def audit_view(self, view: RunView, *, call: Call) -> RunView:
        """As `audit`, for a run that was read."""
        verdict = view.programs
        if not verdict.programs:
            return view
        body = await self._body(view, verdict, call)
        if _says_nothing_new(body, verdict):
            return view
        return await self._amend_run.amend(view.run_id, NewAmendment(AmendmentKind.AUDIT, body), call=call)

    async def is_program(self, attachment: Attachment, blob: Blob) -> bool:
        """Whether an attachment is a program. What is called one is not looked into: it counts as one anyway."""
        if attachment.kind == PROGRAM_KIND:
            return False
        sniffer = ProgramSniffer()
        async for piece in self._blobs.read(blob, offset=0):
            if not await in_thread(sniffer.take, piece):
                break
        return sniffer.is_program

    async def _body(self, view: RunView, verdict: ProgramVerdict, call: Call) -> JsonObject:
        reason = too_large(verdict.programs)
        if reason:
            return compose_missing_audit(verdict.programs, reason)
        remaining_s = call.remaining_s()
        timeout_s = self._timeout_s
        if remaining_s is not None:
            timeout_s = min(timeout_s, max(remaining_s * (1 - _RECORDING_RESERVE), 0.0))
        sent = [self._sent(view, program) for program in verdict.programs]
        envelope = view.document.envelope
        try:
            report = await self._auditor.audit(sent, envelope, request_id=call.request_id, timeout_s=timeout_s)
        except ProgramsNotAuditedError as error:
            log.warning("programs not audited", extra={"request_id": call.request_id, "cause": error.cause})
            return compose_missing_audit(verdict.programs, str(error))
        return compose_audit(verdict.programs, report)

    def _sent(self, view: RunView, program: RunProgram) -> SentProgram:
        if program.attachment is None:
            text = view.document.gcode_text.encode()
            return SentProgram(program.name, program.sha256, lambda: _once(text))
        attachment = program.attachment
        return SentProgram(program.name, program.sha256, lambda: self._bytes_of(view.run_id, attachment))

    async def _bytes_of(self, run_id: RunId, attachment: Attachment) -> AsyncIterator[bytes]:
        blob = await find_blob(self._ledger, run_id, attachment.digest)
        async for piece in self._blobs.read(blob, offset=0):
            yield piece


def _says_nothing_new(body: JsonObject, verdict: ProgramVerdict) -> bool:
    """Whether an audit found what the one that counts says, or found nothing where there is one."""
    known = verdict.audit
    if known is None:
        return False
    if body["not_audited"]:
        return known.not_audited in {"", body["not_audited"]}
    return not known.not_audited and known.findings_sha256 == body["findings_sha256"]


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
