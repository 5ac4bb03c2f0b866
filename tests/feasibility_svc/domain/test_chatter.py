"""What is said of chatter. Limits come from the physics specification."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.chatter import Chatter
from feasibility_svc.domain.scoring.levels import Grade, RiskLevel
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, fret_situation, situation


@pytest.mark.parametrize(
    ("context", "risk"),
    [
        ({}, RiskLevel.GREEN),
        ({"cut.axial_depth_mm": 1.5}, RiskLevel.YELLOW),
        ({"cut.axial_depth_mm": 12.0}, RiskLevel.YELLOW),
        ({"tool.stickout_mm": 24.0}, RiskLevel.YELLOW),
        ({"tool.stickout_mm": 35.0}, RiskLevel.RED),
    ],
)
def test_depth_advises_and_slenderness_decides(catalogue: Catalogue, context: dict[str, Any], risk: RiskLevel) -> None:
    assert assess(Chatter(), situation(catalogue, context)).risk is risk


def test_the_advised_depth_is_green(catalogue: Catalogue) -> None:
    advice = assess(Chatter(), situation(catalogue, {"cut.axial_depth_mm": 3.0})).recommendations[0]
    again = assess(Chatter(), situation(catalogue, {"cut.axial_depth_mm": advice.suggested_value}))
    assert again.risk is RiskLevel.GREEN


def test_a_stepped_tool_is_as_slender_as_its_slenderer_segment(catalogue: Catalogue) -> None:
    assessment = assess(Chatter(), fret_situation(catalogue))
    slenderness = next(item.value for item in assessment.details if item.name == "slenderness")
    assert slenderness == pytest.approx(3.0 / 0.584)
    assert assessment.risk is RiskLevel.YELLOW


def test_of_saw_blades_the_plate_limit_counts(catalogue: Catalogue) -> None:
    assessment = assess(Chatter(), situation(catalogue, SAW, design=SAW_CUT))
    assert (assessment.risk, assessment.grade) == (RiskLevel.GREEN, Grade.D)
