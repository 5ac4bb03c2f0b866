"""Façade of the runs server."""

import hashlib
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import grpc
from google.protobuf import json_format, struct_pb2

from rmos.runs.v1 import (
    attachments_service_pb2 as attachments_pb,
)
from rmos.runs.v1 import (
    attachments_service_pb2_grpc,
    run_pb2,
    runs_service_pb2_grpc,
)
from rmos.runs.v1 import (
    runs_service_pb2 as pb,
)
from rmos.system.v1 import system_service_pb2, system_service_pb2_grpc
from rmos.type.v1 import context_pb2, design_pb2, program_audit_pb2
from rmos_client import whole_answers
from rmos_client.calls import as_rmos_errors, call, metadata, pages
from rmos_client.channel import open_channel
from rmos_client.errors import RmosError, mint_request_id

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


class RunsClient:
    """Client of the runs service: records attempts and verifies them. Use as a context manager, or call `close`."""

    def __init__(self, address: str) -> None:
        self._channel = open_channel(address)
        self._runs = runs_service_pb2_grpc.RunsServiceStub(self._channel)
        self._attachments = attachments_service_pb2_grpc.AttachmentsServiceStub(self._channel)
        self._system = system_service_pb2_grpc.SystemServiceStub(self._channel)

    def __enter__(self) -> "RunsClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._channel.close()

    def create_run(
        self,
        design: design_pb2.Design,
        context: context_pb2.Context,
        *,
        mode: str,
        engine_id: str = "",
        attachments: Sequence[run_pb2.Attachment] = (),
        gcode_text: str = "",
        linkage: run_pb2.RunLinkage | None = None,
        source_request: Mapping[str, object] | None = None,
        envelope: program_audit_pb2.ProgramEnvelope | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> run_pb2.Run:
        """Record an attempt. Without a key of your own one is made, so that retries never record twice.

        Raises:
            RmosError: INVALID_FIELDS, IDEMPOTENCY_KEY_REUSED, ATTACHMENT_NOT_FOUND …
        """
        request = pb.CreateRunRequest(
            design=design,
            context=context,
            mode=mode,
            engine_id=engine_id,
            idempotency_key=idempotency_key or str(uuid.uuid4()),
            attachments=[
                pb.AttachmentReference(sha256=item.sha256, kind=item.kind, mime=item.mime, filename=item.filename)
                for item in attachments
            ],
            gcode_text=gcode_text,
            linkage=linkage,
            envelope=envelope,
        )
        if source_request is not None:
            request.source_request.CopyFrom(json_format.ParseDict(dict(source_request), struct_pb2.Value()))
        return call(self._runs.CreateRun, request, request_id=request_id, timeout_s=timeout_s).run

    def get_run(self, run_id: str, *, request_id: str | None = None) -> run_pb2.Run:
        """The run with an id.

        Raises:
            RmosError: RUN_NOT_FOUND, ARTIFACT_CORRUPT.
        """
        request = pb.GetRunRequest(name=f"runs/{run_id}")
        return call(self._runs.GetRun, request, request_id=request_id, timeout_s=None).run

    def batch_get_runs(self, run_ids: Sequence[str]) -> tuple[Sequence[run_pb2.Run], Sequence[str]]:
        """The runs found, in the order asked for, and the names that are absent or cannot be read; at most 100."""
        return whole_answers.read_runs(self._runs, [f"runs/{run_id}" for run_id in run_ids])

    def list_runs(self, *, filter: str = "", page_size: int = 50, order_by: str = "") -> Iterator[pb.RunSummary]:
        """All runs that match, page after page, newest first.

        Raises:
            RmosError: INVALID_FILTER; ARTIFACT_CORRUPT names records that cannot be read.
        """
        request = pb.ListRunsRequest(filter=filter, page_size=page_size, order_by=order_by)
        yield from pages(self._runs.ListRuns, request, "runs")

    def get_document(self, run_id: str) -> tuple[bytes, str]:
        """The exact bytes of the record, and their SHA-256."""
        return whole_answers.read_document(self._runs, f"runs/{run_id}")

    def diff_runs(
        self, left: str, right: str, *, include_gcode: bool = False, attach_full: bool = False
    ) -> pb.DiffRunsResponse:
        """What differs between two runs, gravest first.

        Raises:
            RmosError: RUN_NOT_FOUND, ARTIFACT_CORRUPT.
        """
        request = pb.DiffRunsRequest(
            left=f"runs/{left}", right=f"runs/{right}", include_gcode=include_gcode, attach_full=attach_full
        )
        return call(self._runs.DiffRuns, request, request_id=None, timeout_s=60.0)

    def render_preview(
        self,
        run_id: str,
        *,
        mime: str = "image/svg+xml",
        size_px: int = 600,
        view: design_pb2.RosetteView.ValueType = design_pb2.ROSETTE_VIEW_WHOLE,
        attach: bool = False,
    ) -> pb.RenderRunPreviewResponse:
        """The rosette of a run as SVG or PNG.

        Raises:
            RmosError: RUN_NOT_FOUND, NOTHING_TO_DRAW, INVALID_FIELDS.
        """
        request = pb.RenderRunPreviewRequest(
            name=f"runs/{run_id}", mime=mime, size_px=size_px, view=view, attach=attach
        )
        return call(self._runs.RenderRunPreview, request, request_id=None, timeout_s=60.0)

    def lineage(self, run_id: str, *, hops: int = 10) -> pb.GetRunLineageResponse:
        """What a run comes from and what came from it.

        Raises:
            RmosError: RUN_NOT_FOUND.
        """
        request = pb.GetRunLineageRequest(name=f"runs/{run_id}", max_hops_up=hops, max_hops_down=hops)
        return call(self._runs.GetRunLineage, request, request_id=None, timeout_s=None)

    def set_legal_hold(self, run_id: str, *, held: bool, person: str, reason: str) -> run_pb2.Run:
        """Place a legal hold on a run, or release it.

        Raises:
            RmosError: RUN_NOT_FOUND, RUN_WITHDRAWN, INVALID_FIELDS.
        """
        request = pb.SetLegalHoldRequest(name=f"runs/{run_id}", held=held, person=person, reason=reason)
        return call(self._runs.SetLegalHold, request, request_id=None, timeout_s=None).run

    def verify_run(self, run_id: str) -> run_pb2.RunVerification:
        """What was recomputed of a run, and whether it is still what was recorded."""
        request = pb.VerifyRunRequest(name=f"runs/{run_id}")
        return call(self._runs.VerifyRun, request, request_id=None, timeout_s=60.0).verification

    def upload(
        self,
        upload: Upload,
        *,
        run_id: str | None = None,
        request_id: str | None = None,
        progress: Progress = lambda sent_bytes: None,
    ) -> run_pb2.Attachment:
        """Store a file, and name it in a run when one is given. A broken stream is resumed.

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
        for attempt in range(_RESUMES):
            try:
                if attempt or header.size_bytes > CHUNK_BYTES:  # an earlier program may have begun it
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
        missing = call(self._attachments.FindMissingAttachments, request, request_id=None, timeout_s=None).missing
        return missing[0].committed_size_bytes if missing else 0

    def _send(
        self, path: Path, header: attachments_pb.UploadHeader, request_id: str, progress: Progress
    ) -> run_pb2.Attachment:
        with as_rmos_errors(request_id):
            response = self._attachments.UploadAttachment(
                _upload_messages(path, header, progress), timeout=UPLOAD_TIMEOUT_S, metadata=metadata(request_id)
            )
        progress(header.size_bytes)
        return response.attachment

    def download(
        self, run_id: str, sha256: str, target: Path, *, progress: Progress = lambda received_bytes: None
    ) -> run_pb2.Attachment:
        """Write an attachment to a file, which appears only when every byte is there and right.

        What an interrupted download has left beside the file is gone on from.

        Raises:
            RmosError: ATTACHMENT_NOT_FOUND, ATTACHMENT_CORRUPT.
        """
        request_id = mint_request_id()
        request = attachments_pb.DownloadAttachmentRequest(name=f"runs/{run_id}/attachments/{sha256}")
        staged = target.with_name(f"{target.name}.{sha256[:12]}.part")
        with staged.open("ab") as file:  # an earlier program may have begun it
            for attempt in range(_RESUMES + 1):
                try:
                    header = self._receive(request, file, request_id, progress)
                    break
                except RmosError as error:
                    if error.code is not grpc.StatusCode.UNAVAILABLE or attempt == _RESUMES:
                        raise
                    time.sleep(_FIRST_PAUSE_S * 2**attempt)
        _keep_if_right(staged, target, sha256, request_id)
        return header

    def operator_pack(
        self, run_id: str, target: Path, *, progress: Callable[[int, int], None] = lambda received, total: None
    ) -> pb.OperatorPackHeader:
        """Write the pack for the person at the machine to a file, which appears only when all of it is there and right.

        Args:
            run_id: The run.
            target: File to write.
            progress: Told the bytes received so far, and all that there are.

        Raises:
            RmosError: SAFETY_BLOCKED while the gate is closed, RUN_NOT_FOUND, ATTACHMENT_CORRUPT.
        """
        request_id = mint_request_id()
        staged = target.with_name(target.name + ".part")
        with as_rmos_errors(request_id):
            stream = self._runs.GetOperatorPack(
                pb.GetOperatorPackRequest(name=f"runs/{run_id}"),
                timeout=UPLOAD_TIMEOUT_S,
                metadata=metadata(request_id),
            )
            header = next(stream).header
            with staged.open("wb") as file:
                for message in stream:
                    file.write(message.chunk)
                    progress(file.tell(), header.size_bytes)
        _keep_if_right(staged, target, header.sha256, request_id)
        return header

    def watch(self, filter: str = "", *, resume_token: str = "") -> Iterator[pb.WatchRunsResponse]:
        """Records of matching runs as they become durable; bookmarks have no kind. From now on, or after a token."""
        request_id = mint_request_id()
        request = pb.WatchRunsRequest(filter=filter, resume_token=resume_token)
        with as_rmos_errors(request_id):
            yield from self._runs.WatchRuns(request, metadata=metadata(request_id))

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
            stream = self._attachments.DownloadAttachment(
                request, timeout=UPLOAD_TIMEOUT_S, metadata=metadata(request_id)
            )
            for message in stream:
                if message.HasField("header"):
                    header = message.header
                    continue
                file.write(message.chunk)
                progress(file.tell())
        return header

    def list_attachments(self, run_id: str) -> Sequence[run_pb2.Attachment]:
        request = attachments_pb.ListAttachmentsRequest(parent=f"runs/{run_id}", page_size=1_000)
        return call(self._attachments.ListAttachments, request, request_id=None, timeout_s=None).attachments

    def server_info(self) -> system_service_pb2.ServerInfo:
        request = system_service_pb2.GetServerInfoRequest()
        return call(self._system.GetServerInfo, request, request_id=None, timeout_s=None).server_info


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
