"""The methods of RunsService about setup sheets and requests."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from foundation.call import current_call
from foundation.errors import InvalidFieldsError
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1 import setup_sheet_pb2 as sheet_pb
from rpckit import proto_json
from rpckit.authentication.acting import acting_name
from rpckit.page_tokens import Fitting
from rpckit.server_context import ServicerContext
from runs_svc.domain.ids import read_digest, read_idempotency_key, read_run_name
from runs_svc.domain.runs.amendments import amendment_body
from runs_svc.domain.runs.override_requests import request_of
from runs_svc.domain.runs.report import deciding_finding
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.sheet.drawing import Shape
from runs_svc.ports import ProgramLook, SheetPaper
from runs_svc.service.runs import messages, request_messages, sheet_messages
from runs_svc.service.runs.run_methods import RunMethods
from runs_svc.service.runs.timed import timed
from runs_svc.usecases.runs.amend import AmendResult
from runs_svc.usecases.runs.override_requests import OverrideRequests, Waiting
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.runs.render_program import RenderProgram
from runs_svc.usecases.sheets.mark import MarkSheet
from runs_svc.usecases.sheets.print import PrintSheet, SheetFormat
from runs_svc.usecases.sheets.show import ShowSheet

_VIEWS: Mapping[int, str] = {
    pb.PROGRAM_VIEW_UNSPECIFIED: "top",
    pb.PROGRAM_VIEW_TOP: "top",
    pb.PROGRAM_VIEW_SIDE: "side",
}
_MIMES = ("image/svg+xml", "image/png")
_LEAST_PX, _MOST_PX, _USUAL_PX = 100, 2_048, 1_000
_FORMATS: Mapping[int, SheetFormat] = {
    sheet_pb.SHEET_FORMAT_UNSPECIFIED: SheetFormat.HTML,
    sheet_pb.SHEET_FORMAT_HTML: SheetFormat.HTML,
    sheet_pb.SHEET_FORMAT_PDF: SheetFormat.PDF,
}
_PAPERS: Mapping[int, SheetPaper] = {
    sheet_pb.SHEET_PAPER_UNSPECIFIED: SheetPaper.A4,
    sheet_pb.SHEET_PAPER_A4: SheetPaper.A4,
    sheet_pb.SHEET_PAPER_LETTER: SheetPaper.LETTER,
}


@dataclass(frozen=True, slots=True)
class SheetUsecases:
    """What these methods are made of."""

    show: ShowSheet
    print: PrintSheet
    mark: MarkSheet
    requests: OverrideRequests
    render_program: RenderProgram
    part_svg: Callable[[Sequence[Shape]], str]
    """Draws a part."""


class SheetMethods(RunMethods):
    """Mixed into the servicer of RunsService."""

    _sheets: SheetUsecases

    async def RequestOverride(
        self, request: pb.RequestOverrideRequest, context: ServicerContext
    ) -> pb.RequestOverrideResponse:
        run_id = read_run_name(request.name)
        view = await self._sheets.requests.ask(
            run_id,
            person=acting_name("person", request.person),
            reason=request_messages.read_why(request.reason),
            risk_level=request_messages.read_level(request.risk_level),
            idempotency_key=read_idempotency_key(request.idempotency_key),
            call=current_call.get(),
        )
        asked = request_of(view, len(view.later.requests))
        rest = pb.RequestOverrideResponse(request=request_messages.write_request(asked, run_id))
        return self._answer(pb.RequestOverrideResponse, view, rest)

    async def ListOverrideRequests(
        self, request: pb.ListOverrideRequestsRequest, context: ServicerContext
    ) -> pb.ListOverrideRequestsResponse:
        waiting = Fitting(_write_waiting)
        page = await self._sheets.requests.page(
            waiting,
            answered=request.answered,
            filter_text=request.filter,
            page_size=request.page_size,
            page_token=request.page_token,
        )
        return pb.ListOverrideRequestsResponse(
            requests=waiting.messages[: len(page.requests)],
            next_page_token=page.next_token,
            unreachable=[f"runs/{run_id}" for run_id in page.unreachable],
            total_size=page.total,
        )

    async def DeclineOverrideRequest(
        self, request: pb.DeclineOverrideRequestRequest, context: ServicerContext
    ) -> pb.DeclineOverrideRequestResponse:
        run_id, number = request_messages.read_request_name(request.name)
        view = await self._sheets.requests.decline(
            run_id,
            number,
            person=acting_name("person", request.person),
            reason=request_messages.read_why(request.reason),
            idempotency_key=read_idempotency_key(request.idempotency_key),
            call=current_call.get(),
        )
        answered = request_messages.write_request(request_of(view, number), run_id)
        rest = pb.DeclineOverrideRequestResponse(request=answered)
        return self._answer(pb.DeclineOverrideRequestResponse, view, rest)

    async def GetSetupSheet(
        self, request: pb.GetSetupSheetRequest, context: ServicerContext
    ) -> pb.GetSetupSheetResponse:
        run_id = read_run_name(request.name)
        sheet = await self._sheets.show.show(run_id, sheet_messages.read_texts(request.language, request.units))
        drawing = self._sheets.part_svg(sheet.drawing)
        return pb.GetSetupSheetResponse(sheet=sheet_messages.write_sheet(sheet, run_id, drawing=drawing))

    async def RenderSetupSheet(
        self, request: pb.RenderSetupSheetRequest, context: ServicerContext
    ) -> pb.RenderSetupSheetResponse:
        for field, number, known in (("format", request.format, _FORMATS), ("paper", request.paper, _PAPERS)):
            if number not in known:
                names = ", ".join(item.name for item in known.values())
                raise InvalidFieldsError.one(field, f"{number} is not allowed; {names}")
        printed = await self._sheets.print.print(
            read_run_name(request.name),
            sheet_messages.read_texts(request.language, request.units),
            _FORMATS[request.format],
            _PAPERS[request.paper],
        )
        return pb.RenderSetupSheetResponse(
            content=printed.content,
            mime=printed.mime,
            sha256=hashlib.sha256(printed.content).hexdigest(),
            sheet_sha256=printed.sheet_sha256,
            filename=printed.filename,
        )

    async def RecordCheck(self, request: pb.RecordCheckRequest, context: ServicerContext) -> pb.RecordCheckResponse:
        added = await self._sheets.mark.check(
            read_run_name(request.name),
            sheet_messages.read_check(request),
            idempotency_key=read_idempotency_key(request.idempotency_key),
            call=current_call.get(),
        )
        check = proto_json.write(run_pb2.SheetCheck, timed(amendment_body(added.amendment)))
        return self._answer(pb.RecordCheckResponse, await self._view(added), pb.RecordCheckResponse(check=check))

    async def SignSheet(self, request: pb.SignSheetRequest, context: ServicerContext) -> pb.SignSheetResponse:
        added = await self._sheets.mark.sign(
            read_run_name(request.name),
            read_digest(request.sheet_sha256, "sheet_sha256").sha256,
            person=acting_name("person", request.person),
            idempotency_key=read_idempotency_key(request.idempotency_key),
            call=current_call.get(),
        )
        signature = proto_json.write(run_pb2.SheetSignature, timed(amendment_body(added.amendment)))
        rest = pb.SignSheetResponse(signature=signature)
        return self._answer(pb.SignSheetResponse, await self._view(added), rest)

    async def RenderRunProgram(
        self, request: pb.RenderRunProgramRequest, context: ServicerContext
    ) -> pb.RenderRunProgramResponse:
        picture = await self._sheets.render_program.render(
            read_run_name(request.name),
            read_digest(request.sha256, "sha256").sha256 if request.sha256 else "",
            _read_look(request),
            call=current_call.get(),
        )
        sha256 = hashlib.sha256(picture).hexdigest()
        return pb.RenderRunProgramResponse(content=picture, mime=request.mime or _MIMES[0], sha256=sha256)

    async def _view(self, added: AmendResult) -> RunView:
        return added.view or read_run(await self._ledger.get(added.run_id))


def _write_waiting(waiting: Waiting) -> pb.WaitingRequest:
    return pb.WaitingRequest(
        request=request_messages.write_request(waiting.request, waiting.view.run_id),
        run=messages.write_summary(waiting.listed),
        finding=deciding_finding(waiting.view.document.feasibility or {}),
    )


def _read_look(request: pb.RenderRunProgramRequest) -> ProgramLook:
    """What the picture looks like.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    if request.view not in _VIEWS:
        raise InvalidFieldsError.one("view", f"{request.view} is not allowed; PROGRAM_VIEW_TOP, PROGRAM_VIEW_SIDE")
    mime = request.mime or _MIMES[0]
    if mime not in _MIMES:
        raise InvalidFieldsError.one("mime", f"{mime!r} is not {' or '.join(_MIMES)}")
    width = request.size_px or _USUAL_PX
    if not _LEAST_PX <= width <= _MOST_PX:
        raise InvalidFieldsError.one("size_px", f"{width} is not within {_LEAST_PX} to {_MOST_PX}")
    return ProgramLook(_VIEWS[request.view], mime, width)
