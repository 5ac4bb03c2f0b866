"""Engines: they evaluate a situation and never raise."""

import traceback
from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, Protocol, TypeVar

import numpy as np

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Dimension, Profile
from feasibility_svc.domain.engine.proposals import Trial
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.scoring.assessment import (
    Assessment,
    NotAssessedError,
    UnknownKind,
    UnknownReason,
    not_assessed,
)
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of, weakest, worst
from feasibility_svc.domain.verdict.aggregation import (
    LEVELS,
    Table,
    Verdict,
    aggregate,
    as_they_count,
    ranks_of,
    tabulate,
)
from feasibility_svc.domain.verdict.tolerance_intervals import widened
from feasibility_svc.domain.views.views import NO_VIEWS, views_of
from foundation.abandonment import watched_each

T = TypeVar("T")


class Engine(Protocol):
    """Evaluates a situation. A failing dimension is UNKNOWN with the reason; a breach of contract is ERROR."""

    @property
    def engine_id(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def description(self) -> str: ...

    @property
    def profiles(self) -> Sequence[Profile]: ...

    def evaluate(self, situation: Situation) -> Report: ...

    def table(self, situation: Situation, count: int) -> Table:
        """Verdicts of `count` variants of a situation whose numbers are arrays, with the bits of `evaluate`.

        A dimension that fails is UNKNOWN here too; `evaluate` says why.
        """
        ...


class DimensionEngine:
    """Runs every dimension and takes the worst."""

    def __init__(self, *, engine_id: str, version: str, description: str, dimensions: Sequence[Dimension]) -> None:
        if not dimensions:
            raise ValueError("an engine without dimensions would call everything safe")
        self.engine_id = engine_id
        self.version = version
        self.description = description
        self.dimensions = tuple(dimensions)
        self.profiles = tuple(dimension.profile for dimension in dimensions)

    def evaluate(self, situation: Situation) -> Report:
        faults = Faults()
        assessments = [_assess(dimension, situation, faults) for dimension in watched_each(self.dimensions)]
        if situation.context.uncertainty.method in {"CORNERS", "SAMPLED"}:
            explored = faults.caught(lambda: widened(self.dimensions, situation, assessments))
            assessments = explored or [_unexplored(assessment.category) for assessment in assessments]
        verdict = aggregate(assessments, self.profiles)
        views = faults.caught(lambda: views_of(situation, assessments, verdict.risk)) or NO_VIEWS
        ranked = sorted(assessments, key=lambda item: (-item.risk.rank, 0.0 if item.score is None else item.score))
        return Report(
            engine_id=self.engine_id,
            engine_version=self.version,
            verdict=verdict,
            assessments=assessments,
            profiles=self.profiles,
            recommendations=Trial(situation, verdict.risk, self._level).proposals(ranked),
            grade=weakest(item.grade for item in assessments),
            faults=faults.traces,
            views=views,
        )

    def _level(self, situation: Situation) -> RiskLevel:
        """The level of the whole report, without its words. Arrays of one would cost twice as much."""
        faults = Faults()
        levels = [_level(dimension, situation, faults) for dimension in watched_each(self.dimensions)]
        return worst(as_they_count(levels, self.profiles))

    def table(self, situation: Situation, count: int) -> Table:
        scores, faults = np.full((len(self.dimensions), count), np.nan), Faults()
        with np.errstate(all="ignore"):  # what is not finite shows as a score that is none
            for row, dimension in watched_each(zip(scores, self.dimensions, strict=True)):
                row[:] = _scores(dimension, situation, faults)
        return tabulate(scores, ranks_of(scores), self.profiles)


class StubEngine:
    """Answers with a forced level. For integration tests only; it exists only when the configuration says so."""

    engine_id = "stub"
    version = "1.0.0"
    description = "forced level for integration tests; computes nothing"

    def __init__(self, level: RiskLevel) -> None:
        self._level = level
        self.profiles = (Profile(category=Category.CHIPLOAD, weight=1.0, mandatory=True, description="forced"),)
        self._score = {RiskLevel.GREEN: 100.0, RiskLevel.YELLOW: 60.0, RiskLevel.RED: 10.0}.get(level)

    def evaluate(self, situation: Situation) -> Report:
        forced = Assessment(
            category=Category.CHIPLOAD,
            score=self._score,
            risk=self._level,
            finding=f"forced to {self._level} by the stub engine",
            grade=Grade.D,
        )
        verdict = Verdict(self._score, self._level, Category.CHIPLOAD)
        return Report(self.engine_id, self.version, verdict, [forced], self.profiles, [], Grade.D)

    def table(self, situation: Situation, count: int) -> Table:
        scores = np.full((1, count), np.nan if self._score is None else self._score)
        return tabulate(scores, np.full((1, count), LEVELS.index(self._level)), self.profiles)


class Faults:
    """What went wrong in an evaluation that goes on all the same: an engine never raises."""

    def __init__(self) -> None:
        self.traces: list[str] = []

    def caught(self, compute: Callable[[], T]) -> T | None:
        """What is computed; None when that fails for a reason nobody foresaw. A gap in the inputs is no fault.

        Raises:
            NotAssessedError: As `compute`.
        """
        try:
            return compute()
        except NotAssessedError:
            raise
        except Exception:
            self.traces.append(traceback.format_exc())
            return None


def _is_finite(assessment: Assessment) -> bool:
    """Whether every number beside the score can be sent; the range of the score is the contract's."""
    total = sum(item.value for item in assessment.details)
    return isfinite(total) and (assessment.utilization is None or isfinite(assessment.utilization))


def _unexplored(category: Category) -> Assessment:
    """What stands for an assessment whose tolerances were to be looked at and could not be: not known, so not safe."""
    subject = "context.uncertainty"
    return not_assessed(category, [UnknownReason(UnknownKind.FAILED, subject, "the tolerances could not be explored")])


def _scores(dimension: Dimension, situation: Situation, faults: Faults) -> Any:
    """A dimension's scores; NaN where it cannot be assessed, for whatever reason."""
    try:
        scores = faults.caught(lambda: dimension.score(situation))
    except NotAssessedError:
        return np.nan
    return np.nan if scores is None else np.where(np.isnan(scores), -1.0, scores)  # a NaN breaks the contract


def _level(dimension: Dimension, situation: Situation, faults: Faults) -> RiskLevel:
    """A dimension's level; UNKNOWN where it cannot be assessed, for whatever reason."""
    try:
        score = faults.caught(lambda: dimension.score(situation))
    except NotAssessedError:
        return RiskLevel.UNKNOWN
    if score is None:
        return RiskLevel.UNKNOWN
    return level_of(score) if 0.0 <= score <= 100.0 else RiskLevel.ERROR


def _assess(dimension: Dimension, situation: Situation, faults: Faults) -> Assessment:
    category = dimension.profile.category
    try:
        assessment = faults.caught(lambda: dimension.assess(situation))
    except NotAssessedError as gap:
        return not_assessed(category, gap.reasons)
    if assessment is not None and not _is_finite(assessment):
        faults.traces.append(f"{category} found numbers beyond what a float holds")
        assessment = None
    if assessment is None:  # what fails is not known, and not known is not safe
        reason = UnknownReason(UnknownKind.FAILED, category.lower(), f"{category.lower()} could not be computed")
        return not_assessed(category, [reason])
    if assessment.score is None or (isfinite(assessment.score) and 0.0 <= assessment.score <= 100.0):
        return assessment
    faults.traces.append(f"{category} returned the score {assessment.score}")
    return Assessment(category, None, RiskLevel.ERROR, "the dimension broke its contract", Grade.D)
