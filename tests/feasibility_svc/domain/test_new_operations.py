"""Faces, ledges, lettering, rounded boards and carved surfaces: their numbers, and what makes them impossible."""

from math import radians, tan
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.cut_motion import implied_runs
from feasibility_svc.domain.dimensions.geometry import Geometry
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.physics import fretting, surfacing
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
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


@pytest.mark.parametrize(
    ("design", "context"),
    [
        ({"facing": FACING}, SURFACING_CUTTER),
        ({"binding_ledge": LINED}, RABBET),
        ({"v_carve": {"length_mm": 500.0, "widest_line_mm": 3.0}}, V_BIT),
        ({"radius_board": BOARD}, BALL),
        ({"contour_3d": NECK}, {**BALL, **THICK}),
    ],
)
def test_every_operation_is_judged(catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any]) -> None:
    report = baseline_engine().evaluate(situation(catalogue, context, design=design))
    assert report.faults == []
    assert {item.category: item.risk for item in report.assessments}[Category.GEOMETRY] is GREEN


@verdict_examples("V16_facing")
def test_worked_examples_of_facing(catalogue: Catalogue, example: Numbers) -> None:
    given, expected = example["inputs"], example["expected"]
    face = {key: given[key] for key in ("length_mm", "width_mm", "removal_mm")}
    cut = {"cut.axial_depth_mm": given["ap_mm"], "cut.radial_width_mm": given["ae_mm"]}
    tool = {"tool.diameter_mm": given["D_mm"], "machine.machine_id": REMOVED}
    looked_at = situation(catalogue, {**SURFACING_CUTTER, **cut, **tool}, design={"facing": face})
    layers = surfacing.layers(removal_mm=given["removal_mm"], axial_depth_mm=given["ap_mm"])
    assert layers == expected["layers"]
    assert given["removal_mm"] / layers == pytest.approx(expected["equal_pass_mm"], rel=1e-9)
    runs = implied_runs(looked_at)
    assert runs[0].count == expected["lines"]
    assert layers * sum(run.length_mm * run.count for run in runs) == pytest.approx(expected["path_mm"], rel=1e-9)


@pytest.mark.parametrize(
    ("facing", "context", "risk"),
    [
        ({}, {}, GREEN),
        ({}, {"cut.radial_width_mm": 24.2}, YELLOW),
        ({}, {"cut.radial_width_mm": 25.5}, RED),
        ({}, {"cut.axial_depth_mm": 1.3}, RED),
        ({"final_thickness_mm": 20.8}, {}, GREEN),
        ({"final_thickness_mm": 20.9}, {}, RED),
        ({"removal_mm": 22.0}, {"tool.flute_length_mm": 25.0}, RED),
        ({"width_mm": 211.0}, {}, RED),
        ({}, {"workholding.clamp_height_mm": 20.0}, GREEN),
        ({}, {"workholding.clamp_height_mm": 20.8}, RED),
        ({"final_thickness_mm": 20.0}, {"workholding.clamp_height_mm": 20.0}, RED),
        ({"removal_mm": REMOVED}, {}, UNKNOWN),
        ({"length_mm": REMOVED}, {"stock.thickness_mm": REMOVED, "workholding.method": "TAPE"}, GREEN),
    ],
)
def test_facing(catalogue: Catalogue, facing: dict[str, Any], context: dict[str, Any], risk: RiskLevel) -> None:
    design = {"facing": {key: value for key, value in {**FACING, **facing}.items() if value is not REMOVED}}
    assert geometry(catalogue, design, {**SURFACING_CUTTER, **context}).risk is risk


def test_the_height_of_clamps_beside_a_face_is_asked_for(catalogue: Catalogue) -> None:
    asked = geometry(catalogue, {"facing": FACING}, SURFACING_CUTTER).questions
    assert [question.subject for question in asked] == ["context.workholding.clamp_height_mm"]


@verdict_examples("V16_binding_ledge")
def test_worked_examples_of_ledges(catalogue: Catalogue, example: Numbers) -> None:
    given, expected = example["inputs"], example["expected"]
    context = {**RABBET, "cut.axial_depth_mm": 1.0}
    assessment = geometry(catalogue, {"binding_ledge": {"length_mm": 1500.0, **given}}, context)
    limits = {detail.name: detail.limit for detail in assessment.details}
    assert (assessment.score, assessment.risk) == (expected["score"], expected["level"])
    assert limits["ledge_width"] == pytest.approx(expected["width_limit_mm"], rel=1e-9)
    if "height_limit_mm" in expected:
        assert limits["purfling_height"] == pytest.approx(expected["height_limit_mm"], rel=1e-9)


