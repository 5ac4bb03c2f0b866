"""FeasibilityService on the wire."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from typing import Any, TypeVar

from google.rpc import status_pb2

from feasibility_svc.domain.advice.advice import advise
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.search.rosette_search import RosetteSearch
from feasibility_svc.domain.views.rule_table import RULES
from feasibility_svc.ports import EncodedReports
from feasibility_svc.service import advice_messages, job_messages, messages, rosette_messages, sweep_messages
from feasibility_svc.service.encoded_reports import LONGEST_INPUTS, EncodedReport, ReportEncoder, ReportRequest
from feasibility_svc.service.errors import ANSWERS
from feasibility_svc.usecases.evaluate import EvaluationQuery
from feasibility_svc.usecases.evaluate_job import evaluate_job
from feasibility_svc.usecases.explain import explain_report
from feasibility_svc.usecases.sweep import SweepSetups
from foundation import message_size
from foundation.call import Call, current_call
from foundation.errors import AnswerTooLargeError, InvalidFieldsError
from foundation.visible_text import visible_length
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1 import feasibility_service_pb2_grpc as pb_grpc
from rmos.type.v1 import context_pb2
from rmos.type.v1 import program_audit_pb2 as audit_pb
from rpckit import error_status, preencoded
from rpckit.interceptors import request_id
from rpckit.page_tokens import page_of
from rpckit.server_context import ServicerContext
from rpckit.threads import in_thread, run_in

_LONGEST_KEY = 128
_LARGEST_BATCH = 100
_SEARCHING_THREADS = 2
T = TypeVar("T")
_Request = (
    pb.EvaluateFeasibilityRequest
    | pb.EvaluateModelRequest
    | pb.StreamEvaluateFeasibilityRequest
    | pb.SweepFeasibilityRequest
    | pb.RecommendSetupRequest
    | pb.ExplainReportRequest
)
_ANSWERS = {**error_status.SHARED_ANSWERS, **ANSWERS}


log = logging.getLogger("rmos.feasibility")


class FeasibilityServicer(pb_grpc.FeasibilityServiceServicer):
    def __init__(self, encoder: ReportEncoder, reports: EncodedReports[ReportRequest, EncodedReport]) -> None:
        """What reads requests, and what gives reports, perhaps some that were given before."""
        self._encoder = encoder
        self._reports = reports
        self._evaluation = encoder.evaluation
        self._sweeps = SweepSetups(encoder.evaluation)
        self._searching = ThreadPoolExecutor(_SEARCHING_THREADS, thread_name_prefix="searching")
        self._turn = asyncio.Lock()
        """Of batches of several: two that took turns item by item would both be answered as late as the second."""

    async def EvaluateFeasibility(
        self, request: pb.EvaluateFeasibilityRequest, context: ServicerContext
    ) -> pb.EvaluateFeasibilityResponse:
        report = await self._evaluated(request)
        return preencoded.answer_with(pb.EvaluateFeasibilityResponse, "report", _message(report))

    async def _evaluated(self, request: pb.EvaluateFeasibilityRequest) -> EncodedReport:
        """The report on a request. One with an earlier catalogue takes a thread: its journal is read."""
        asked = ReportRequest(
            request.design,
            request.context,
            request.engine_id,
            request.strict_legacy,
            messages.read_earlier(request.earlier_report) if request.HasField("earlier_report") else None,
        )
        if asked.earlier is not None:
            messages.require(request, "design", "context")
            return await in_thread(self._reports.report, asked)
        return await self._unhurried(request, lambda: self._reports.report(asked))

    async def BatchEvaluateFeasibility(
        self, request: pb.BatchEvaluateFeasibilityRequest, context: ServicerContext
    ) -> pb.BatchEvaluateFeasibilityResponse:
        if not 1 <= len(request.items) <= _LARGEST_BATCH:
            raise InvalidFieldsError.one("items", f"{len(request.items)} items; allowed: 1 to {_LARGEST_BATCH}")
        number = pb.BatchEvaluateFeasibilityResponse.RESULTS_FIELD_NUMBER
        async with self._turn if len(request.items) > 1 else nullcontext():  # one alone may take long, in a thread
            results = [await self._result(item, current_call.get()) for item in request.items]
        fields = [preencoded.field(number, result) for result in _bounded(results)]
        return preencoded.answer(pb.BatchEvaluateFeasibilityResponse, b"".join(fields))

    async def _result(self, item: pb.BatchEvaluateItem, batch: Call) -> bytes:
        """The bytes of the outcome of one item; what one call would abort with becomes its status."""
        call = batch._replace(request_id=request_id.well_formed(item.correlation_id) or batch.request_id)
        token = current_call.set(call)
        try:
            report = await self._evaluated(item.request)
            document = pb.ReportDocument(
                document=report.document,
                compute_ms=report.compute_ms,
                envelope=audit_pb.ProgramEnvelope.FromString(report.envelope),
            )
            return pb.BatchEvaluateResult(report=document).SerializeToString()
        except tuple(_ANSWERS) as error:
            return pb.BatchEvaluateResult(error=_status(error)).SerializeToString()
        finally:
            current_call.reset(token)
            if call.request_id != batch.request_id:
                log.info("evaluated in a batch", extra={"request_id": call.request_id, "batch": batch.request_id})
            await asyncio.sleep(0)  # a batch holds up nobody for longer than an evaluation takes

    async def EvaluateJob(self, request: pb.EvaluateJobRequest, context: ServicerContext) -> pb.EvaluateJobResponse:
        return await in_thread(self._job, request)

    def _job(self, request: pb.EvaluateJobRequest) -> pb.EvaluateJobResponse:
        steps, engine_id = job_messages.read_steps(request), messages.read_engine_id(request.engine_id)
        job = evaluate_job(self._evaluation, steps, engine_id)
        return job_messages.write_job(request, job, self._encoder, current_call.get().request_id)

    async def EvaluateModel(
        self, request: pb.EvaluateModelRequest, context: ServicerContext
    ) -> pb.EvaluateModelResponse:
        if not request.model_id:
            raise InvalidFieldsError.one("model_id", "is required")
        if request.context.model_id not in {"", request.model_id}:
            raise InvalidFieldsError.one(
                "context.model_id", f"{request.context.model_id!r} is not {request.model_id!r}"
            )
        named = context_pb2.Context()
        named.CopyFrom(request.context)
        named.model_id = request.model_id
        report = await self._unhurried(
            request, lambda: self._reports.report(ReportRequest(request.design, named, request.engine_id))
        )
        return preencoded.answer_with(pb.EvaluateModelResponse, "report", _message(report))

    async def StreamEvaluateFeasibility(
        self, requests: AsyncIterator[pb.StreamEvaluateFeasibilityRequest], context: ServicerContext
    ) -> AsyncIterator[pb.StreamEvaluateFeasibilityResponse]:
        async for request in requests:
            yield await self._item(request)

    async def _item(self, request: pb.StreamEvaluateFeasibilityRequest) -> pb.StreamEvaluateFeasibilityResponse:
        """The outcome of one item; what one call would abort with becomes the item's status."""
        try:
            if not visible_length(request.key) or len(request.key) > _LONGEST_KEY:
                raise InvalidFieldsError.one("key", f"1 to {_LONGEST_KEY} visible characters are required")
            if not request.columns:
                report = await self._unhurried(
                    request,
                    lambda: self._reports.report(ReportRequest(request.design, request.context, request.engine_id)),
                )
                keyed = pb.StreamEvaluateFeasibilityResponse(key=request.key)
                return preencoded.answer_with(pb.StreamEvaluateFeasibilityResponse, "report", _message(report), keyed)
            query = await self._query(request)
            table = await in_thread(self._table, query, request.columns)
            return pb.StreamEvaluateFeasibilityResponse(key=request.key, table=table)
        except tuple(_ANSWERS) as error:
            return pb.StreamEvaluateFeasibilityResponse(key=request.key, error=_status(error))

    async def _query(self, request: Any) -> EvaluationQuery:
        """A request as read."""
        return await self._unhurried(
            request, lambda: self._encoder.read(request.design, request.context, request.engine_id)
        )

    async def _unhurried(self, request: _Request, compute: Callable[[], T]) -> T:
        """What is computed of a request; of long inputs in a thread: a path of 100,000 points takes a second."""
        messages.require(request, "design", "context")
        is_long = request.design.ByteSize() + request.context.ByteSize() > LONGEST_INPUTS
        return await in_thread(compute) if is_long else compute()

    async def _search(self, compute: Callable[[], T]) -> T:
        """What is looked for among many setups, in threads of its own: others do not wait for it."""
        return await run_in(self._searching, compute)

    def _table(self, query: EvaluationQuery, columns: Sequence[pb.NumberColumn]) -> pb.ScoreTable:
        scored = self._sweeps.score(query, sweep_messages.read_columns(columns))
        return sweep_messages.write_table(scored, query.engine.profiles)

    async def SweepFeasibility(
        self, request: pb.SweepFeasibilityRequest, context: ServicerContext
    ) -> AsyncIterator[pb.SweepFeasibilityResponse]:
        query = await self._query(request)
        axes = sweep_messages.read_axes(request.axes)
        sweep = await self._search(partial(self._sweeps.sweep, query, axes))
        profiles = query.engine.profiles
        started = self._evaluation.stopwatch()
        yield sweep_messages.write_header(axes, sweep.point_count)
        blocks = sweep.blocks()
        while (block := await self._search(lambda: next(blocks, None))) is not None:
            yield sweep_messages.write_block(block, profiles)
        compute_ms = (self._evaluation.stopwatch() - started) * 1e3
        yield sweep_messages.write_result(sweep.result, profiles, compute_ms=compute_ms)

    async def RecommendSetup(
        self, request: pb.RecommendSetupRequest, context: ServicerContext
    ) -> pb.RecommendSetupResponse:
        query = await self._query(request)
        advice = await self._search(partial(advise, query.engine, query.situation))
        return advice_messages.write_advice(advice)

    async def ExplainReport(
        self, request: pb.ExplainReportRequest, context: ServicerContext
    ) -> pb.ExplainReportResponse:
        units = advice_messages.read_units(request.unit_system)
        run_id = advice_messages.read_run_id(request.run_id)
        query = await self._query(request)
        found = await self._search(
            lambda: explain_report(query, run_id=run_id, units=units, include_sources=request.include_sources)
        )
        message = advice_messages.write_explanation(found.explanation, found.advice, found.inputs_sha256)
        return pb.ExplainReportResponse(explanation=message)

    async def SearchRosettes(
        self, request: pb.SearchRosettesRequest, context: ServicerContext
    ) -> AsyncIterator[pb.SearchRosettesResponse]:
        query = rosette_messages.read_search(request)
        messages.require(request, "context")
        manufacturing = await in_thread(messages.read_context, request.context)
        search = RosetteSearch(
            self._evaluation.engines.get(""),
            self._evaluation.catalogue,
            manufacturing,
            query,
            stopwatch=self._evaluation.stopwatch,
        )
        outcome = await self._search(search.run)
        for rank, candidate in enumerate(outcome.candidates, start=1):
            yield rosette_messages.write_candidate(rank, candidate)
        yield rosette_messages.write_outcome(outcome)

    async def ListRules(self, request: pb.ListRulesRequest, context: ServicerContext) -> pb.ListRulesResponse:
        wanted = messages.read_rule_ids(request)
        rules = [rule for rule in RULES if not wanted or rule.rule_id in wanted]
        query = " ".join(["rules", *sorted(wanted)])
        page = page_of(rules, messages.write_rule, key=lambda rule: rule.rule_id, query=query, request=request)
        return pb.ListRulesResponse(rules=page.items, next_page_token=page.next_token)

    async def ListRiskLevels(
        self, request: pb.ListRiskLevelsRequest, context: ServicerContext
    ) -> pb.ListRiskLevelsResponse:
        page = page_of(
            list(RiskLevel),
            messages.write_level,
            key=str,
            query="risk_levels",
            request=request,
        )
        return pb.ListRiskLevelsResponse(risk_levels=page.items, next_page_token=page.next_token)

    async def ListCategories(
        self, request: pb.ListCategoriesRequest, context: ServicerContext
    ) -> pb.ListCategoriesResponse:
        page = page_of(
            self._evaluation.engines.get("").profiles,
            messages.write_category,
            key=lambda profile: profile.category,
            query="categories",
            request=request,
        )
        return pb.ListCategoriesResponse(categories=page.items, next_page_token=page.next_token)

    async def ListEngines(self, request: pb.ListEnginesRequest, context: ServicerContext) -> pb.ListEnginesResponse:
        page = page_of(
            list(self._evaluation.engines),
            messages.write_engine,
            key=lambda engine: engine.engine_id,
            query="engines",
            request=request,
        )
        return pb.ListEnginesResponse(engines=page.items, next_page_token=page.next_token)


def _bounded(results: Sequence[bytes]) -> Iterator[bytes]:
    """The results, as long as they fit; an error in place of the others. A first one alone is always there."""
    left = message_size.PAGE_BUDGET
    for place, result in enumerate(results):
        left -= len(result) + message_size.FRAME_BYTES
        if left >= 0 or not place:
            yield result
        else:
            error = AnswerTooLargeError(len(result), message_size.PAGE_BUDGET)
            yield pb.BatchEvaluateResult(error=_status(error)).SerializeToString()


def _message(report: EncodedReport) -> bytes:
    """The bytes of a report for the call in progress."""
    return report.message(current_call.get().request_id)


def _status(error: Exception) -> status_pb2.Status:
    """What the call of one item would end with."""
    return error_status.write_status(_ANSWERS[type(error)], error, request_id=current_call.get().request_id)
