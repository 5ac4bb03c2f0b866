"""Drilled holes: the tool, the depth, and the wood left between them."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.geometry import Geometry
from feasibility_svc.domain.geometry import holes
from feasibility_svc.domain.inputs.surfaces import Point
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import DRILL, HOLES, assess, situation
from tests.feasibility_svc.domain.verdict_examples import Numbers, verdict_examples

GREEN, YELLOW, RED = RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED
SIX_IN_LINE = {"rows": 6, "pitch_y_mm": 25.4, "edge_distance_mm": 11.0}


def geometry(catalogue: Catalogue, drilling: dict[str, Any], context: dict[str, Any] | None = None) -> Assessment:
    design = {"drilling": {**HOLES, **drilling}}
    return assess(Geometry(), situation(catalogue, {**DRILL, **(context or {})}, design=design))


def points(*places: tuple[float, float]) -> list[dict[str, float]]:
    return [{"x_mm": x, "y_mm": y} for x, y in places]


@verdict_examples("V16_hole_pattern")
def test_worked_examples_of_hole_patterns(catalogue: Catalogue, example: Numbers) -> None:
    given, expected = example["inputs"], example["expected"]
    pattern = {"rows": 6, "pitch_y_mm": given["pitch_mm"], "edge_distance_mm": given["edge_distance_mm"]}
    assessment = geometry(catalogue, pattern, {"tool.diameter_mm": given["D_mm"]})
    assert holes.web("web", expected["web_mm"], "").score == expected["web_score"]
    assert holes.web("web", expected["edge_web_mm"], "").score == expected["edge_score"]
    assert assessment.score == min(expected["web_score"], expected["edge_score"])


@pytest.mark.parametrize(
    ("drilling", "context", "risk"),
    [
        ({}, {}, GREEN),
        (SIX_IN_LINE, {}, GREEN),
        ({"rows": 3, "columns": 2, "pitch_y_mm": 25.4, "pitch_x_mm": 40.0}, {}, GREEN),
        ({"rows": 3, "columns": 2, "pitch_y_mm": 25.4, "pitch_x_mm": 9.0}, {}, RED),
        ({"rows": 3, "columns": 2, "pitch_y_mm": 12.4, "pitch_x_mm": 40.0}, {}, YELLOW),
        ({"rows": 3, "columns": 2, "pitch_y_mm": 25.4, "pitch_x_mm": 300.0}, {}, RED),
        ({**SIX_IN_LINE, "pitch_y_mm": 40.0}, {}, RED),
        ({**SIX_IN_LINE, "edge_distance_mm": 4.0}, {}, RED),
        ({**SIX_IN_LINE, "rows": 5}, {}, RED),
        ({**SIX_IN_LINE, "counterbore_diameter_mm": 24.0, "counterbore_depth_mm": 3.0}, {}, RED),
        ({**SIX_IN_LINE, "counterbore_diameter_mm": 14.0, "counterbore_depth_mm": 3.0}, {}, GREEN),
        ({"counterbore_diameter_mm": 10.0, "counterbore_depth_mm": 3.0}, {}, RED),
        ({"counterbore_diameter_mm": 14.0, "counterbore_depth_mm": 16.0}, {}, RED),
        ({"depth_mm": 16.5}, {}, GREEN),
        ({"depth_mm": 16.6}, {}, RED),
        ({}, {"tool.flute_length_mm": 15.0}, RED),
        ({}, {"tool.flute_length_mm": 15.0, "tool.shank_diameter_mm": 6.0}, RED),
        ({"hole_diameter_mm": 9.9}, {}, RED),
        ({}, {"tool.kind": "END_MILL", "tool.center_cutting": False}, RED),
        ({}, {"tool.kind": "END_MILL", "tool.center_cutting": True}, GREEN),
        ({"hole_count": 2, "positions": points((20, 20), (60, 180))}, {}, GREEN),
        ({"hole_count": 2, "positions": points((20, 20), (20, 31))}, {}, RED),
        ({"hole_count": 2, "positions": points((20, 20), (20, 29))}, {}, RED),
        ({"hole_count": 2, "positions": points((20, 20), (180, 60))}, {}, GREEN),
        ({"hole_count": 1, "positions": points((90, 90))}, {}, RED),
        ({"hole_count": 1, "positions": points((-20, 90))}, {}, RED),
        ({"hole_count": 1, "positions": points((20, 196))}, {}, RED),
        ({"hole_count": 3, "positions": points((20, 20), (60, 180))}, {}, RED),
    ],
)
def test_holes(catalogue: Catalogue, drilling: dict[str, Any], context: dict[str, Any], risk: RiskLevel) -> None:
    assessment = geometry(catalogue, drilling, context)
    assert assessment.risk is risk, assessment


def test_a_drill_smaller_than_the_hole_is_told(catalogue: Catalogue) -> None:
    assert "holes of 10 mm" in geometry(catalogue, {"hole_diameter_mm": 12.0}).finding


def test_what_is_not_stated_of_a_pattern_is_asked_for(catalogue: Catalogue) -> None:
    sizes = {"stock.width_mm": REMOVED, "stock.length_mm": REMOVED}
    asked = geometry(catalogue, {"rows": 3, "columns": 2}, {"tool.kind": "END_MILL"})
    assert [question.subject for question in asked.questions] == [
        "context.tool.center_cutting",
        "design.drilling.pitch_x_mm",
        "design.drilling.pitch_y_mm",
    ]
    placed = geometry(catalogue, {"hole_count": 1, "positions": points((20, 20))}, sizes)
    assert [question.subject for question in placed.questions] == ["context.stock"]


def test_the_nearest_of_many_points() -> None:
    lattice = [Point(x_mm=7.0 * column, y_mm=5.0 * row) for column in range(20) for row in range(20)]
    assert holes.nearest_mm(lattice) == 5.0
    assert holes.nearest_mm([*lattice, Point(x_mm=71.0, y_mm=51.0)]) == pytest.approx(2**0.5)
    assert holes.nearest_mm([*lattice, lattice[7]]) == 0.0


@pytest.mark.parametrize(
    ("tool", "operation", "risk"),
    [
        ({"tool.kind": "END_MILL", "tool.diameter_mm": 12.0}, "pocket", GREEN),
        ({"tool.kind": "DRILL", "tool.diameter_mm": 14.0}, "drilling", GREEN),
        ({"tool.kind": "END_MILL", "tool.diameter_mm": 14.0}, "drilling", GREEN),
        ({"tool.kind": "DRILL", "tool.diameter_mm": 10.0}, "drilling", GREEN),
        ({"tool.kind": "DRILL", "tool.diameter_mm": 14.1}, "drilling", RED),
        ({"tool.kind": REMOVED}, "drilling", GREEN),
    ],
)
def test_the_tool_of_a_step_cuts_the_hole_or_its_counterbore(
    catalogue: Catalogue, tool: dict[str, Any], operation: str, risk: RiskLevel
) -> None:
    design = {"drilling": {**HOLES, "counterbore_diameter_mm": 14.0, "counterbore_depth_mm": 3.0}}
    given = {**DRILL, "tool.center_cutting": True, "cut.axial_depth_mm": 1.0, **tool}
    looked_at = situation(catalogue, given, design=design)
    assert looked_at.design.operation_name == operation
    assert assess(Geometry(), looked_at).risk is risk


@pytest.mark.parametrize(
    ("kind", "diameter_mm", "hole_mm"),
    [("DRILL", 10.0, 10.0), ("DRILL", 10.5, 14.0), ("DRILL", 14.0, 14.0), ("DRILL", 14.1, 10.0)],
)
def test_a_tool_between_the_hole_and_its_counterbore_drills_the_counterbore(
    catalogue: Catalogue, kind: str, diameter_mm: float, hole_mm: float
) -> None:
    design = {"drilling": {**HOLES, "counterbore_diameter_mm": 14.0, "counterbore_depth_mm": 3.0}}
    tool = {"tool.kind": kind, "tool.diameter_mm": diameter_mm}
    holes_cut = situation(catalogue, {**DRILL, **tool}, design=design).design.drilling
    assert holes_cut is not None
    assert holes_cut.hole_diameter_mm == hole_mm
    assert holes_cut.depth_mm == (16.0 if hole_mm == 10.0 else 3.0)


def test_a_counterbore_of_no_depth_is_left_alone(catalogue: Catalogue) -> None:
    design = {"drilling": {**HOLES, "counterbore_diameter_mm": 14.0}}
    holes_cut = situation(catalogue, {**DRILL, "tool.diameter_mm": 12.0}, design=design).design.drilling
    assert holes_cut is not None
    assert (holes_cut.hole_diameter_mm, holes_cut.depth_mm) == (10.0, 16.0)


@pytest.mark.parametrize(
    ("kind", "diameter_mm", "counterbore", "pocket"),
    [
        ("BALL_NOSE", 9.5, {}, (10.0, 16.0, True)),
        ("END_MILL", 9.5, {}, (10.0, 16.0, True)),
        ("END_MILL", 12.0, {"counterbore_diameter_mm": 14.0, "counterbore_depth_mm": 3.0}, (14.0, 3.0, False)),
    ],
)
def test_a_cutter_bores_what_is_wider_than_itself_as_a_pocket(
    catalogue: Catalogue, kind: str, diameter_mm: float, counterbore: dict[str, float], pocket: tuple[float, ...]
) -> None:
    tool = {"tool.kind": kind, "tool.diameter_mm": diameter_mm, "cut.axial_depth_mm": 1.0}
    design = {"drilling": {**HOLES, "through": True, **counterbore}}
    cut = situation(catalogue, {**DRILL, **tool}, design=design).design.pocket
    assert cut is not None
    assert (cut.width_mm, cut.depth_mm, cut.through) == pocket


@pytest.mark.parametrize("counterbore", [{"counterbore_diameter_mm": 10.0}, {"counterbore_depth_mm": 17.0}])
def test_a_counterbore_that_cannot_be_is_red_with_the_tool_that_cuts_it(
    catalogue: Catalogue, counterbore: dict[str, float]
) -> None:
    whole = {"counterbore_diameter_mm": 14.0, "counterbore_depth_mm": 3.0, **counterbore}
    mill = {"tool.kind": "END_MILL", "tool.diameter_mm": 12.0, "tool.center_cutting": True}
    assert geometry(catalogue, whole, mill).risk is RED
