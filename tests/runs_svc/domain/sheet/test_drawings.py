"""Drawings of parts and tools: every operation has one, with the dimensions that are known."""

from typing import Any

import pytest

from runs_svc.domain.sheet.drawing import HEIGHT, WIDTH, Circle, Label, Path, Shape
from runs_svc.domain.sheet.operation import OPERATIONS, operation_depth_mm, operation_text, outermost_mm
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
    shapes = draw_part(design, 20.0, EN)
    assert expected <= labels(shapes)
    assert "Thickness 20 mm" in labels(shapes)
    for shape in shapes:
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places(shape)), shape


@pytest.mark.parametrize("name", OPERATIONS)
def test_of_an_operation_of_which_nothing_is_known_nothing_is_drawn(name: str) -> None:
    assert list(draw_part({name: {}}, None, EN)) == []
    assert operation_text({name: {}}, None, EN) != ""


def test_a_design_without_an_operation_is_not_drawn() -> None:
    assert list(draw_part({"name": "x"}, 2.6, EN)) == []
    assert operation_text({"name": "x"}, 2.6, EN) == ""


def test_a_fanned_board_has_two_scales_and_one_square_fret() -> None:
    fanned: dict[str, Any] = {"bass_scale_length_mm": 685.8, "treble_scale_length_mm": 647.7, "perpendicular_fret": 7}
    design: dict[str, Any] = {
        "fret_slots": {"fret_count": 24, "fanned": fanned, "nut_width_mm": 43.0, "board_length_mm": 500.0}
    }
    shapes = draw_part(design, None, EN)
    assert "24×, scale 685.8 mm / 647.7 mm" in labels(shapes)
    slots = [shape.points for shape in shapes if isinstance(shape, Path) and len(shape.points) == 2][-24:]
    leaning = [abs(points[0][0] - points[1][0]) for points in slots]
    assert leaning.index(min(leaning)) == 6


def test_a_fan_of_which_a_scale_is_missing_has_no_slots() -> None:
    design: dict[str, Any] = {
        "fret_slots": {"fret_count": 24, "fanned": {}, "nut_width_mm": 43.0, "board_length_mm": 500.0}
    }
    assert not any("scale" in label for label in labels(draw_part(design, None, EN)))


def test_more_channels_and_holes_by_their_places_are_drawn() -> None:
    channel: dict[str, Any] = {
        **FULL["rosette_channel"][0]["rosette_channel"],
        "further_channels": [{"outer_radius_mm": 70.0}],
    }
    assert "Ø 140 mm" in labels(draw_part({"rosette_channel": channel}, None, EN))
    assert outermost_mm({"rosette_channel": channel}) == 70.0
    holes: dict[str, Any] = {"hole_diameter_mm": 3.0, "positions": [{"x_mm": 5.0, "y_mm": 5.0}, {"x_mm": 5.0}]}
    assert "1× Ø 3 mm" in labels(draw_part({"drilling": holes}, None, EN))


@pytest.mark.parametrize("holes", [{"rows": 500, "columns": 500}, {"rows": 2, "columns": 2, "hole_count": 7}])
def test_holes_that_are_too_many_or_in_no_pattern_are_not_drawn(holes: dict[str, Any]) -> None:
    assert not any(isinstance(shape, Circle) for shape in draw_part({"drilling": holes}, None, EN))


def test_a_contour_takes_its_form_from_the_part() -> None:
    part: dict[str, Any] = {"outline": {"points": SQUARE}}
    assert {"80 mm", "160 mm"} <= labels(draw_part({"profile": {"length_mm": 500.0}, "part": part}, None, EN))
    rectangle: dict[str, Any] = {"rectangle": {"length_mm": 90.0, "width_mm": 30.0}}
    assert {"90 mm", "30 mm"} <= labels(draw_part({"saw_cut": {}, "part": rectangle}, None, EN))


def test_a_pocket_with_sharp_corners_names_no_radius_and_one_through_the_stock_is_open() -> None:
    shapes = draw_part({"pocket": {"length_mm": 10.0, "width_mm": 10.0, "through": True}}, 3.0, EN)
    assert labels(shapes) == {"10 mm", "3 mm", "Thickness 3 mm"}


def test_a_cut_deeper_than_the_stock_is_named_as_deep_as_it_is() -> None:
    assert "6 mm" in labels(draw_part({"pocket": {"depth_mm": 6.0}}, 2.6, EN))
    assert "deep" in operation_text({"pocket": {"depth_mm": 6.0}}, 2.6, EN)
    assert "remain" not in operation_text({"pocket": {"depth_mm": 6.0}}, 2.6, EN)


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_is_said_in_a_line_in_both_languages(name: str) -> None:
    design = FULL[name][0]
    english, german = operation_text(design, 20.0, EN), operation_text(design, 20.0, DE)
    assert english != german
    through = design[name].get("through")
    assert ("through" in english, "durch" in german) == (bool(through), bool(through))


def test_of_rings_the_outermost_edge_is_known() -> None:
    assert outermost_mm(FULL["rosette_rings"][0]) == 48.0
    assert outermost_mm({"pocket": {}}) is None
    assert operation_depth_mm({}) is None


@pytest.mark.parametrize("kind", ["END_MILL", "BALL_NOSE", "V_BIT", "SURFACING", "SAW_BLADE", ""])
def test_each_kind_of_tool_is_drawn(kind: str) -> None:
    tool = SheetTool(1, "x", "", "", stickout_mm=20.0, outline=kind)
    without = SheetTool(1, "x", "", "", outline=kind)
    assert len(draw_tool(tool)) - len(draw_tool(without)) == (0 if kind == "SAW_BLADE" else 3)
