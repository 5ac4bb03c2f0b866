"""What the geometric checks of a design on a board of 210 x 530 x 25 mm find."""

from collections.abc import Iterable
from typing import Any

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.geometry import _operation_checks
from feasibility_svc.domain.geometry.check import Check, Found, Question
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, situation

BOARD: dict[str, Any] = {
    "stock.width_mm": 210.0,
    "stock.length_mm": 530.0,
    "stock.thickness_mm": 25.0,
    "stock.thickness_tolerance_mm": 0.1,
    "tool.tool_id": REMOVED,
    "tool.kind": "END_MILL",
    "tool.diameter_mm": 4.0,
    "tool.flute_length_mm": 20.0,
    "tool.stickout_mm": 30.0,
    "cut.axial_depth_mm": 1.0,
    "cut.radial_width_mm": 2.0,
}


BLADE = {**SAW, "tool.kind": "SAW_BLADE", "tool.diameter_mm": 254.0}


def looked_at(catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any] | None = None) -> Situation:
    return situation(catalogue, {**BOARD, **(context or {})}, design=design)


def all_found(catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any] | None = None) -> list[Found]:
    return list(_operation_checks(looked_at(catalogue, design, context)))


def of(found: Iterable[Found], name: str) -> Check:
    return next(item for item in found if isinstance(item, Check) and item.name == name)


def asked(found: Iterable[Found]) -> list[str]:
    return [item.path for item in found if isinstance(item, Question)]


def fix(check: Check) -> Any:
    """Field to change and the value that passes."""
    return check.recommendation


def judged(check: Check) -> tuple[float, float, float]:
    return check.score, check.value, check.limit


def points(*places: tuple[float, float]) -> list[dict[str, float]]:
    return [{"x_mm": x, "y_mm": y} for x, y in places]
