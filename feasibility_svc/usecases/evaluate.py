"""Evaluate a setup: what several methods share."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.resolving import resolve
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.engine.registry import EngineRegistry
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.ports import CatalogueSource
from foundation import canonical_json
from foundation.abandonment import checkpoint
from foundation.call import current_call
from foundation.canonical_json import JsonMapping, JsonObject
from rpckit import field_rules

log = logging.getLogger("rmos.feasibility")


@dataclass(frozen=True, slots=True)
class EvaluationQuery:
    """What is asked: the engine, the JSON its digest is taken of, and the situation."""

    engine: Engine
    design: JsonObject
    context: JsonObject
    situation: Situation

    @property
    def inputs_sha256(self) -> str:
        """Digest of everything a report depends on: inputs, engine and its version, what the workshop added."""
        inputs: JsonObject = {
            "design": self.design,
            "context": self.context,
            "engine_id": self.engine.engine_id,
            "engine_version": self.engine.version,
        }
        if self.situation.catalogue.revision:
            inputs["catalogue_revision"] = self.situation.catalogue.revision
        return canonical_json.sha256_hex(canonical_json.dumps(inputs))


class EvaluateSetup:
    """Looks inputs up in the catalogue, and lets an engine judge them."""

    def __init__(self, engines: EngineRegistry, catalogue: CatalogueSource, *, stopwatch: Callable[[], float]) -> None:
        self.engines = engines
        self.stopwatch = stopwatch
        self._catalogue = catalogue

    @property
    def catalogue(self) -> Catalogue:
        return self._catalogue.current

    def query(self, design: JsonObject, context: JsonObject, engine_id: str) -> EvaluationQuery:
        """The query of inputs as JSON; the first engine for no id.

        Raises:
            InvalidFieldsError: A field breaks a rule.
            EntryNotFoundError: An id names nothing.
        """
        return EvaluationQuery(self.engines.get(engine_id), design, context, self._resolved(design, context))

    def replaced(self, query: EvaluationQuery, values: Mapping[str, float | str]) -> Situation:
        """The situation of a query with fields replaced, by their paths; checked as if they had been sent so.

        Raises:
            InvalidFieldsError, EntryNotFoundError: As `query`.
        """
        checkpoint()
        request: JsonObject = {"design": query.design, "context": query.context}
        for path, value in values.items():
            request = _with(request, path.split("."), value)
        design, context = request["design"], request["context"]
        assert isinstance(design, dict)
        assert isinstance(context, dict)
        return self._resolved(design, context)

    def _resolved(self, design: JsonMapping, context: JsonMapping) -> Situation:
        return resolve(
            field_rules.check(Design, design, "design"),
            field_rules.check(Context, context, "context"),
            self._catalogue.current,
        )

    def evaluate(self, query: EvaluationQuery) -> tuple[Report, float]:
        """The report, and what the engine took. [ms]"""
        started = self.stopwatch()
        report = query.engine.evaluate(query.situation)
        compute_ms = (self.stopwatch() - started) * 1e3
        for fault in report.faults:
            log.error("dimension failed", extra={"request_id": current_call.get().request_id, "fault": fault})
        return report, compute_ms


def _with(value: JsonObject, path: list[str], new: float | str) -> JsonObject:
    """A copy of a JSON object with the member at a path replaced."""
    name, *rest = path
    if not rest:
        return {**value, name: new}
    inner = value.get(name, {})
    return {**value, name: _with(inner if isinstance(inner, dict) else {}, rest, new)}
