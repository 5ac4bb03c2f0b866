"""Draw the programs of a run, or one of them."""

from collections.abc import AsyncIterator

from foundation.call import Call
from runs_svc.domain.errors import AttachmentNotFoundError, ProgramNotDrawableError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.programs import RunProgram, too_large
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import BlobStore, Ledger, NotDrawnError, ProgramLook, ProgramPainter, SentProgram
from runs_svc.usecases.runs.program_head import ProgramHeads
from runs_svc.usecases.runs.read import read_run


class RenderProgram:
    def __init__(self, ledger: Ledger, blobs: BlobStore, painter: ProgramPainter) -> None:
        self._ledger = ledger
        self._bytes = ProgramHeads(ledger, blobs)
        self._painter = painter

    async def render(self, run_id: RunId, sha256: str, look: ProgramLook, *, call: Call) -> bytes:
        """The picture.

        Args:
            run_id: The run.
            sha256: Which program; "" for all of them together.
            look: What the picture looks like.
            call: The call it is drawn in.

        Raises:
            RunNotFoundError, RunCorruptError: There is no such run, or it is altered.
            AttachmentNotFoundError: It is no program of the run.
            AttachmentCorruptError: Its bytes are altered or missing.
            ProgramNotDrawableError: There is no program, it is too large, or the service cannot draw it.
            DrawingUnavailableError: The service is away.
        """
        view = read_run(await self._ledger.get(run_id))
        programs = [item for item in view.programs.programs if sha256 in {"", item.sha256}]
        if not programs and sha256:
            raise AttachmentNotFoundError(sha256, where=f"runs/{run_id} has no program of this digest")
        reason = "it has no program" if not programs else too_large(programs)
        if reason:
            raise ProgramNotDrawableError(str(run_id), reason)
        sent = [self._sent(view, program) for program in programs]
        try:
            return await self._painter.draw(sent, view.document.envelope, look, request_id=call.request_id)
        except NotDrawnError as error:
            raise ProgramNotDrawableError(str(run_id), str(error)) from error

    def _sent(self, view: RunView, program: RunProgram) -> SentProgram:
        attachment = program.attachment
        if attachment is None:
            text = view.document.gcode_text.encode()
            return SentProgram(program.name, program.sha256, lambda: _once(text))
        return SentProgram(program.name, program.sha256, lambda: self._bytes.bytes_of(view.run_id, attachment))


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
