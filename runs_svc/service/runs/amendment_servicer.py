"""The methods of RunsService that add something to a run, and list what was added."""

from foundation.call import current_call
from rmos.runs.v1 import runs_service_pb2 as pb
from rpckit import preencoded
from rpckit.page_tokens import page_of
from rpckit.server_context import ServicerContext
from runs_svc.domain.ids import read_idempotency_key, read_run_name
from runs_svc.domain.runs.amendments import AmendmentKind, amendment_body
from runs_svc.domain.runs.redaction import not_kept
from runs_svc.service.runs import amendment_messages, program_messages, request_messages
from runs_svc.service.runs.run_methods import RunMethods
from runs_svc.usecases.runs.amend import NewAmendment
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.runs.suggest_advisory import ADVISORY_ID


class AmendmentMethods(RunMethods):
    """Mixed into the servicer of RunsService."""

    async def SetLegalHold(self, request: pb.SetLegalHoldRequest, context: ServicerContext) -> pb.SetLegalHoldResponse:
        view = await self._usecases.amend_run.amend(
            read_run_name(request.name),
            NewAmendment(
                AmendmentKind.HOLD,
                amendment_messages.read_hold(request),
                idempotency_key=read_idempotency_key(request.idempotency_key),
            ),
            call=current_call.get(),
        )
        return self._answer(pb.SetLegalHoldResponse, view)

    async def AnnotateRun(self, request: pb.AnnotateRunRequest, context: ServicerContext) -> pb.AnnotateRunResponse:
        added = await self._usecases.amend_run.add(
            read_run_name(request.name),
            NewAmendment(
                AmendmentKind.ANNOTATION,
                amendment_messages.read_annotation(request),
                idempotency_key=read_idempotency_key(request.idempotency_key),
            ),
            call=current_call.get(),
        )
        grown = self._encoded.grown(added.amendment, before_sha256=added.before_sha256, sha256=added.sha256)
        run = grown or self._encoded.stored(await self._ledger.get(added.run_id))
        kept = amendment_body(added.amendment)["meta"]
        rest = pb.AnnotateRunResponse(warnings=not_kept("meta", kept))
        return preencoded.answer_with(pb.AnnotateRunResponse, "run", run, rest)

    async def AttachAdvisory(
        self, request: pb.AttachAdvisoryRequest, context: ServicerContext
    ) -> pb.AttachAdvisoryResponse:
        added = await self._usecases.attach_advisory.attach(
            read_run_name(request.name),
            request.advisory_id,
            amendment_messages.read_advisory(request),
            call=current_call.get(),
        )
        return pb.AttachAdvisoryResponse(advisory=amendment_messages.write_attached(added))

    async def ListRunAnnotations(
        self, request: pb.ListRunAnnotationsRequest, context: ServicerContext
    ) -> pb.ListRunAnnotationsResponse:
        view = read_run(await self._ledger.get(read_run_name(request.parent, "parent")))
        page = page_of(
            list(enumerate(view.later.annotations)),
            lambda numbered: amendment_messages.write_annotation(numbered[1]),
            key=lambda numbered: str(numbered[0]),
            query=f"annotations of {request.parent}",
            request=request,
        )
        return pb.ListRunAnnotationsResponse(annotations=page.items, next_page_token=page.next_token)

    async def ListRunAdvisories(
        self, request: pb.ListRunAdvisoriesRequest, context: ServicerContext
    ) -> pb.ListRunAdvisoriesResponse:
        view = read_run(await self._ledger.get(read_run_name(request.parent, "parent")))
        page = page_of(
            view.later.advisories,
            lambda item: amendment_messages.write_advisory(view, str(item["advisory_id"])),
            key=lambda item: str(item["advisory_id"]),
            query=f"advisories of {request.parent}",
            request=request,
        )
        return pb.ListRunAdvisoriesResponse(advisories=page.items, next_page_token=page.next_token)

    async def SuggestAdvisory(
        self, request: pb.SuggestAdvisoryRequest, context: ServicerContext
    ) -> pb.SuggestAdvisoryResponse:
        run_id, call = read_run_name(request.name), current_call.get()
        if request.rephrase:
            self._usecases.rephrase.check_configured()
        view = await self._usecases.suggest.suggest(run_id, call=call)
        advisory = amendment_messages.write_advisory(view, ADVISORY_ID)
        response = pb.SuggestAdvisoryResponse(advisory=advisory)
        if request.rephrase:
            rephrased = await self._usecases.rephrase.rephrase(str(run_id), advisory.text, call=call)
            response.rephrased_asset = f"assets/{rephrased.asset_id}" if rephrased.asset_id else ""
            response.rephrasing_refused = rephrased.refused
        return self._answer(pb.SuggestAdvisoryResponse, view, response)

    async def SetRunExplanation(
        self, request: pb.SetRunExplanationRequest, context: ServicerContext
    ) -> pb.SetRunExplanationResponse:
        view = await self._usecases.set_explanation.set(
            read_run_name(request.name), amendment_messages.read_explanation(request), call=current_call.get()
        )
        return self._answer(pb.SetRunExplanationResponse, view)

    async def OverrideRun(self, request: pb.OverrideRunRequest, context: ServicerContext) -> pb.OverrideRunResponse:
        run_id = read_run_name(request.name)
        view = await self._usecases.override.override(
            run_id,
            request_messages.read_override(request),
            request_number=request_messages.read_answered(request, run_id),
            idempotency_key=read_idempotency_key(request.idempotency_key),
            call=current_call.get(),
        )
        return self._answer(pb.OverrideRunResponse, view)

    async def AuditRunPrograms(
        self, request: pb.AuditRunProgramsRequest, context: ServicerContext
    ) -> pb.AuditRunProgramsResponse:
        view = await self._usecases.audit_programs.audit(read_run_name(request.name), call=current_call.get())
        return self._answer(pb.AuditRunProgramsResponse, view)

    async def AcceptFindings(
        self, request: pb.AcceptFindingsRequest, context: ServicerContext
    ) -> pb.AcceptFindingsResponse:
        view = await self._usecases.accept_findings.accept(
            read_run_name(request.name),
            **program_messages.read_acceptance(request),
            idempotency_key=read_idempotency_key(request.idempotency_key),
            call=current_call.get(),
        )
        return self._answer(pb.AcceptFindingsResponse, view)

    async def RecordExecution(
        self, request: pb.RecordExecutionRequest, context: ServicerContext
    ) -> pb.RecordExecutionResponse:
        view, warnings = await self._usecases.execution.record(
            read_run_name(request.name),
            amendment_messages.read_execution(request),
            call=current_call.get(),
            idempotency_key=read_idempotency_key(request.idempotency_key),
        )
        return self._answer(pb.RecordExecutionResponse, view, pb.RecordExecutionResponse(warnings=warnings))
