"""Find what a run says of an attachment, and its bytes."""

from runs_svc.domain.errors import AttachmentCorruptError, AttachmentNotFoundError
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.runs.attachment import Attachment, Blob
from runs_svc.domain.runs.gate_guard import refuse_withdrawn
from runs_svc.ports import Ledger
from runs_svc.usecases.runs.read import read_run


async def find_attachment(ledger: Ledger, run_id: RunId, digest: Digest) -> Attachment:
    """What the run says of the attachment, which may be named as v1 named it.

    Raises:
        RunNotFoundError: There is no such run.
        AttachmentNotFoundError: The run names no such attachment.
    """
    run = read_run(await ledger.get(run_id))
    origin = run.document.origin
    sha256 = origin.aliases.get(digest.sha256, digest.sha256) if origin else digest.sha256
    for attachment in run.attachments:
        if attachment.digest.sha256 == sha256:
            return attachment
    raise AttachmentNotFoundError(digest.sha256, where=f"runs/{run_id}")


async def find_blob(ledger: Ledger, run_id: RunId, digest: Digest) -> Blob:
    """The blob of an attachment that a run names.

    Raises:
        RunWithdrawnError: The run was withdrawn, and the bytes were collected since.
        AttachmentCorruptError: The run names it, but it is not there.
    """
    blobs = await ledger.find_blobs([digest])
    if digest not in blobs:
        run = read_run(await ledger.get(run_id))
        refuse_withdrawn(run.document, run.later)
        raise AttachmentCorruptError(digest.sha256)
    return blobs[digest]
