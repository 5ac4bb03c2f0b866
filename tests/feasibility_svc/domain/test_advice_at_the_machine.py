"""What a single dimension advises is what mends it, in numbers that lead where they say."""

import pytest

from bench.practice.setup import read_setups
from bench.practice.verdicts import Judge
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.chatter import Chatter
from feasibility_svc.domain.dimensions.heat import Heat
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import assess, fret_situation, situation

HOLES = {"drilling": {"hole_diameter_mm": 5.0, "depth_mm": 18.0, "hole_count": 6}}
HOT = {
    "material.material_id": "plywood_baltic_birch",
    "stock.thickness_mm": 18.0,
    "tool.tool_id": REMOVED,
    "tool.kind": "DRILL",
    "tool.substrate": "HSS",
    "tool.diameter_mm": 5.0,
    "tool.flute_count": 2,
    "tool.flute_length_mm": 40.0,
    "cut.spindle_speed_rpm": 18_000.0,
    "cut.plunge_rate_mm_per_min": 500.0,
}


@pytest.mark.parametrize("field", ["cut.spindle_speed_rpm", "cut.plunge_rate_mm_per_min"])
def test_a_hole_that_burns_is_green_at_the_speed_and_at_the_plunge_that_are_advised(
    catalogue: Catalogue, field: str
) -> None:
    hot = situation(catalogue, HOT, design=HOLES)
    (advice,) = [item for item in assess(Heat(), hot).recommendations if item.field == f"context.{field}"]
    assert advice.suggested_value is not None
    after = Heat().score(hot.restated({field: advice.suggested_value}))
    assert 80.0 <= after < 80.5


def test_a_tool_too_small_for_its_runout_asks_to_have_it_measured(catalogue: Catalogue) -> None:
    unmeasured = fret_situation(catalogue, {"tool.runout_mm": REMOVED})
    report = baseline_engine().evaluate(unmeasured)
    assert report.verdict.risk is RiskLevel.YELLOW
    asked = [advice for advice in report.recommendations if advice.field == "context.tool.runout_mm"]
    assert [advice.text for advice in asked] == [
        "measure the runout and state it: 0.015 mm or less is what such a tool lasts with"
    ]
    assert asked[0].suggested_value == pytest.approx(0.025 * 0.584, rel=0.01)
    assert asked[0].current_value == pytest.approx(0.02)


def test_a_measured_runout_that_is_small_enough_asks_nothing(catalogue: Catalogue) -> None:
    assert assess(ToolDeflection(), fret_situation(catalogue)).recommendations == []


def test_a_light_pass_is_less_than_a_tenth_of_the_stable_depth_and_never_0_times(catalogue: Catalogue) -> None:
    light = assess(Chatter(), situation(catalogue, {"cut.axial_depth_mm": 0.01}))
    assert "less than a tenth of the stable depth" in light.finding


def test_slow_corners_read_as_a_place_to_look_at(catalogue: Catalogue) -> None:
    (setup,) = [setup for setup in read_setups() if setup.setup_id == "P0057"]
    report = Judge(baseline_engine(), catalogue).judge(setup).report
    said = [warning for item in report.assessments for warning in item.warnings]
    assert report.verdict.risk is RiskLevel.GREEN
    assert "the sharpest corner is cut slowest, at 208 mm/min: burn marks would show there first" in said
