"""Files up to the runs server and down from it: broken streams go on where they stopped, digests are checked."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import IO

import grpc

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos_client.calls import as_rmos_errors, call, metadata
from rmos_client.errors import RmosError, mint_request_id
from rmos_client.stubs import ServiceStubs

CHUNK_BYTES = 256 * 1024
UPLOAD_TIMEOUT_S = 3_600.0
_RESUMES = 5
_FIRST_PAUSE_S = 0.2
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to attach to a run."""

    path: Path
    kind: str
    mime: str = "application/octet-stream"


class Transferring(ServiceStubs):
    """Uploads and downloads of any size."""

    def upload(
        self,
        upload: Upload,
        *,
        run_id: str | None = None,
        request_id: str | None = None,
        progress: Progress = lambda sent_bytes: None,
    ) -> run_pb2.Attachment:
        """Store a file, and name it in a run when one is given. A broken stream is resumed.

        A server that was never reached is not waited for.

        Raises:
            RmosError: SAFETY_BLOCKED, ATTACHMENT_TOO_LARGE, RUN_NOT_FOUND …
        """
        used_id = request_id or mint_request_id()
        header = attachments_pb.UploadHeader(
            parent=f"runs/{run_id}" if run_id else "",
            sha256=_sha256_of(upload.path),
            size_bytes=upload.path.stat().st_size,
            kind=upload.kind,
            mime=upload.mime,
            filename=upload.path.name,
        )
        header.offset_bytes = self.committed_bytes(header.sha256)  # an earlier program may have begun it
        for attempt in range(_RESUMES):  # from here on a server was there, and is waited for
            try:
                if attempt:
                    header.offset_bytes = self.committed_bytes(header.sha256)
                return self._send(upload.path, header, used_id, progress)
            except RmosError as error:
                if error.code is not grpc.StatusCode.UNAVAILABLE:
                    raise
                time.sleep(_FIRST_PAUSE_S * 2**attempt)  # a server that restarts is back within seconds
        header.offset_bytes = self.committed_bytes(header.sha256)
        return self._send(upload.path, header, used_id, progress)

    def committed_bytes(self, sha256: str) -> int:
        """How many bytes of an interrupted upload the server has; 0 when it has none or all."""
        request = attachments_pb.FindMissingAttachmentsRequest(sha256=[sha256])
        missing = call(self.attachments.FindMissingAttachments, request, request_id=None, timeout_s=None).missing
        return missing[0].committed_size_bytes if missing else 0

    def _send(
        self, path: Path, header: attachments_pb.UploadHeader, request_id: str, progress: Progress
    ) -> run_pb2.Attachment:
        with as_rmos_errors(request_id):
            response = self.attachments.UploadAttachment(
                _upload_messages(path, header, progress), timeout=UPLOAD_TIMEOUT_S, metadata=metadata(request_id)
            )
        progress(header.size_bytes)
        return response.attachment

    def download(
        self, run_id: str, sha256: str, target: Path, *, progress: Progress = lambda received_bytes: None
    ) -> run_pb2.Attachment:
        """Write an attachment to a file, which appears only when every byte is there and right.

        What an interrupted download has left beside the file is gone on from. An attachment of an imported run may be
        asked for by the name it had there; the header tells the SHA-256 of its bytes.

        Raises:
            RmosError: ATTACHMENT_NOT_FOUND, ATTACHMENT_CORRUPT.
        """
        request_id = mint_request_id()
        request = attachments_pb.DownloadAttachmentRequest(name=f"runs/{run_id}/attachments/{sha256}")
        staged = _staged(target, sha256)
        with staged.open("ab") as file:  # an earlier program may have begun it
            for attempt in range(_RESUMES + 1):
                try:
                    header = self._receive(request, file, request_id, progress)
                    break
                except RmosError as error:
                    if error.code is not grpc.StatusCode.UNAVAILABLE or attempt == _RESUMES:
                        raise
                    time.sleep(_FIRST_PAUSE_S * 2**attempt)
        is_named_so = header.sha256 == sha256 or self._earlier_names(run_id).get(sha256) == header.sha256
        _keep_if_right(staged, target, header.sha256 if is_named_so else sha256, request_id)
        return header

    def _earlier_names(self, run_id: str) -> Mapping[str, str]:
        """Names that attachments had where the run was imported from, each with the SHA-256 of the bytes."""
        request = pb.GetRunRequest(name=f"runs/{run_id}")
        return call(self.runs.GetRun, request, request_id=None, timeout_s=None).run.origin.aliases

    def operator_pack(
        self, run_id: str, target: Path, *, progress: Callable[[int, int], None] = lambda received, total: None
    ) -> pb.OperatorPackHeader:
        """Write the pack for the person at the machine to a file, which appears only when all of it is there and right.

        What an interrupted download has left beside the file is gone on from, while the pack is still the same.

        Args:
            run_id: The run.
            target: File to write.
            progress: Told the bytes received so far, and all that there are.

        Raises:
            RmosError: SAFETY_BLOCKED while the gate is closed, RUN_NOT_FOUND, ATTACHMENT_CORRUPT.
        """
        request_id = mint_request_id()
        request = pb.GetOperatorPackRequest(name=f"runs/{run_id}")
        for begun in _begun(target):  # by an earlier program
            request.offset_bytes = begun.stat().st_size
            try:
                return self._receive_pack(request, target, begun, request_id, progress)
            except (_OtherPackError, RmosError) as error:
                if isinstance(error, RmosError) and error.code is not grpc.StatusCode.OUT_OF_RANGE:
                    raise
                begun.unlink(missing_ok=True)  # of a pack that is no more
        request.offset_bytes = 0
        return self._receive_pack(request, target, None, request_id, progress)

    def _receive_pack(
        self,
        request: pb.GetOperatorPackRequest,
        target: Path,
        begun: Path | None,
        request_id: str,
        progress: Callable[[int, int], None],
    ) -> pb.OperatorPackHeader:
        """Continue after what was begun; returns the header.

        Raises:
            _OtherPackError: The pack is another one than was begun.
        """
        with as_rmos_errors(request_id):
            stream = self.runs.GetOperatorPack(request, timeout=UPLOAD_TIMEOUT_S, metadata=metadata(request_id))
            header = next(stream).header
            staged = _staged(target, header.sha256)
            if begun is not None and begun != staged:
                stream.cancel()
                raise _OtherPackError
            with staged.open("ab") as file:
                for message in stream:
                    file.write(message.chunk)
                    progress(file.tell(), header.size_bytes)
        _keep_if_right(staged, target, header.sha256, request_id)
        return header

    def _receive(
        self,
        request: attachments_pb.DownloadAttachmentRequest,
        file: IO[bytes],
        request_id: str,
        progress: Progress,
    ) -> run_pb2.Attachment:
        """Continue after what the file holds; returns the header."""
        request.offset_bytes = file.tell()
        header = run_pb2.Attachment()
        with as_rmos_errors(request_id):
            stream = self.attachments.DownloadAttachment(
                request, timeout=UPLOAD_TIMEOUT_S, metadata=metadata(request_id)
            )
            for message in stream:
                if message.HasField("header"):
                    header = message.header
                    continue
                file.write(message.chunk)
                progress(file.tell())
        return header


