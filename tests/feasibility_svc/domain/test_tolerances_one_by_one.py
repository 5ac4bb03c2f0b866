"""How each input spreads, and how intervals find the harmful end of each."""

from collections.abc import Mapping
from math import log
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.physics.surface_heat import EDGE_HEAT_SHARE
from feasibility_svc.domain.scoring.assessment import Assessment, NotAssessedError, missing
from feasibility_svc.domain.scoring.levels import Category, Grade, level_of
from feasibility_svc.domain.verdict.uncertainty import intervals, likelihood_of, likelihoods, spread_out, spreads
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import situation

HALF_AS_MUCH = log(1.5)
USUAL = [
    ("material.density_kg_per_m3", 2, 0.10, 0.0),
    ("cut.feed_rate_mm_per_min", 3, 0.02, 0.0),
    ("tool.stickout_mm", 5, 0.0, 1.0),
    ("cut.axial_depth_mm", 7, 0.0, 0.1),
    ("cut.spindle_speed_rpm", 13, 0.03, 0.0),
    ("machine.stiffness_n_per_mm", 17, HALF_AS_MUCH, 0.0),
    ("physics.edge_heat_share", 19, HALF_AS_MUCH, 0.0),
    ("tool.diameter_mm", 23, 0.0, 0.02),
    ("tool.runout_mm", 29, 0.0, 0.01),
    ("material.moisture_percent", 31, 0.0, 2.0),
]
PRO = {"machine.machine_id": "avid_pro"}


def test_every_number_of_a_cut_spreads_as_is_usual(catalogue: Catalogue) -> None:
    found = spreads(situation(catalogue, PRO))
    assert [(item.key, item.base, item.relative_sd, item.absolute_sd) for item in found] == USUAL


def test_a_force_spreads_in_a_row_of_its_own_where_it_is_stated(catalogue: Catalogue) -> None:
    stated = {**PRO, "uncertainty.tolerances": [{"field": "context.force", "sd": 0.2}]}
    force = spreads(situation(catalogue, stated))[4]
    assert (force.key, force.base, force.relative_sd, force.absolute_sd) == ("force", 11, 0.2, 0.0)


@pytest.mark.parametrize(
    ("key", "value", "measured"),
    [
        ("material.density_kg_per_m3", 400.0, 0.025),
        ("machine.stiffness_n_per_mm", 1_000.0, HALF_AS_MUCH / 4),
        ("physics.edge_heat_share", 0.2, HALF_AS_MUCH / 4),
        ("cut.feed_rate_mm_per_min", 900.0, 0.02),
    ],
)
def test_what_a_user_measured_spreads_a_quarter_as_much(
    catalogue: Catalogue, key: str, value: float, measured: float
) -> None:
    found = {item.key: item.relative_sd for item in spreads(situation(catalogue, {**PRO, key: value}))}
    assert found[key] == measured


def test_what_is_not_known_keeps_nothing_else_from_spreading(catalogue: Catalogue) -> None:
    found = [item.key for item in spreads(situation(catalogue, {**PRO, "tool.runout_mm": REMOVED}))]
    assert found == [key for key, *_ in USUAL if key != "tool.runout_mm"]


def test_a_number_moves_up_with_its_deviate(catalogue: Catalogue) -> None:
    looked_at = situation(catalogue, {**PRO, "tool.stickout_mm": 30.0})
    deviates: Any = np.array([-1.0, 1.0, 40.0, -40.0])
    moved = spread_out(looked_at, {"tool.stickout_mm": deviates, "physics.edge_heat_share": deviates})
    assert np.asarray(moved.find("tool.stickout_mm")) == pytest.approx([29.0, 31.0, 70.0, 3.0])
    shares = np.asarray(moved.find("physics.edge_heat_share"))
    assert shares[:3] == pytest.approx([EDGE_HEAT_SHARE / 1.5, EDGE_HEAT_SHARE * 1.5, 1.0])


class Weighted:
    """50 points, and so many more or less for each standard deviation of each input; nothing is rounded."""

    profile = Profile(category=Category.CHATTER, weight=0.0, mandatory=False, description="")

    def __init__(self, at: Situation, weights: Mapping[str, float], *, applies: bool = True) -> None:
        self._nominal = {key: at.find(key) for key, *_ in USUAL}
        self._nominal["physics.edge_heat_share"] = EDGE_HEAT_SHARE
        self._weights, self._applies = weights, applies

    def applies(self, situation: Situation) -> bool:
        return self._applies

    def deviate(self, situation: Situation, key: str) -> Any:
        relative, absolute = next(item[2:] for item in USUAL if item[0] == key)
        value, nominal = np.asarray(situation.find(key)), self._nominal[key]
        assert nominal is not None
        return np.log(value / nominal) / relative if relative else (value - nominal) / absolute

    def score(self, situation: Situation) -> Any:
        return 50.0 + sum(weight * self.deviate(situation, key) for key, weight in self._weights.items())

    def assess(self, situation: Situation) -> Assessment:
        score = float(self.score(situation))
        return Assessment(Category.CHATTER, score, level_of(score), "", Grade.A)


