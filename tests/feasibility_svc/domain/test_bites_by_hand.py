"""Chip load, feed and plunge to the last number: what is measured, what is advised, and what happens at the edges."""

from math import pi, sin
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.cutting_forces import mean_force_n
from feasibility_svc.domain.dimensions.chip_load import ChipLoad
from feasibility_svc.domain.dimensions.dimension import Dimension
from feasibility_svc.domain.dimensions.feed_limits import FeedLimits, plunge_bite_limit_mm
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Grade
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, situation

CUT = {"cut.spindle_speed_rpm": 10_000.0, "physics.chip_load_window": {"min_mm": 0.0625, "max_mm": 0.125}}
"""Two flutes at 10,000 rpm: 1,250 mm/min bites 0.0625 mm, 2,500 mm/min 0.125 mm."""
FAST_FEED = {"machine.hand_feed": False, "cut.spindle_speed_rpm": 2_000.0, "cut.feed_rate_mm_per_min": 70_000.0}
"""Sixty teeth at 2,000 rpm: 0.583 mm, where wood bears 0.5."""


def looked_at(
    dimension: Dimension, catalogue: Catalogue, context: dict[str, Any], design: dict[str, Any] | None = None
) -> Assessment:
    return assess(dimension, situation(catalogue, context, design=design))


def details(assessment: Assessment) -> dict[str, tuple[float, float | None]]:
    return {item.name: (item.value, item.limit) for item in assessment.details}


@pytest.mark.parametrize("feed", [1_250.0, 2_500.0])
def test_at_the_edges_of_the_window_nothing_is_advised(catalogue: Catalogue, feed: float) -> None:
    edge = looked_at(ChipLoad(), catalogue, {**CUT, "cut.feed_rate_mm_per_min": feed})
    assert (edge.score, edge.recommendations) == (80.0, [])
    assert edge.finding == f"a tooth bites {feed / 20_000:.3g} mm, 0.0625 to 0.125 mm is published"


@pytest.mark.parametrize(("feed", "advised"), [(5_000.0, 2_500.0 / 1.2), (625.0, 1_250.0 * 1.2)])
def test_a_feed_well_inside_the_window_is_advised(catalogue: Catalogue, feed: float, advised: float) -> None:
    outside = looked_at(ChipLoad(), catalogue, {**CUT, "cut.feed_rate_mm_per_min": feed})
    advice = outside.recommendations[0]
    assert advice.suggested_value == pytest.approx(advised, rel=1e-12)
    assert advice.text == f"feed at {advised:.0f} mm/min"


def test_half_the_lowest_bite_takes_half_the_flutes(catalogue: Catalogue) -> None:
    thin = looked_at(ChipLoad(), catalogue, {**CUT, "cut.feed_rate_mm_per_min": 625.0})
    assert [advice.text for advice in thin.recommendations[1:]] == ["take a cutter with one flute"]


def test_the_thinnest_bite_that_forms_a_chip_does_not_rub(catalogue: Catalogue) -> None:
    bite = {**CUT, "tool.wear": "SHARP", "cut.feed_rate_mm_per_min": 60.0}  # 0.003 mm
    assert looked_at(ChipLoad(), catalogue, bite).warnings == []
    thinner = looked_at(ChipLoad(), catalogue, {**bite, "cut.feed_rate_mm_per_min": 59.0})
    assert thinner.warnings == ["below 0.0030 mm the edge rubs and forms no chip"]


def test_a_hole_has_the_high_edge_of_its_drill(catalogue: Catalogue) -> None:
    hole = {"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 2.0, "hole_count": 1}}
    drilled = looked_at(ChipLoad(), catalogue, {"cut.plunge_rate_mm_per_min": 1_000.0}, hole)
    assert details(drilled)["window_high"][0] == pytest.approx(0.05 * 3.175 + 0.004)


def test_a_blade_is_told_its_feed_and_has_no_thinnest_chip(catalogue: Catalogue) -> None:
    fast = looked_at(ChipLoad(), catalogue, {**SAW, **FAST_FEED}, SAW_CUT)
    told = details(fast)
    assert (told["depth_factor"][0], told["thinnest_chip"][0]) == (1.0, 0.0)
    assert [advice.field for advice in fast.recommendations] == ["context.cut.feed_rate_mm_per_min"]
    assert fast.recommendations[0].text.startswith("feed at ")
    assert fast.warnings == []


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        (3_600.0, "a tooth bites about 0.015 mm, thin bites are usual by hand"),
        (4_800.0, "a tooth bites 0.02 mm, 0.02 to 0.5 mm is published"),
        (24_000.0, "a tooth bites 0.1 mm, 0.02 to 0.5 mm is published"),
    ],
)
def test_thin_bites_of_a_blade_are_usual_by_hand(catalogue: Catalogue, feed: float, said: str) -> None:
    assert looked_at(ChipLoad(), catalogue, {**SAW, "cut.feed_rate_mm_per_min": feed}, SAW_CUT).finding == said


