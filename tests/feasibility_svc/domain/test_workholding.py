"""What is said of workholding. Limits come from the physics specification."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.workholding import WorkHolding
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import assess, kinds, situation

VACUUM = {
    "workholding": {"method": "VACUUM", "vacuum_pressure_mpa": 0.08, "contact_area_mm2": 20_000.0, "friction": 0.3}
}


@pytest.mark.parametrize(
    ("context", "risk"),
    [
        ({}, RiskLevel.GREEN),
        ({"workholding.clamp_force_n": 20.0}, RiskLevel.RED),
        ({"workholding.clamp_force_n": 1.0, "tool.flute_direction": "UP"}, RiskLevel.RED),
        (VACUUM, RiskLevel.GREEN),
        ({**VACUUM, "workholding.contact_area_mm2": 100.0}, RiskLevel.RED),
        ({"workholding": {"method": "TAPE", "contact_area_mm2": 6_000.0}}, RiskLevel.GREEN),
        ({"workholding": {"method": "TAPE", "contact_area_mm2": 10.0}}, RiskLevel.RED),
    ],
)
def test_each_method_holds_what_it_can(catalogue: Catalogue, context: dict[str, Any], risk: RiskLevel) -> None:
    assert assess(WorkHolding(), situation(catalogue, context)).risk is risk


def test_an_up_cut_spiral_lifts_the_work(catalogue: Catalogue) -> None:
    def hold(context: dict[str, Any]) -> float:
        details = assess(WorkHolding(), situation(catalogue, context)).details
        return next(item.value for item in details if item.name == "holding_force")

    up = {"tool.flute_direction": "UP"}
    assert hold(up) < hold({})
    assert hold({**up, "tool.helix_angle_deg": 45.0}) < hold({**up, "tool.helix_angle_deg": 10.0})
    assert "assumed:helix_30_deg" in assess(WorkHolding(), situation(catalogue, up)).assumptions


@pytest.mark.parametrize(
    "context",
    [{"workholding": REMOVED}, {"workholding.friction": REMOVED}, {"workholding": {"method": "TAPE"}}],
)
def test_unknown_workholding_needs_review_and_does_not_block(catalogue: Catalogue, context: dict[str, Any]) -> None:
    looked_at = situation(catalogue, context)
    assert set(kinds(assess(WorkHolding(), looked_at))) == {UnknownKind.MISSING}
    assert baseline_engine().evaluate(looked_at).verdict.risk is RiskLevel.YELLOW
