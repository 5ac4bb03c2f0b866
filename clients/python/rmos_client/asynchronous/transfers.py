# made from transfers.py by protos/asynchronous.py: edit that file
"""Files up to the runs server and down from it: broken streams go on where they stopped, digests are checked."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import grpc

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos_client.async_calls import as_rmos_errors, call, metadata
from rmos_client.asynchronous.stubs import AsyncServiceStubs
from rmos_client.errors import RmosError, mint_request_id
from rmos_client.transfers import (
    _FIRST_PAUSE_S,
    _RESUMES,
    UPLOAD_TIMEOUT_S,
    Progress,
    Upload,
    _begun,
    _keep_if_right,
    _OtherPackError,
    _sha256_of,
    _staged,
    _upload_messages,
)


class AsyncTransferring(AsyncServiceStubs):
    """Uploads and downloads of any size."""

    async def upload(
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
            sha256=await asyncio.to_thread(_sha256_of, upload.path),
            size_bytes=upload.path.stat().st_size,
            kind=upload.kind,
            mime=upload.mime,
            filename=upload.path.name,
        )
        header.offset_bytes = await self.committed_bytes(header.sha256)
        for attempt in range(_RESUMES):
            try:
                if attempt:
                    header.offset_bytes = await self.committed_bytes(header.sha256)
                return await self._send(upload.path, header, used_id, progress)
            except RmosError as error:
                if error.code is not grpc.StatusCode.UNAVAILABLE:
                    raise
                await asyncio.sleep(_FIRST_PAUSE_S * 2**attempt)
        header.offset_bytes = await self.committed_bytes(header.sha256)
        return await self._send(upload.path, header, used_id, progress)

    async def committed_bytes(self, sha256: str) -> int:
        """How many bytes of an interrupted upload the server has; 0 when it has none or all."""
        request = attachments_pb.FindMissingAttachmentsRequest(sha256=[sha256])
        missing = (
            await call(self.attachments.FindMissingAttachments, request, request_id=None, timeout_s=None)
        ).missing
        return missing[0].committed_size_bytes if missing else 0

    async def _send(
        self, path: Path, header: attachments_pb.UploadHeader, request_id: str, progress: Progress
    ) -> run_pb2.Attachment:
        with as_rmos_errors(request_id):
            response = await self.attachments.UploadAttachment(
                _upload_messages(path, header, progress), timeout=UPLOAD_TIMEOUT_S, metadata=metadata(request_id)
            )
        progress(header.size_bytes)
        return response.attachment

    async def download(
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
        with staged.open("ab") as file:
            for attempt in range(_RESUMES + 1):
                try:
                    header = await self._receive(request, file, request_id, progress)
                    break
                except RmosError as error:
                    if error.code is not grpc.StatusCode.UNAVAILABLE or attempt == _RESUMES:
                        raise
                    await asyncio.sleep(_FIRST_PAUSE_S * 2**attempt)
        is_named_so = header.sha256 == sha256 or (await self._earlier_names(run_id)).get(sha256) == header.sha256
        await asyncio.to_thread(_keep_if_right, staged, target, header.sha256 if is_named_so else sha256, request_id)
        return header

    async def _earlier_names(self, run_id: str) -> Mapping[str, str]:
        """Names that attachments had where the run was imported from, each with the SHA-256 of the bytes."""
        request = pb.GetRunRequest(name=f"runs/{run_id}")
        return (await call(self.runs.GetRun, request, request_id=None, timeout_s=None)).run.origin.aliases

    async def operator_pack(
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
        for begun in _begun(target):
            request.offset_bytes = begun.stat().st_size
            try:
                return await self._receive_pack(request, target, begun, request_id, progress)
            except (_OtherPackError, RmosError) as error:
                if isinstance(error, RmosError) and error.code is not grpc.StatusCode.OUT_OF_RANGE:
                    raise
                begun.unlink(missing_ok=True)
        request.offset_bytes = 0
        return await self._receive_pack(request, target, None, request_id, progress)

    async def _receive_pack(
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
            header = (await anext(aiter(stream))).header
            staged = _staged(target, header.sha256)
            if begun is not None and begun != staged:
                stream.cancel()
                raise _OtherPackError
            with staged.open("ab") as file:
                async for message in stream:
                    file.write(message.chunk)
                    progress(file.tell(), header.size_bytes)
        await asyncio.to_thread(_keep_if_right, staged, target, header.sha256, request_id)
        return header

    async def _receive(
        self, request: attachments_pb.DownloadAttachmentRequest, file: IO[bytes], request_id: str, progress: Progress
    ) -> run_pb2.Attachment:
        """Continue after what the file holds; returns the header."""
        request.offset_bytes = file.tell()
        header = run_pb2.Attachment()
        with as_rmos_errors(request_id):
            stream = self.attachments.DownloadAttachment(
                request, timeout=UPLOAD_TIMEOUT_S, metadata=metadata(request_id)
            )
            async for message in stream:
                if message.HasField("header"):
                    header = message.header
                    continue
                file.write(message.chunk)
                progress(file.tell())
        return header
