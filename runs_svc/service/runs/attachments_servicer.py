"""AttachmentsService on the wire."""

from collections.abc import AsyncIterator

from foundation.call import current_call
from foundation.errors import InvalidFieldsError
from foundation.timestamps import write_time
from rmos.runs.v1 import attachments_service_pb2 as pb
from rmos.runs.v1 import attachments_service_pb2_grpc as pb_grpc
from rpckit import preencoded
from rpckit.page_tokens import page_of
from rpckit.server_context import ServicerContext
from runs_svc.domain.errors import OffsetOutOfRangeError
from runs_svc.domain.ids import read_digest, read_digest_part, read_run_name
from runs_svc.ports import BlobStore, Clock, Ledger
from runs_svc.service.runs import messages, program_messages
from runs_svc.service.runs.run_encoder import EncodedPage, RunEncoder
from runs_svc.usecases.runs.attach import Attach
from runs_svc.usecases.runs.find_attachment import find_attachment, find_blob
from runs_svc.usecases.runs.list import ListRuns
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.verification.verify_run import VerifyRun

_MOST_DIGESTS = 1_000
_LARGEST_CHUNK = 1024 * 1024


class AttachmentsServicer(pb_grpc.AttachmentsServiceServicer):
    def __init__(
        self, ledger: Ledger, blobs: BlobStore, attach: Attach, verify_run: VerifyRun, *, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._attach = attach
        self._verify_run = verify_run
        self._clock = clock
        self._list_runs = ListRuns(ledger)

    async def UploadAttachment(
        self, request_iterator: AsyncIterator[pb.UploadAttachmentRequest], context: ServicerContext
    ) -> pb.UploadAttachmentResponse:
        first = await anext(aiter(request_iterator), None)
        if first is None or not first.HasField("header"):
            raise InvalidFieldsError.one("header", "the first message must be the header")
        declared, run_id = messages.read_header(first.header)
        attached = await self._attach.attach(
            declared,
            _chunks(request_iterator),
            offset=first.header.offset_bytes,
            run_id=run_id,
            call=current_call.get(),
        )
        return pb.UploadAttachmentResponse(
            attachment=messages.write_attachment(attached.attachment, run_id),
            already_stored=attached.already_stored,
            program_audit=program_messages.write_program_audit(attached.audited),
        )

    async def FindRunsByDigest(
        self, request: pb.FindRunsByDigestRequest, context: ServicerContext
    ) -> pb.FindRunsByDigestResponse:
        encoded = EncodedPage(RunEncoder())  # rows stand in both answers under the same number
        page = await self._list_runs.list(
            encoded,
            filter_text=f"attachment_sha256 = {read_digest_part(request.sha256, 'sha256')}",
            order_by="",
            page_size=request.page_size,
            page_token=request.page_token,
            show_withdrawn=request.show_withdrawn,
        )
        rest = pb.FindRunsByDigestResponse(
            next_page_token=page.next_token, unreachable=[f"runs/{item.run_id}" for item in page.unreachable]
        )
        return preencoded.answer(pb.FindRunsByDigestResponse, b"".join((*encoded.rows, rest.SerializeToString())))

    async def FindMissingAttachments(
        self, request: pb.FindMissingAttachmentsRequest, context: ServicerContext
    ) -> pb.FindMissingAttachmentsResponse:
        if not 1 <= len(request.sha256) <= _MOST_DIGESTS:
            raise InvalidFieldsError.one("sha256", f"{len(request.sha256)} digests; allowed: 1 to {_MOST_DIGESTS}")
        digests = [read_digest(text, f"sha256[{index}]") for index, text in enumerate(request.sha256)]
        missing = await self._attach.missing(digests)
        return pb.FindMissingAttachmentsResponse(
            missing=[
                pb.MissingAttachment(sha256=digest.sha256, committed_size_bytes=size)
                for digest, size in missing.items()
            ]
        )

    async def ListAttachments(
        self, request: pb.ListAttachmentsRequest, context: ServicerContext
    ) -> pb.ListAttachmentsResponse:
        run_id = read_run_name(request.parent, "parent")
        page = page_of(
            read_run(await self._ledger.get(run_id)).attachments,
            lambda item: messages.write_attachment(item, run_id),
            key=lambda item: item.digest.sha256,
            query=f"attachments of {run_id}",
            request=request,
        )
        return pb.ListAttachmentsResponse(attachments=page.items, next_page_token=page.next_token)

    async def GetAttachment(
        self, request: pb.GetAttachmentRequest, context: ServicerContext
    ) -> pb.GetAttachmentResponse:
        run_id, digest = messages.read_attachment_name(request.name)
        attachment = await find_attachment(self._ledger, run_id, digest)
        return pb.GetAttachmentResponse(attachment=messages.write_attachment(attachment, run_id))

    async def DownloadAttachment(
        self, request: pb.DownloadAttachmentRequest, context: ServicerContext
    ) -> AsyncIterator[pb.DownloadAttachmentResponse]:
        run_id, digest = messages.read_attachment_name(request.name)
        attachment = await find_attachment(self._ledger, run_id, digest)
        if not 0 <= request.offset_bytes <= attachment.size_bytes:
            raise OffsetOutOfRangeError(request.offset_bytes, attachment.size_bytes)
        blob = await find_blob(self._ledger, run_id, attachment.digest)
        yield pb.DownloadAttachmentResponse(header=messages.write_attachment(attachment, run_id))
        async for piece in self._blobs.read(blob, offset=request.offset_bytes):
            yield pb.DownloadAttachmentResponse(chunk=piece)

    async def VerifyAttachments(
        self, request: pb.VerifyAttachmentsRequest, context: ServicerContext
    ) -> pb.VerifyAttachmentsResponse:
        run_id = read_run_name(request.parent, "parent")
        checks = await self._verify_run.attachments(run_id)
        now = write_time(self._clock.now())
        return pb.VerifyAttachmentsResponse(
            verification=messages.write_verification(f"runs/{run_id}", checks, verified_at_utc=now)
        )

    async def DiffAttachments(
        self, request: pb.DiffAttachmentsRequest, context: ServicerContext
    ) -> pb.DiffAttachmentsResponse:
        left_id, right_id = read_run_name(request.left, "left"), read_run_name(request.right, "right")
        left = read_run(await self._ledger.get(left_id)).attachments
        right = read_run(await self._ledger.get(right_id)).attachments
        digests = {item.digest for item in left}, {item.digest for item in right}
        return pb.DiffAttachmentsResponse(
            only_left=[messages.write_attachment(item, left_id) for item in left if item.digest not in digests[1]],
            only_right=[messages.write_attachment(item, right_id) for item in right if item.digest not in digests[0]],
            shared=[messages.write_attachment(item, left_id) for item in left if item.digest in digests[1]],
        )


async def _chunks(messages_in: AsyncIterator[pb.UploadAttachmentRequest]) -> AsyncIterator[bytes]:
    async for message in messages_in:
        if not message.HasField("chunk"):
            raise InvalidFieldsError.one("chunk", "only the first message may be a header")
        if len(message.chunk) > _LARGEST_CHUNK:
            raise InvalidFieldsError.one("chunk", f"{len(message.chunk)} bytes; allowed: at most {_LARGEST_CHUNK}")
        yield message.chunk
