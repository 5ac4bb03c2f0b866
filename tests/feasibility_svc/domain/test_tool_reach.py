"""How deep a tool reaches: flutes, shank, collet, and one pass within the cutting edges."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.geometry import Geometry
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import assess, situation
from tests.feasibility_svc.domain.verdict_examples import Numbers, verdict_examples

GREEN, YELLOW, RED = RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED
BOARD = {"stock.width_mm": 190.0, "stock.length_mm": 290.0, "stock.thickness_mm": 44.0}
TOOL = {
    "tool.tool_id": REMOVED,
    "tool.kind": "END_MILL",
    "tool.diameter_mm": 6.35,
    "tool.flute_length_mm": 22.0,
    "tool.stickout_mm": 35.0,
    "tool.shank_diameter_mm": 6.35,
    "cut.axial_depth_mm": 2.0,
    "cut.radial_width_mm": 2.8,
}


def geometry(catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any]) -> Assessment:
    return assess(Geometry(), situation(catalogue, {**BOARD, **TOOL, **context}, design=design))


def of_depth(catalogue: Catalogue, depth_mm: float, context: dict[str, Any]) -> Assessment:
    return geometry(catalogue, {"profile": {"length_mm": 500.0, "depth_mm": depth_mm}}, context)


@verdict_examples("V8_geometry")
def test_worked_examples_of_geometry(catalogue: Catalogue, example: Numbers) -> None:
    given, expected = example["inputs"], example["expected"]
    design: dict[str, Any]
    context: dict[str, Any] = {}
    match given.get("operation"):
        case "pocket":
            design = {"pocket": {"length_mm": given["length_mm"], "width_mm": given["width_mm"], "depth_mm": 8.0}}
            context = {"tool.diameter_mm": given["D_mm"], "cut.radial_width_mm": given["ae_mm"]}
        case "profile":
            design = {"profile": {"length_mm": 500.0, "depth_mm": given["depth_mm"]}}
            context = {
                "tool.flute_length_mm": given["flute_length_mm"],
                "tool.stickout_mm": given["stickout_mm"],
                "tool.shank_diameter_mm": given["shank_mm"],
            }
        case "fret_slots":
            slots = {"fret_count": given["fret_count"], "straight": {"scale_length_mm": given["scale_length_mm"]}}
            design = {"fret_slots": {**slots, "slot_width_mm": 3.0, "slot_depth_mm": 2.5, "nut_width_mm": 43.0}}
            context = {"stock.width_mm": given["stock_width_mm"], "stock.length_mm": given["stock_length_mm"]}
            context["tool.diameter_mm"] = 3.0
        case "rosette_channel":
            rings = [{"inner_radius_mm": inner, "width_mm": width} for inner, width in given["rings_mm"]]
            radii = {key: given[key] for key in ("soundhole_radius_mm", "inner_radius_mm", "outer_radius_mm")}
            design = {"rosette_channel": {**radii, "depth_mm": 2.0, "rings": rings}}
            context = {"tool.diameter_mm": 3.175}
        case _:
            design = {"profile": {"length_mm": 500.0, "depth_mm": 10.0}}
            context = {
                "tool.kind": given["kind"],
                "tool.diameter_mm": given["D_mm"],
                "tool.tip_diameter_mm": given["tip_mm"],
                "tool.tip_angle_deg": given["tip_angle_deg"],
                "tool.flute_length_mm": given["flute_length_mm"],
                "cut.axial_depth_mm": given["ap_mm"],
            }
    assessment = geometry(catalogue, design, context)
    assert (assessment.score, assessment.risk) == (expected["score"], expected["level"])


@pytest.mark.parametrize(
    ("depth_mm", "context", "risk"),
    [
        (22.0, {}, GREEN),
        (22.5, {}, RED),
        (22.5, {"tool.shank_diameter_mm": 6.15}, GREEN),
        (22.5, {"tool.shank_diameter_mm": 6.16}, RED),
        (34.0, {"tool.shank_diameter_mm": 3.0}, GREEN),
        (34.5, {"tool.shank_diameter_mm": 3.0}, RED),
        (22.5, {"tool.kind": "TAPERED_BALL", "tool.tip_diameter_mm": 1.0, "tool.taper_angle_deg": 5.0}, GREEN),
        (20.0, {"tool.stickout_mm": 21.5}, GREEN),
        (20.0, {"tool.stickout_mm": 21.4}, RED),
        (20.0, {"tool.flute_length_mm": 20.0, "tool.stickout_mm": 21.0}, GREEN),
        (20.0, {"tool.flute_length_mm": 20.0, "tool.stickout_mm": 20.9}, RED),
        (1.9, {}, RED),
        (2.0, {}, GREEN),
        (22.0, {"cut.axial_depth_mm": 22.1}, RED),
        (30.0, {"cut.axial_depth_mm": 22.1, "tool.shank_diameter_mm": 3.0}, RED),
    ],
)
def test_depths_a_tool_reaches(catalogue: Catalogue, depth_mm: float, context: dict[str, Any], risk: RiskLevel) -> None:
    assert of_depth(catalogue, depth_mm, context).risk is risk


def test_a_collet_nut_that_comes_close_is_told(catalogue: Catalogue) -> None:
    close = of_depth(catalogue, 20.0, {"tool.stickout_mm": 22.5})
    assert close.risk is GREEN
    assert "the collet nut passes 2.5 mm over the work" in close.finding


V_BIT = {"tool.kind": "V_BIT", "tool.diameter_mm": 12.7, "tool.tip_diameter_mm": 0.1, "tool.tip_angle_deg": 90.0}


@pytest.mark.parametrize(
    ("axial_mm", "context", "risk"),
    [
        (6.3, {"tool.flute_length_mm": 6.0}, GREEN),
        (6.31, {"tool.flute_length_mm": 6.0}, RED),
        (8.0, {"tool.flute_length_mm": 9.0}, GREEN),
        (8.0, {"tool.flute_length_mm": REMOVED}, RED),
        (8.0, {"tool.flute_length_mm": 6.0, "tool.tip_angle_deg": REMOVED}, GREEN),
    ],
)
def test_a_pass_of_a_v_bit_stays_within_its_cone(
    catalogue: Catalogue, axial_mm: float, context: dict[str, Any], risk: RiskLevel
) -> None:
    given = {**V_BIT, "tool.shank_diameter_mm": 6.35, "cut.axial_depth_mm": axial_mm, **context}
    assert of_depth(catalogue, 10.0, given).risk is risk


@pytest.mark.parametrize(
    ("width_mm", "radial_mm", "score"),
    [
        (40.0, 6.0, 100.0),
        (40.0, 6.1, 79.0),
        (40.0, 6.35, 79.0),
        (40.0, 6.36, 0.0),
        (12.7, 9.0, 100.0),
        (12.8, 9.0, 0.0),
    ],
)
def test_stepping_over_in_pockets_wider_than_two_diameters(
    catalogue: Catalogue, width_mm: float, radial_mm: float, score: float
) -> None:
    pocket = {"pocket": {"length_mm": 100.0, "width_mm": width_mm, "depth_mm": 8.0}}
    assert geometry(catalogue, pocket, {"cut.radial_width_mm": radial_mm}).score == score


def test_a_drill_does_not_cut_sideways(catalogue: Catalogue) -> None:
    assert of_depth(catalogue, 10.0, {"tool.kind": "DRILL"}).risk is RED


def test_a_stickout_nobody_states_is_asked_for(catalogue: Catalogue) -> None:
    asked = of_depth(catalogue, 10.0, {"tool.stickout_mm": REMOVED})
    assert [question.subject for question in asked.questions] == ["context.tool.stickout_mm"]
    assert asked.risk is GREEN


@pytest.mark.parametrize(("depth_mm", "said"), [(100.0, False), (110.0, True)])
def test_a_blade_that_dips_deep_is_told(catalogue: Catalogue, depth_mm: float, said: bool) -> None:
    context = {"tool.tool_id": "saw_254_60t", "stock.thickness_mm": 120.0}
    design = {"saw_cut": {"depth_mm": depth_mm, "length_mm": 250.0}}
    assessment = assess(Geometry(), situation(catalogue, {**BOARD, **context}, design=design))
    assert assessment.risk is GREEN
    assert ("of its diameter" in assessment.finding) is said
