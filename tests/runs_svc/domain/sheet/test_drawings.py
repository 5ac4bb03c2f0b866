"""Drawings of parts and tools: every operation has one, with the dimensions that are known."""

from itertools import pairwise
from typing import Any

import pytest

from runs_svc.domain.sheet.drawing import HEIGHT, WIDTH, Circle, Label, Path, Shape, Weight
from runs_svc.domain.sheet.operation import OPERATIONS, Cut, operation_text, outermost_mm
from runs_svc.domain.sheet.part_drawing import draw_part
from runs_svc.domain.sheet.sheet import SheetTool
from runs_svc.domain.sheet.texts import Texts, Units
from runs_svc.domain.sheet.tool_drawing import draw_tool
from runs_svc.domain.sheet.words import Language

EN, DE = Texts(Language.EN, Units.MM), Texts(Language.DE, Units.IN)
SQUARE: list[dict[str, Any]] = [
    {"x_mm": x, "y_mm": y} for x, y in ((0.0, 0.0), (80.0, 0.0), (80.0, 160.0), (0.0, 160.0))
]
FULL: dict[str, tuple[dict[str, Any], set[str]]] = {
    "rosette_channel": (
        {
            "rosette_channel": {
                "soundhole_radius_mm": 42.5,
                "inner_radius_mm": 46.0,
                "outer_radius_mm": 58.0,
                "depth_mm": 1.3,
            }
        },
        {"Ø 85 mm", "Ø 92 mm", "Ø 116 mm", "12 mm", "1.3 mm"},
    ),
    "rosette_rings": (
        {
            "rosette_rings": {
                "rings": [{"inner_radius_mm": 46.0, "width_mm": 2.0}, {}],
                "depth_mm": 2.0,
                "through": True,
            }
        },
        {"Ø 92 mm", "Ø 96 mm", "2 mm"},
    ),
    "fret_slots": (
        {
            "fret_slots": {
                "fret_count": 24,
                "straight": {"scale_length_mm": 647.7},
                "slot_width_mm": 0.584,
                "slot_depth_mm": 2.5,
                "nut_width_mm": 43.0,
                "heel_width_mm": 57.0,
                "board_length_mm": 500.0,
            }
        },
        {"43 mm", "57 mm", "500 mm", "24×, scale 647.7 mm", "0.584 mm", "2.5 mm"},
    ),
    "pocket": (
        {"pocket": {"length_mm": 76.0, "width_mm": 56.0, "depth_mm": 15.9, "corner_radius_mm": 6.35}},
        {"76 mm", "56 mm", "R 6.35 mm", "15.9 mm"},
    ),
    "profile": ({"profile": {"length_mm": 520.0, "through": True}}, {"520 mm", "20 mm"}),
    "drilling": (
        {
            "drilling": {
                "hole_diameter_mm": 10.0,
                "rows": 3,
                "columns": 2,
                "pitch_x_mm": 60.0,
                "pitch_y_mm": 38.0,
                "depth_mm": 5.0,
            }
        },
        {"60 mm", "76 mm", "6× Ø 10 mm", "Ø 10 mm", "5 mm"},
    ),
    "saw_cut": ({"saw_cut": {"length_mm": 180.0, "depth_mm": 4.0}}, {"180 mm", "4 mm"}),
    "facing": ({"facing": {"length_mm": 540.0, "width_mm": 200.0, "removal_mm": 0.8}}, {"540 mm", "200 mm", "0.8 mm"}),
    "binding_ledge": (
        {"binding_ledge": {"outline": SQUARE, "ledge_width_mm": 2.0, "ledge_height_mm": 6.0}},
        {"80 mm", "160 mm", "2 mm", "6 mm"},
    ),
    "v_carve": (
        {"v_carve": {"length_mm": 420.0, "widest_line_mm": 2.4, "max_depth_mm": 1.0}},
        {"420 mm", "2.4 mm", "1 mm"},
    ),
    "radius_board": (
        {"radius_board": {"board_radius_mm": 254.0, "width_mm": 43.0, "far_width_mm": 57.0, "length_mm": 500.0}},
        {"43 mm", "57 mm", "500 mm"},
    ),
    "contour_3d": (
        {"contour_3d": {"length_mm": 480.0, "width_mm": 360.0, "depth_mm": 14.0}},
        {"480 mm", "360 mm", "14 mm"},
    ),
}


