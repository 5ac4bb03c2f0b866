"""How strongly a score reacts to a number, where it is smooth and where it has a kink."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.advice.sensitivity import sensitivities
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.engine.engine import DimensionEngine
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Category, Grade, level_of
from tests.feasibility_svc.domain.situations import situation

FEED, STICKOUT = "cut.feed_rate_mm_per_min", "tool.stickout_mm"


class Curved(OfEveryOperation):
    """50 points where the numbers are as given, and a curve of their logarithms beyond."""

    profile = Profile(category=Category.HEAT, weight=1.0, mandatory=True, description="")

    def __init__(self, *curves: tuple[str, Callable[[Any], Any]]) -> None:
        self._curves = curves

    def score(self, situation: Situation) -> Any:
        return 50.0 + sum(curve(np.log(np.asarray(situation.need(key)[0]) / GIVEN[key])) for key, curve in self._curves)

    def assess(self, situation: Situation) -> Assessment:
        score = float(self.score(situation))
        return Assessment(Category.HEAT, score, level_of(score), "", Grade.A)


GIVEN = {FEED: 1_000.0, STICKOUT: 30.0}


def kink(below: float, above: float) -> Callable[[Any], Any]:
    return lambda x: np.where(x < 0, below * x, above * x)


def slopes(catalogue: Catalogue, *curves: tuple[str, Callable[[Any], Any]]) -> dict[str, float]:
    engine = DimensionEngine(engine_id="t", version="1", description="", dimensions=[Curved(*curves)])
    return dict(sensitivities(engine, situation(catalogue, GIVEN))[Category.HEAT])


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [
        (7.0, 7.0, 7.0),
        (-7.0, -7.0, -7.0),
        (0.5, 0.5, 0.5),
        (20.0, 5.0, 5.0),
        (5.0, 20.0, 5.0),
        (12.0, 20.0, 12.0),
        (20.0, 12.0, 12.0),
        (-20.0, 12.0, 12.0),
        (10.0, 10.05, 10.025),
        (10.05, 10.0, 10.025),
    ],
)
def test_the_gentler_side_of_a_kink_counts_and_the_mean_where_there_is_none(
    catalogue: Catalogue, below: float, above: float, expected: float
) -> None:
    assert slopes(catalogue, (FEED, kink(below, above))) == pytest.approx({FEED: expected}, abs=1e-3)


@pytest.mark.parametrize(("below", "above"), [(0.0, 0.0), (20.0, 0.0), (0.0, 20.0), (0.0005, 0.0005)])
def test_what_moves_nothing_is_left_out(catalogue: Catalogue, below: float, above: float) -> None:
    assert slopes(catalogue, (FEED, kink(below, above))) == {}


@pytest.mark.parametrize(("feed", "stickout"), [(7.0, 3.0), (3.0, -7.0)])
def test_the_strongest_comes_first(catalogue: Catalogue, feed: float, stickout: float) -> None:
    found = slopes(catalogue, (FEED, kink(feed, feed)), (STICKOUT, kink(stickout, stickout)))
    assert list(found) == sorted(found, key=lambda key: -abs(found[key]))
    assert found == pytest.approx({FEED: feed, STICKOUT: stickout}, abs=1e-3)
