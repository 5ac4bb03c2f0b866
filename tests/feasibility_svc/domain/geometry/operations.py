"""Operations of which everything is stated, with every check of each, worked out by hand."""

from collections.abc import Mapping
from typing import Any

from tests.builders import REMOVED, rosette
from tests.feasibility_svc.domain.geometry.checks import BALL, Row, passes, reached

_FURTHER = {
    "inner_radius_mm": 60.0,
    "outer_radius_mm": 64.0,
    "depth_mm": 0.7,
    "rings": [{"inner_radius_mm": 60.1, "width_mm": 3.7}],
}
_DEPTH = ("design.rosette_channel.depth_mm", 1.352)  # four fifths of 65 % of a top of 2.6 mm
_FURTHER_DEPTH = ("design.rosette_channel.further_channels[0].depth_mm", _DEPTH[1])
_OUTLINE = [{"x_mm": x, "y_mm": y} for x, y in ((-10.0, 5.0), (170.0, 5.0), (170.0, 505.0))]


def _row(name: str, value: float, limit: float, fix: tuple[str, float] | None = None) -> Row:
    return name, 100.0, value, limit, "mm", fix


OPERATIONS: dict[str, tuple[Mapping[str, Any], Mapping[str, Any], list[Row]]] = {
    "a rosette of two channels": (
        rosette(rosette_channel__further_channels=[_FURTHER]),
        {},
        [
            *reached(1.3),
            *passes(0.7),
            _row("tool_fits", 3.175, 12.0, ("context.tool.diameter_mm", 12.0)),
            ("channel_depth", 83.076923, 0.5, 0.65, "", _DEPTH),
            _row("remaining_floor", 1.2, 0.8, _DEPTH),
            _row("channel_2_tool_fits", 3.175, 4.0, ("context.tool.diameter_mm", 4.0)),
            ("channel_2_channel_depth", 100.0, 0.269231, 0.65, "", _FURTHER_DEPTH),
            _row("channel_2_remaining_floor", 1.8, 0.8, _FURTHER_DEPTH),
            _row("channel_2_rings_inside", 60.1, 60.0),
            _row("channel_2_rings_fit", 63.8, 64.0),
            _row("channel_2_glue_clearance", 0.3, 0.2),
            _row("ledge", 3.5, 2.0, ("design.rosette_channel.inner_radius_mm", 44.5)),
            _row("stock_outline", 128.0, 530.0),
            _row("upper_bout", 128.0, 280.0),
            _row("channels_1_apart", 58.0, 60.0),
            _row("channels_1_wall_thickness", 2.0, 1.0),
            ("channels_1_wall_slenderness", 100.0, 0.65, 6.0, "", None),
        ],
    ),
    "rings": (
        {
            "rosette_rings": {
                "rings": [{"inner_radius_mm": 46.0, "width_mm": 4.0}, {"inner_radius_mm": 51.0, "width_mm": 5.0}],
                "depth_mm": 1.0,
            }
        },
        {},
        [*reached(1.0), _row("ring_1_overlap", 50.0, 51.0), _row("stock_outline", 112.0, 530.0)],
    ),
    "a pocket": (
        {
            "pocket": {
                "length_mm": 76.0,
                "width_mm": 56.0,
                "depth_mm": 10.0,
                "corner_radius_mm": 2.5,
                "wall_thickness_mm": 2.0,
            },
            "part": {"rectangle": {"width_mm": 100.0, "length_mm": 90.0}},
        },
        {"stock.thickness_mm": 14.0, "cut.radial_width_mm": 1.5},
        [
            _row("tool_fits", 3.175, 56.0, ("context.tool.diameter_mm", 56.0)),
            _row("stepover", 1.5, 3.175, ("context.cut.radial_width_mm", 1.5875)),
            _row("ridges", 1.5, 3.01625, ("context.cut.radial_width_mm", 1.5875)),
            _row("part_outline", 76.0, 100.0),
            _row("stock_outline", 76.0, 530.0),
            _row("part_outline", 80.0, 100.0),
            _row("stock_outline", 80.0, 530.0),
            *reached(10.0, stock_mm=14.0),
            _row("corner_radius", 1.5875, 2.5, ("context.tool.diameter_mm", 5.0)),
            _row("corners_fit", 5.0, 56.0, ("design.pocket.corner_radius_mm", 28.0)),
            _row("wall_thickness", 2.0, 1.0),
            ("wall_slenderness", 75.0, 5.0, 6.0, "", None),
            _row("floor", 4.0, 0.3),
            _row("remaining_floor", 3.9, 2.0),
        ],
    ),
    "a profile": (
        {
            "profile": {
                "length_mm": 500.0,
                "depth_mm": 4.0,
                "corner_radius_mm": 2.5,
                "wall_thickness_mm": 2.0,
                "tab_count": 4,
                "tab_width_mm": 6.0,
                "tab_thickness_mm": 1.5,
            }
        },
        {"stock.thickness_mm": 5.0},
        [
            *reached(4.0, stock_mm=5.0),
            _row("corner_radius", 1.5875, 2.5, ("context.tool.diameter_mm", 5.0)),
            _row("wall_thickness", 2.0, 1.0),
            ("wall_slenderness", 100.0, 2.0, 6.0, "", None),
            _row("tab_thickness", 1.5, 4.0),
            _row("tabs_length", 24.0, 500.0),
            _row("stock_outline", 2.0, 530.0),
        ],
    ),
    "a saw cut": (
        {"saw_cut": {"length_mm": 500.0, "depth_mm": 110.0, "end_clearance_mm": 130.0}},
        {"tool.tool_id": "saw_254_60t", "stock.thickness_mm": 125.0},
        [
            _row("blade_reach", 110.0, 127.0),
            _row("stock_thickness", 110.0, 125.0),
            _row("cut_length", 500.0, 570.087713),  # the diagonal of 210 x 530 mm
            _row("run_out", 125.857062, 130.0),  # the root of 110 x (254 - 110)
        ],
    ),
    "holes in two rows": (
        {
            "drilling": {
                "hole_diameter_mm": 9.0,
                "depth_mm": 16.0,
                "hole_count": 6,
                "rows": 3,
                "columns": 2,
                "pitch_x_mm": 30.0,
                "pitch_y_mm": 25.0,
                "edge_distance_mm": 11.0,
                "counterbore_diameter_mm": 15.0,
                "counterbore_depth_mm": 5.0,
            }
        },
        {
            "tool.tool_id": REMOVED,
            "tool.kind": "DRILL",
            "tool.diameter_mm": 9.0,
            "tool.flute_length_mm": 60.0,
            "tool.stickout_mm": 75.0,
            "stock.width_mm": 80.0,
            "stock.length_mm": 200.0,
            "stock.thickness_mm": 16.0,
        },
        [
            _row("tool_fits", 9.0, 9.0, ("context.tool.diameter_mm", 9.0)),
            *reached(16.0, flutes_mm=60.0, stickout_mm=75.0)[:3],
            _row("stock_thickness", 16.0, 16.5),
            _row("counterbore_diameter", 15.0, 9.0),
            _row("counterbore_depth", 5.0, 16.0),
            ("hole_count", 100.0, 6.0, 6.0, "", None),
            ("web", 100.0, 0.2, 1.0, "", None),  # 25 - 15 mm
            _row("stock_outline", 72.0, 200.0),
            ("edge_web", 100.0, 0.571429, 1.0, "", None),  # 11 - 7.5 mm
        ],
    ),
    "a face": (
        {"facing": {"length_mm": 500.0, "width_mm": 200.0, "removal_mm": 0.7, "final_thickness_mm": 1.8}},
        {"cut.radial_width_mm": 2.0, "workholding.clamp_height_mm": 1.5},
        [
            _row("stepover", 2.0, 3.175, ("context.cut.radial_width_mm", 1.5875)),
            _row("ridges", 2.0, 3.01625, ("context.cut.radial_width_mm", 1.5875)),
            *reached(0.7),
            _row("stock_outline", 500.0, 530.0),
            _row("final_thickness", 1.9, 1.8),
            _row("clamp_height", 1.5, 1.8),
        ],
    ),
    "a ledge with purfling": (
        {
            "binding_ledge": {
                "length_mm": 500.0,
                "ledge_width_mm": 2.0,
                "ledge_height_mm": 1.5,
                "side_thickness_mm": 2.0,
                "lining_thickness_mm": 6.0,
                "top_thickness_mm": 2.8,
                "purfling": True,
                "outline": _OUTLINE,
            }
        },
        {},
        [
            _row("ledge_width", 2.0, 7.0),
            _row("purfling_height", 1.5, 2.0),
            *reached(1.5),
            _row("stock_outline", 500.0, 530.0),
        ],
    ),
    "a carved line": (
        {"v_carve": {"length_mm": 500.0, "widest_line_mm": 2.0, "narrowest_line_mm": 0.5}},
        {
            "tool.tool_id": REMOVED,
            "tool.kind": "V_BIT",
            "tool.diameter_mm": 6.0,
            "tool.tip_angle_deg": 90.0,
            "tool.tip_diameter_mm": 0.2,
            "tool.flute_length_mm": 8.0,
        },
        [
            _row("narrowest_line", 0.5, 0.2),
            _row("widest_line", 2.0, 0.2),
            _row("cone", 0.9, 2.9, ("design.v_carve.max_depth_mm", 2.9)),
            *reached(0.9, flutes_mm=8.0),
        ],
    ),
    "a radiused board": (
        {
            "radius_board": {
                "board_radius_mm": 300.0,
                "far_board_radius_mm": 400.0,
                "width_mm": 45.0,
                "far_width_mm": 57.0,
                "length_mm": 500.0,
            }
        },
        {**BALL, "stock.thickness_mm": 6.0, "cut.radial_width_mm": 0.5},
        [
            _row("nut_radius", 45.0, 600.0),
            _row("far_end_radius", 57.0, 800.0),
            *reached(1.016604, stock_mm=6.0),
            _row("stock_outline", 500.0, 530.0),
            _row("edge_thickness", 4.983396, 2.0),
            # 3 mm less the root of 9 - 0.0625; the root of 0.096 - 0.000256, twice
            _row("scallop", 0.010435, 0.02, ("context.cut.radial_width_mm", 0.618851)),
        ],
    ),
    "a carved surface": (
        {
            "contour_3d": {
                "length_mm": 100.0,
                "width_mm": 50.0,
                "depth_mm": 2.0,
                "max_slope_deg": 85.0,
                "stepover_mm": 0.4,
                "scallop_limit_mm": 0.01,
            }
        },
        BALL,
        [
            *reached(2.0),
            _row("stock_outline", 100.0, 530.0),
            _row("holder", 5.0, 20.0, ("context.tool.stickout_mm", 5.0)),
            ("scallop", 93.259094, 0.006674, 0.01, "mm", ("design.contour_3d.stepover_mm", 0.437886)),
        ],
    ),
}
BOARDS: dict[str, tuple[Mapping[str, Any], list[Row]]] = {
    "a radiused board": (
        {
            "fretboard_radius_mm": 300.0,
            "binding_width_mm": 2.5,
            "taper_deg": 0.1,
            "programmed_positions_mm": [36.4],
            "slot_width_mm": 0.6,
        },
        [
            ("slot_width", 80.0, 0.04, 0.05, "mm", ("context.tool.diameter_mm", 0.56)),
            _row("board_radius", 57.0, 600.0),
            ("floor_width", 100.0, 0.586537, 0.584, "mm", None),  # 0.6 less twice 3.857 times tan 0.1 degrees
            *reached(3.856818, axial_mm=0.5, stock_mm=6.2),
            ("remaining_board", 66.261394, 0.891591, 1.0, "", ("design.fret_slots.slot_depth_mm", 2.243182)),
            _row("tang_depth", 2.5, 2.1, ("design.fret_slots.slot_depth_mm", 2.4)),
            _row("seat", 0.4, 0.5),
            _row("last_fret", 485.775, 500.0, ("design.fret_slots.board_length_mm", 485.775)),
            _row("slot_spacing", 0.6, 9.628562),
            _row("binding", 5.0, 43.0),
            _row("stock_outline", 500.0, 515.0),
            ("position_count", 0.0, 1.0, 24.0, "", None),
            ("position", 97.315857, 0.134207, 1.0, "cent", None),
        ],
    ),
    "a fanned board": (
        {
            "straight": REMOVED,
            "fanned": {
                "bass_scale_length_mm": 686.0,
                "treble_scale_length_mm": 648.0,
                "perpendicular_fret": 7.0,
                "nut_string_span_mm": 36.0,
                "bridge_string_span_mm": 52.0,
            },
            "board_length_mm": 514.8,
        },
        [
            ("slot_width", 100.0, 0.024, 0.05, "mm", ("context.tool.diameter_mm", 0.56)),
            *reached(2.5, axial_mm=0.5, stock_mm=6.2),
            ("remaining_board", 100.0, 0.555556, 1.0, "", ("design.fret_slots.slot_depth_mm", 3.6)),
            _row("tang_depth", 2.5, 2.1, ("design.fret_slots.slot_depth_mm", 2.4)),
            _row("seat", 0.4, 0.5),
            _row("last_fret", 514.5, 514.8, ("design.fret_slots.board_length_mm", 514.5)),
            _row("stock_outline", 514.8, 515.0),
            _row("fan_direction", 686.0, 648.0),
            ("perpendicular_fret", 100.0, 7.0, 24.0, "", None),
            _row("bridge_string_span", 52.0, 36.0),
            _row("string_span", 36.0, 43.0),
            _row("string_span", 48.0, 57.0),  # three quarters of the way from 36 to 52 mm
            ("fan_angle", 79.0, 19.343968, 12.0, "deg", None),  # 12.638 mm of shift over 36 mm
        ],
    ),
}