def labels(shapes: Any) -> set[str]:
    return {shape.text.replace("\u202f", " ") for shape in shapes if isinstance(shape, Label)}


def places(shape: Shape) -> list[tuple[float, float]]:
    match shape:
        case Path(points, _, _):
            return list(points)
        case Circle((x, y), radius, _):
            return [(x - radius, y - radius), (x + radius, y + radius)]
        case _:
            return [shape.place]


def test_every_operation_is_tried() -> None:
    assert set(FULL) == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_is_drawn_with_its_dimensions_within_its_canvas(name: str) -> None:
    design, expected = FULL[name]
    shapes = draw_part(Cut(design, 20.0), EN)
    assert expected <= labels(shapes)
    assert "Thickness 20 mm" in labels(shapes)
    for shape in shapes:
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places(shape)), shape


@pytest.mark.parametrize("name", OPERATIONS)
def test_of_an_operation_of_which_nothing_is_known_nothing_is_drawn(name: str) -> None:
    assert list(draw_part(Cut({name: {}}, None), EN)) == []
    assert operation_text(Cut({name: {}}, None), EN) != ""


def test_a_design_without_an_operation_is_not_drawn() -> None:
    assert list(draw_part(Cut({"name": "x"}, 2.6), EN)) == []
    assert operation_text(Cut({"name": "x"}, 2.6), EN) == ""


def test_a_fanned_board_has_two_scales_and_one_square_fret() -> None:
    fanned: dict[str, Any] = {"bass_scale_length_mm": 685.8, "treble_scale_length_mm": 647.7, "perpendicular_fret": 7}
    design: dict[str, Any] = {
        "fret_slots": {"fret_count": 24, "fanned": fanned, "nut_width_mm": 43.0, "board_length_mm": 500.0}
    }
    shapes = draw_part(Cut(design, None), EN)
    assert "24×, scale 685.8 mm / 647.7 mm" in labels(shapes)
    slots = [shape.points for shape in shapes if isinstance(shape, Path) and len(shape.points) == 2][-24:]
    leaning = [abs(points[0][0] - points[1][0]) for points in slots]
    assert leaning.index(min(leaning)) == 6


def test_a_fan_of_which_a_scale_is_missing_has_no_slots() -> None:
    design: dict[str, Any] = {
        "fret_slots": {"fret_count": 24, "fanned": {}, "nut_width_mm": 43.0, "board_length_mm": 500.0}
    }
    assert not any("scale" in label for label in labels(draw_part(Cut(design, None), EN)))


def test_more_channels_and_holes_by_their_places_are_drawn() -> None:
    channel: dict[str, Any] = {
        **FULL["rosette_channel"][0]["rosette_channel"],
        "further_channels": [{"outer_radius_mm": 70.0}],
    }
    assert "Ø 140 mm" in labels(draw_part(Cut({"rosette_channel": channel}, None), EN))
    assert outermost_mm({"rosette_channel": channel}) == 70.0
    holes: dict[str, Any] = {"hole_diameter_mm": 3.0, "positions": [{"x_mm": 5.0, "y_mm": 5.0}, {"x_mm": 5.0}]}
    assert "1× Ø 3 mm" in labels(draw_part(Cut({"drilling": holes}, None), EN))


@pytest.mark.parametrize("holes", [{"rows": 500, "columns": 500}, {"rows": 2, "columns": 2, "hole_count": 7}])
def test_holes_that_are_too_many_or_in_no_pattern_are_not_drawn(holes: dict[str, Any]) -> None:
    assert not any(isinstance(shape, Circle) for shape in draw_part(Cut({"drilling": holes}, None), EN))


def test_a_contour_takes_its_form_from_the_part() -> None:
    part: dict[str, Any] = {"outline": {"points": SQUARE}}
    assert {"80 mm", "160 mm"} <= labels(draw_part(Cut({"profile": {"length_mm": 500.0}, "part": part}, None), EN))
    rectangle: dict[str, Any] = {"rectangle": {"length_mm": 90.0, "width_mm": 30.0}}
    assert {"90 mm", "30 mm"} <= labels(draw_part(Cut({"saw_cut": {}, "part": rectangle}, None), EN))


