"""The methods of RunsService that draw the rosette of a run."""

import hashlib

from google.api.httpbody_pb2 import HttpBody

from foundation.call import current_call
from rmos.runs.v1 import runs_service_pb2 as pb
from rpckit.server_context import ServicerContext
from runs_svc.domain.ids import read_run_name
from runs_svc.service.runs import messages
from runs_svc.service.runs.pictures import read_mime, read_size_px, read_view
from runs_svc.service.runs.usecases import RunsUsecases


class PictureMethods:
    """Mixed into the servicer of runs."""

    _usecases: RunsUsecases

    async def RenderRunPreview(
        self, request: pb.RenderRunPreviewRequest, context: ServicerContext
    ) -> pb.RenderRunPreviewResponse:
        run_id, mime = read_run_name(request.name), read_mime(request.mime)
        preview = await self._usecases.render_preview.render(
            run_id,
            mime=mime,
            size_px=read_size_px(request.size_px),
            view=read_view(request.view),
            attach=request.attach,
            call=current_call.get(),
        )
        attached = None if preview.attachment is None else messages.write_attachment(preview.attachment, run_id)
        sha256 = hashlib.sha256(preview.content).hexdigest()
        return pb.RenderRunPreviewResponse(content=preview.content, mime=mime, sha256=sha256, attachment=attached)

    async def GetRunPreview(
        self, request: pb.GetRunPreviewRequest, context: ServicerContext
    ) -> pb.GetRunPreviewResponse:
        asked = pb.RenderRunPreviewRequest(
            name=request.name, mime=request.mime, size_px=request.size_px, view=request.view
        )
        drawn = await self.RenderRunPreview(asked, context)
        tag = f'"{drawn.sha256}"'
        unchanged = names_tag(_known_to_caller(context), tag)
        context.set_trailing_metadata((("etag", tag), *([("x-rmos-unchanged", "true")] if unchanged else [])))
        picture = HttpBody(content_type=drawn.mime, data=b"" if unchanged else drawn.content)
        return pb.GetRunPreviewResponse(picture=picture, sha256=drawn.sha256)


def _known_to_caller(context: ServicerContext) -> str:
    """What the caller has, as entity tags."""
    given = [value for name, value in context.invocation_metadata() or () if name == "if-none-match"]
    return ", ".join(value for value in given if isinstance(value, str))


def names_tag(known: str, tag: str) -> bool:
    """Whether a list of entity tags (RFC 9110, If-None-Match) names one; a weak tag counts as it does there.

    >>> names_tag('"a", W/"b"', '"b"'), names_tag("*", '"b"'), names_tag('"ab"', '"b"'), names_tag("", '"b"')
    (True, True, False, False)
    """
    return any(part.strip().removeprefix("W/") in {tag, "*"} for part in known.split(","))
