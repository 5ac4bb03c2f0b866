"""Engines: they evaluate a situation and never raise."""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any, Protocol, TypeVar

import numpy as np

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Dimension, Profile
from feasibility_svc.domain.engine.assumed_inputs import with_assumptions
from feasibility_svc.domain.engine.marked_wear import with_marked_wear
from feasibility_svc.domain.engine.proposals import Trial
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.scoring.assessment import (
    Assessment,
    NotAssessedError,
    UnknownKind,
    UnknownReason,
    not_assessed,
)
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, is_green, weakest
from feasibility_svc.domain.verdict.aggregation import (
    FAILED,
    LEVELS,
    NOT_KNOWN,
    UNSCORED,
    Table,
    Verdict,
    aggregate,
    ranks_as_they_count,
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
        dimensions = [dimension for dimension in self.dimensions if _applies(dimension, situation, faults) is not False]
        profiles = [dimension.profile for dimension in dimensions]
        assessments = [
            with_marked_wear(
                with_assumptions(_assess(dimension, situation, faults), situation, dimension.profile.rests_on),
                situation,
            )
            for dimension in watched_each(dimensions)
        ]
        if situation.context.uncertainty.method in {"CORNERS", "SAMPLED"}:
            explored = faults.caught(lambda: widened(dimensions, situation, assessments))
            assessments = explored or [_unexplored(assessment.category) for assessment in assessments]
        verdict = aggregate(assessments, profiles)
        views = faults.caught(lambda: views_of(situation, assessments, verdict.risk)) or NO_VIEWS
        ranked = sorted(assessments, key=lambda item: (-item.risk.rank, 0.0 if item.score is None else item.score))
        return Report(
            engine_id=self.engine_id,
            engine_version=self.version,
            verdict=verdict,
            assessments=assessments,
            profiles=profiles,
            recommendations=Trial(situation, verdict.risk, self._level).proposals(ranked),
            grade=weakest(
                item.grade for item in assessments if item.score is not None or item.risk is not RiskLevel.GREEN
            ),
            cut_kind=situation.cut_kind,
            faults=faults.traces,
            views=views,
        )

    def _level(self, situation: Situation) -> RiskLevel:
        """The level of the whole report, without its words. Arrays of one would cost twice as much."""
        faults = Faults()
        scores = np.array([[_scores(dimension, situation, faults)] for dimension in watched_each(self.dimensions)])
        return LEVELS[int(np.max(ranks_as_they_count(scores, ranks_of(scores), self.profiles)))]

    def table(self, situation: Situation, count: int) -> Table:
        scores, faults = np.empty((len(self.dimensions), count)), Faults()
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
        except Exception:  # a dimension that breaks must be UNKNOWN, which closes the gate, and not end the call
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


def _applies(dimension: Dimension, situation: Situation, faults: Faults) -> Any:
    """Whether a situation has a dimension, an array where that depends on one; where asking fails, it has."""
    applies = faults.caught(lambda: dimension.applies(situation))
    return True if applies is None else applies


def _scores(dimension: Dimension, situation: Situation, faults: Faults) -> Any:
    """A dimension's scores, and what stands for one where there is none."""
    applies, profile = _applies(dimension, situation, faults), dimension.profile
    if applies is False:
        return UNSCORED
    try:
        scores = faults.caught(lambda: dimension.score(situation))
    except NotAssessedError:
        return UNSCORED if profile.information else NOT_KNOWN
    if scores is None:
        return FAILED
    sound: Any = np.where(np.isfinite(scores), scores, -1.0)  # what is no number breaks the contract
    return np.where(np.logical_not(applies) | (profile.information & is_green(sound)), UNSCORED, sound)


def _assess(dimension: Dimension, situation: Situation, faults: Faults) -> Assessment:
    category, information = dimension.profile.category, dimension.profile.information
    try:
        assessment = faults.caught(lambda: dimension.assess(situation))
    except NotAssessedError as gap:
        unknown = not_assessed(category, gap.reasons)
        left_out = replace(unknown, risk=RiskLevel.GREEN, unknown_reasons=(), finding=f"left out, as {unknown.finding}")
        return left_out if information else unknown
    if assessment is not None and not _is_finite(assessment):
        faults.traces.append(f"{category} found numbers beyond what a float holds")
        assessment = None
    if assessment is None:  # what fails is not known, and not known is not safe
        reason = UnknownReason(UnknownKind.FAILED, category.lower(), f"{category.lower()} could not be computed")
        return not_assessed(category, [reason])
    if assessment.score is None or (isfinite(assessment.score) and 0.0 <= assessment.score <= 100.0):
        only_informs = information and assessment.risk is RiskLevel.GREEN
        return replace(assessment, score=None) if only_informs else assessment
    faults.traces.append(f"{category} returned the score {assessment.score}")
    return Assessment(category, None, RiskLevel.ERROR, "the dimension broke its contract", Grade.D)
