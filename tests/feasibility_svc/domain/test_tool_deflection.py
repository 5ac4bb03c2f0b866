"""What is said of deflection. Expected numbers are computed here from the law of the material and the beam."""

from math import exp, pi, radians, sqrt, tan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.scoring.levels import Grade, RiskLevel
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, fret_situation, situation

CATALOGUE = read_catalogue()
POCKET = {"pocket": {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 12.0}}
MAPLE: dict[str, Any] = {
    "material.material_id": "maple_hard",
    "stock.thickness_mm": 44.0,
    "tool": {
        "kind": "END_MILL",
        "flute_direction": "DOWN",
        "substrate": "CARBIDE",
        "construction": "SOLID",
        "wear": "SHARP",
        "diameter_mm": 6.0,
        "flute_count": 2,
        "flute_length_mm": 22.0,
        "stickout_mm": 32.0,
        "shank_diameter_mm": 6.0,
        "runout_mm": 0.02,
    },
    "cut.spindle_speed_rpm": 16_000.0,
    "cut.feed_rate_mm_per_min": 1_600.0,
    "cut.axial_depth_mm": 4.0,
    "cut.radial_width_mm": 6.0,
}
SLOPE, EDGE = 705 * 0.0686 * 1.04, 705 * 0.0050 * 1.04  # climb, 8 % moist, mean grain angle


def tooth_n(chip_mm: float, *, depth_mm: float = 4.0) -> float:
    """Tangential force of a sharp tooth in maple."""
    return depth_mm * (SLOPE * chip_mm + EDGE * (1 - exp(-chip_mm / 0.01)))


def maple(changes: dict[str, Any] | None = None) -> dict[str, float]:
    assessment = assess(ToolDeflection(), situation(CATALOGUE, {**MAPLE, **(changes or {})}, design=POCKET))
    return {item.name: item.value for item in assessment.details} | {"score": assessment.score or 0.0}


@settings(max_examples=50, deadline=None)
@given(st.floats(0.1, 5), st.floats(12, 40), st.floats(1.01, 1.5))
def test_deeper_and_longer_never_bends_less(depth: float, stickout: float, factor: float) -> None:
    def bend(context: dict[str, Any]) -> float:
        details = assess(ToolDeflection(), situation(CATALOGUE, context)).details
        return next(item.value for item in details if item.name == "total_deflection")

    base = {"cut.axial_depth_mm": depth, "tool.stickout_mm": stickout}
    assert bend({**base, "cut.axial_depth_mm": depth * factor}) >= bend(base)
    assert bend({**base, "tool.stickout_mm": stickout * factor}) >= bend(base)


def test_the_peak_bends_the_tool_and_the_mean_the_machine() -> None:
    found = maple({"machine.stiffness_n_per_mm": 1_000.0})
    peak_n = sqrt(1.16) * tooth_n(0.05)
    mean_n = 1.08 * tooth_n(0.05 * 2 / pi) * 2 * pi / (2 * pi)
    core, shank = pi * (0.8 * 6.0) ** 4 / 64, pi * 6.0**4 / 64
    tool_mm = peak_n / (3 * 600e3) * (22.0**3 / core + (32.0**3 - 22.0**3) / shank)
    assert found["peak_force"] == pytest.approx(peak_n, rel=1e-9)
    assert found["mean_force"] == pytest.approx(mean_n, rel=1e-9)
    assert found["tool_deflection"] == pytest.approx(tool_mm, rel=1e-9)
    assert found["machine_deflection"] == pytest.approx(mean_n / 1_000, rel=1e-9)
    assert found["total_deflection"] == pytest.approx(tool_mm + mean_n / 1_000, rel=1e-9)


def test_the_tooth_that_runout_loads_most_stresses_flutes_and_shank() -> None:
    found = maple()
    heaviest_n = sqrt(1.16) * tooth_n(0.05 + 0.02)
    flutes = heaviest_n * (22.0 - 2.0) / (pi * (0.8 * 6.0) ** 3 / 32)
    shank = heaviest_n * (32.0 - 2.0) / (pi * 6.0**3 / 32)
    assert found["flute_stress"] == pytest.approx(flutes, rel=1e-9)
    assert found["shank_stress"] == pytest.approx(shank, rel=1e-9)


