"""Dimensions and engines made up for tests."""

from typing import Any

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.engine.engine import DimensionEngine
from feasibility_svc.domain.scoring.assessment import Assessment, NotAssessedError, missing
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of


class Fixed(OfEveryOperation):
    """A dimension with one score, or with a gap where that is None."""

    def __init__(self, category: Category, score: float | None, grade: Grade, *, information: bool = False) -> None:
        self.profile = Profile(
            category=category, weight=1.0, mandatory=not information, description="", information=information
        )
        self._score, self._grade = score, grade

    def score(self, situation: Situation) -> float:
        if self._score is None:
            raise NotAssessedError(missing("tool.kind"))
        return self._score

    def assess(self, situation: Situation) -> Assessment:
        score = self.score(situation)
        return Assessment(self.profile.category, score, level_of(score), "", self._grade)


class Broken(OfEveryOperation):
    """A dimension with any score, or one that fails with an exception."""

    profile = Profile(category=Category.HEAT, weight=1.0, mandatory=True, description="")

    def __init__(self, outcome: Any) -> None:
        self._outcome = outcome

    def score(self, situation: Situation) -> float:
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return float(self._outcome)

    def assess(self, situation: Situation) -> Assessment:
        self.score(situation)
        return Assessment(Category.HEAT, self._outcome, RiskLevel.GREEN, "", Grade.A)


def engine_of(*dimensions: Any) -> DimensionEngine:
    return DimensionEngine(engine_id="t", version="1", description="", dimensions=dimensions)
