"""Maps from demands to scores, and from scores to a verdict, at the points their rules name."""

from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.scoring import bite_curves, numeric, score_curves
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.errors import EntryWithdrawnError
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of
from feasibility_svc.domain.verdict.aggregation import Verdict, ranks_of, tabulate
from feasibility_svc.domain.verdict.tolerance_intervals import widened
from tests.feasibility_svc.domain.situations import situation

GREEN, YELLOW, RED, UNKNOWN, ERROR = (RiskLevel[name] for name in ("GREEN", "YELLOW", "RED", "UNKNOWN", "ERROR"))


@pytest.mark.parametrize(
    ("share", "score"),
    [(0.5, 100.0), (0.7, 100.0), (0.85, 90.0), (1.0, 80.0), (1.5, 65.0), (2.0, 50.0), (2.5, 25.0), (3.0, 0.0), (9, 0)],
)
def test_a_thick_bite_of_a_blade_loses_points_from_seven_tenths_of_its_high_edge(share: float, score: float) -> None:
    thick = bite_curves.bite_of_saw(share * 0.5, low_mm=0.02, high_mm=0.5, by_hand=False)
    assert thick == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize(("feed", "score"), [(4_000.0, 100.0), (5_500.0, 90.0), (9_000.0, 65.0), (16_000.0, 25.0)])
def test_a_hand_loses_points_beyond_five_metres_a_minute(feed: float, score: float) -> None:
    assert bite_curves.hand_speed(feed) == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize(("bite_mm", "score"), [(0.005, 25.0), (0.02, 65.0), (0.04, 80.0), (0.06, 100.0), (0.5, 100.0)])
def test_a_bite_far_above_its_low_edge_is_no_better_than_right(bite_mm: float, score: float) -> None:
    assert bite_curves.thin_bite(bite_mm, low_mm=0.04, no_chip_mm=0.01) == pytest.approx(score, abs=1e-9)


def test_whirl_rises_from_the_edge_of_red_to_nine_tenths() -> None:
    assert score_curves.whirl(0.825) == pytest.approx(1.05)


def test_no_score_is_capped_above_a_hundred() -> None:
    assert [level.cap for level in (GREEN, YELLOW, UNKNOWN, RED, ERROR)] == [100.0, 79.0, 79.0, 49.0, 49.0]


def test_a_withdrawn_entry_names_what_is_near_it_where_something_is() -> None:
    assert str(EntryWithdrawnError("tool", "old", "retired")) == "the tool 'old' was retired"
    assert str(EntryWithdrawnError("tool", "old", "retired", ["a", "b"])).endswith("was retired; near it: a, b")


def test_sums_of_arrays_are_those_of_their_elements() -> None:
    column: Any = np.array([1.0, 2.0, 3.0])
    assert list(numeric.exact_sum([column, 10.0])) == [11.0, 12.0, 13.0]  # type: ignore[call-overload]
    assert list(numeric.exact_sum([column, 10.0, column, 1.0])) == [13.0, 15.0, 17.0]  # type: ignore[call-overload]


def test_a_curve_holds_beyond_its_ends_for_arrays_too() -> None:
    asked: Any = np.array([-1.0, 0.0, 0.5, 1.0, 2.0])
    assert list(numeric.interpolate(asked, ((0.0, 0.0), (1.0, 10.0)))) == [0.0, 0.0, 5.0, 10.0, 10.0]  # type: ignore[call-overload]


@pytest.mark.parametrize(("score", "needs_review"), [(70.0, False), (69.9, True), (None, False)])
def test_a_score_below_70_needs_review(score: float | None, needs_review: bool) -> None:
    assert Verdict(score, GREEN, Category.HEAT).needs_review is needs_review
    assert Verdict(100.0, YELLOW, Category.HEAT).needs_review


def test_what_breaks_its_contract_adds_nothing_to_the_score() -> None:
    profiles = [
        Profile(category=category, weight=0.5, mandatory=True, description="")
        for category in (Category.CHIPLOAD, Category.HEAT)
    ]
    scores: Any = np.array([[30.0], [101.0]])
    table = tabulate(scores, ranks_of(scores), profiles)
    assert (table.scores[0], table.ranks[0], table.binding[0]) == (30.0, ERROR.rank, 1)


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