def test_a_pocket_with_sharp_corners_names_no_radius_and_one_through_the_stock_is_open() -> None:
    shapes = draw_part(Cut({"pocket": {"length_mm": 10.0, "width_mm": 10.0, "through": True}}, 3.0), EN)
    assert labels(shapes) == {"10 mm", "3 mm", "Thickness 3 mm"}


def test_a_cut_deeper_than_the_stock_is_named_as_deep_as_it_is() -> None:
    assert "6 mm" in labels(draw_part(Cut({"pocket": {"depth_mm": 6.0}}, 2.6), EN))
    assert "deep" in operation_text(Cut({"pocket": {"depth_mm": 6.0}}, 2.6), EN)
    assert "remain" not in operation_text(Cut({"pocket": {"depth_mm": 6.0}}, 2.6), EN)


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_is_said_in_a_line_in_both_languages(name: str) -> None:
    design = FULL[name][0]
    english, german = operation_text(Cut(design, 20.0), EN), operation_text(Cut(design, 20.0), DE)
    assert english != german
    through = design[name].get("through")
    assert ("through" in english, "durch" in german) == (bool(through), bool(through))


def test_of_rings_the_outermost_edge_is_known() -> None:
    assert outermost_mm(FULL["rosette_rings"][0]) == 48.0
    assert outermost_mm({"pocket": {}}) is None
    assert Cut({}).depth_mm is None


@pytest.mark.parametrize("kind", ["END_MILL", "BALL_NOSE", "V_BIT", "SURFACING", "SAW_BLADE", ""])
def test_each_kind_of_tool_is_drawn(kind: str) -> None:
    tool = SheetTool(1, "x", "", "", stickout_mm=20.0, outline=kind)
    without = SheetTool(1, "x", "", "", outline=kind)
    assert len(draw_tool(tool)) - len(draw_tool(without)) == (0 if kind == "SAW_BLADE" else 3)


def said(design: dict[str, Any], thickness_mm: float | None = None, **tool: Any) -> str:
    return operation_text(Cut(design, thickness_mm, tool), EN).replace("\u202f", " ")


def test_holes_by_their_places_are_measured_from_the_corner_of_the_stock() -> None:
    places = [{"x_mm": x, "y_mm": y} for x in (12.0, 64.0) for y in (30.0, 65.0, 100.0)]
    shapes = draw_part(Cut({"drilling": {"hole_diameter_mm": 6.0, "positions": places}}), EN)
    assert labels(shapes) == {"12", "64", "30", "65", "100", "6× Ø 6 mm", "X, Y from lower left corner, mm"}
    row = [{"x_mm": float(x), "y_mm": float(x)} for x in range(200)]
    crowded = draw_part(Cut({"drilling": {"hole_diameter_mm": 0.5, "positions": row}}), EN)
    heights = sorted(shape.place[1] for shape in crowded if isinstance(shape, Label) and shape.anchor == "start")
    assert len(heights) > 5
    assert all(below - above >= 6 for above, below in pairwise(heights))


def test_of_holes_the_line_says_what_the_drawing_does_not() -> None:
    holes = {"hole_diameter_mm": 6.0, "hole_count": 4, "depth_mm": 12.0, "peck_depth_mm": 4.0, "pitch_x_mm": 60.0}
    bore = {"counterbore_diameter_mm": 10.0, "counterbore_depth_mm": 3.0, "edge_distance_mm": 8.0}
    assert said({"drilling": {**holes, **bore}}, 15.0) == (
        "holes, 4× Ø 6 mm, 12 mm deep, 3 mm remain, pecks of 4 mm, 60 mm apart in X, 8 mm from the edge, "
        "counterbore Ø 10 mm, 3 mm deep"
    )
    plain, wider = (draw_part(Cut({"drilling": {**holes, **more}}, 15.0), EN) for more in ({}, bore))
    corners = [max(len(shape.points) for shape in drawn if isinstance(shape, Path)) for drawn in (plain, wider)]
    assert corners == [6, 10]