def test_runout_is_told_as_the_bites_it_leaves_to_the_teeth(catalogue: Catalogue) -> None:
    flutes, runout, bite = 3, 0.02, 1_750.0 / (3 * 17_000)
    told = details(looked_at(ChipLoad(), catalogue, {"tool.flute_count": flutes, "tool.runout_mm": runout}))
    swing = runout * sin(pi / flutes)
    assert told["runout_lowest_feed_per_tooth"][0] == pytest.approx(bite - swing)
    assert told["runout_highest_feed_per_tooth"][0] == pytest.approx(bite + swing)


def test_what_is_measured_of_the_tool_makes_the_bite_sure(catalogue: Catalogue) -> None:
    stated = {**CUT, "tool.flute_count": 2, "tool.diameter_mm": 3.175, "cut.feed_rate_mm_per_min": 2_000.0}
    assert looked_at(ChipLoad(), catalogue, stated).grade is Grade.B


SILENT = {
    "machine.machine_id": REMOVED,
    "machine.lateral_force_limit_n": 200.0,
    "cut.plunge_rate_mm_per_min": REMOVED,
}


def test_without_a_highest_feed_and_a_plunge_only_the_force_counts(catalogue: Catalogue) -> None:
    assessment = looked_at(FeedLimits(), catalogue, SILENT)
    assert assessment.score == 100.0
    assert assessment.utilization == pytest.approx(mean_force_n(situation(catalogue, SILENT)) / 200.0)


@pytest.mark.parametrize(
    ("context", "score"),
    [
        ({"cut.feed_rate_mm_per_min": 5_000.0}, 80.0),
        ({"cut.feed_rate_mm_per_min": 1_500.0, "cut.plunge_rate_mm_per_min": 1_650.0}, 80.0),
    ],
)
def test_at_the_edge_of_green_neither_feed_nor_plunge_is_advised(
    catalogue: Catalogue, context: dict[str, Any], score: float
) -> None:
    edge = looked_at(FeedLimits(), catalogue, {**CUT, "machine.lateral_force_limit_n": 1e5, **context})
    assert (edge.score, edge.recommendations, edge.warnings) == (score, [], [])


def test_at_the_edge_of_green_no_shallower_pass_is_advised(catalogue: Catalogue) -> None:
    limit_n = mean_force_n(situation(catalogue)) * 1.4 / 0.8
    edge = looked_at(FeedLimits(), catalogue, {"machine.lateral_force_limit_n": limit_n})
    assert (edge.score, edge.recommendations) == (80.0, [])


def test_the_advised_pass_is_as_deep_as_the_axes_bear(catalogue: Catalogue) -> None:
    mean_n = mean_force_n(situation(catalogue))
    (advice,) = looked_at(FeedLimits(), catalogue, {"machine.lateral_force_limit_n": mean_n}).recommendations
    assert advice.suggested_value == pytest.approx(0.999 * 0.65 * 0.8 / 1.4, rel=1e-9)


def test_a_plunge_at_three_times_the_bite_is_judged_between_two_and_four(catalogue: Catalogue) -> None:
    window = {"physics.chip_load_window": {"min_mm": 0.0127, "max_mm": 0.1905}}
    plunge = {"cut.plunge_rate_mm_per_min": 3 * 0.1905 * 34_000, "cut.feed_rate_mm_per_min": 50_000.0}
    machine = {"machine.max_feed_rate_mm_per_min": 90_000.0, "machine.lateral_force_limit_n": 1e5}
    assert looked_at(FeedLimits(), catalogue, {**window, **plunge, **machine}).score == pytest.approx(35.0)


@pytest.mark.parametrize("material", [one for one in MaterialClass if one is not MaterialClass.BRITTLE])
def test_only_bone_and_shell_bear_more_in_a_plunge_than_sideways(material: MaterialClass) -> None:
    assert plunge_bite_limit_mm(highest_bite_mm=0.1, material_class=material) == 0.1


def test_a_plunge_that_cannot_be_is_told_before_all_else(catalogue: Catalogue) -> None:
    dense = {"material": {"kind": "HARDWOOD", "density_kg_per_m3": 1_200.0}, "tool.center_cutting": False}
    assessment = looked_at(FeedLimits(), catalogue, dense)
    assert len(assessment.warnings) == 2
    assert "must not plunge" in assessment.finding