@pytest.mark.parametrize(("runout_mm", "chip_mm"), [(0.0, 0.05), (0.05, 0.1), (0.5, 0.1)])
def test_no_tooth_takes_more_than_all_the_feed(runout_mm: float, chip_mm: float) -> None:
    found = maple({"tool": {**MAPLE["tool"], "runout_mm": runout_mm}})
    expected = sqrt(1.16) * tooth_n(chip_mm) * 30.0 / (pi * 6.0**3 / 32)
    assert found["shank_stress"] == pytest.approx(expected, rel=1e-9)


def test_flutes_count_up_to_the_collet() -> None:
    long_flutes = {"tool": {**MAPLE["tool"], "flute_length_mm": 60.0}}
    heaviest_n = sqrt(1.16) * tooth_n(0.05 + 0.02)
    assert maple(long_flutes)["flute_stress"] == pytest.approx(
        heaviest_n * (32.0 - 2.0) / (pi * (0.8 * 6.0) ** 3 / 32), rel=1e-9
    )


def test_the_steel_shank_of_a_brazed_tool_bends_first() -> None:
    brazed = {
        **MAPLE,
        "tool": {**MAPLE["tool"], "construction": "BRAZED", "shank_diameter_mm": 4.0, "stickout_mm": 60.0},
        "cut.axial_depth_mm": 9.0,
    }
    solid = {**brazed, "tool": {**brazed["tool"], "construction": "SOLID"}}
    weak = assess(ToolDeflection(), situation(CATALOGUE, brazed, design=POCKET))
    strong = assess(ToolDeflection(), situation(CATALOGUE, solid, design=POCKET))
    assert {item.name: item.limit for item in weak.details}["shank_stress"] == 450.0
    assert {item.name: item.limit for item in strong.details}["shank_stress"] == 1500.0
    assert weak.risk is RiskLevel.RED
    assert strong.risk is not RiskLevel.RED
    assert "stress in the shank" in weak.finding


def test_a_path_error_alone_needs_review_and_never_blocks() -> None:
    soft = {"machine.stiffness_n_per_mm": 20.0, "cut.tolerance_class": "FRET_SLOT"}
    assessment = assess(ToolDeflection(), situation(CATALOGUE, {**MAPLE, **soft}, design=POCKET))
    assert (assessment.risk, assessment.score) == (RiskLevel.YELLOW, 50.0)


@pytest.mark.parametrize(
    ("design", "tolerance", "limit_mm"),
    [
        (POCKET, None, 0.20),
        (POCKET, "STANDARD", 0.10),
        (POCKET, "INLAY", 0.05),
        (POCKET, "FRET_SLOT", 0.03),
        (None, None, 0.05),
        (None, "ROUGH", 0.20),
        ({"rosette_rings": {"rings": [{"inner_radius_mm": 46.0, "width_mm": 5.0}], "depth_mm": 1.0}}, None, 0.05),
        ({"fret_slots": {"slot_depth_mm": 2.0}}, None, 0.03),
    ],
)
def test_a_tolerance_nobody_asked_for_is_the_widest(
    design: dict[str, Any] | None, tolerance: str | None, limit_mm: float
) -> None:
    stated = {} if tolerance is None else {"cut.tolerance_class": tolerance}
    assessment = assess(ToolDeflection(), situation(CATALOGUE, {**MAPLE, **stated}, design=design))
    assert {item.name: item.limit for item in assessment.details}["total_deflection"] == limit_mm


def test_a_small_tool_is_ruled_by_its_runout() -> None:
    small = {
        **MAPLE,
        "tool": {**MAPLE["tool"], "diameter_mm": 0.8, "flute_length_mm": 3.0, "stickout_mm": 13.0, "runout_mm": 0.06},
        "cut.axial_depth_mm": 0.2,
        "cut.radial_width_mm": 0.8,
        "cut.feed_rate_mm_per_min": 400.0,
    }
    assessment = assess(ToolDeflection(), situation(CATALOGUE, small, design=POCKET))
    assert assessment.score == pytest.approx(60.0)
    assert "runs out by 7.5% of its diameter" in assessment.finding
    assert assessment.recommendations == []


