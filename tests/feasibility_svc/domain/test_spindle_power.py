"""What is said of spindle power. Expected numbers are computed here from the law of the material."""

from math import acos, exp, pi
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.spindle_power import SpindlePower
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, kinds, situation

HEAVY: dict[str, Any] = {
    "tool.tool_id": "end_mill_12700",
    "material.material_id": "maple_hard",
    "machine.machine_id": "shapeoko_3",
    "cut.feed_rate_mm_per_min": 4_000.0,
    "cut.axial_depth_mm": 19.0,
    "cut.radial_width_mm": 12.7,
}


def test_a_small_router_stalls_in_a_heavy_cut_and_the_advised_depth_does_not(catalogue: Catalogue) -> None:
    stalled = assess(SpindlePower(), situation(catalogue, HEAVY))
    assert stalled.risk is RiskLevel.RED
    depth = stalled.recommendations[0].suggested_value
    again = assess(SpindlePower(), situation(catalogue, {**HEAVY, "cut.axial_depth_mm": depth}))
    assert again.risk is RiskLevel.GREEN
    assert again.score == pytest.approx(80.0, abs=0.2)


def test_a_large_spindle_carries_the_same_cut(catalogue: Catalogue) -> None:
    large = {**HEAVY, "machine.machine_id": "industrial_atc"}
    assert assess(SpindlePower(), situation(catalogue, large)).risk is RiskLevel.GREEN


def test_an_assumed_law_is_green_only_if_its_unfavourable_end_is(catalogue: Catalogue) -> None:
    acrylic = {**HEAVY, "material.material_id": "acrylic", "cut.axial_depth_mm": 2.0}
    assessment = assess(SpindlePower(), situation(catalogue, acrylic))
    chip_mm = 4_000 / (17_000 * 2) * 2 / pi
    needed_w = 111.0 * 2.0 * chip_mm**0.7 * pi * 12.7 * 17_000 / 60_000
    utilization = needed_w / 450.0
    assert assessment.utilization == pytest.approx(utilization, rel=1e-9)
    assert 0.5 < utilization < 1.6  # the piece of the curve between 80 and 50
    expected = 80 + (50 - 80) * (utilization - 0.5) / (1.6 - 0.5)
    assert assessment.score == pytest.approx(expected, rel=1e-9)
    advised = {**acrylic, "cut.axial_depth_mm": assessment.recommendations[0].suggested_value}
    assert assess(SpindlePower(), situation(catalogue, advised)).score == pytest.approx(80.0, abs=0.2)


def test_a_blade_takes_power_over_its_kerf_and_depth(catalogue: Catalogue) -> None:
    slow = {**SAW, "cut.feed_rate_mm_per_min": 3_000.0}
    assessment = assess(SpindlePower(), situation(catalogue, slow, design=SAW_CUT))
    details = {item.name: item.value for item in assessment.details}
    arc = 2 * 20.0 / 254.0
    angle = acos(1 - arc)
    chip_mm = 3_000 / (4_000 * 60) * arc / angle
    slope, edge = 705 * 0.0686 * 1.04, 705 * 0.005 * 1.04 * 1.0
    tooth_n = 3.2 * (slope * chip_mm + edge * (1 - exp(-chip_mm / 0.01)))
    needed_w = tooth_n * 60 * angle / (2 * pi) * pi * 254.0 * 4_000 / 60_000
    assert details["cutting_power"] == pytest.approx(needed_w, rel=1e-9)


def test_a_machine_without_spindle_data_is_unknown(catalogue: Catalogue) -> None:
    unknown = {"machine.machine_id": "grbl_generic"}
    assert set(kinds(assess(SpindlePower(), situation(catalogue, unknown)))) == {UnknownKind.MISSING}


DRILLING = {"drilling": {"hole_diameter_mm": 12.0, "depth_mm": 9.0}}
DRILL: dict[str, Any] = {
    "tool": {"kind": "DRILL", "substrate": "HSS", "wear": "SHARP", "diameter_mm": 12.0, "flute_count": 2},
    "cut.spindle_speed_rpm": 17_000.0,
    "cut.plunge_rate_mm_per_min": 6_000.0,
}


@pytest.mark.parametrize(("material", "factor", "exponent"), [("brass_360", 624.0, 0.82), ("mdf", 31.44, 1.0)])
def test_a_drill_takes_power_over_its_bite(catalogue: Catalogue, material: str, factor: float, exponent: float) -> None:
    drill = {**DRILL, "material.material_id": material}
    assessment = assess(SpindlePower(), situation(catalogue, drill, design=DRILLING))
    bite_mm = 6_000 / (17_000 * 2)
    needed_w = factor * bite_mm**exponent * 6.0 * 3.0 * 2 / 1_000 * 2 * pi * 17_000 / 60
    assert {item.name: item.value for item in assessment.details}["cutting_power"] == pytest.approx(needed_w, rel=1e-9)


def test_the_advised_plunge_of_a_drill_is_green(catalogue: Catalogue) -> None:
    brass = {**DRILL, "material.material_id": "brass_360"}
    stalled = assess(SpindlePower(), situation(catalogue, brass, design=DRILLING))
    assert stalled.risk is RiskLevel.RED
    slower = {**brass, "cut.plunge_rate_mm_per_min": stalled.recommendations[0].suggested_value}
    again = assess(SpindlePower(), situation(catalogue, slower, design=DRILLING))
    assert again.risk is RiskLevel.GREEN
    assert again.score == pytest.approx(80.0, abs=0.2)


def test_nobody_is_told_to_saw_less_deep(catalogue: Catalogue) -> None:
    weak = {**SAW, "machine.spindle_power_w": 10.0}
    assessment = assess(SpindlePower(), situation(catalogue, weak, design=SAW_CUT))
    assert assessment.risk is RiskLevel.RED
    assert assessment.recommendations == []


def test_a_law_used_beyond_its_densities_is_told(catalogue: Catalogue) -> None:
    dense = assess(SpindlePower(), situation(catalogue, {"material.material_id": "ebony_macassar"}))
    assert any("outside the force law's 287 to 1080 kg/m3" in text for text in dense.warnings)
    assert assess(SpindlePower(), situation(catalogue)).warnings == []


def test_the_volume_that_is_removed_is_told(catalogue: Catalogue) -> None:
    trimming = {**HEAVY, "cut.radial_width_mm": 5.0, "cut.axial_depth_mm": 6.0}
    details = {item.name: item.value for item in assess(SpindlePower(), situation(catalogue, trimming)).details}
    assert details["removal_rate"] == pytest.approx(6.0 * 5.0 * 4_000 / 60)
    looked_at = situation(catalogue, trimming)
    assert SpindlePower().score(looked_at) == assess(SpindlePower(), looked_at).score