def outline(width_mm: float, length_mm: float) -> list[dict[str, float]]:
    corners = ((0.0, 0.0), (width_mm, 0.0), (width_mm, length_mm), (0.0, length_mm))
    return [{"x_mm": x, "y_mm": y} for x, y in corners]


def test_a_ledge_is_as_wide_and_deep_as_it_says_and_as_long_as_its_outline(catalogue: Catalogue) -> None:
    ledge = {**{key: value for key, value in LINED.items() if key != "length_mm"}, "outline": outline(200.0, 300.0)}
    looked_at = situation(catalogue, {**RABBET, "cut.axial_depth_mm": REMOVED}, design={"binding_ledge": ledge})
    assert looked_at.need("cut.radial_width_mm", "cut.axial_depth_mm") == (2.2, 6.0)
    assert [run.length_mm for run in implied_runs(looked_at)] == [1000.0]
    wide = situation(catalogue, {**RABBET, "cut.radial_width_mm": 9.0}, design={"binding_ledge": LINED})
    assert wide.need("cut.radial_width_mm") == (2.2,)
    assert [run.length_mm for run in implied_runs(wide)] == [1500.0]


def test_no_variant_of_a_ledge_is_wider_than_the_ledge(catalogue: Catalogue) -> None:
    looked_at = situation(catalogue, RABBET, design={"binding_ledge": LINED})
    widths: Any = np.array([1.0, 2.2, 9.0])
    varied = looked_at.varied({"cut.radial_width_mm": widths}).find("cut.radial_width_mm")
    assert np.asarray(varied).tolist() == [1.0, 2.2, 2.2]
    restated = looked_at.restated({"cut.radial_width_mm": 9.0, "cut.feed_rate_mm_per_min": 900.0})
    assert restated.need("cut.radial_width_mm", "cut.feed_rate_mm_per_min") == (2.2, 900.0)


def test_a_ledge_around_more_than_the_stock(catalogue: Catalogue) -> None:
    assert geometry(catalogue, {"binding_ledge": {**LINED, "outline": outline(200.0, 540.0)}}, RABBET).risk is RED


def test_what_is_behind_a_ledge_is_asked_for(catalogue: Catalogue) -> None:
    ledge = {"length_mm": 900.0, "ledge_width_mm": 2.2, "ledge_height_mm": 2.0, "purfling": True}
    asked = geometry(catalogue, {"binding_ledge": ledge}, RABBET).questions
    assert [question.subject for question in asked] == [
        "design.binding_ledge.side_thickness_mm",
        "design.binding_ledge.top_thickness_mm",
    ]


@verdict_examples("V16_vcarve")
def test_worked_examples_of_carved_lines(catalogue: Catalogue, example: Numbers) -> None:
    given, expected = example["inputs"], example["expected"]
    tip_mm, angle_deg = given["tip_mm"], given["angle_deg"]
    tool = {
        "tool.tip_diameter_mm": tip_mm,
        "tool.tip_angle_deg": angle_deg,
        "tool.diameter_mm": tip_mm + 2 * given["cone_mm"] * tan(radians(angle_deg / 2)),
        "tool.flute_length_mm": 20.0,
    }
    design = {"v_carve": {"length_mm": 500.0, "widest_line_mm": given["line_width_mm"]}}
    looked_at = situation(catalogue, {**V_BIT, **tool}, design=design)
    assert looked_at.operation_depth_mm == pytest.approx(expected["depth_mm"], rel=1e-9)
    assert (assess(Geometry(), looked_at).risk is GREEN) == expected["fits"]


