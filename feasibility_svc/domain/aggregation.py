"""From assessments to the verdict, failing closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from feasibility_svc.domain.assessment import Assessment
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.levels import Category, RiskLevel, worst

PASS_THRESHOLD = 70.0
RED_CAP = 49.0
REVIEW_CAP = 79.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Overall score and level, and the dimension that decides them."""

    score: float | None
    risk: RiskLevel
    binding: Category

    @property
    def is_feasible(self) -> bool:
        return not self.risk.blocks

    @property
    def needs_review(self) -> bool:
        return self.risk is RiskLevel.YELLOW or (self.score is not None and self.score < PASS_THRESHOLD)


def aggregate(assessments: Sequence[Assessment], profiles: Sequence[Profile]) -> Verdict:
    """The verdict of all dimensions.

    1. the score is the weighted mean of the known scored dimensions
    2. any ERROR gives ERROR; any RED gives RED and at most 49; a mandatory UNKNOWN gives UNKNOWN and at most 79; any
       YELLOW gives YELLOW and at most 79; an UNKNOWN that is not mandatory counts as YELLOW
    3. the binding dimension is the worst by level, then by score, then by fixed order

    Nothing known at all is UNKNOWN without a score, never GREEN.
    """
    weights = [
        (profile.weight, assessment.score)
        for assessment, profile in zip(assessments, profiles, strict=True)
        if assessment.score is not None and profile.weight > 0
    ]
    total = fsum(weight for weight, _ in weights)
    score = fsum(weight * value for weight, value in weights) / total if total > 0 else None
    levels = [
        RiskLevel.YELLOW if assessment.risk is RiskLevel.UNKNOWN and not profile.mandatory else assessment.risk
        for assessment, profile in zip(assessments, profiles, strict=True)
    ]
    risk = worst(levels)
    binding = min(
        range(len(assessments)),
        key=lambda index: (-levels[index].rank, _score_or_zero(assessments[index]), index),
    )
    return Verdict(_capped(score, risk), risk, assessments[binding].category)


def _capped(score: float | None, risk: RiskLevel) -> float | None:
    if score is None:
        return None
    if risk in {RiskLevel.RED, RiskLevel.ERROR}:
        return min(score, RED_CAP)
    return score if risk is RiskLevel.GREEN else min(score, REVIEW_CAP)


def _score_or_zero(assessment: Assessment) -> float:
    return 0.0 if assessment.score is None else assessment.score
