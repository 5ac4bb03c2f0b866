"""Evaluate a setup: what several methods share."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.resolving import resolve
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.engine.registry import EngineRegistry
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.scoring.errors import RevisionNotFoundError
from feasibility_svc.ports import CatalogueHistory, CatalogueSource
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
        inputs = _Inputs(self.design, self.context, self.engine.engine_id, self.engine.version)
        return inputs.sha256(self.situation.catalogue.revision)


@dataclass(frozen=True, slots=True)
class EarlierReport:
    """What of an earlier report tells which catalogue it was made with."""

    inputs_sha256: str
    engine_id: str
    engine_version: str


@dataclass(frozen=True)
class _Inputs:
    """Everything a report depends on but the catalogue."""

    design: JsonObject
    context: JsonObject
    engine_id: str
    engine_version: str

    def sha256(self, catalogue_revision: str) -> str:
        """Digest of them with a catalogue; the first is the one that ships, which goes without saying."""
        if not catalogue_revision:
            return canonical_json.sha256_hex(self._canonical)
        first = canonical_json.dumps({"catalogue_revision": catalogue_revision})  # the first name in canonical order
        return canonical_json.sha256_hex(first[:-1] + b"," + self._canonical[1:])

    @cached_property
    def _canonical(self) -> bytes:
        """Written once, however many revisions of a catalogue are tried."""
        return canonical_json.dumps(
            {
                "design": self.design,
                "context": self.context,
                "engine_id": self.engine_id,
                "engine_version": self.engine_version,
            }
        )


class EvaluateSetup:
    """Looks inputs up in the catalogue, and lets an engine judge them."""

    def __init__(
        self,
        engines: EngineRegistry,
        catalogue: CatalogueSource,
        *,
        stopwatch: Callable[[], float],
        history: CatalogueHistory | None = None,
    ) -> None:
        """What judges, with what; without a history there is no catalogue but that of now."""
        self.engines = engines
        self._history = history
        self.stopwatch = stopwatch
        self._catalogue = catalogue

    @property
    def catalogue(self) -> Catalogue:
        return self._catalogue.current

    def query(
        self, design: JsonObject, context: JsonObject, engine_id: str, earlier: EarlierReport | None = None
    ) -> EvaluationQuery:
        """The query of inputs as JSON; the first engine for no id.

        Args:
            design: What is to be cut.
            context: With what and how.
            engine_id: Who judges.
            earlier: A report whose catalogue is wanted; None for the catalogue as it is.

        Raises:
            InvalidFieldsError: A field breaks a rule.
            EntryNotFoundError: An id names nothing, or no state of the catalogue leads to the earlier report.
            EntryWithdrawnError: An id names what was withdrawn.
        """
        engine = self.engines.get(engine_id)
        catalogue = self.catalogue if earlier is None else self._catalogue_of(design, context, earlier)
        return EvaluationQuery(engine, design, context, _resolved(design, context, catalogue))

    def _catalogue_of(self, design: JsonObject, context: JsonObject, earlier: EarlierReport) -> Catalogue:
        inputs = _Inputs(design, context, earlier.engine_id, earlier.engine_version)

        def is_wanted(revision: str) -> bool:
            return inputs.sha256(revision) == earlier.inputs_sha256

        found = None if self._history is None else self._history.earlier(is_wanted)
        if found is None:
            raise RevisionNotFoundError(earlier.inputs_sha256)
        return found

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
        return _resolved(design, context, query.situation.catalogue)

    def evaluate(self, query: EvaluationQuery) -> tuple[Report, float]:
        """The report, and what the engine took. [ms]"""
        started = self.stopwatch()
        report = query.engine.evaluate(query.situation)
        compute_ms = (self.stopwatch() - started) * 1e3
        for fault in report.faults:
            log.error("dimension failed", extra={"request_id": current_call.get().request_id, "fault": fault})
        return report, compute_ms


def _resolved(design: JsonMapping, context: JsonMapping, catalogue: Catalogue) -> Situation:
    return resolve(
        field_rules.check(Design, design, "design"), field_rules.check(Context, context, "context"), catalogue
    )


def _with(value: JsonObject, path: list[str], new: float | str) -> JsonObject:
    """A copy of a JSON object with the member at a path replaced."""
    name, *rest = path
    if not rest:
        return {**value, name: new}
    inner = value.get(name, {})
    return {**value, name: _with(inner if isinstance(inner, dict) else {}, rest, new)}
