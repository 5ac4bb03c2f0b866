"""Levels of verdicts: what needs review, what breaks its contract, and what chances lower."""

from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of
from feasibility_svc.domain.verdict.aggregation import Verdict, ranks_of, tabulate
from feasibility_svc.domain.verdict.tolerance_intervals import _lowered, widened
from feasibility_svc.domain.verdict.uncertainty import likelihood_of
from tests.feasibility_svc.domain.situations import situation

GREEN, YELLOW, RED, UNKNOWN, ERROR = (RiskLevel[name] for name in ("GREEN", "YELLOW", "RED", "UNKNOWN", "ERROR"))


@pytest.mark.parametrize(("score", "needs_review"), [(70.0, False), (69.9, True), (None, False)])
def test_a_score_below_70_needs_review(score: float | None, needs_review: bool) -> None:
    assert Verdict(score, GREEN, Category.HEAT).needs_review is needs_review
    assert Verdict(100.0, YELLOW, Category.HEAT).needs_review
    assert not Verdict(None, UNKNOWN, Category.HEAT).needs_review


@pytest.mark.parametrize(("given", "score"), [([30.0, 101.0], 30.0), ([90.0, 200.0, -5.0], 49.0)])
def test_of_scores_that_break_their_contract_the_first_decides_and_adds_nothing(
    given: list[float], score: float
) -> None:
    profiles = [Profile(category, 0.5, mandatory=True, description="") for category in list(Category)[: len(given)]]
    scores: Any = np.array([[one] for one in given])
    table = tabulate(scores, ranks_of(scores), profiles)
    assert (table.scores[0], table.ranks[0], table.binding[0]) == (score, ERROR.rank, 1)


class Jumping:
    """60 for the numbers as given, and another score as soon as they vary."""

    profile = Profile(category=Category.HEAT, weight=1.0, mandatory=True, description="")

    def __init__(self, otherwise: float) -> None:
        self._otherwise = otherwise

    def applies(self, situation: Situation) -> bool:
        return True

    def score(self, situation: Situation) -> Any:
        (stickout_mm,) = situation.need("tool.stickout_mm")
        return np.where(stickout_mm == 30.0, 60.0, self._otherwise)

    def assess(self, situation: Situation) -> Assessment:
        score = float(self.score(situation))
        return Assessment(Category.HEAT, score, level_of(score), "", Grade.A)


@pytest.mark.parametrize(
    ("otherwise", "risk", "score", "warned"), [(10.0, RED, 49.0, 1), (60.0, YELLOW, 60.0, 0), (90.0, YELLOW, 60.0, 0)]
)
def test_chances_lower_a_level_and_say_so_and_never_raise_it(
    catalogue: Catalogue, otherwise: float, risk: RiskLevel, score: float, warned: int
) -> None:
    asked = situation(catalogue, {"tool.stickout_mm": 30.0, "uncertainty.method": "SAMPLED"})
    dimension = Jumping(otherwise)
    (found,) = widened([dimension], asked, [dimension.assess(asked)])
    assert (found.risk, found.score, len(found.warnings)) == (risk, score, warned)
    assert found.likelihood is not None


def assessed(score: float) -> Assessment:
    return Assessment(Category.HEAT, score, level_of(score), "", Grade.A)


@pytest.mark.parametrize(
    ("score", "scores", "risk", "lowered"),
    [
        (90.0, [90.0] * 20, GREEN, 90.0),
        (90.0, [90.0] * 10 + [40.0], YELLOW, 79.0),
        (90.0, [90.0, 40.0], RED, 49.0),
        (60.0, [60.0, 40.0], RED, 49.0),
        (60.0, [60.0] * 20, YELLOW, 60.0),
        (30.0, [90.0] * 20, RED, 30.0),
    ],
)
def test_chances_only_ever_lower_a_level(score: float, scores: list[float], risk: RiskLevel, lowered: float) -> None:
    likelihood = likelihood_of(np.array(scores))
    after = _lowered(assessed(score), likelihood)
    assert (after.risk, after.score, after.likelihood) == (risk, lowered, likelihood)
    assert bool(after.warnings) is (lowered != score)
