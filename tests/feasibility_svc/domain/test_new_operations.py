"""Operations whose geometry is not judged are UNKNOWN, never GREEN."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.feasibility_svc.domain.situations import situation

OPERATIONS: dict[str, dict[str, Any]] = {
    "facing": {"length_mm": 200.0, "width_mm": 100.0, "removal_mm": 0.5},
    "binding_ledge": {"length_mm": 1500.0, "ledge_width_mm": 2.0, "ledge_height_mm": 6.0, "side_thickness_mm": 2.0},
    "v_carve": {"length_mm": 500.0, "widest_line_mm": 3.0},
    "radius_board": {"board_radius_mm": 304.8, "width_mm": 56.0, "length_mm": 480.0},
    "contour_3d": {"length_mm": 200.0, "width_mm": 60.0, "depth_mm": 10.0},
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_nobody_judges_yet_is_unknown(catalogue: Catalogue, name: str) -> None:
    report = baseline_engine().evaluate(situation(catalogue, design={name: OPERATIONS[name]}))
    assert report.verdict.risk is RiskLevel.UNKNOWN
    assert report.faults == []
