# made from runs.py by protos/asynchronous.py: edit that file
"""What is asked of the runs server every day: attempts recorded, read, compared, verified and watched."""

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence

from google.protobuf import json_format, struct_pb2

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.system.v1 import system_service_pb2
from rmos.type.v1 import context_pb2, design_pb2, program_audit_pb2
from rmos_client.async_calls import as_rmos_errors, call, metadata, pages
from rmos_client.asynchronous import whole_answers
from rmos_client.asynchronous.stubs import AsyncServiceStubs
from rmos_client.errors import mint_request_id


class AsyncRecording(AsyncServiceStubs):
    """Records attempts, reads and verifies them."""

    async def create_run(
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
        return (await call(self.runs.CreateRun, request, request_id=request_id, timeout_s=timeout_s)).run

    async def get_run(self, run_id: str, *, request_id: str | None = None) -> run_pb2.Run:
        """The run with an id.

        Raises:
            RmosError: RUN_NOT_FOUND, ARTIFACT_CORRUPT.
        """
        request = pb.GetRunRequest(name=f"runs/{run_id}")
        return (await call(self.runs.GetRun, request, request_id=request_id, timeout_s=None)).run

    async def batch_get_runs(self, run_ids: Sequence[str]) -> tuple[Sequence[run_pb2.Run], Sequence[str]]:
        """The runs found, in the order asked for, and the names that are absent or cannot be read; at most 100."""
        return await whole_answers.read_runs(self.runs, [f"runs/{run_id}" for run_id in run_ids])

    async def list_runs(
        self, *, filter: str = "", page_size: int = 50, order_by: str = ""
    ) -> AsyncIterator[pb.RunSummary]:
        """All runs that match, page after page, newest first.

        Raises:
            RmosError: INVALID_FILTER; ARTIFACT_CORRUPT names records that cannot be read.
        """
        request = pb.ListRunsRequest(filter=filter, page_size=page_size, order_by=order_by)
        async for item in pages(self.runs.ListRuns, request, "runs"):
            yield item

    async def get_document(self, run_id: str) -> tuple[bytes, str]:
        """The exact bytes of the record, and their SHA-256."""
        return await whole_answers.read_document(self.runs, f"runs/{run_id}")

    async def diff_runs(
        self, left: str, right: str, *, include_gcode: bool = False, attach_full: bool = False
    ) -> pb.DiffRunsResponse:
        """What differs between two runs, gravest first.

        Raises:
            RmosError: RUN_NOT_FOUND, ARTIFACT_CORRUPT.
        """
        request = pb.DiffRunsRequest(
            left=f"runs/{left}", right=f"runs/{right}", include_gcode=include_gcode, attach_full=attach_full
        )
        return await call(self.runs.DiffRuns, request, request_id=None, timeout_s=60.0)

    async def render_preview(
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
        return await call(self.runs.RenderRunPreview, request, request_id=None, timeout_s=60.0)

    async def lineage(self, run_id: str, *, hops: int = 10) -> pb.GetRunLineageResponse:
        """What a run comes from and what came from it.

        Raises:
            RmosError: RUN_NOT_FOUND.
        """
        request = pb.GetRunLineageRequest(name=f"runs/{run_id}", max_hops_up=hops, max_hops_down=hops)
        return await call(self.runs.GetRunLineage, request, request_id=None, timeout_s=None)

    async def set_legal_hold(self, run_id: str, *, held: bool, person: str, reason: str) -> run_pb2.Run:
        """Place a legal hold on a run, or release it.

        Raises:
            RmosError: RUN_NOT_FOUND, RUN_WITHDRAWN, INVALID_FIELDS.
        """
        request = pb.SetLegalHoldRequest(name=f"runs/{run_id}", held=held, person=person, reason=reason)
        return (await call(self.runs.SetLegalHold, request, request_id=None, timeout_s=None)).run

    async def verify_run(self, run_id: str) -> run_pb2.RunVerification:
        """What was recomputed of a run, and whether it is still what was recorded."""
        request = pb.VerifyRunRequest(name=f"runs/{run_id}")
        return (await call(self.runs.VerifyRun, request, request_id=None, timeout_s=60.0)).verification

    async def watch(self, filter: str = "", *, resume_token: str = "") -> AsyncIterator[pb.WatchRunsResponse]:
        """Records of matching runs as they become durable; bookmarks have no kind. From now on, or after a token."""
        request_id = mint_request_id()
        request = pb.WatchRunsRequest(filter=filter, resume_token=resume_token)
        with as_rmos_errors(request_id):
            async for item in self.runs.WatchRuns(request, metadata=metadata(request_id)):
                yield item

    async def list_attachments(self, run_id: str) -> Sequence[run_pb2.Attachment]:
        request = attachments_pb.ListAttachmentsRequest(parent=f"runs/{run_id}", page_size=1000)
        return (await call(self.attachments.ListAttachments, request, request_id=None, timeout_s=None)).attachments

    async def server_info(self) -> system_service_pb2.ServerInfo:
        request = system_service_pb2.GetServerInfoRequest()
        return (await call(self.system.GetServerInfo, request, request_id=None, timeout_s=None)).server_info
