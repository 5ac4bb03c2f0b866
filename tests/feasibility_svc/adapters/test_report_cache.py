"""Reports of inputs seen before."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest

from feasibility_svc.adapters.caching.report_cache import ReportCache
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Dimension
from feasibility_svc.domain.engine.engine import DimensionEngine
from feasibility_svc.domain.engine.registry import EngineRegistry, baseline_engine
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.service.encoded_reports import LONGEST_INPUTS, EncodedReport, ReportEncoder, ReportRequest
from feasibility_svc.usecases.evaluate import EvaluateSetup
from foundation.call import Call, current_call
from rmos.type.v1 import feasibility_report_pb2
from rpckit import proto_json
from tests import builders


@dataclass
class Source:
    """A catalogue that may change between calls."""

    current: Catalogue


@dataclass
class CountingEngine:
    """The built-in engine, counting its evaluations; it fails on demand."""

    inner: Any = field(default_factory=baseline_engine)
    asked: int = 0
    broken: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def evaluate(self, situation: Situation) -> Report:
        self.asked += 1
        engine = DimensionEngine(
            engine_id="baseline_v2", version="1", description="", dimensions=[Broken(self.inner.dimensions[0])]
        )
        return engine.evaluate(situation) if self.broken else self.inner.evaluate(situation)


@dataclass
class Broken:
    """A dimension that cannot compute."""

    dimension: Dimension

    @property
    def profile(self) -> Any:
        return self.dimension.profile

    def applies(self, situation: Situation) -> bool:
        return True

    def assess(self, situation: Situation) -> Any:
        raise ZeroDivisionError

    def score(self, situation: Situation) -> Any:
        raise ZeroDivisionError


@pytest.fixture(autouse=True)
def call() -> Iterator[None]:
    token = current_call.set(Call("first", None))
    yield
    current_call.reset(token)


@pytest.fixture
def engine() -> CountingEngine:
    return CountingEngine()


@pytest.fixture
def source(catalogue: Catalogue) -> Source:
    return Source(catalogue)


Reports = ReportCache[ReportRequest, EncodedReport]


def cached(engine: CountingEngine, source: Source, *, most_bytes: int) -> Reports:
    ticks = iter(range(1_000))
    evaluation = EvaluateSetup(EngineRegistry([engine]), source, stopwatch=lambda: float(next(ticks)))
    return ReportCache(ReportEncoder(evaluation), source, most_bytes=most_bytes)


@pytest.fixture
def evaluation(engine: CountingEngine, source: Source) -> Reports:
    return cached(engine, source, most_bytes=1024**2)


def report(
    evaluation: Reports, overrides: dict[str, Any] | None = None, **options: Any
) -> feasibility_report_pb2.FeasibilityReport:
    request = ReportRequest(builders.design_message(), builders.context_message(overrides), **options)
    known = evaluation.report(request)
    return feasibility_report_pb2.FeasibilityReport.FromString(known.message(current_call.get().request_id))


def test_equal_inputs_are_evaluated_once_and_each_call_has_its_own_id(
    evaluation: Reports, engine: CountingEngine
) -> None:
    first = report(evaluation)
    current_call.set(Call("second", None))
    second = report(evaluation)
    assert (first.request_id, second.request_id, engine.asked) == ("first", "second", 1)
    second.request_id = first.request_id
    assert second == first


def test_other_inputs_or_options_are_evaluated_anew(evaluation: Reports, engine: CountingEngine) -> None:
    feeds = {report(evaluation, {"cut.feed_rate_mm_per_min": feed}).inputs_sha256 for feed in (1_500.0, 1_600.0)}
    assert (len(feeds), engine.asked) == (2, 2)
    plain = report(evaluation)
    legacy = report(evaluation, strict_legacy=True)
    assert (plain.legacy_risk, engine.asked) == (0, 4)
    assert legacy.legacy_risk != 0


def test_a_changed_catalogue_is_asked_anew(evaluation: Reports, engine: CountingEngine, source: Source) -> None:
    before = report(evaluation)
    source.current = replace(source.current, revision="0" * 64)
    after = report(evaluation)
    assert engine.asked == 2
    assert after.inputs_sha256 != before.inputs_sha256


def test_a_report_with_a_failed_dimension_is_not_kept(evaluation: Reports, engine: CountingEngine) -> None:
    engine.broken = True
    failed = report(evaluation)
    engine.broken = False
    assert report(evaluation).overall_risk != failed.overall_risk
    assert engine.asked == 2


def test_reports_of_long_inputs_are_not_kept(evaluation: Reports, engine: CountingEngine) -> None:
    count = LONGEST_INPUTS // 8
    path = {"x_mm": [float(number % 100) for number in range(count)], "y_mm": [1.0] * count}
    for _ in range(2):
        report(evaluation, {"toolpaths": {"cuts": [path]}})
    assert engine.asked == 2


def test_without_room_every_report_is_computed(engine: CountingEngine, source: Source) -> None:
    without = cached(engine, source, most_bytes=0)
    for _ in range(2):
        report(without)
    assert engine.asked == 2


def test_a_report_is_recorded_as_it_is_sent(evaluation: Reports) -> None:
    kept = evaluation.report(ReportRequest(builders.design_message(), builders.context_message()))
    sent = feasibility_report_pb2.FeasibilityReport.FromString(kept.message("first"))
    recorded = orjson.loads(kept.document)
    assert proto_json.read(sent) == {**recorded, "request_id": "first", "compute_ms": 1_000.0}
