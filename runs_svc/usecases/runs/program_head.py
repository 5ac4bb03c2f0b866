"""The beginning of the first program of a run, for what it says of offsets and tools."""

from collections.abc import AsyncIterator

from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import BlobStore, Ledger
from runs_svc.usecases.runs.find_attachment import find_blob

_HEAD_BYTES = 1024 * 1024


class ProgramHeads:
    def __init__(self, ledger: Ledger, blobs: BlobStore) -> None:
        self._ledger = ledger
        self._blobs = blobs

    async def of(self, run: RunView) -> str:
        """The text of the first program, or its beginning; empty where there is none.

        Raises:
            AttachmentCorruptError: Its bytes are altered or missing.
        """
        first = next(iter(run.programs.programs), None)
        if first is None or first.attachment is None:
            return run.document.gcode_text
        head = bytearray()
        async for piece in self.bytes_of(run.run_id, first.attachment):
            head += piece
            if len(head) > _HEAD_BYTES:
                del head[max(head.rfind(b"\n", 0, _HEAD_BYTES), 0) :]  # a line that is cut in two is no line
                break
        return head.decode(errors="replace")

    async def bytes_of(self, run_id: RunId, attachment: Attachment) -> AsyncIterator[bytes]:
        """The bytes of an attachment.

        Raises:
            AttachmentCorruptError: They are altered or missing.
        """
        blob = await find_blob(self._ledger, run_id, attachment.digest)
        async for piece in self._blobs.read(blob, offset=0):
            yield piece