def nominal(catalogue: Catalogue) -> Situation:
    """Every number so large that none of its deviates is held at a tenth of it."""
    large = {"tool.stickout_mm": 40.0, "cut.axial_depth_mm": 0.6, "tool.runout_mm": 0.05}
    return situation(catalogue, {**PRO, **large, "material.moisture_percent": 10.0})


KEYS = [key for key, *_ in USUAL]
SIGNS = [(1, -1), (-1, 1), (1, 1), (-1, -1)]


@pytest.mark.parametrize("signs", SIGNS)
@pytest.mark.parametrize("steepening", [True, False])
def test_an_interval_adds_what_every_input_alone_does(
    catalogue: Catalogue, signs: tuple[int, int], steepening: bool
) -> None:
    at = nominal(catalogue)
    places = range(len(KEYS))
    sizes = [2.0 ** (place if steepening else len(KEYS) - place) / 100 for place in places]
    weights = {key: signs[place % 2] * size for place, key, size in zip(places, KEYS, sizes, strict=True)}
    low, high = intervals([Weighted(at, weights)], at)[Category.CHATTER]
    assert (low, high) == pytest.approx((50.0 - sum(sizes), 50.0 + sum(sizes)))


@pytest.mark.parametrize("key", KEYS)
def test_an_input_alone_goes_one_deviation_each_way(catalogue: Catalogue, key: str) -> None:
    at = nominal(catalogue)
    assert intervals([Weighted(at, {key: 7.0})], at)[Category.CHATTER] == pytest.approx((43.0, 57.0))


class Alone(Weighted):
    """Bad where one input is off to one side and another is not; together they do no harm."""

    def __init__(self, at: Situation, side: float) -> None:
        super().__init__(at, {})
        self._side = side

    def score(self, situation: Situation) -> Any:
        off = np.maximum(self._side * self.deviate(situation, "tool.stickout_mm"), 0.0)
        other = self.deviate(situation, "cut.feed_rate_mm_per_min")
        return 50.0 - 20.0 * off * (1.0 - np.abs(other)) + other


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_an_interval_spans_what_one_input_alone_shows(catalogue: Catalogue, side: float) -> None:
    at = nominal(catalogue)
    low, high = intervals([Alone(at, side)], at)[Category.CHATTER]
    assert (low, high) == pytest.approx((30.0, 51.0))


class Gap(Weighted):
    profile = Profile(category=Category.HEAT, weight=1.0, mandatory=True, description="")

    def score(self, situation: Situation) -> Any:
        raise NotAssessedError(missing("tool.kind"))


def test_a_dimension_that_lacks_something_keeps_no_other_from_being_looked_at(catalogue: Catalogue) -> None:
    at = nominal(catalogue)
    dimensions = [Gap(at, {}), Weighted(at, {"tool.stickout_mm": 7.0})]
    assert list(intervals(dimensions, at)) == [Category.CHATTER]
    assert list(likelihoods(dimensions, at)) == [Category.CHATTER]


def test_what_an_operation_does_not_have_scores_a_hundred(catalogue: Catalogue) -> None:
    at = nominal(catalogue)
    absent = Weighted(at, {"tool.stickout_mm": 7.0}, applies=False)
    assert intervals([absent], at)[Category.CHATTER] == (100.0, 100.0)
    likelihood = likelihoods([absent], at)[Category.CHATTER]
    assert (likelihood.p_green, likelihood.score_mean, likelihood.sample_count) == (1.0, 100.0, 256)


def test_80_is_green_and_50_is_not_red() -> None:
    scores: Any = np.array([100.0, 80.0, 79.9, 50.0, 49.9])
    likelihood = likelihood_of(scores)
    assert (likelihood.p_green, likelihood.p_yellow, likelihood.p_red) == (0.4, 0.4, 0.2)


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
        score = float(self.score(situation))
        return Assessment(Category.CHATTER, score, level_of(score), "", Grade.A)


def test_each_input_is_moved_alone_and_then_all_to_their_harmful_and_helpful_ends(catalogue: Catalogue) -> None:
    looked_at, watching = situation(catalogue, {"tool.stickout_mm": 20.0}), Watching()
    found = intervals([watching], looked_at)
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
