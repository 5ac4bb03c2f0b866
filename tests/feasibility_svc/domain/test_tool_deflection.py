"""What is said of deflection. Limits and levels come from the physics specification."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import Grade, RiskLevel
from tests.feasibility_svc.domain.situations import assess, kinds, situation

CATALOGUE = read_catalogue()


@settings(max_examples=50, deadline=None)
@given(st.floats(0.1, 5), st.floats(12, 40), st.floats(1.01, 1.5))
def test_deeper_and_longer_never_bends_less(depth: float, stickout: float, factor: float) -> None:
    def bend(context: dict[str, Any]) -> float:
        details = assess(ToolDeflection(), situation(CATALOGUE, context)).details
        return next(item.value for item in details if item.name == "total_deflection")

    base = {"cut.axial_depth_mm": depth, "tool.stickout_mm": stickout}
    assert bend({**base, "cut.axial_depth_mm": depth * factor}) >= bend(base)
    assert bend({**base, "tool.stickout_mm": stickout * factor}) >= bend(base)


def test_the_advised_depth_is_the_edge_of_green(catalogue: Catalogue) -> None:
    deep = {"cut.axial_depth_mm": 12.0, "machine.stiffness_n_per_mm": 500.0, "cut.feed_rate_mm_per_min": 3_000.0}
    advice = assess(ToolDeflection(), situation(catalogue, deep)).recommendations[0]
    again = assess(ToolDeflection(), situation(catalogue, {**deep, "cut.axial_depth_mm": advice.suggested_value}))
    assert again.utilization == pytest.approx(0.8)
    assert again.score == pytest.approx(80.0)


@pytest.mark.parametrize(("material", "risk"), [("acrylic", RiskLevel.YELLOW), ("mother_of_pearl", RiskLevel.UNKNOWN)])
def test_materials_without_a_force_law_are_never_green(catalogue: Catalogue, material: str, risk: RiskLevel) -> None:
    assert assess(ToolDeflection(), situation(catalogue, {"material.material_id": material})).risk is risk


@pytest.mark.parametrize("material", ["mdf", "plywood_baltic_birch", "aluminium_6061"])
def test_every_published_force_law_is_used(catalogue: Catalogue, material: str) -> None:
    assert assess(ToolDeflection(), situation(catalogue, {"material.material_id": material})).score is not None


def test_wood_beyond_the_force_law_needs_review(catalogue: Catalogue) -> None:
    assessment = assess(ToolDeflection(), situation(catalogue, {"material.material_id": "blackwood_african"}))
    assert assessment.score is not None
    assert assessment.score <= 79
    assert "out_of_model:rho" in assessment.assumptions


def test_wood_nobody_named_is_cut_by_its_density(catalogue: Catalogue) -> None:
    stated = {
        "material": {"kind": "SOFTWOOD", "density_kg_per_m3": 425.0, "moisture_percent": 8.0, "burn_class": 0},
    }
    named, unnamed = situation(catalogue), situation(catalogue, stated)
    assert assess(ToolDeflection(), unnamed).score == assess(ToolDeflection(), named).score
    other = {"material": {"kind": "BRASS", "density_kg_per_m3": 8500.0}}
    assert kinds(assess(ToolDeflection(), situation(catalogue, other))) == [UnknownKind.NO_DATA]


def test_measured_force_coefficients_replace_the_law_and_raise_the_grade(catalogue: Catalogue) -> None:
    measured = {
        "physics.specific_cutting_force_n_per_mm2": 26.35,
        "physics.edge_force_n_per_mm": 2.25,
        "machine.stiffness_n_per_mm": 1_000.0,
        "tool.diameter_mm": 3.175,
        "tool.flute_length_mm": 12.7,
        "tool.stickout_mm": 20.0,
        "tool.shank_diameter_mm": 3.175,
    }
    assert assess(ToolDeflection(), situation(catalogue, measured)).grade is Grade.A
    assert assess(ToolDeflection(), situation(catalogue)).grade is Grade.D


def test_three_flutes_in_a_slot_do_not_add_up(catalogue: Catalogue) -> None:
    def peak(flutes: int, feed: float) -> float:
        context = {"tool.flute_count": flutes, "cut.feed_rate_mm_per_min": feed}
        details = assess(ToolDeflection(), situation(catalogue, context)).details
        return next(item.value for item in details if item.name == "peak_force")

    assert peak(3, 1_500.0) == pytest.approx(peak(2, 1_000.0), rel=0.02)


def test_a_stated_rake_changes_the_force_by_a_percent_a_degree(catalogue: Catalogue) -> None:
    def peak(context: dict[str, Any]) -> float:
        details = assess(ToolDeflection(), situation(catalogue, context)).details
        return next(item.value for item in details if item.name == "peak_force")

    assert peak({"tool.rake_angle_deg": 25.0}) == pytest.approx(peak({}))
    assert peak({"tool.rake_angle_deg": 15.0}) == pytest.approx(1.1 * peak({}))
