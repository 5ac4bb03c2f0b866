"""What is said of chip load. Limits and levels come from the physics specification."""

from math import radians, tan
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.bite_window import window_of
from feasibility_svc.domain.dimensions.chip_load import ChipLoad
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import assess, kinds, situation


def test_a_bite_that_forms_no_chip_is_red(catalogue: Catalogue) -> None:
    slow = {"cut.feed_rate_mm_per_min": 50.0, "cut.spindle_speed_rpm": 18_000.0, "tool.wear": "SHARP"}
    assessment = assess(ChipLoad(), situation(catalogue, slow))  # 50 / 36,000 = 0.0014 mm, 0.003 mm form a chip
    assert assessment.risk is RiskLevel.RED
    assert any("rubs" in warning for warning in assessment.warnings)
    assert assessment.recommendations[0].field == "context.cut.feed_rate_mm_per_min"


@pytest.mark.parametrize("feed", [50.0, 60_000.0])
def test_following_the_advice_gives_green(catalogue: Catalogue, feed: float) -> None:
    looked_at = situation(catalogue, {"cut.feed_rate_mm_per_min": feed})
    advised = assess(ChipLoad(), looked_at).recommendations[0].suggested_value
    again = assess(ChipLoad(), situation(catalogue, {"cut.feed_rate_mm_per_min": advised}))
    assert again.risk is RiskLevel.GREEN
    assert list(again.recommendations) == []


def test_runout_that_lets_one_tooth_do_the_work_is_told_and_lowers_nothing(catalogue: Catalogue) -> None:
    true, wobbling = (
        assess(ChipLoad(), situation(catalogue, {"tool.runout_mm": runout, "cut.feed_rate_mm_per_min": 1_400.0}))
        for runout in (0.0, 0.2)
    )
    assert true.score == wobbling.score
    assert "single_tooth_cutting" in wobbling.assumptions
    assert "single_tooth_cutting" not in true.assumptions


def test_a_tool_with_one_flute_has_no_other_tooth_to_spare(catalogue: Catalogue) -> None:
    single = {"tool.flute_count": 1, "tool.runout_mm": 0.2}
    assert "single_tooth_cutting" not in assess(ChipLoad(), situation(catalogue, single)).assumptions


def test_a_stated_window_wins_over_the_envelope(catalogue: Catalogue) -> None:
    own = {"physics.chip_load_window": {"min_mm": 0.001, "max_mm": 0.01, "source": "card"}}
    assessment = assess(ChipLoad(), situation(catalogue, own))
    assert assessment.risk is RiskLevel.RED
    assert "card" in {detail.source for detail in assessment.details}
    unnamed = {"physics.chip_load_window": {"min_mm": 0.001, "max_mm": 0.01}}
    assert window_of(situation(catalogue, unnamed)).source == "stated in the request"


@pytest.mark.parametrize(
    "path",
    [
        "tool.flute_count",
        "tool.diameter_mm",
        "tool.kind",
        "material.kind",
        "cut.spindle_speed_rpm",
        "cut.feed_rate_mm_per_min",
        "cut.axial_depth_mm",
    ],
)
def test_what_nobody_states_is_unknown(catalogue: Catalogue, path: str) -> None:
    bare = {
        "tool": {"kind": "END_MILL", "diameter_mm": 6.0, "flute_count": 2},
        "material": {"kind": "HARDWOOD", "density_kg_per_m3": 700.0},
        path: REMOVED,
    }
    assessment = assess(ChipLoad(), situation(catalogue, bare))
    assert set(kinds(assessment)) == {UnknownKind.MISSING}
    assert [reason.subject for reason in assessment.unknown_reasons] == [f"context.{path}"]


@pytest.mark.parametrize(
    ("context", "low", "high"),
    [
        ({}, 0.0127, 0.1905),  # wood: 0.004 and 0.060 of 3.175 mm
        ({"machine.tier": "INDUSTRIAL"}, 0.0127, 0.1905),  # whatever the machine
        ({"tool.diameter_mm": 12.0}, 0.04, 0.72),
        ({"material.material_id": "mdf"}, 0.0127, 0.2032),
        ({"material.material_id": "acrylic"}, 0.0254, 0.1524),
        ({"material.material_id": "aluminium_6061"}, 0.00381, 0.05715),
        ({"material.material_id": "bone"}, 0.00381, 0.03175),
        ({"material.material_id": "carbon_fibre"}, 0.009525, 0.111125),
        ({"material.kind": "PHENOLIC"}, 0.009525, 0.127),
        ({"tool.tool_id": "end_mill_25400", "tool.kind": "SURFACING", "tool.diameter_mm": 25.4}, 0.04, 0.6),
        ({"tool.tool_id": "v_bit_60"}, 0.01, 0.15),
        ({"tool.tool_id": "v_bit_60", "material.material_id": "mdf"}, 0.01, 0.18),
        ({"tool.tool_id": "v_bit_60", "material.material_id": "bone"}, 0.001, 0.01),
    ],
)
def test_the_window_of_each_material_and_tool(
    catalogue: Catalogue, context: dict[str, Any], low: float, high: float
) -> None:
    if context.get("tool.tool_id") == "end_mill_25400":
        context = {**context, "tool.tool_id": "end_mill_3175"}
    window = window_of(situation(catalogue, context))
    assert [window.low_mm, window.high_mm] == pytest.approx([low, high])


