"""Tools that are not flat: their profile, what they leave, and what is met there."""

from collections.abc import Mapping
from math import sqrt, tan
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.gcode.cutters import Cutter
from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.report import AuditReport
from tests.feasibility_svc.domain.gcode.audits import audited, found, one, program

V_BIT = {"diameter_mm": 12.7, "tip_angle_deg": 60}
BALL = {"diameter_mm": 6, "corner_radius_mm": 3}
BULL = {"diameter_mm": 6, "corner_radius_mm": 1}
TAPERED = {"diameter_mm": 6, "corner_radius_mm": 0.5, "tip_angle_deg": 10.8}
GROOVE = ("G1 Z-1.4 F300", "X50 F1200")


def cutter(tool: Mapping[str, float]) -> Cutter:
    return Cutter.of(
        tool["diameter_mm"],
        tip_angle_deg=tool.get("tip_angle_deg"),
        tip_mm=tool.get("tip_diameter_mm"),
        corner_mm=tool.get("corner_radius_mm"),
    )


def report(tool: Mapping[str, float], *lines: str, **changes: Any) -> AuditReport:
    return audited(program(*lines), tools=[dict(tool)], **changes)


@pytest.mark.parametrize(
    ("tool", "radius", "height"),
    [
        ({"diameter_mm": 6}, 2.9, 0),
        (V_BIT, 1, sqrt(3)),
        (V_BIT | {"tip_diameter_mm": 1}, 1.5, sqrt(3)),
        (V_BIT | {"tip_diameter_mm": 1}, 0.4, 0),
        (BALL, 1.8, 0.6),
        (BALL, 3, 3),
        (BULL, 2, 0),
        (BULL, 2.8, 0.4),
        (TAPERED, 0.3, 0.1),
        (TAPERED, 2, 0.5 * (1 - 0.0941083) + (2 - 0.5 * 0.995562) / tan(0.0942478)),
    ],
)
def test_the_surface_stands_as_high_as_its_profile_says(tool: dict[str, float], radius: float, height: float) -> None:
    shape = cutter(tool)
    assert shape.heights_mm(np.array([radius]))[0] == pytest.approx(height, abs=1e-4)
    if height:
        assert shape.radius_at(height) == pytest.approx(radius, abs=1e-4)


def test_no_profile_reaches_beyond_its_diameter() -> None:
    for tool in (V_BIT, BALL, BULL, TAPERED, {"diameter_mm": 6.0}):
        shape = cutter(tool)
        assert shape.heights_mm(np.array([shape.diameter_mm / 2 + 0.1]))[0] == np.inf
        assert shape.radius_at(99) == shape.diameter_mm / 2


@pytest.mark.parametrize("tool", [V_BIT, BALL, BULL, TAPERED])
@pytest.mark.parametrize(
    "lines",
    [
        (*GROOVE, "G0 X0", "G0 X50", "G0 X3.333", "G0 X47.77"),
        ("G1 Z-1.4 F300", "X30 Y17 F1200", "G0 X0 Y0", "G0 X15 Y8.5"),
        ("G1 Z-1.4 F300", "G2 X20 Y0 I10 J0 F1200", "G3 X0 Y0 I-10 J0", "G2 X20 Y0 I10 J0"),
        (*GROOVE, "G0 Z5", "G0 X0", "G0 Z-1.2", "G1 Z-2.8 F300", "X50 F1200", "G0 X0"),
        ("G1 Z-1.4 F300", "X50 F1200", "Z-2.8 F300", "X0 F1200", "G0 X50"),
    ],
)
def test_rapids_and_passes_in_a_groove_of_its_own_are_in_order(tool: dict[str, float], lines: tuple[str, ...]) -> None:
    assert report(tool, *lines).findings == ()


@pytest.mark.parametrize(
    ("tool", "beside"), [(V_BIT, 1.5), (V_BIT, 6), (BALL, 2.5), (TAPERED, 0.9), (BULL, 2.9), (V_BIT, -1.3)]
)
def test_a_rapid_beside_the_groove_goes_through_what_the_tool_left(tool: dict[str, float], beside: float) -> None:
    lines = (*GROOVE, "G0 Z5", f"G0 X10 Y{beside}", "G0 Z-1.3", "G0 X40")
    assert found(report(tool, *lines))["RAPID_THROUGH_MATERIAL"] is Level.ERROR


def test_a_ridge_between_grooves_is_still_there() -> None:
    lines = (*GROOVE, "G0 Z5", "G0 Y4", "G1 Z-1.4 F300", "X0 F1200", "G0 Y0")
    assert found(report(V_BIT, *lines))["RAPID_THROUGH_MATERIAL"] is Level.ERROR
    assert "RAPID_THROUGH_MATERIAL" not in found(report({"diameter_mm": 12.7}, *lines))


@pytest.mark.parametrize("tool", [V_BIT, BALL, BULL, TAPERED])
def test_a_pass_is_as_deep_as_what_its_tip_takes(tool: dict[str, float]) -> None:
    step = one(report(tool, "G1 Z-2.4 F300", "X50 F1200"), "STEPDOWN_OVER_LIMIT")
    assert step.worst.value == pytest.approx(2.4)
    second = report(tool, *GROOVE, "G0 Z5", "G0 X0", "G1 Z-2.8 F300", "X50 F1200").programs[0]
    assert second.max_stepdown_mm == pytest.approx(1.4)


def test_a_pointed_tool_reaches_over_the_edge_as_far_as_it_is_wide_there() -> None:
    stock = {"y": {"min_mm": -1, "max_mm": 9}}
    assert "OUTSIDE_STOCK" not in found(report(V_BIT, *GROOVE, stock=stock))
    assert one(report(V_BIT, "G1 Z-3 F300", "X50 F1200", stock=stock), "OUTSIDE_STOCK").worst.value == pytest.approx(
        3 / sqrt(3) - 1, abs=0.01
    )