def test_a_v_bit_bends_as_a_cone_of_its_mean_diameter() -> None:
    bit = {"kind": "V_BIT", "tip_diameter_mm": 0.2, "tip_angle_deg": 60.0, "flute_length_mm": 20.0}
    found = maple({"tool": {**MAPLE["tool"], **bit}, "cut.axial_depth_mm": 2.0, "cut.radial_width_mm": 1.0})
    slope = tan(radians(30.0))
    cone_mm = (6.0 - 0.2) / (2 * slope)
    chip_diameter = 0.2 + 2.0 * slope  # mean of tip and surface
    ratio = 1.0 / chip_diameter
    assert ratio > 0.5  # no thinning
    peak_n = sqrt(1.16) * tooth_n(0.05, depth_mm=2.0)
    mean_mm = (0.2 + 6.0) / 2
    core, shank = pi * (0.8 * mean_mm) ** 4 / 64, pi * 6.0**4 / 64
    tool_mm = peak_n / (3 * 600e3) * (cone_mm**3 / core + (32.0**3 - cone_mm**3) / shank)
    assert found["tool_deflection"] == pytest.approx(tool_mm, rel=1e-9)
    heaviest_n = sqrt(1.16) * tooth_n(0.07, depth_mm=2.0)
    stations = [cone_mm * step / 40 for step in range(1, 41)]
    stress = max(
        heaviest_n * (x - 1.0) / (pi * (0.8 * min(6.0, 0.2 + 2 * x * slope)) ** 3 / 32) for x in stations if x > 1.0
    )
    assert found["flute_stress"] == pytest.approx(stress, rel=1e-9)


def test_a_pass_deeper_than_the_cone_bends_over_the_pass() -> None:
    bit = {"kind": "ENGRAVING", "tip_diameter_mm": 0.2, "tip_angle_deg": 90.0, "flute_length_mm": 20.0}
    found = maple({"tool": {**MAPLE["tool"], **bit}, "cut.axial_depth_mm": 8.0, "cut.radial_width_mm": 6.0})
    assert found["flute_stress"] == 0.0  # the cone of 2.9 mm ends below the middle of the pass
    diameter = 0.2 + 8.0
    feed, ratio = 0.05, 6.0 / diameter
    assert ratio > 0.5
    peak_n = sqrt(1.16) * tooth_n(feed, depth_mm=8.0)
    core, shank = pi * (0.8 * 3.1) ** 4 / 64, pi * 6.0**4 / 64
    tool_mm = peak_n / (3 * 600e3) * (8.0**3 / core + (32.0**3 - 8.0**3) / shank)
    assert found["tool_deflection"] == pytest.approx(tool_mm, rel=1e-9)


def test_a_tapered_ball_widens_by_its_taper() -> None:
    ball = {"kind": "TAPERED_BALL", "tip_diameter_mm": 1.0, "taper_angle_deg": 5.0, "flute_length_mm": 12.0}
    found = maple({"tool": {**MAPLE["tool"], **ball}, "cut.axial_depth_mm": 1.0, "cut.radial_width_mm": 1.0})
    surface = 1.0 + 2 * 12.0 * tan(radians(5.0))  # the flutes end before the shank is reached
    peak_n = sqrt(1.16) * tooth_n(0.05, depth_mm=1.0)
    core, shank = pi * (0.8 * (1.0 + surface) / 2) ** 4 / 64, pi * 6.0**4 / 64
    tool_mm = peak_n / (3 * 600e3) * (12.0**3 / core + (32.0**3 - 12.0**3) / shank)
    assert found["tool_deflection"] == pytest.approx(tool_mm, rel=1e-9)


def test_the_advised_depth_is_green_and_no_shallower_than_it_must_be(catalogue: Catalogue) -> None:
    deep = {"cut.axial_depth_mm": 12.0, "machine.stiffness_n_per_mm": 500.0, "cut.feed_rate_mm_per_min": 3_000.0}
    advice = assess(ToolDeflection(), situation(catalogue, deep)).recommendations[0]
    again = assess(ToolDeflection(), situation(catalogue, {**deep, "cut.axial_depth_mm": advice.suggested_value}))
    assert again.risk is RiskLevel.GREEN
    assert again.score == pytest.approx(80.0, abs=0.2)


def test_the_advised_depth_of_a_stressed_shank_is_green() -> None:
    long = {
        **MAPLE,
        "tool": {**MAPLE["tool"], "construction": "BRAZED", "shank_diameter_mm": 4.0, "stickout_mm": 60.0},
        "cut.axial_depth_mm": 9.0,
        "cut.tolerance_class": "ROUGH",
        "machine.stiffness_n_per_mm": 20_000.0,
    }
    advice = assess(ToolDeflection(), situation(CATALOGUE, long, design=POCKET)).recommendations[0]
    eased = {**long, "cut.axial_depth_mm": advice.suggested_value}
    assert assess(ToolDeflection(), situation(CATALOGUE, eased, design=POCKET)).risk is RiskLevel.GREEN