@pytest.mark.parametrize(
    ("kind", "material", "low"), [("BALL_NOSE", "maple_hard", 0.01), ("TAPERED_BALL", "bone", 0.003)]
)
def test_balls_may_be_fed_slowly_on_finishing_passes(
    catalogue: Catalogue, kind: str, material: str, low: float
) -> None:
    ball = {
        "tool": {"kind": kind, "diameter_mm": 12.7, "flute_count": 2, "tip_diameter_mm": 6.0, "taper_angle_deg": 3.0},
        "material.material_id": material,
        "cut.axial_depth_mm": 6.0,
    }
    assert window_of(situation(catalogue, ball)).low_mm == low


def test_only_surfacing_cutters_bite_no_more_than_six_tenths_however_wide_they_are(catalogue: Catalogue) -> None:
    """A cone of 20 degrees a side on a ball of 20 mm is 27.3 mm wide 10 mm up, and wood bears 0.06 of that."""
    ball = {"kind": "TAPERED_BALL", "diameter_mm": 40.0, "tip_diameter_mm": 20.0, "taper_angle_deg": 20.0}
    context = {"tool": {**ball, "flute_count": 2}, "cut.axial_depth_mm": 10.0, "material.material_id": "maple_hard"}
    window = window_of(situation(catalogue, context))
    assert window.high_mm == pytest.approx(0.06 * (20.0 + 20.0 * tan(radians(20.0))))


@pytest.mark.parametrize(
    ("width_mm", "factor"), [(6.0, 0.75), (3.0, 0.75), (1.5, 0.875), (0.6, 0.95)], ids=["slot", "half", "light", "thin"]
)
def test_deep_slots_are_derated_and_light_passes_are_not(catalogue: Catalogue, width_mm: float, factor: float) -> None:
    deep = {"tool.diameter_mm": 6.0, "cut.axial_depth_mm": 12.0, "cut.radial_width_mm": width_mm}
    details = {item.name: item.value for item in assess(ChipLoad(), situation(catalogue, deep)).details}
    assert details["depth_factor"] == pytest.approx(factor)


def test_a_cone_is_not_derated_by_its_depth(catalogue: Catalogue) -> None:
    cone = {"tool.tool_id": "v_bit_60", "cut.axial_depth_mm": 10.0, "cut.radial_width_mm": 1.0}
    details = {item.name: item.value for item in assess(ChipLoad(), situation(catalogue, cone)).details}
    assert details["depth_factor"] == 1.0


@pytest.mark.parametrize(
    ("tool", "extra"),
    [
        ("ball_nose_3175", {}),
        ("tapered_ball_0500", {}),
        ("end_mill_3175", {"tool.kind": "BULL_NOSE", "tool.corner_radius_mm": 1.0}),
        ("end_mill_3175", {"tool.kind": "BULL_NOSE", "tool.corner_radius_mm": 0.1}),
    ],
)
def test_every_cutter_shape_is_assessed(catalogue: Catalogue, tool: str, extra: dict[str, Any]) -> None:
    assessment = assess(ChipLoad(), situation(catalogue, {"tool.tool_id": tool, **extra}))
    assert assessment.score is not None


def test_a_thick_chip_is_named_by_its_thickness_and_a_thin_one_by_the_bite(catalogue: Catalogue) -> None:
    thick = assess(ChipLoad(), situation(catalogue, {"cut.feed_rate_mm_per_min": 60_000.0}))
    assert thick.finding.startswith("the chip is ")
    assert assess(ChipLoad(), situation(catalogue)).finding.startswith("a tooth bites ")


@pytest.mark.parametrize(("feed", "text"), [(10.0, "plunge at "), (60_000.0, "plunge at ")])
def test_a_hole_is_advised_by_its_plunge(catalogue: Catalogue, feed: float, text: str) -> None:
    hole = {"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 2.0, "hole_count": 1}}
    drilled = situation(
        catalogue, {"cut.plunge_rate_mm_per_min": feed, "cut.feed_rate_mm_per_min": REMOVED}, design=hole
    )
    (advice,) = assess(ChipLoad(), drilled).recommendations
    assert advice.text.startswith(text)
    assert advice.field == "context.cut.plunge_rate_mm_per_min"


@pytest.mark.parametrize("kind", ["DRILL", "END_MILL", "BALL_NOSE"])
def test_whatever_drills_bites_as_a_drill_of_its_diameter(catalogue: Catalogue, kind: str) -> None:
    """In wood from 0.002 of the diameter, at most 0.020 mm, up to 0.05 of it and 0.004 mm."""
    hole = {"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 2.0, "hole_count": 1}}
    context = {"tool.kind": kind, "tool.diameter_mm": 3.175, "cut.plunge_rate_mm_per_min": 500.0}
    window = window_of(situation(catalogue, {**context, "material.material_id": "maple_hard"}, design=hole))
    assert (window.low_mm, window.high_mm, window.diameter_mm) == pytest.approx((0.00635, 0.16275, 3.175), rel=1e-12)
