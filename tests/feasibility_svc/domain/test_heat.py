"""What is said of heat. Limits and levels come from the physics specification."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.heat import Heat
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Grade, RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, situation

CATALOGUE = read_catalogue()
BURNING = {
    "material.material_id": "cherry_black",
    "tool.diameter_mm": 12.7,
    "tool.wear": "WORN",
    "cut.cooling": "NONE",
    "cut.spindle_speed_rpm": 22_000.0,
    "cut.feed_rate_mm_per_min": 500.0,
    "cut.axial_depth_mm": 6.0,
    "cut.radial_width_mm": 12.7,
}


def test_a_worn_cutter_fed_slowly_burns(catalogue: Catalogue) -> None:
    assessment = assess(Heat(), situation(catalogue, BURNING))
    assert assessment.risk is RiskLevel.RED
    assert [item.field for item in assessment.recommendations] == [
        "context.cut.feed_rate_mm_per_min",
        "context.cut.spindle_speed_rpm",
    ]


def test_the_advised_feed_reaches_the_edge_of_green(catalogue: Catalogue) -> None:
    advice = assess(Heat(), situation(catalogue, BURNING)).recommendations[0]
    assert advice.suggested_value is not None
    better = {**BURNING, "cut.feed_rate_mm_per_min": advice.suggested_value * 1.000001}
    worse = {**BURNING, "cut.feed_rate_mm_per_min": advice.suggested_value * 0.999}
    assert assess(Heat(), situation(catalogue, better)).risk is RiskLevel.GREEN
    assert assess(Heat(), situation(catalogue, worse)).risk is RiskLevel.YELLOW


def test_the_advised_speed_is_slow_enough(catalogue: Catalogue) -> None:
    advice = assess(Heat(), situation(catalogue, BURNING)).recommendations[1]
    cooler = {**BURNING, "cut.spindle_speed_rpm": advice.suggested_value}
    assert assess(Heat(), situation(catalogue, cooler)).risk is RiskLevel.GREEN


def test_resin_that_gums_is_told_and_lowers_nothing(catalogue: Catalogue) -> None:
    warm = {"cut.feed_rate_mm_per_min": 300.0, "cut.cooling": "NONE", "tool.wear": "WORN"}
    dry, resinous = (
        assess(Heat(), situation(catalogue, {**warm, "material.resinous": resinous})) for resinous in (False, True)
    )
    assert dry.score == resinous.score
    assert [text.split(":")[0] for text in resinous.warnings] == ["gumming"]


def test_a_dull_edge_needs_review_however_cool_the_cut(catalogue: Catalogue) -> None:
    assessment = assess(Heat(), situation(catalogue, {"tool.wear": "DULL", "cut.feed_rate_mm_per_min": 3_000.0}))
    assert assessment.score == 79.0
    assert assessment.recommendations[-1].field == "context.tool.wear"
    assert "sharpen first" in assessment.warnings[-1]


def test_when_no_chip_is_thick_enough_the_advice_is_a_sharp_cutter(catalogue: Catalogue) -> None:
    hopeless = {"physics.specific_cutting_force_n_per_mm2": 9_000.0, "physics.edge_force_n_per_mm": 900.0}
    assessment = assess(Heat(), situation(catalogue, hopeless))
    assert assessment.recommendations[0].field == "context.tool.wear"


def test_when_a_stop_burns_the_advice_is_not_to_dwell(catalogue: Catalogue) -> None:
    assessment = assess(Heat(), situation(catalogue, {"toolpaths.longest_dwell_s": 5.0}))
    assert [item.field for item in assessment.recommendations] == ["context.toolpaths.longest_dwell_s"]


@pytest.mark.parametrize(
    ("material", "feed", "risk"),
    [
        ("acrylic", 100.0, RiskLevel.RED),  # a plastic melts
        ("aluminium_6061", 1.0, RiskLevel.YELLOW),  # a metal needs review at most
        ("bone", 1.0, RiskLevel.YELLOW),
        ("carbon_fibre", 1.0, RiskLevel.YELLOW),
        ("phenolic_paper", 1.0, RiskLevel.YELLOW),
        ("acrylic", 3_000.0, RiskLevel.GREEN),
        ("abalone", 3_000.0, RiskLevel.GREEN),
    ],
)
def test_what_has_no_fibres_is_judged_by_its_bite(
    catalogue: Catalogue, material: str, feed: float, risk: RiskLevel
) -> None:
    looked_at = situation(
        catalogue,
        {"material.material_id": material, "cut.feed_rate_mm_per_min": feed, "material.moisture_percent": REMOVED},
    )
    assessment = assess(Heat(), looked_at)
    assert assessment.risk is risk
    assert bool(assessment.recommendations) == (risk is not RiskLevel.GREEN)


def test_the_advised_bite_does_not_melt(catalogue: Catalogue) -> None:
    melting = {"material.material_id": "acrylic", "cut.feed_rate_mm_per_min": 100.0}
    advice = assess(Heat(), situation(catalogue, melting)).recommendations[0]
    again = {**melting, "cut.feed_rate_mm_per_min": (advice.suggested_value or 0) * 1.000001}
    assert assess(Heat(), situation(catalogue, again)).risk is RiskLevel.GREEN


@pytest.mark.parametrize(
    ("material", "substrate", "utilization"),
    [
        ("maple_hard", "CARBIDE", 0.6 * (2.0 * 3.141592653589793 / 10) ** 0.5),
        ("maple_hard", "HSS", 0.6 * (2.0 * 3.141592653589793 / 6) ** 0.5),
        ("mdf", "COBALT_HSS", 0.6 * (2.0 * 3.141592653589793 / 6) ** 0.5),
        ("carbon_fibre", "CARBIDE", 0.6 * (2.0 * 3.141592653589793 / 10) ** 0.5),
        ("acrylic", "CARBIDE", 0.6 * (2.0 * 3.141592653589793 / 8) ** 0.5),
        ("aluminium_6061", "CARBIDE", 0.6 * (2.0 * 3.141592653589793 / 8) ** 0.5),
        ("phenolic_paper", "CARBIDE", 0.6 * (2.0 * 3.141592653589793 / 8) ** 0.5),
        ("bone", "CARBIDE", 0.6 * (2.0 * 3.141592653589793 / 4) ** 0.5),
    ],
)
def test_how_fast_a_drill_may_turn_depends_on_the_material(
    catalogue: Catalogue, material: str, substrate: str, utilization: float
) -> None:
    """10 mm at 6000 rpm is a rim of π m/s; 30 mm deep and 0.05 mm per turn leave the other factors at 1."""
    assert hole(catalogue, material, substrate=substrate).utilization == pytest.approx(utilization, rel=1e-12)


def hole(catalogue: Catalogue, material: str, *, substrate: str = "CARBIDE", plunge: float = 300.0) -> Assessment:
    tool = {"kind": "DRILL", "diameter_mm": 10.0, "flute_count": 2, "substrate": substrate}
    cut = {"spindle_speed_rpm": 6_000.0, "plunge_rate_mm_per_min": plunge}
    context = {"material": {"material_id": material}, "tool": tool, "cut": cut}
    design = {"drilling": {"hole_diameter_mm": 10.0, "depth_mm": 30.0, "hole_count": 1}}
    return assess(Heat(), situation(catalogue, context, base={}, design=design))


@pytest.mark.parametrize(
    ("material", "risk"), [("maple_hard", RiskLevel.RED), ("acrylic", RiskLevel.RED), ("bone", RiskLevel.YELLOW)]
)
def test_a_slow_plunge_burns_wood_and_plastic_and_nothing_else(
    catalogue: Catalogue, material: str, risk: RiskLevel
) -> None:
    assessment = hole(catalogue, material, plunge=1.0)
    assert assessment.risk is risk
    assert [item.field for item in assessment.recommendations] == [
        "context.cut.spindle_speed_rpm",
        "context.cut.plunge_rate_mm_per_min",
    ]


def test_saws_have_no_heat(catalogue: Catalogue) -> None:
    assert not Heat().applies(situation(catalogue, SAW, design=SAW_CUT))


def test_a_stated_burn_class_wins_over_the_table(catalogue: Catalogue) -> None:
    def limit(context: dict[str, Any]) -> float | None:
        details = assess(Heat(), situation(catalogue, context)).details
        return next(item.limit for item in details if item.name == "surface_temperature")

    assert limit({}) == 200.0
    assert limit({"material.burn_class": 2}) == 170.0


def test_a_measured_share_of_the_heat_is_as_good_as_the_force(catalogue: Catalogue) -> None:
    assert assess(Heat(), situation(catalogue)).grade is Grade.D
    assert assess(Heat(), situation(catalogue, {"physics.edge_heat_share": 0.4})).grade is Grade.C


@settings(max_examples=50, deadline=None)
@given(st.floats(200, 4_000), st.floats(1.01, 1.5))
def test_more_feed_never_heats_and_more_wear_never_cools(feed: float, factor: float) -> None:
    def surface(context: dict[str, Any]) -> float:
        details = assess(Heat(), situation(CATALOGUE, context)).details
        return next(item.value for item in details if item.name == "surface_temperature")

    slow, fast = ({"cut.feed_rate_mm_per_min": value} for value in (feed, feed * factor))
    assert surface(fast) <= surface(slow)
    assert surface({**slow, "tool.wear": "DULL"}) >= surface({**slow, "tool.wear": "SHARP"})
