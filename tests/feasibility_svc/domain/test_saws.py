"""What is said of saws. Limits and levels come from the physics specification."""

from math import pi

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.bite_window import window_of
from feasibility_svc.domain.cut.speed_limits import speed_limits
from feasibility_svc.domain.dimensions.chip_load import ChipLoad
from feasibility_svc.domain.dimensions.rim_speed import RimSpeed
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, fret_situation, situation

_OF_EVERY_SAW = [
    "CHIPLOAD",
    "DEFLECTION",
    "RIMSPEED",
    "BOM_EFFICIENCY",
    "GEOMETRY",
    "SAFETY_CONSTRAINTS",
    "SPINDLE_POWER",
]


@pytest.mark.parametrize(
    ("by_hand", "categories"),
    [(True, [*_OF_EVERY_SAW, "CUT_TIME"]), (False, [*_OF_EVERY_SAW, "WORKHOLDING", "CUT_TIME"])],
)
def test_a_saw_cut_has_the_dimensions_of_saws(catalogue: Catalogue, by_hand: bool, categories: list[str]) -> None:
    looked_at = situation(catalogue, {**SAW, "machine.hand_feed": by_hand}, design=SAW_CUT)
    report = baseline_engine().evaluate(looked_at)
    assert [item.category for item in report.assessments] == [Category(name) for name in categories]
    assert report.cut_kind == "SAWING"


def test_a_slow_blade_fed_by_hand_is_warned_of_kicking_back(catalogue: Catalogue) -> None:
    assessment = assess(RimSpeed(), situation(catalogue, {**SAW, "cut.spindle_speed_rpm": 2_000.0}, design=SAW_CUT))
    assert any("kick back" in text for text in assessment.warnings)
    assert assessment.risk is RiskLevel.YELLOW  # 26.6 m/s


def test_the_speeds_usual_for_a_material_are_shown_and_judge_nothing(catalogue: Catalogue) -> None:
    fast = {**SAW, "cut.spindle_speed_rpm": 6_000.0, "tool.marked_max_spindle_speed_rpm": 7_000.0}
    assessment = assess(RimSpeed(), situation(catalogue, fast, design=SAW_CUT))  # 79.8 m/s, 70 are usual in hardwood
    assert ("material_band_high", 70.0) in {(item.name, item.value) for item in assessment.details}
    assert assessment.score is not None
    assert assessment.score >= 80


@pytest.mark.parametrize(
    ("kind", "highest_m_per_s"),
    [
        ("SOFTWOOD", 90.0),
        ("HARDWOOD", 70.0),
        ("PARTICLEBOARD", 80.0),
        ("PLYWOOD", 80.0),
        ("MDF", 80.0),
        ("PLASTIC_HARD", 50.0),
        ("PHENOLIC", 50.0),
        ("PLASTIC_SOFT", 60.0),
        ("ALUMINIUM", 80.0),
    ],
)
def test_blades_turn_as_fast_as_a_maker_of_blades_usually_lets_them(
    catalogue: Catalogue, kind: str, highest_m_per_s: float
) -> None:
    """The chart of Central Saws; phenolic is a rigid plastic there."""
    stated = {**SAW, "material.material_id": REMOVED, "material.kind": kind}
    told = {item.name: item.value for item in assess(RimSpeed(), situation(catalogue, stated, design=SAW_CUT)).details}
    assert told["material_band_high"] == highest_m_per_s


@pytest.mark.parametrize(("plate", "risk"), [(2.2, RiskLevel.GREEN), (3.1, RiskLevel.GREEN), (3.2, RiskLevel.RED)])
def test_a_plate_needs_room_in_its_kerf(catalogue: Catalogue, plate: float, risk: RiskLevel) -> None:
    blade = {**SAW, "tool.plate_thickness_mm": plate}
    assert assess(ToolDeflection(), situation(catalogue, blade, design=SAW_CUT)).risk is risk


@pytest.mark.parametrize(
    ("material", "low", "high"),
    [("maple_hard", 0.02, 0.5), ("mdf", 0.02, 0.4), ("acrylic", 0.02, 0.15), ("aluminium_6061", 0.01, 0.2)],
)
def test_the_window_of_a_saw(catalogue: Catalogue, material: str, low: float, high: float) -> None:
    window = window_of(situation(catalogue, {**SAW, "material.material_id": material}, design=SAW_CUT))
    assert (window.low_mm, window.high_mm) == (low, high)


@pytest.mark.parametrize(("by_hand", "score"), [(True, 80.0), (False, 50.0)])
def test_nobody_programs_a_hand(catalogue: Catalogue, by_hand: bool, score: float) -> None:
    creeping = {**SAW, "machine.hand_feed": by_hand, "cut.feed_rate_mm_per_min": 100.0}
    assessment = assess(ChipLoad(), situation(catalogue, creeping, design=SAW_CUT))
    assert assessment.score == score
    assert bool(assessment.recommendations) != by_hand


def test_a_blade_compares_its_feed_per_tooth_whatever_the_depth(catalogue: Catalogue) -> None:
    blade = {"tool.tool_id": "fret_saw_762", "cut.spindle_speed_rpm": 6_000.0, "cut.feed_rate_mm_per_min": 9_000.0}
    assessment = assess(ChipLoad(), fret_situation(catalogue, blade))
    bite = next(item.value for item in assessment.details if item.name == "feed_per_tooth")
    assert bite == pytest.approx(9_000.0 / (6_000 * 48))


def test_a_plate_is_taken_from_the_kerf(catalogue: Catalogue) -> None:
    tool = {"kind": "SAW_BLADE", "diameter_mm": 254.0, "flute_count": 60, "kerf_mm": 3.0}
    bare = {**{key: value for key, value in SAW.items() if key != "tool.tool_id"}, "tool": tool}
    details = assess(RimSpeed(), situation(catalogue, bare, design=SAW_CUT)).details
    plate = next(item.value for item in details if item.name == "plate_limit")
    assert plate == pytest.approx(0.95 * 2.6e8 * 2.1 / 254**2)


def test_a_material_without_usual_speeds_shows_none(catalogue: Catalogue) -> None:
    bone = {**SAW, "material.material_id": REMOVED, "material.kind": "BONE"}
    details = assess(RimSpeed(), situation(catalogue, bone, design=SAW_CUT)).details
    assert "material_band_high" not in {item.name for item in details}


@pytest.mark.parametrize(
    ("substrate", "rim", "source", "grade"),
    [
        ("HSS", 60.0, "the 60 m/s ceiling of solid steel blades", Grade.D),
        ("CARBIDE", 100.0, "the 100 m/s ceiling of carbide-tipped blades", Grade.B),
    ],
)
def test_a_blade_of_solid_steel_turns_slower_than_one_with_tips(
    catalogue: Catalogue, substrate: str, rim: float, source: str, grade: Grade
) -> None:
    blade = situation(catalogue, {**SAW, "tool.substrate": substrate, "tool.diameter_mm": 250.0}, design=SAW_CUT)
    ceiling = speed_limits(blade, 4_000.0, 250.0)[0]
    assert ceiling.utilization == pytest.approx(pi * 0.25 * 4_000.0 / 60 / rim, rel=1e-9)
    assert (ceiling.source, ceiling.grade) == (source, grade)
