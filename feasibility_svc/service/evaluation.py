"""From a request to a situation, and from a situation to a report: what several methods share."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.resolving import resolve
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.engine.registry import EngineRegistry
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.views.program_envelope import program_envelope
from feasibility_svc.ports import CatalogueSource
from feasibility_svc.service import gcode_messages, messages, report_messages
from feasibility_svc.service.report_cache import CachedReport, ReportCache, ReportKey
from foundation import canonical_json
from foundation.abandonment import checkpoint
from foundation.call import current_call
from foundation.canonical_json import JsonObject
from rmos.type.v1 import context_pb2, design_pb2
from rpckit import field_rules

log = logging.getLogger("rmos.feasibility")


@dataclass(frozen=True, slots=True)
class EvaluationQuery:
    """A request as read: the engine, the JSON its digest is taken of, and the situation."""

    engine: Engine
    design: JsonObject
    context: JsonObject
    situation: Situation

    @property
    def inputs_sha256(self) -> str:
        return messages.inputs_sha256(self.design, self.context, self.engine, self.situation.catalogue.revision)


class EvaluationService:
    """Reads requests, evaluates situations, writes reports."""

    def __init__(self, engines: EngineRegistry, catalogue: CatalogueSource, *, stopwatch: Callable[[], float]) -> None:
        self.engines = engines
        self.stopwatch = stopwatch
        self._catalogue = catalogue
        self._known = ReportCache()

    @property
    def catalogue(self) -> Catalogue:
        return self._catalogue.current

    def read(
        self, design_message: design_pb2.Design, context_message: context_pb2.Context, engine_id: str
    ) -> EvaluationQuery:
        """The query of a request.

        Raises:
            InvalidFieldsError: A field breaks a rule.
            EntryNotFoundError: An id names nothing.
        """
        engine = self.engines.get(messages.read_engine_id(engine_id))
        design, design_value = messages.read_design(design_message)
        context, context_value = messages.read_context(context_message)
        situation = resolve(design, context, self._catalogue.current)
        return EvaluationQuery(engine, design_value, context_value, situation)

    def replaced(self, query: EvaluationQuery, values: Mapping[str, float | str]) -> Situation:
        """The situation of a query with fields replaced, by their paths; checked as if they had been sent so.

        Raises:
            InvalidFieldsError, EntryNotFoundError: As `read`.
        """
        checkpoint()
        request: JsonObject = {"design": query.design, "context": query.context}
        for path, value in values.items():
            request = _with(request, path.split("."), value)
        design, context = request["design"], request["context"]
        assert isinstance(design, dict)
        assert isinstance(context, dict)
        return resolve(
            field_rules.check(Design, design, "design"),
            field_rules.check(Context, context, "context"),
            self._catalogue.current,
        )

    def report(
        self,
        design: design_pb2.Design,
        context: context_pb2.Context,
        engine_id: str = "",
        *,
        strict_legacy: bool = False,
    ) -> CachedReport:
        """The report on a request; one of short inputs seen before is not computed again.

        That on long inputs may be asked for in another thread.

        Raises:
            InvalidFieldsError, EntryNotFoundError: As `read`.
        """
        revision = self._catalogue.current.revision
        key = ReportKey(design.SerializeToString(), context.SerializeToString(), engine_id, strict_legacy, revision)
        known = None if key.is_long else self._known.find(key)
        if known is not None:
            return known
        query = self.read(design, context, engine_id)
        started = self.stopwatch()
        report = query.engine.evaluate(query.situation)
        compute_ms = (self.stopwatch() - started) * 1e3
        for fault in report.faults:
            log.error("dimension failed", extra={"request_id": current_call.get().request_id, "fault": fault})
        content = report_messages.report_content(report, inputs_sha256=query.inputs_sha256, strict_legacy=strict_legacy)
        envelope = gcode_messages.write_envelope(program_envelope(query.situation)).SerializeToString()
        made = CachedReport(canonical_json.dumps(content), compute_ms, envelope)
        if not report.faults and not key.is_long and query.situation.catalogue.revision == revision:
            self._known.keep(key, made)
        return made


def _with(value: JsonObject, path: list[str], new: float | str) -> JsonObject:
    """A copy of a JSON object with the member at a path replaced."""
    name, *rest = path
    if not rest:
        return {**value, name: new}
    inner = value.get(name, {})
    return {**value, name: _with(inner if isinstance(inner, dict) else {}, rest, new)}
