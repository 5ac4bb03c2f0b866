"""What is said of saws. Limits and levels come from the physics specification."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.chip_load import ChipLoad
from feasibility_svc.domain.dimensions.rim_speed import RimSpeed
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, fret_situation, kinds, situation

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


@pytest.mark.parametrize(
    ("context", "warning"),
    [
        ({"cut.spindle_speed_rpm": 2_000.0}, "kick back"),
        ({"cut.spindle_speed_rpm": 6_000.0}, "material_band"),
        ({"tool.tool_id": "fret_saw_762"}, "extrapolated"),
    ],
)
def test_what_a_saw_is_warned_of(catalogue: Catalogue, context: dict[str, Any], warning: str) -> None:
    assessment = assess(RimSpeed(), situation(catalogue, {**SAW, **context}, design=SAW_CUT))
    assert any(warning in text for text in assessment.warnings)
    assert assessment.risk is not RiskLevel.GREEN


def test_a_blade_without_marking_and_plate_is_unknown(catalogue: Catalogue) -> None:
    bare = {
        **SAW,
        "tool": {"kind": "SAW_BLADE", "diameter_mm": 254.0, "flute_count": 60, "kerf_mm": 3.2},
    }
    bare.pop("tool.tool_id")
    assert len(kinds(assess(RimSpeed(), situation(catalogue, bare, design=SAW_CUT)))) == 2


@pytest.mark.parametrize(("plate", "risk"), [(2.2, RiskLevel.GREEN), (3.1, RiskLevel.GREEN), (3.2, RiskLevel.RED)])
def test_a_plate_needs_room_in_its_kerf(catalogue: Catalogue, plate: float, risk: RiskLevel) -> None:
    blade = {**SAW, "tool.plate_thickness_mm": plate}
    assert assess(ToolDeflection(), situation(catalogue, blade, design=SAW_CUT)).risk is risk


@pytest.mark.parametrize(
    ("hand_feed", "material", "low"),
    [(False, "maple_hard", 0.3), (True, "maple_hard", 0.0635), (True, "acrylic", 0.0254), (False, "mdf", 0.1)],
)
def test_the_window_of_a_saw(catalogue: Catalogue, hand_feed: bool, material: str, low: float) -> None:
    context = {**SAW, "machine.hand_feed": hand_feed, "material.material_id": material}
    assert situation(catalogue, context, design=SAW_CUT).window.low_mm == low


def test_a_saw_has_no_place_in_a_pocket(catalogue: Catalogue) -> None:
    assert kinds(assess(ChipLoad(), situation(catalogue, SAW))) == [UnknownKind.MISSING]


def test_a_saw_cuts_fret_slots_too(catalogue: Catalogue) -> None:
    blade = {"tool.tool_id": "fret_saw_762", "cut.spindle_speed_rpm": 6_000.0, "cut.feed_rate_mm_per_min": 9_000.0}
    assessment = assess(ChipLoad(), fret_situation(catalogue, blade))
    assert assessment.score is not None
    thinning = next(item.value for item in assessment.details if item.name == "mean_chip")
    assert thinning < 9_000.0 / (6_000 * 48) / 5 * 1.2  # a fret slot thins the bite five times and more


def test_a_marked_blade_needs_no_plate_thickness(catalogue: Catalogue) -> None:
    marked = {**SAW, "tool": {"kind": "SAW_BLADE", "diameter_mm": 254.0, "marked_max_spindle_speed_rpm": 7_000.0}}
    marked.pop("tool.tool_id")
    assert assess(RimSpeed(), situation(catalogue, marked, design=SAW_CUT)).score is not None
