"""What is said of spindle power. Expected numbers are computed here from the law of the material."""

from math import acos, exp, pi
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.spindle_power import SpindlePower
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import OVERLOADED_SAW, SAW, SAW_CUT, SPEED, assess, kinds, situation

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


@pytest.mark.parametrize(
    ("machine", "speed_rpm", "score"),
    [
        ({}, 30_000.0, 100.0),
        ({}, 10_000.0, 100.0),
        ({}, 31_500.0, 80.0),
        ({}, 45_000.0, 0.0),
        ({}, 1_600.0, 0.0),
        ({"machine.machine_id": "avid_pro"}, 60_000.0, 50.0),  # a range that is assumed
        ({"machine.machine_id": "avid_pro", "machine.max_spindle_speed_rpm": 24_000.0}, 60_000.0, 0.0),
        ({"machine.max_spindle_speed_rpm": 50_000.0}, 45_000.0, 100.0),
        ({"machine.spindle_power_w": 2_200.0, "machine.spindle_rated_speed_rpm": 24_000.0}, 8_000.0, 100.0),
    ],
)
def test_a_speed_that_the_spindle_does_not_turn_at_is_no_setup(
    catalogue: Catalogue, machine: dict[str, float | str], speed_rpm: float, score: float
) -> None:
    looked_at = situation(
        catalogue, {"cut.axial_depth_mm": 0.3, "machine.dial_speeds_rpm": REMOVED, **machine, SPEED: speed_rpm}
    )
    assert assess(SpindlePower(), looked_at).score == pytest.approx(score, abs=1e-9)
    assert SpindlePower().score(looked_at) == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize(
    ("speed_rpm", "limit_rpm", "finding"),
    [
        (45_000.0, 30_000.0, "the spindle turns at most at 30000 rpm, not at 45000"),
        (1_600.0, 10_000.0, "the spindle turns at least at 10000 rpm, not at 1600"),
    ],
)
def test_the_end_of_the_range_is_said_and_advised(
    catalogue: Catalogue, speed_rpm: float, limit_rpm: float, finding: str
) -> None:
    assessment = assess(SpindlePower(), situation(catalogue, {SPEED: speed_rpm}))
    assert (assessment.risk, assessment.finding) == (RiskLevel.RED, finding)
    assert [advice.suggested_value for advice in assessment.recommendations] == [limit_rpm]
    again = assess(SpindlePower(), situation(catalogue, {SPEED: limit_rpm}))
    assert again.risk is RiskLevel.GREEN


def test_a_saw_that_a_hand_feeds_too_fast_is_fed_more_slowly_and_a_machine_is_not_told(catalogue: Catalogue) -> None:
    design = {"saw_cut": {"depth_mm": 45.0, "length_mm": 600.0, "through": True}}
    by_hand = assess(SpindlePower(), situation(catalogue, OVERLOADED_SAW, design=design))
    assert by_hand.risk is RiskLevel.RED
    (advice,) = by_hand.recommendations
    again = situation(catalogue, {**OVERLOADED_SAW, "cut.feed_rate_mm_per_min": advice.suggested_value}, design=design)
    assert assess(SpindlePower(), again).risk is RiskLevel.GREEN
    by_machine = {**OVERLOADED_SAW, "machine": {"machine_id": "table_saw_10in", "hand_feed": False}}
    assert assess(SpindlePower(), situation(catalogue, by_machine, design=design)).recommendations == []
    hopeless = {**OVERLOADED_SAW, "machine": {"machine_id": "table_saw_10in", "spindle_power_w": 100.0}}
    assert assess(SpindlePower(), situation(catalogue, hopeless, design=design)).recommendations == []