class _OtherPackError(Exception):
    """What was begun is no part of what there is now."""


def _staged(target: Path, sha256: str) -> Path:
    """Where a download lies until all of it is there: beside its file, with the digest it will have."""
    return target.with_name(f"{target.name}.{sha256[:12]}.part")


def _begun(target: Path) -> list[Path]:
    """What earlier downloads to a file have left."""
    named = f"{escape(target.name)}.{'[0-9a-f]' * 12}.part"
    return sorted(target.parent.glob(named))


def _keep_if_right(staged: Path, target: Path, sha256: str, request_id: str) -> None:
    if _sha256_of(staged) != sha256:
        staged.unlink()
        raise RmosError(
            code=grpc.StatusCode.DATA_LOSS,
            reason="ATTACHMENT_CORRUPT",
            message="the bytes received do not have the digest asked for",
            request_id=request_id,
        )
    staged.replace(target)


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _upload_messages(
    path: Path, header: attachments_pb.UploadHeader, progress: Progress
) -> Iterator[attachments_pb.UploadAttachmentRequest]:
    yield attachments_pb.UploadAttachmentRequest(header=header)
    with path.open("rb") as file:
        file.seek(header.offset_bytes)
        while chunk := file.read(CHUNK_BYTES):
            yield attachments_pb.UploadAttachmentRequest(chunk=chunk)
            progress(file.tell())
