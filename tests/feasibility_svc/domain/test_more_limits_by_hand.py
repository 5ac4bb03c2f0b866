"""Further numbers that nothing else pins: room for chips, sources of limits, advice that suffices, shapes of parts."""

from typing import Any

import pytest
from pydantic import ValidationError

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.settable import settable
from feasibility_svc.domain.dimensions.chip_clearance import ChipClearance
from feasibility_svc.domain.dimensions.geometry import Geometry
from feasibility_svc.domain.dimensions.safety_constraints import SafetyLimits
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.inputs.context import Machine
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from tests.feasibility_svc.domain.situations import assess, fret_situation, situation


def test_a_slot_is_held_against_the_depth_from_which_chips_no_longer_get_out(catalogue: Catalogue) -> None:
    slot = {"profile": {"length_mm": 100.0, "depth_mm": 16.0}}
    cut = {"tool.diameter_mm": 4.0, "cut.radial_width_mm": 4.0, "stock.thickness_mm": 20.0}
    wood = assess(ChipClearance(), situation(catalogue, cut, design=slot))
    metal = assess(
        ChipClearance(), situation(catalogue, {**cut, "material": {"material_id": "aluminium_6061"}}, design=slot)
    )
    assert wood.utilization == pytest.approx(4.0 / 5.0)
    assert metal.utilization == pytest.approx(4.0 / 2.0)


def test_a_limit_that_nobody_states_says_that_it_judges_nothing(catalogue: Catalogue) -> None:
    def sources(context: dict[str, Any]) -> dict[str, str]:
        found = assess(SafetyLimits(), situation(catalogue, context)).details
        return {item.name: item.source for item in found}

    usual = "usual in small workshops, judges nothing"
    assert sources({})["feed_rate"] == usual
    assert sources({"safety_constraints.max_feed_rate_mm_per_min": 4_000.0})["feed_rate"] == ""


def test_the_depth_advised_to_a_tool_that_would_break_is_green(catalogue: Catalogue) -> None:
    deep = fret_situation(catalogue, {"cut.axial_depth_mm": 2.0, "cut.tolerance_class": "ROUGH"})
    (advised,) = [
        advice.suggested_value
        for advice in assess(ToolDeflection(), deep).recommendations
        if advice.field == "context.cut.axial_depth_mm"
    ]
    assert advised is not None
    assert 80.0 <= ToolDeflection().score(deep.restated({"cut.axial_depth_mm": advised})) < 100.0


@pytest.mark.parametrize(("width_mm", "risk"), [(99.0, RiskLevel.GREEN), (101.0, RiskLevel.RED)])
def test_a_pocket_lies_within_the_square_around_a_ring(catalogue: Catalogue, width_mm: float, risk: RiskLevel) -> None:
    ring = {"ring": {"outer_radius_mm": 50.0, "inner_radius_mm": 20.0}, "count": 1, "spacing_mm": 3.0}
    pocket = {"pocket": {"length_mm": 99.0, "width_mm": width_mm, "depth_mm": 2.0}, "part": ring}
    thick = {"stock.thickness_mm": 20.0, "cut.radial_width_mm": 1.4}
    assert assess(Geometry(), situation(catalogue, thick, design=pocket)).risk is risk


def test_lengths_begin_at_a_thousandth_of_a_millimetre() -> None:
    assert Design.model_validate({"profile": {"depth_mm": 0.001}}).profile is not None
    with pytest.raises(ValidationError):
        Design.model_validate({"profile": {"depth_mm": 0.0009}})


@pytest.mark.parametrize(("wall_mm", "risk"), [(1.0, RiskLevel.GREEN), (0.99, RiskLevel.RED)])
def test_a_wall_of_one_millimetre_stands(catalogue: Catalogue, wall_mm: float, risk: RiskLevel) -> None:
    pocket = {"pocket": {"length_mm": 60.0, "width_mm": 40.0, "depth_mm": 2.0, "wall_thickness_mm": wall_mm}}
    thick = {"stock.thickness_mm": 20.0, "cut.radial_width_mm": 1.4}
    assert assess(Geometry(), situation(catalogue, thick, design=pocket)).risk is risk


@pytest.mark.parametrize("width_mm", [50.1, 60.0, 100.0])
def test_a_board_wider_than_its_circle_is_refused_before_anything_is_computed_of_it(
    catalogue: Catalogue, width_mm: float
) -> None:
    board = {"radius_board": {"board_radius_mm": 25.0, "width_mm": width_mm, "length_mm": 100.0}}
    ball = {"tool.kind": "BALL_NOSE", "tool.diameter_mm": 12.7, "stock.thickness_mm": 60.0}
    refused = assess(Geometry(), situation(catalogue, ball, design=board))
    assert refused.risk is RiskLevel.RED
    assert {item.name for item in refused.details} == {"nut_radius", "far_end_radius"}
    assert refused.questions == []


def test_five_dimensions_make_the_score() -> None:
    weights = {profile.category: profile.weight for profile in baseline_engine().profiles if profile.weight}
    assert weights == {
        Category.CHIPLOAD: 0.30,
        Category.HEAT: 0.25,
        Category.DEFLECTION: 0.20,
        Category.RIMSPEED: 0.15,
        Category.BOM_EFFICIENCY: 0.10,
    }


def test_a_spindle_without_a_range_has_no_lowest_speed() -> None:
    assert settable("cut.spindle_speed_rpm", 40.0, up=False, machine=Machine()) == 0.0
