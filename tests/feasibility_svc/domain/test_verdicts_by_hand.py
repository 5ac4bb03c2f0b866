"""How levels, chances and intervals come about, of dimensions made up for it."""

from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.scoring.assessment import Assessment, NotAssessedError, missing
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of
from feasibility_svc.domain.verdict.aggregation import Verdict, ranks_of, tabulate
from feasibility_svc.domain.verdict.tolerance_intervals import _lowered
from feasibility_svc.domain.verdict.uncertainty import (
    TOLERANCES,
    Tolerance,
    _moved,
    _scores,
    intervals,
    likelihood_of,
    likelihoods,
    spreads,
)
from tests.feasibility_svc.domain.situations import situation


@pytest.mark.parametrize(
    ("risk", "score", "review"),
    [
        (RiskLevel.GREEN, 70.0, False),
        (RiskLevel.GREEN, 69.9, True),
        (RiskLevel.YELLOW, 79.0, True),
        (RiskLevel.UNKNOWN, None, False),
    ],
)
def test_what_scores_below_seventy_needs_review_whatever_its_level(
    risk: RiskLevel, score: float | None, review: bool
) -> None:
    assert Verdict(score, risk, Category.HEAT).needs_review is review


def test_of_scores_that_break_their_range_the_first_decides() -> None:
    profiles = [Profile(category, 1.0, mandatory=True, description="") for category in list(Category)[:3]]
    scores = np.array([[90.0], [200.0], [-5.0]])
    table = tabulate(scores, ranks_of(scores), profiles)
    assert (table.binding[0], table.ranks[0]) == (1, RiskLevel.ERROR.rank)
    assert table.scores[0] == 49.0


def assessed(score: float) -> Assessment:
    return Assessment(Category.HEAT, score, level_of(score), "", Grade.A)


@pytest.mark.parametrize(
    ("score", "scores", "risk", "lowered"),
    [
        (90.0, [90.0] * 20, RiskLevel.GREEN, 90.0),
        (90.0, [90.0] * 10 + [40.0], RiskLevel.YELLOW, 79.0),
        (90.0, [90.0, 40.0], RiskLevel.RED, 49.0),
        (60.0, [60.0, 40.0], RiskLevel.RED, 49.0),
        (60.0, [60.0] * 20, RiskLevel.YELLOW, 60.0),
        (30.0, [90.0] * 20, RiskLevel.RED, 30.0),
    ],
)
def test_chances_only_ever_lower_a_level(score: float, scores: list[float], risk: RiskLevel, lowered: float) -> None:
    likelihood = likelihood_of(np.array(scores))
    after = _lowered(assessed(score), likelihood)
    assert (after.risk, after.score, after.likelihood) == (risk, lowered, likelihood)
    assert bool(after.warnings) is (lowered != score)


def test_scores_at_the_edges_count_for_the_better_level() -> None:
    shares = likelihood_of(np.array([80.0, 79.9, 50.0, 49.9]))
    assert (shares.p_green, shares.p_yellow, shares.p_red) == (0.25, 0.5, 0.25)


KNOWN = {
    "tool.stickout_mm": 20.0,
    "machine.stiffness_n_per_mm": 400.0,
    "uncertainty": {"method": "SAMPLED", "tolerances": [{"field": "context.force", "sd": 0.2}]},
}
SPRUCE = ("material.density_kg_per_m3", 2, 0.10, 0.0)
REST = [
    ("cut.feed_rate_mm_per_min", 3, 0.02, 0.0),
    ("tool.stickout_mm", 5, 0.0, 1.0),
    ("cut.axial_depth_mm", 7, 0.0, 0.1),
    ("force", 11, 0.2, 0.0),
    ("cut.spindle_speed_rpm", 13, 0.08, 0.0),
    ("machine.stiffness_n_per_mm", 17, 0.25 * np.log(1.5), 0.0),
    ("physics.edge_heat_share", 19, np.log(1.5), 0.0),
    ("tool.diameter_mm", 23, 0.0, 0.02),
    ("tool.runout_mm", 29, 0.0, 0.01),
    ("material.moisture_percent", 31, 0.0, 2.0),
]


def listed(looked_at: Situation) -> list[tuple[str, int, float, float]]:
    return [(item.key, item.base, item.relative_sd, item.absolute_sd) for item in spreads(looked_at)]


def test_every_known_number_has_its_spread_and_a_prime_of_its_own(catalogue: Catalogue) -> None:
    assert listed(situation(catalogue, KNOWN)) == [SPRUCE, *REST]


def test_what_nobody_knows_has_no_spread_and_the_others_have_theirs(catalogue: Catalogue) -> None:
    nameless = {**KNOWN, "material": {"kind": "BRASS"}}
    assert [item.key for item in spreads(situation(catalogue, nameless))] == [key for key, *_ in REST[:-1]]


