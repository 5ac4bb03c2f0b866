"""What is said of safety constraints. Limits and levels come from the physics specification."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.safety_constraints import SafetyLimits
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, fret_situation, situation


@pytest.mark.parametrize(
    ("context", "risk"),
    [
        ({}, RiskLevel.GREEN),
        ({"safety_constraints.max_feed_rate_mm_per_min": 1_000.0}, RiskLevel.RED),
        ({"cut.feed_rate_mm_per_min": 5_001.0}, RiskLevel.GREEN),
        ({"cut.spindle_speed_rpm": 30_001.0}, RiskLevel.GREEN),
        ({"cut.spindle_speed_rpm": 20_001.0, "machine.max_spindle_speed_rpm": 20_000.0}, RiskLevel.RED),
        ({"cut.spindle_speed_rpm": 20_000.0, "machine.max_spindle_speed_rpm": 20_000.0}, RiskLevel.GREEN),
        ({"safety_constraints.max_spindle_speed_rpm": 10_000.0}, RiskLevel.RED),
        ({"cut.plunge_rate_mm_per_min": 501.0}, RiskLevel.GREEN),
        ({"cut.axial_depth_mm": 3.1}, RiskLevel.GREEN),
        ({"safety_constraints.max_axial_depth_mm": 0.5}, RiskLevel.RED),
        ({"tool.diameter_mm": 1.4}, RiskLevel.GREEN),
        ({"tool.diameter_mm": 26.0}, RiskLevel.GREEN),
        ({"safety_constraints.min_tool_diameter_mm": 6.0}, RiskLevel.RED),
        ({"safety_constraints.max_tool_diameter_mm": 3.0}, RiskLevel.RED),
        ({"safety_constraints.dust_collection_present": REMOVED}, RiskLevel.GREEN),
        ({"safety_constraints.stops_present": False}, RiskLevel.GREEN),
        ({"safety_constraints.stops_present": False, "safety_constraints.stops_required": True}, RiskLevel.RED),
        ({"safety_constraints.stops_present": REMOVED, "safety_constraints.stops_required": False}, RiskLevel.GREEN),
    ],
)
def test_stated_limits_are_hard_and_others_judge_nothing(
    catalogue: Catalogue, context: dict[str, Any], risk: RiskLevel
) -> None:
    assert assess(SafetyLimits(), situation(catalogue, context)).risk is risk


def test_a_usual_limit_is_shown_beside_the_value(catalogue: Catalogue) -> None:
    assessment = assess(SafetyLimits(), fret_situation(catalogue, {"tool.diameter_mm": 0.39}))
    assert ("diameter", 0.39, 0.4) in {(item.name, item.value, item.limit) for item in assessment.details}
    assert list(assessment.warnings) == []


def test_an_unstated_presence_of_what_is_required_is_a_sentence(catalogue: Catalogue) -> None:
    required = {"safety_constraints.stops_present": REMOVED, "safety_constraints.stops_required": True}
    assessment = assess(SafetyLimits(), situation(catalogue, required))
    assert list(assessment.warnings) == ["required, and whether it is there is not stated: stop blocks"]
    assert assessment.finding == "inside every limit the workshop sets"


def test_a_limit_on_what_is_not_stated_judges_nothing(catalogue: Catalogue) -> None:
    limit = {"safety_constraints.max_feed_rate_mm_per_min": 1.0, "cut.feed_rate_mm_per_min": REMOVED}
    assert assess(SafetyLimits(), situation(catalogue, limit)).risk is RiskLevel.GREEN


def test_saws_are_not_held_against_the_default_diameter(catalogue: Catalogue) -> None:
    limits = {**SAW, "machine.max_feed_rate_mm_per_min": 100_000.0}
    assert assess(SafetyLimits(), situation(catalogue, limits, design=SAW_CUT)).risk is RiskLevel.GREEN
    own = {**limits, "safety_constraints.max_tool_diameter_mm": 200.0}
    assert assess(SafetyLimits(), situation(catalogue, own, design=SAW_CUT)).risk is RiskLevel.RED
