"""From assessments to the verdict, failing closed; for one situation and, with the same bits, for many.

Of many situations scores are numbers in arrays, and what is no number has one too: `NOT_KNOWN` while an input is
missing, `FAILED` where the computation broke, `UNSCORED` for what has no score and lowers nothing, because the
operation does not have that dimension or because the dimension only informs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.scoring.assessment import Assessment, UnknownKind
from feasibility_svc.domain.scoring.levels import GREEN_FROM, YELLOW_FROM, Category, RiskLevel, worst

PASS_THRESHOLD = 70.0
NOT_KNOWN, FAILED, UNSCORED = np.nan, -np.inf, np.inf
LEVELS: Sequence[RiskLevel] = tuple(RiskLevel)
"""Levels by rank."""
CAPS = np.array([level.cap for level in LEVELS])
"""Highest score by rank."""
_GREEN, _YELLOW, _UNKNOWN, _RED, _ERROR = range(5)
_BEHIND = 1e9
"""Stands for a score where there is none, when the lowest is looked for. [-]"""


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
    """Verdicts of many situations, an array each. Overall scores are NaN where there are none."""

    ranks: np.ndarray
    """Rank of the overall level of each."""
    scores: np.ndarray
    binding: np.ndarray
    """Index of the dimension that decides each."""
    dimension_scores: np.ndarray
    """One row per dimension of the engine."""
    dimension_ranks: np.ndarray
    """One row per dimension of the engine."""


def aggregate(assessments: Sequence[Assessment], profiles: Sequence[Profile]) -> Verdict:
    """The verdict of all dimensions that an operation has.

    1. the score is the weighted mean of the scored dimensions
    2. any ERROR gives ERROR; any RED gives RED and at most 49; an UNKNOWN that counts gives UNKNOWN and no score; any
       YELLOW gives YELLOW and at most 79
    3. the binding dimension is the worst by level, then by score, then by fixed order

    Nothing known at all is UNKNOWN, never GREEN.
    """
    weighted = total = 0.0
    for assessment, profile in zip(assessments, profiles, strict=True):
        if assessment.score is not None:
            weighted, total = weighted + profile.weight * assessment.score, total + profile.weight
    levels = as_they_count(assessments, profiles)
    risk = worst(levels)
    binding = min(
        range(len(assessments)),
        key=lambda index: (-levels[index].rank, _score_or_last(assessments[index]), index),
    )
    score = weighted / total if total > 0 and risk is not RiskLevel.UNKNOWN else None
    capped = None if score is None else min(score, risk.cap)
    return Verdict(capped, risk, assessments[binding].category)


def as_they_count(assessments: Sequence[Assessment], profiles: Sequence[Profile]) -> Sequence[RiskLevel]:
    """The level of each dimension as it counts in the whole. What failed to be computed is unknown whatever it is."""
    return [
        profile.unknown_counts_as
        if assessment.risk is RiskLevel.UNKNOWN and not has_failed(assessment)
        else assessment.risk
        for assessment, profile in zip(assessments, profiles, strict=True)
    ]


def has_failed(assessment: Assessment) -> bool:
    """Whether the computation broke, rather than lacked something."""
    return any(reason.kind is UnknownKind.FAILED for reason in assessment.unknown_reasons)


def _score_or_last(assessment: Assessment) -> float:
    return _BEHIND if assessment.score is None else assessment.score


def ranks_of(scores: np.ndarray) -> np.ndarray:
    """Rank of the level of each score: ERROR for what no dimension may return."""
    ranks = np.where(scores >= GREEN_FROM, _GREEN, np.where(scores >= YELLOW_FROM, _YELLOW, _RED))
    ranks = np.where(np.isfinite(scores) & ((scores < 0.0) | (scores > 100.0)), _ERROR, ranks)
    return np.where(np.isnan(scores) | (scores == FAILED), _UNKNOWN, ranks)


def tabulate(dimension_scores: np.ndarray, dimension_ranks: np.ndarray, profiles: Sequence[Profile]) -> Table:
    """`aggregate` for every column of two matrices with a row per dimension."""
    known = np.isfinite(dimension_scores) & (dimension_ranks != _ERROR)
    weighted: Any = np.zeros(dimension_scores.shape[1])
    total: Any = np.zeros(dimension_scores.shape[1])
    for scores, has_score, profile in zip(np.where(known, dimension_scores, 0.0), known, profiles, strict=True):
        weighted = weighted + profile.weight * scores
        total = total + profile.weight * has_score
    levels = ranks_as_they_count(dimension_scores, dimension_ranks, profiles)
    ranks = np.max(levels, axis=0)
    decisive = np.where(levels == ranks, np.where(known, dimension_scores, _BEHIND), np.inf)
    with np.errstate(invalid="ignore"):
        score = np.where(ranks == _UNKNOWN, np.nan, weighted / total)
    return Table(ranks, np.minimum(score, CAPS[ranks]), np.argmin(decisive, axis=0), dimension_scores, dimension_ranks)


def ranks_as_they_count(
    dimension_scores: np.ndarray, dimension_ranks: np.ndarray, profiles: Sequence[Profile]
) -> np.ndarray:
    """`as_they_count` for every column of two matrices with a row per dimension, of ranks."""
    counts = np.array([profile.unknown_counts_as.rank for profile in profiles]).reshape(
        -1, *(1,) * (dimension_scores.ndim - 1)
    )
    lacks = (dimension_ranks == _UNKNOWN) & (dimension_scores != FAILED)
    return np.where(lacks, counts, dimension_ranks)