@pytest.mark.parametrize(
    ("carve", "context", "risk"),
    [
        ({"widest_line_mm": 20.0, "max_depth_mm": 5.0}, {}, GREEN),
        ({"widest_line_mm": 20.0, "max_depth_mm": 13.0}, {}, RED),
        ({"narrowest_line_mm": 0.1}, {}, GREEN),
        ({"narrowest_line_mm": 0.05}, {}, YELLOW),
        ({"widest_line_mm": 0.1}, {}, RED),
        ({"widest_line_mm": 0.15}, {"tool.tip_diameter_mm": REMOVED}, RED),
        ({"widest_line_mm": 0.9}, {"cut.axial_depth_mm": 1.0}, RED),
        ({"widest_line_mm": REMOVED}, {}, UNKNOWN),
        ({}, {"tool.tip_angle_deg": REMOVED}, UNKNOWN),
    ],
)
def test_carved_lines(catalogue: Catalogue, carve: dict[str, Any], context: dict[str, Any], risk: RiskLevel) -> None:
    given = {"length_mm": 500.0, "widest_line_mm": 3.0, **carve}
    design = {"v_carve": {key: value for key, value in given.items() if value is not REMOVED}}
    assert geometry(catalogue, design, {**V_BIT, **context}).risk is risk


def test_a_carved_line_is_cut_to_its_depth_in_its_width_unless_passes_are_stated(catalogue: Catalogue) -> None:
    design = {"v_carve": {"length_mm": 500.0, "widest_line_mm": 3.0}}
    looked_at = situation(catalogue, {**V_BIT, "cut.axial_depth_mm": REMOVED}, design=design)
    depth_mm = (3.0 - 0.1) / (2 * tan(radians(30.0)))
    assert looked_at.need("cut.axial_depth_mm", "cut.radial_width_mm") == pytest.approx((depth_mm, 3.0))
    assert looked_at.source("cut.axial_depth_mm") == "stated in the request"


@verdict_examples("V16_radius_board")
def test_worked_examples_of_rounded_boards(catalogue: Catalogue, example: Numbers) -> None:
    given, expected = example["inputs"], example["expected"]
    radius_mm, width_mm = given["board_radius_mm"], given["width_mm"]
    sagitta_mm = fretting.crown_sagitta_mm(radius_mm=radius_mm, width_mm=width_mm)
    slope_deg = surfacing.edge_slope_deg(radius_mm=radius_mm, width_mm=width_mm)
    assert sagitta_mm == pytest.approx(expected["sagitta_mm"], rel=1e-9)
    assert slope_deg == pytest.approx(expected["slope_at_edge_deg"], rel=1e-9)
    board = {**given, "far_board_radius_mm": radius_mm * 2, "far_width_mm": width_mm, "length_mm": 480.0}
    assert situation(catalogue, BALL, design={"radius_board": board}).operation_depth_mm == sagitta_mm


@pytest.mark.parametrize(
    ("board", "context", "risk"),
    [
        ({}, {}, GREEN),
        ({"board_radius_mm": 20.0}, {}, RED),
        ({"far_board_radius_mm": 27.9}, {}, RED),
        ({"far_board_radius_mm": 406.4}, {}, GREEN),
        ({"length_mm": 540.0}, {}, RED),
        ({}, {"stock.thickness_mm": 3.2}, RED),
        ({}, {"stock.thickness_mm": REMOVED}, GREEN),
        ({"stepover_mm": 0.65}, {}, YELLOW),
        ({"stepover_mm": 0.65, "scallop_limit_mm": 0.05}, {}, GREEN),
        ({"stepover_mm": 5.0}, {}, YELLOW),
        ({"stepover_mm": 5.0}, {"tool.kind": "END_MILL"}, GREEN),
        ({"stepover_mm": 0.5}, {"tool.kind": "TAPERED_BALL", "tool.tip_diameter_mm": 1.0}, YELLOW),
        ({}, {"cut.axial_depth_mm": 1.3}, RED),
        ({"length_mm": REMOVED}, {}, GREEN),
        ({"board_radius_mm": REMOVED}, {}, UNKNOWN),
        ({"width_mm": REMOVED}, {}, UNKNOWN),
    ],
)
def test_rounded_boards(catalogue: Catalogue, board: dict[str, Any], context: dict[str, Any], risk: RiskLevel) -> None:
    design = {"radius_board": {key: value for key, value in {**BOARD, **board}.items() if value is not REMOVED}}
    assert geometry(catalogue, design, {**BALL, **context}).risk is risk


def test_a_board_no_radius_can_have_has_no_depth(catalogue: Catalogue) -> None:
    report = baseline_engine().evaluate(
        situation(catalogue, BALL, design={"radius_board": {**BOARD, "board_radius_mm": 20.0}})
    )
    assert report.verdict.risk is RED
    assert report.faults == []