@pytest.mark.parametrize(("plate_mm", "score"), [(2.2, 100.0), (3.1, 100.0), (3.2 - 1e-7, 0.0), (3.2, 0.0), (3.4, 0.0)])
def test_a_plate_must_be_thinner_than_its_kerf(catalogue: Catalogue, plate_mm: float, score: float) -> None:
    blade = {**SAW, "tool.plate_thickness_mm": plate_mm}
    assessment = assess(ToolDeflection(), situation(catalogue, blade, design=SAW_CUT))
    assert assessment.score == score
    assert ("rubs and binds" in assessment.finding) == (score == 0.0)


@pytest.mark.parametrize(("plate_mm", "told"), [(3.0, False), (3.0 + 1e-7, False), (3.01, True)])
def test_little_room_beside_the_plate_is_a_sentence(catalogue: Catalogue, plate_mm: float, told: bool) -> None:
    blade = {**SAW, "tool.plate_thickness_mm": plate_mm}
    assessment = assess(ToolDeflection(), situation(catalogue, blade, design=SAW_CUT))
    assert assessment.risk is RiskLevel.GREEN
    assert any("clearance beside the plate" in text for text in assessment.warnings) == told


def test_measured_force_coefficients_replace_the_law_and_raise_the_grade(catalogue: Catalogue) -> None:
    measured = {
        "physics.specific_cutting_force_n_per_mm2": 26.35,
        "physics.edge_force_n_per_mm": 2.25,
        "machine.stiffness_n_per_mm": 1_000.0,
        "tool.diameter_mm": 3.175,
        "tool.flute_length_mm": 12.7,
        "tool.stickout_mm": 20.0,
        "tool.shank_diameter_mm": 3.175,
        "tool.runout_mm": 0.01,
    }
    assert assess(ToolDeflection(), situation(catalogue, measured)).grade is Grade.A
    assert assess(ToolDeflection(), situation(catalogue)).grade is Grade.D


def test_teeth_of_a_slot_do_not_add_up(catalogue: Catalogue) -> None:
    def peak(flutes: int, feed: float) -> float:
        context = {"tool.flute_count": flutes, "cut.feed_rate_mm_per_min": feed}
        details = assess(ToolDeflection(), situation(catalogue, context)).details
        return next(item.value for item in details if item.name == "peak_force")

    assert peak(3, 1_500.0) == pytest.approx(peak(2, 1_000.0), rel=1e-12)


def test_a_recipe_for_fret_slots_that_is_published_is_not_refused(catalogue: Catalogue) -> None:
    """PreciseBits: 0.584 mm, three flutes, 24,000 rpm, one diameter deep per pass, up to 2286 mm/min."""
    for material in ("ebony_african", "rosewood_east_indian"):
        for feed in (1_262.0, 1_905.0, 2_286.0):
            recipe = {
                "material.material_id": material,
                "cut.axial_depth_mm": 0.584,
                "cut.feed_rate_mm_per_min": feed,
                "tool.runout_mm": 0.01,
                "machine.machine_id": "shapeoko_3",
            }
            assert assess(ToolDeflection(), fret_situation(catalogue, recipe)).risk is not RiskLevel.RED


def test_a_second_law_far_off_is_told(catalogue: Catalogue) -> None:
    thin = {"cut.feed_rate_mm_per_min": 30.0}
    assessment = assess(ToolDeflection(), situation(catalogue, thin))
    assert "low_confidence:force_model" in assessment.assumptions
    assert any("a second force law" in text for text in assessment.warnings)
    usual = assess(ToolDeflection(), situation(catalogue))
    assert "low_confidence:force_model" not in usual.assumptions


def test_the_utilization_is_that_of_the_worse_of_path_and_stress() -> None:
    soft = {"machine.stiffness_n_per_mm": 100.0}
    bent = assess(ToolDeflection(), situation(CATALOGUE, {**MAPLE, **soft}, design=POCKET))
    total = next(item for item in bent.details if item.name == "total_deflection")
    assert bent.utilization == pytest.approx(total.value / 0.20)
    stiff = {"machine.stiffness_n_per_mm": 1e6, "tool": {**MAPLE["tool"], "construction": "BRAZED"}}
    stressed = assess(ToolDeflection(), situation(CATALOGUE, {**MAPLE, **stiff}, design=POCKET))
    shank = next(item for item in stressed.details if item.name == "shank_stress")
    assert stressed.utilization == pytest.approx(shank.value / 450.0)
