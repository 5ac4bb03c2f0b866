"""Take an attachment in: bytes to the blob store, and an amendment when a run is to name them.

1. a run whose gate blocks gets no program, tool path or plan
2. bytes that are stored already, and still have their digest, are not sent again
3. bytes become visible only when size and digest agree
4. only then is the blob noted, and only then the amendment appended
5. what the bytes are decides: a program, whatever it is called, is refused where a program is, and audited at once
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

from foundation.call import Call
from foundation.errors import InvalidFieldsError
from foundation.identity import RecordedIdentity
from foundation.timestamps import write_time
from runs_svc.domain.errors import AttachmentTooLargeError
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.runs.attachment import PROGRAM_KIND, Attachment, Blob
from runs_svc.domain.runs.document import read_document
from runs_svc.domain.runs.gate_guard import refuse_program, refuse_withdrawn
from runs_svc.domain.runs.programs import is_program
from runs_svc.domain.runs.run import compose_attachment
from runs_svc.domain.runs.run_view import RunView, attached
from runs_svc.ports import BlobStore, Clock, Ledger
from runs_svc.usecases.runs.audit_programs import RunPrograms
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.runs.sizes import LARGEST_WITH_NOTES, UNWEIGHED, RunSizes

_PIECE_BYTES = 256 * 1024
_LINK_BYTES = 4 * 1_024
"""What an attachment adds to its run, at most."""


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment as recorded; `already_stored` when its bytes were there before."""

    attachment: Attachment
    already_stored: bool
    audited: RunView | None = None
    """The run with what was found in its programs, where the bytes are one."""


class Attach:
    def __init__(
        self,
        ledger: Ledger,
        blobs: BlobStore,
        *,
        clock: Clock,
        largest_bytes: int,
        programs: RunPrograms,
        sizes: RunSizes = UNWEIGHED,
    ) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._clock = clock
        self._largest_bytes = largest_bytes
        self._sizes = sizes
        self._programs = programs
        self._keeping = asyncio.Lock()

    async def attach(
        self,
        declared: Attachment,
        chunks: AsyncIterator[bytes],
        *,
        offset: int,
        run_id: RunId | None,
        call: Call,
    ) -> Attached:
        """The attachment as recorded.

        Raises:
            AttachmentTooLargeError, DigestMismatchError, OffsetOutOfRangeError, UploadInProgressError,
            StorageFullError, StoreBusyError: The bytes were not taken.
            RunNotFoundError, RunWithdrawnError, GateClosedError, RecordTooLargeError, InvalidFieldsError: The run does
            not take the attachment.
        """
        if declared.size_bytes > self._largest_bytes:
            raise AttachmentTooLargeError(declared.size_bytes, self._largest_bytes)
        run = None if run_id is None else await self._run_taking(declared, run_id)
        known = await self._stored(declared.digest)
        blob = known or await self._take(declared, chunks, offset)
        attachment = replace(declared, size_bytes=blob.size_bytes, created_at_utc=write_time(self._clock.now()))
        if run is None:
            return Attached(attachment, already_stored=known is not None)
        if await self._programs.is_program(attachment, blob):
            attachment = replace(attachment, is_program=True)
            refuse_program(run.document, run.later, PROGRAM_KIND)
        attachment = await self._link(attachment, run.run_id, call)
        audited = None
        if is_program(attachment):
            audited = await self._programs.audit_view(read_run(await self._ledger.get(run.run_id)), call=call)
        return Attached(attachment, already_stored=known is not None, audited=audited)

    async def _run_taking(self, declared: Attachment, run_id: RunId) -> RunView:
        """The run that an attachment is for, if it takes one of its kind."""
        stored = await self._ledger.get(run_id)
        run = read_run(stored)
        refuse_withdrawn(run.document, run.later)
        refuse_program(run.document, run.later, declared.kind)
        if not self._sizes.surely_fits(stored.json_bytes + _LINK_BYTES, LARGEST_WITH_NOTES):
            self._sizes.check(run, LARGEST_WITH_NOTES - _LINK_BYTES)
        taken = {declared.replaces_sha256, declared.digest.sha256}
        if declared.replaces_sha256 and all(item.sha256 not in taken for item in run.programs.programs):
            text = f"{declared.replaces_sha256} is no program of {run_id}"
            raise InvalidFieldsError.one("header.replaces_sha256", text)
        return run

    async def _link(self, attachment: Attachment, run_id: RunId, call: Call) -> Attachment:
        amendment = await self._ledger.append(
            run_id,
            kind="attachment",
            record_id=f"{run_id}/{attachment.digest}",
            compose=compose_attachment(
                attachment,
                run_id=run_id,
                request_id=call.request_id,
                identity=RecordedIdentity.of(call.identity),
            ),
        )
        return attached(read_document(amendment))

    async def content(
        self, data: bytes, *, kind: str, mime: str, filename: str, run_id: RunId | None, call: Call
    ) -> Attachment:
        """Bytes that are here already, stored and attached to a run if one is given. Equal bytes wait for each other.

        Raises:
            As a call of this object.
        """
        digest = Digest(hashlib.sha256(data).hexdigest())
        declared = Attachment(digest, kind, mime, filename, len(data), "")
        async with self._keeping:
            return (await self.attach(declared, _pieces(data), offset=0, run_id=run_id, call=call)).attachment

    async def missing(self, digests: Sequence[Digest]) -> Mapping[Digest, int]:
        """Which bytes are still to be sent, and how many of each were taken already. Looks for files, not into them."""
        noted = await self._ledger.find_blobs(digests)
        return {
            digest: await self._blobs.committed_bytes(digest)
            for digest in digests
            if digest not in noted or not await self._blobs.is_there(noted[digest])
        }

    async def _stored(self, digest: Digest) -> Blob | None:
        """The bytes as noted, if they are still what was stored: saying so of lost ones would acknowledge nothing."""
        noted = (await self._ledger.find_blobs([digest])).get(digest)
        return noted if noted is not None and await self._blobs.digest_of(digest) == digest.sha256 else None

    async def _take(self, declared: Attachment, chunks: AsyncIterator[bytes], offset: int) -> Blob:
        upload = await self._blobs.open_upload(declared.digest, size_bytes=declared.size_bytes, offset=offset)
        try:
            async for chunk in chunks:
                await upload.write(chunk)
            blob = await upload.commit()
        finally:
            await upload.close()
        await self._ledger.add_blob(blob, created_at_utc=write_time(self._clock.now()))
        return blob


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), _PIECE_BYTES):
        yield data[start : start + _PIECE_BYTES]