def test_a_contour_says_what_holds_the_part_and_how_wide_the_bit_cuts() -> None:
    contour: dict[str, Any] = {"length_mm": 540.0, "through": True, "corner_radius_mm": 6.0, "tab_count": 4}
    sized = {**contour, "tab_width_mm": 8.0, "tab_thickness_mm": 2.0}
    assert said({"profile": sized}) == "contour, 540 mm long, inner corners R 6 mm, through, 4× tab 8 × 2 mm"
    assert said({"profile": {**contour, "onion_skin_mm": 0.3}}).endswith("4× tab, a skin of 0.3 mm is left")
    shapes = draw_part(Cut({"profile": sized}, 18.0, {"diameter_mm": 6.35}), EN)
    assert {"6.35 mm", "4× tab 8 × 2 mm"} <= labels(shapes)
    dashed = [shape for shape in shapes if isinstance(shape, Path) and shape.weight is Weight.DASHED]
    assert len(dashed) == 1
    blade = draw_part(Cut({"saw_cut": {"depth_mm": 8.0}}, 20.0, {"kerf_mm": 3.2, "diameter_mm": 254.0}), EN)
    assert "3.2 mm" in labels(blade)
    assert "254 mm" not in labels(blade)


def test_what_is_cut_through_stands_in_two_pieces() -> None:
    shapes = draw_part(Cut({"profile": {"length_mm": 5.0, "through": True}}, 18.0), EN)
    pieces = [shape for shape in shapes if isinstance(shape, Path) and shape.weight is Weight.EDGE]
    assert len(pieces) == 2
    (left, right) = ({x for x, _ in piece.points} for piece in pieces)
    assert max(min(left), min(right)) > min(max(left), max(right))


def test_every_ring_and_channel_is_named_from_edge_to_edge() -> None:
    rings = [{"inner_radius_mm": 44.0, "width_mm": 4.0}, {"inner_radius_mm": 50.0, "width_mm": 6.0}]
    design: dict[str, Any] = {"rosette_rings": {"rings": rings, "through": True}}
    assert said(design) == "rosette rings, 2× Ø 88 to 96, 100 to 112 mm, through"
    assert {"Ø 88 mm", "Ø 96 mm", "Ø 100 mm", "Ø 112 mm"} <= labels(draw_part(Cut(design), EN))
    channel = {"inner_radius_mm": 46.0, "outer_radius_mm": 58.0, "depth_mm": 1.3}
    further = [{"inner_radius_mm": 60.0, "outer_radius_mm": 62.0, "depth_mm": 1.5}]
    both = {"rosette_channel": {**channel, "further_channels": further}}
    assert said(both) == "rosette channel, Ø 92 to 116, 120 to 124 mm, 1.5 mm deep"


@pytest.mark.parametrize(
    ("carve", "tool", "depth"),
    [
        ({"widest_line_mm": 2.1, "max_depth_mm": 5.0}, {"tip_angle_deg": 90.0, "tip_diameter_mm": 0.1}, 1.0),
        ({"widest_line_mm": 2.0, "max_depth_mm": 0.5}, {"tip_angle_deg": 90.0}, 0.5),
        ({"widest_line_mm": 2.0}, {"tip_angle_deg": 90.0}, 1.0),
        ({"widest_line_mm": 2.0, "max_depth_mm": 0.5}, {}, 0.5),
        ({"widest_line_mm": 2.0, "max_depth_mm": 0.5}, {"tip_angle_deg": 180.0}, 0.5),
        ({"widest_line_mm": 0.1}, {"tip_angle_deg": 90.0, "tip_diameter_mm": 0.2}, None),
    ],
)
def test_a_v_bit_goes_as_deep_as_its_widest_line_asks_for(
    carve: dict[str, Any], tool: dict[str, Any], depth: float | None
) -> None:
    found = Cut({"v_carve": carve}, 7.0, tool).depth_mm
    assert found == (depth if depth is None else pytest.approx(depth))


def test_of_carved_lines_their_widths_are_said() -> None:
    lines = {"length_mm": 420.0, "widest_line_mm": 2.0}
    assert said({"v_carve": lines}) == "V-carving, 420 mm long, 2 mm wide"
    assert said({"v_carve": {**lines, "narrowest_line_mm": 0.4}}) == "V-carving, 420 mm long, 0.4 to 2 mm wide"
