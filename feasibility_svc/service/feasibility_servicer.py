"""FeasibilityService on the wire."""

import logging
from collections.abc import Callable

from feasibility_svc.domain.catalogue import Catalogue
from feasibility_svc.domain.levels import GREEN_FROM, YELLOW_FROM, RiskLevel
from feasibility_svc.domain.registry import EngineRegistry
from feasibility_svc.domain.situation import resolve
from feasibility_svc.service import messages
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1 import feasibility_service_pb2_grpc as pb_grpc
from rmos.type.v1 import context_pb2, design_pb2, feasibility_report_pb2
from rpckit.call import current_call
from rpckit.failure import InvalidFieldsError
from rpckit.pages import page_of
from rpckit.servicer_context import ServicerContext

log = logging.getLogger("rmos.feasibility")

_MEANINGS = {
    RiskLevel.GREEN: "inside every limit: may be cut",
    RiskLevel.YELLOW: "may be cut after a named person has reviewed it",
    RiskLevel.RED: "beyond a limit: not to be cut",
    RiskLevel.UNKNOWN: "an input or a model is missing: not to be cut until it is known",
    RiskLevel.ERROR: "the evaluation failed: not to be cut",
}
_LEAST_SCORES = {RiskLevel.GREEN: GREEN_FROM, RiskLevel.YELLOW: YELLOW_FROM, RiskLevel.RED: 0.0}


class FeasibilityServicer(pb_grpc.FeasibilityServiceServicer):
    def __init__(self, engines: EngineRegistry, catalogue: Catalogue, *, stopwatch: Callable[[], float]) -> None:
        self._engines = engines
        self._catalogue = catalogue
        self._stopwatch = stopwatch

    async def EvaluateFeasibility(
        self, request: pb.EvaluateFeasibilityRequest, context: ServicerContext
    ) -> pb.EvaluateFeasibilityResponse:
        report = self._evaluate(request.design, request.context, request.engine_id)
        return pb.EvaluateFeasibilityResponse(report=report)

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
        return pb.EvaluateModelResponse(report=self._evaluate(request.design, named, request.engine_id))

    def _evaluate(
        self, design_message: design_pb2.Design, context_message: context_pb2.Context, engine_id: str
    ) -> feasibility_report_pb2.FeasibilityReport:
        engine = self._engines.get(messages.read_engine_id(engine_id))
        design, design_value = messages.read_design(design_message)
        context, context_value = messages.read_context(context_message)
        situation = resolve(design, context, self._catalogue)
        started = self._stopwatch()
        report = engine.evaluate(situation)
        compute_ms = (self._stopwatch() - started) * 1e3
        request_id = current_call.get().request_id
        for fault in report.faults:
            log.error("dimension failed", extra={"request_id": request_id, "fault": fault})
        return messages.write_report(
            report,
            request_id=request_id,
            compute_ms=compute_ms,
            inputs_sha256=messages.inputs_sha256(design_value, context_value, engine),
        )

    async def ListRiskLevels(
        self, request: pb.ListRiskLevelsRequest, context: ServicerContext
    ) -> pb.ListRiskLevelsResponse:
        page = page_of(
            list(RiskLevel),
            key=str,
            query="risk_levels",
            requested_size=request.page_size,
            token=request.page_token,
        )
        levels = [
            messages.write_level(level, _MEANINGS[level], blocks=level.blocks, min_score=_LEAST_SCORES.get(level))
            for level in page.items
        ]
        return pb.ListRiskLevelsResponse(risk_levels=levels, next_page_token=page.next_token)

    async def ListCategories(
        self, request: pb.ListCategoriesRequest, context: ServicerContext
    ) -> pb.ListCategoriesResponse:
        page = page_of(
            self._engines.get("").profiles,
            key=lambda profile: profile.category,
            query="categories",
            requested_size=request.page_size,
            token=request.page_token,
        )
        categories = [messages.write_category(profile) for profile in page.items]
        return pb.ListCategoriesResponse(categories=categories, next_page_token=page.next_token)

    async def ListEngines(self, request: pb.ListEnginesRequest, context: ServicerContext) -> pb.ListEnginesResponse:
        page = page_of(
            list(self._engines),
            key=lambda engine: engine.engine_id,
            query="engines",
            requested_size=request.page_size,
            token=request.page_token,
        )
        engines = [messages.write_engine(engine) for engine in page.items]
        return pb.ListEnginesResponse(engines=engines, next_page_token=page.next_token)
