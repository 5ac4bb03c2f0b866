"""What is said of spindle power. Limits come from the physics specification."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.spindle_power import SpindlePower
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.feasibility_svc.domain.situations import assess, kinds, situation

HEAVY: dict[str, Any] = {
    "tool.tool_id": "end_mill_12700",
    "material.material_id": "maple_hard",
    "machine.machine_id": "shapeoko_3",
    "cut.feed_rate_mm_per_min": 4_000.0,
    "cut.axial_depth_mm": 12.0,
    "cut.radial_width_mm": 12.7,
}


def test_a_small_router_stalls_in_a_heavy_cut_and_the_advised_depth_does_not(catalogue: Catalogue) -> None:
    stalled = assess(SpindlePower(), situation(catalogue, HEAVY))
    assert stalled.risk is RiskLevel.RED
    depth = stalled.recommendations[0].suggested_value
    again = assess(SpindlePower(), situation(catalogue, {**HEAVY, "cut.axial_depth_mm": depth}))
    assert again.utilization == pytest.approx(0.8)


def test_a_large_spindle_carries_the_same_cut(catalogue: Catalogue) -> None:
    large = {**HEAVY, "machine.machine_id": "industrial_atc"}
    assert assess(SpindlePower(), situation(catalogue, large)).risk is RiskLevel.GREEN


def test_unit_power_is_enough_to_know_the_power_in_plastic(catalogue: Catalogue) -> None:
    assert assess(SpindlePower(), situation(catalogue, {"material.material_id": "acrylic"})).risk is RiskLevel.GREEN


def test_a_machine_without_spindle_data_is_unknown(catalogue: Catalogue) -> None:
    unknown = {"machine.machine_id": "grbl_generic"}
    assert set(kinds(assess(SpindlePower(), situation(catalogue, unknown)))) == {UnknownKind.MISSING}
