"""Surfaces cut line by line, and holes that an end mill bores."""

from dataclasses import replace
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.cut_motion import cut_time
from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.dimensions.geometry import Geometry
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.physics import effective_diameter, surfacing
from feasibility_svc.domain.scoring.assessment import Assessment, NotAssessedError
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import assess, situation
from tests.feasibility_svc.domain.verdict_examples import Numbers, verdict_examples

GREEN, YELLOW, RED, UNKNOWN = RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED, RiskLevel.UNKNOWN
SURFACING_CUTTER = {
    "tool.tool_id": REMOVED,
    "tool.kind": "SURFACING",
    "tool.flute_count": 2,
    "tool.diameter_mm": 25.4,
    "tool.flute_length_mm": 10.0,
    "tool.stickout_mm": 30.0,
    "tool.shank_diameter_mm": 6.35,
    "cut.axial_depth_mm": 0.5,
    "cut.radial_width_mm": 12.7,
    "stock.width_mm": 210.0,
    "stock.length_mm": 530.0,
    "stock.thickness_mm": 22.0,
}
FACING = {"length_mm": 500.0, "width_mm": 200.0, "removal_mm": 1.2}
LEDGE = {"length_mm": 1500.0, "ledge_width_mm": 2.2, "ledge_height_mm": 6.0, "side_thickness_mm": 2.0}
LINED = {**LEDGE, "lining_thickness_mm": 6.0, "top_thickness_mm": 2.8}
RABBET = {**SURFACING_CUTTER, "tool.kind": "END_MILL", "cut.axial_depth_mm": 2.0, "cut.radial_width_mm": REMOVED}
V_BIT = {
    **SURFACING_CUTTER,
    "tool.kind": "V_BIT",
    "tool.diameter_mm": 15.0,
    "tool.tip_diameter_mm": 0.1,
    "tool.tip_angle_deg": 60.0,
    "tool.flute_length_mm": 17.0,
    "cut.axial_depth_mm": 1.0,
    "cut.radial_width_mm": REMOVED,
}
BOARD = {"board_radius_mm": 304.8, "width_mm": 43.0, "far_width_mm": 56.0, "length_mm": 480.0, "stepover_mm": 0.5}
BALL = {
    **SURFACING_CUTTER,
    "tool.kind": "BALL_NOSE",
    "tool.diameter_mm": 6.35,
    "tool.flute_length_mm": 22.0,
    "cut.axial_depth_mm": 0.3,
    "cut.radial_width_mm": REMOVED,
    "stock.thickness_mm": 6.5,
}
NECK = {"length_mm": 450.0, "width_mm": 60.0, "depth_mm": 20.0, "max_slope_deg": 40.0, "stepover_mm": 0.5}
THICK = {"stock.thickness_mm": 25.0}


def geometry(catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any]) -> Assessment:
    return assess(Geometry(), situation(catalogue, context, design=design))


@verdict_examples("V16_scallop")
def test_worked_examples_of_scallops(example: Numbers) -> None:
    given, expected = example["inputs"], example["expected"]
    height_mm = surfacing.scallop_height_mm(ball_radius_mm=given["R_mm"], stepover_mm=given["stepover_mm"])
    step_mm = surfacing.stepover_mm(ball_radius_mm=given["R_mm"], scallop_mm=0.01)
    assert height_mm == pytest.approx(expected["scallop_mm"], rel=1e-9)
    assert step_mm == pytest.approx(expected["stepover_for_0_01_mm"], rel=1e-9)


@verdict_examples("V16_ball_slope")
def test_worked_examples_of_balls_on_slopes(catalogue: Catalogue, example: Numbers) -> None:
    given, expected = example["inputs"], example["expected"]
    on_slope_mm = effective_diameter.ball_nose_on_slope_diameter_mm(
        diameter_mm=given["D_mm"], axial_depth_mm=given["ap_mm"], slope_deg=given["slope_deg"]
    )
    assert on_slope_mm == pytest.approx(expected["D_eff_mm"], rel=1e-9)
    contour = {**NECK, "max_slope_deg": given["slope_deg"]}
    cut = {"tool.diameter_mm": given["D_mm"], "cut.axial_depth_mm": given["ap_mm"], **THICK}
    looked_at = situation(catalogue, {**BALL, **cut}, design={"contour_3d": contour})
    assert engagement_of(looked_at).effective_diameter_mm == pytest.approx(expected["D_eff_mm"], rel=1e-9)


@pytest.mark.parametrize(
    ("contour", "context", "risk"),
    [
        ({}, {}, GREEN),
        ({"depth_mm": 25.5}, {}, RED),
        ({"depth_mm": 23.0}, {}, RED),
        ({"width_mm": 220.0, "length_mm": 220.0}, {}, RED),
        ({"max_slope_deg": 85.0}, {"tool.stickout_mm": 23.0}, GREEN),
        ({"max_slope_deg": 85.0}, {"tool.stickout_mm": 22.9}, RED),
        ({"max_slope_deg": 80.0}, {"tool.stickout_mm": 22.9}, GREEN),
        ({"stepover_mm": 0.7}, {}, YELLOW),
        ({"stepover_mm": REMOVED}, {"cut.radial_width_mm": 0.7}, YELLOW),
        ({"depth_mm": REMOVED}, {}, UNKNOWN),
    ],
)
def test_carved_surfaces(
    catalogue: Catalogue, contour: dict[str, Any], context: dict[str, Any], risk: RiskLevel
) -> None:
    design = {"contour_3d": {key: value for key, value in {**NECK, **contour}.items() if value is not REMOVED}}
    assert geometry(catalogue, design, {**BALL, **THICK, **context}).risk is risk