def test_what_is_measured_is_known_four_times_as_well(catalogue: Catalogue) -> None:
    measured = {"material.density_kg_per_m3": 420.0, "physics.edge_heat_share": 0.4, "machine.stiffness_n_per_mm": 4e2}
    found = {item.key: item.relative_sd for item in spreads(situation(catalogue, measured))}
    assert found["material.density_kg_per_m3"] == 0.25 * 0.10
    assert found["physics.edge_heat_share"] == 0.25 * np.log(1.5)
    assert found["machine.stiffness_n_per_mm"] == 0.25 * np.log(1.5)
    usual = {item.key: item.relative_sd for item in TOLERANCES}
    assert usual["machine.stiffness_n_per_mm"] == usual["physics.edge_heat_share"] == np.log(1.5)
    assert usual["force"] == 0.35


def test_a_number_moves_the_way_its_deviate_points() -> None:
    length = Tolerance("tool.stickout_mm", 5, absolute_sd=2.0)
    assert [float(_moved(10.0, length, deviate)) for deviate in (-1.0, 0.0, 1.0, -9.0)] == [8.0, 10.0, 12.0, 1.0]
    share = Tolerance("physics.edge_heat_share", 19, relative_sd=0.5)
    assert [float(_moved(0.9, share, deviate)) for deviate in (0.0, 1.0)] == [0.9, 1.0]
    feed = Tolerance("cut.feed_rate_mm_per_min", 3, relative_sd=0.5)
    assert float(_moved(0.9, feed, 1.0)) == pytest.approx(0.9 * np.exp(0.5))


WATCHED = (
    "tool.stickout_mm",
    "cut.axial_depth_mm",
    "material.density_kg_per_m3",
    "cut.feed_rate_mm_per_min",
    "cut.spindle_speed_rpm",
    "machine.stiffness_n_per_mm",
    "tool.diameter_mm",
    "tool.runout_mm",
    "material.moisture_percent",
)


class Watching(OfEveryOperation):
    """Rises with the stick-out, falls with the depth of the pass, and keeps what it was asked."""

    profile = Profile(Category.CHATTER, 0.0, mandatory=False, description="")

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def score(self, situation: Situation) -> Any:
        self.asked.append({key: situation.find(key) for key in WATCHED})
        stickout_mm, depth_mm = situation.need("tool.stickout_mm", "cut.axial_depth_mm")
        return 50.0 + stickout_mm - 20.0 - 10.0 * (depth_mm - 0.65)

    def assess(self, situation: Situation) -> Assessment:
        return assessed(float(self.score(situation)))


class Lacking(Watching):
    """Lacks an input."""

    profile = Profile(Category.HEAT, 0.0, mandatory=False, description="")

    def score(self, situation: Situation) -> Any:
        raise NotAssessedError(missing("context.stock.width_mm"))


class Absent(Watching):
    """What no operation has."""

    def applies(self, situation: Situation) -> bool:
        return False


def test_each_input_is_moved_alone_and_then_all_to_their_harmful_and_helpful_ends(catalogue: Catalogue) -> None:
    looked_at, watching = situation(catalogue, {"tool.stickout_mm": 20.0}), Watching()
    found = intervals([Lacking(), watching], looked_at)
    keys = [item.key for item in spreads(looked_at)]
    alone, ends = watching.asked
    for key, nominal, sd in (("tool.stickout_mm", 20.0, 1.0), ("cut.axial_depth_mm", 0.65, 0.1)):
        expected = np.full(2 * len(keys) + 1, nominal)
        expected[2 * keys.index(key) + 1], expected[2 * keys.index(key) + 2] = nominal - sd, nominal + sd
        assert alone[key].tolist() == pytest.approx(expected.tolist())
    assert ends["tool.stickout_mm"].tolist() == [19.0, 21.0]
    assert ends["cut.axial_depth_mm"].tolist() == pytest.approx([0.75, 0.55])
    for key in WATCHED[2:]:  # what moves nothing stays where it is
        assert np.broadcast_to(ends[key], 2).tolist() == pytest.approx([looked_at.find(key)] * 2)
    assert found == {Category.CHATTER: pytest.approx((48.0, 52.0))}


def test_a_dimension_that_lacks_something_keeps_no_other_from_its_chances(catalogue: Catalogue) -> None:
    found = likelihoods([Lacking(), Watching()], situation(catalogue))
    assert list(found) == [Category.CHATTER]


def test_a_dimension_that_an_operation_does_not_have_is_in_no_one_s_way(catalogue: Catalogue) -> None:
    assert _scores(Absent(), situation(catalogue), 2).tolist() == [100.0, 100.0]
