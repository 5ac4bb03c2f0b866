"""What the geometry of an operation finds, as rows that can be compared."""

from collections.abc import Mapping, Sequence
from typing import Any

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.geometry import _operation_checks as checks_of
from feasibility_svc.domain.geometry.check import Check, Note, Question
from tests import builders
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import situation

Row = tuple[str, float, float, float, str, tuple[str, float] | None]
"""Name, score, value, limit, unit, and what to change."""
TOOL: Mapping[str, Any] = {"tool.flute_length_mm": 12.0, "tool.stickout_mm": 20.0}
BALL: Mapping[str, Any] = {"tool.tool_id": REMOVED, "tool.kind": "BALL_NOSE", "tool.diameter_mm": 6.0, **TOOL}


def found(
    catalogue: Catalogue,
    design: Mapping[str, Any],
    context: Mapping[str, Any] | None = None,
    base: Mapping[str, Any] = builders.CONTEXT,
) -> list[Check | Question | Note]:
    return list(checks_of(situation(catalogue, {**TOOL, **(context or {})}, design=design, base=base)))


def rows(found: Sequence[Check | Question | Note]) -> list[Row]:
    return [_row(item) for item in found if isinstance(item, Check)]


def score(found: Sequence[Check | Question | Note], name: str) -> float:
    """The lowest score among the checks of a name."""
    return min(item.score for item in found if isinstance(item, Check) and item.name == name)


def _row(check: Check) -> Row:
    fix = check.recommendation
    return (
        check.name,
        round(float(check.score), 6),
        round(float(check.value), 6),
        round(float(check.limit), 6),
        check.unit,
        None if fix is None else (fix[0], round(float(fix[1]), 6)),
    )


def reached(
    depth_mm: float,
    *,
    axial_mm: float = 0.65,
    flutes_mm: float = 12.0,
    stickout_mm: float = 20.0,
    stock_mm: float = 2.6,
) -> list[Row]:
    """What holds of a tool that reaches: 1 mm stays below the collet, and 3 mm are advised."""
    return [
        ("flute_reach", 100.0, depth_mm, flutes_mm, "mm", None),
        ("collet_on_flutes", 100.0, flutes_mm, stickout_mm, "mm", ("context.tool.stickout_mm", flutes_mm)),
        (
            "collet_clearance",
            100.0,
            depth_mm,
            stickout_mm - 1.0,
            "mm",
            ("context.tool.stickout_mm", round(depth_mm + 3.0, 6)),
        ),
        *passes(depth_mm, axial_mm=axial_mm, flutes_mm=flutes_mm),
        ("stock_thickness", 100.0, depth_mm, stock_mm, "mm", None),
    ]


def passes(depth_mm: float, *, axial_mm: float = 0.65, flutes_mm: float = 12.0) -> list[Row]:
    return [
        ("pass_depth", 100.0, axial_mm, depth_mm, "mm", ("context.cut.axial_depth_mm", depth_mm)),
        ("pass_within_edges", 100.0, axial_mm, flutes_mm, "mm", ("context.cut.axial_depth_mm", flutes_mm)),
    ]


def notes(found: list[Check | Question | Note]) -> list[str]:
    return [item.text for item in found if isinstance(item, Note)]


def questions(found: list[Check | Question | Note]) -> list[str]:
    return [item.path for item in found if isinstance(item, Question)]


def texts(found: list[Check | Question | Note], name: str) -> list[str]:
    return [item.text for item in found if isinstance(item, Check) and item.name == name]
