"""From assessments to the verdict, failing closed; for one situation and, with the same bits, for many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import GREEN_FROM, YELLOW_FROM, Category, RiskLevel, worst

PASS_THRESHOLD = 70.0
LEVELS: Sequence[RiskLevel] = tuple(RiskLevel)
"""Levels by rank."""
CAPS = np.array([level.cap for level in LEVELS])
"""Highest score by rank."""
_GREEN, _YELLOW, _UNKNOWN, _RED, _ERROR = range(5)


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


@dataclass(frozen=True, slots=True)
class Table:
    """Verdicts of many situations, an array each. Scores are NaN where there are none."""

    ranks: np.ndarray
    """Rank of the overall level of each."""
    scores: np.ndarray
    binding: np.ndarray
    """Index of the dimension that decides each."""
    dimension_scores: np.ndarray
    """One row per dimension."""
    dimension_ranks: np.ndarray
    """One row per dimension."""


def aggregate(assessments: Sequence[Assessment], profiles: Sequence[Profile]) -> Verdict:
    """The verdict of all dimensions.

    1. the score is the weighted mean of the known scored dimensions
    2. any ERROR gives ERROR; any RED gives RED and at most 49; a mandatory UNKNOWN gives UNKNOWN and at most 79; any
       YELLOW gives YELLOW and at most 79; an UNKNOWN that is not mandatory counts as YELLOW
    3. the binding dimension is the worst by level, then by score, then by fixed order

    Nothing known at all is UNKNOWN without a score, never GREEN.
    """
    weighted = total = 0.0
    for assessment, profile in zip(assessments, profiles, strict=True):
        if assessment.score is not None and profile.weight > 0:
            weighted, total = weighted + profile.weight * assessment.score, total + profile.weight
    levels = as_they_count([assessment.risk for assessment in assessments], profiles)
    risk = worst(levels)
    binding = min(
        range(len(assessments)),
        key=lambda index: (-levels[index].rank, _score_or_zero(assessments[index]), index),
    )
    score = weighted / total if total > 0 else None
    capped = None if score is None else min(score, risk.cap)
    return Verdict(capped, risk, assessments[binding].category)


def as_they_count(levels: Sequence[RiskLevel], profiles: Sequence[Profile]) -> Sequence[RiskLevel]:
    """The level of each dimension as it counts in the whole: an UNKNOWN that is not mandatory as YELLOW."""
    return [
        RiskLevel.YELLOW if level is RiskLevel.UNKNOWN and not profile.mandatory else level
        for level, profile in zip(levels, profiles, strict=True)
    ]


def _score_or_zero(assessment: Assessment) -> float:
    return 0.0 if assessment.score is None else assessment.score


def ranks_of(scores: np.ndarray) -> np.ndarray:
    """Rank of the level of each score: UNKNOWN for NaN, ERROR for what no dimension may return."""
    ranks = np.where(scores >= GREEN_FROM, _GREEN, np.where(scores >= YELLOW_FROM, _YELLOW, _RED))
    ranks = np.where((scores < 0.0) | (scores > 100.0), _ERROR, ranks)
    return np.where(np.isnan(scores), _UNKNOWN, ranks)


def tabulate(dimension_scores: np.ndarray, dimension_ranks: np.ndarray, profiles: Sequence[Profile]) -> Table:
    """`aggregate` for every column of two matrices with a row per dimension."""
    known = dimension_ranks != _ERROR
    known &= ~np.isnan(dimension_scores)
    weighted: Any = np.zeros(dimension_scores.shape[1])
    total: Any = np.zeros(dimension_scores.shape[1])
    for scores, has_score, profile in zip(dimension_scores, known, profiles, strict=True):
        if profile.weight > 0:
            weighted = np.where(has_score, weighted + profile.weight * scores, weighted)
            total = np.where(has_score, total + profile.weight, total)
    optional = np.array([[not profile.mandatory] for profile in profiles])
    levels = np.where((dimension_ranks == _UNKNOWN) & optional, _YELLOW, dimension_ranks)
    ranks = np.max(levels, axis=0)
    decisive = np.where(levels == ranks, np.where(known, dimension_scores, 0.0), np.inf)
    with np.errstate(invalid="ignore"):
        score = weighted / total
    return Table(ranks, np.minimum(score, CAPS[ranks]), np.argmin(decisive, axis=0), dimension_scores, dimension_ranks)