@pytest.mark.parametrize(
    ("design", "context", "subject"),
    [
        ({"v_carve": {}}, {}, "design.v_carve.widest_line_mm"),
        ({"v_carve": {"widest_line_mm": 3.0}}, {"tool.tip_angle_deg": REMOVED}, "context.tool.tip_angle_deg"),
        ({"v_carve": {"widest_line_mm": 0.05}}, {}, "design.v_carve.widest_line_mm"),
        ({"radius_board": {"board_radius_mm": 20.0, "width_mm": 41.0}}, {}, "design.radius_board.board_radius_mm"),
    ],
)
def test_an_operation_without_a_depth_says_what_it_lacks(
    catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any], subject: str
) -> None:
    with pytest.raises(NotAssessedError) as caught:
        _ = situation(catalogue, {**V_BIT, **context}, design=design).operation_depth_mm
    assert [reason.subject for reason in caught.value.reasons] == [subject]


def test_a_carved_surface_without_a_stepover_asks_for_it(catalogue: Catalogue) -> None:
    design = {"contour_3d": {"depth_mm": 20.0, "finishing_depth_mm": 0.4}}
    looked_at = situation(catalogue, {**BALL, **THICK, "cut.axial_depth_mm": REMOVED}, design=design)
    assert looked_at.need("cut.axial_depth_mm") == (0.4,)
    assert "context.cut.radial_width_mm" in {item.subject for item in assess(Geometry(), looked_at).questions}


@pytest.mark.parametrize(
    ("left_mm", "cut", "risk"),
    [
        (0.3, {}, GREEN),
        (0.31, {}, YELLOW),
        (0.31, {"finishing_depth_mm": 0.4}, GREEN),
    ],
)
def test_what_roughing_left_is_finished_in_one_go(
    catalogue: Catalogue, left_mm: float, cut: dict[str, float], risk: RiskLevel
) -> None:
    looked_at = situation(catalogue, {**BALL, **THICK}, design={"contour_3d": {**NECK, **cut}})
    assert assess(Geometry(), replace(looked_at, remainder_mm=left_mm)).risk is risk


def test_how_much_finishing_takes_off_is_asked_for(catalogue: Catalogue) -> None:
    looked_at = situation(catalogue, {**BALL, **THICK, "cut.axial_depth_mm": REMOVED}, design={"contour_3d": NECK})
    asked = assess(Geometry(), replace(looked_at, remainder_mm=0.5)).questions
    assert "design.contour_3d.finishing_depth_mm" in {question.subject for question in asked}


@pytest.mark.parametrize(
    ("design", "said"),
    [
        ({"binding_ledge": {"outline": [{"x_mm": 0.0, "y_mm": 0.0}] * 2}}, "at least 3"),
        ({"v_carve": {"narrowest_line_mm": 2.0, "widest_line_mm": 1.0}}, "must not exceed widest_line_mm"),
    ],
)
def test_designs_that_contradict_themselves_are_refused(design: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Design.model_validate(design)


def test_lines_of_a_carved_surface_take_their_time(catalogue: Catalogue) -> None:
    looked_at = situation(catalogue, {**BALL, **THICK}, design={"contour_3d": NECK})
    assert cut_time(looked_at).longest_s > 450.0 * 121 / 1750 * 60


HOLE = {"hole_diameter_mm": 12.0, "depth_mm": 10.0, "hole_count": 2}


@pytest.mark.parametrize(
    ("drilling", "context", "risk"),
    [
        ({}, {}, GREEN),
        ({"positions": [{"x_mm": 30.0, "y_mm": 30.0}, {"x_mm": 30.0, "y_mm": 43.0}]}, {}, RED),
        ({"depth_mm": 25.2, "through": True}, {"tool.flute_length_mm": 26.0}, GREEN),
        ({"depth_mm": 24.9}, {"tool.flute_length_mm": 26.0}, RED),
        ({"counterbore_diameter_mm": 11.0}, {}, RED),
    ],
)
def test_an_end_mill_bores_wider_holes_than_itself_as_pockets(
    catalogue: Catalogue, drilling: dict[str, Any], context: dict[str, Any], risk: RiskLevel
) -> None:
    mill = {**RABBET, "tool.diameter_mm": 6.35, "tool.flute_length_mm": 22.0, "tool.stickout_mm": 30.0, **THICK}
    looked_at = situation(catalogue, {**mill, **context}, design={"drilling": {**HOLE, **drilling}})
    assert looked_at.design.pocket is not None
    assert assess(Geometry(), looked_at).risk is risk


@pytest.mark.parametrize("context", [{"tool.kind": "DRILL"}, {"tool.diameter_mm": 12.0}, {"tool.diameter_mm": REMOVED}])
def test_other_holes_are_drilled(catalogue: Catalogue, context: dict[str, Any]) -> None:
    given = {**RABBET, "tool.diameter_mm": 6.35, **context}
    assert situation(catalogue, given, design={"drilling": HOLE}).design.pocket is None
    assert situation(catalogue, given, design={"drilling": {"hole_diameter_mm": 12.0}}).design.pocket is None
