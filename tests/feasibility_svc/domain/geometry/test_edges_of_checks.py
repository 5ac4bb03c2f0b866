"""Where each check turns: what is just right passes, and a thousandth of a millimetre beyond does not."""

from collections.abc import Mapping
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.geometry.outline import fits
from tests import builders
from tests.feasibility_svc.domain.geometry.checks import found, score
from tests.feasibility_svc.domain.geometry.operations import OPERATIONS

Changes = Mapping[str, Any]
ADVISED = ("ridges", "narrowest_line", "seat")
"""What can be made all the same, and is YELLOW."""
_FURTHER = {"outer_radius_mm": 64.0, "depth_mm": 0.7}


def further(inner_mm: float) -> Changes:
    channels = [{**_FURTHER, "inner_radius_mm": inner_mm}]
    return {"design.rosette_channel.further_channels": channels}


def one(path: str, at: float, beyond: float) -> tuple[Changes, Changes]:
    return {path: at}, {path: beyond}


EDGES: list[tuple[str, str, tuple[Changes, Changes]]] = [
    ("a rosette of two channels", "stock_thickness", one("context.stock.thickness_mm", 1.3, 1.299)),
    ("a rosette of two channels", "tool_fits", one("context.tool.diameter_mm", 12.0, 12.001)),
    ("a rosette of two channels", "remaining_floor", one("context.stock.thickness_tolerance_mm", 0.5, 0.501)),
    ("a rosette of two channels", "ledge", one("design.rosette_channel.soundhole_radius_mm", 44.0, 44.001)),
    ("a rosette of two channels", "upper_bout", one("design.rosette_channel.upper_bout_width_mm", 128.0, 127.999)),
    ("a rosette of two channels", "channels_1_apart", (further(58.0), further(57.999))),
    ("a rosette of two channels", "channels_1_wall_thickness", (further(59.0), further(58.999))),
    ("a rosette of two channels", "flute_reach", one("context.tool.flute_length_mm", 1.3, 1.299)),
    ("a rosette of two channels", "collet_on_flutes", one("context.tool.stickout_mm", 11.5, 11.499)),
    ("a rosette of two channels", "collet_clearance", one("context.tool.stickout_mm", 2.3, 2.299)),
    ("rings", "stock_thickness", one("context.stock.thickness_mm", 1.0, 0.999)),
    ("rings", "stock_outline", one("context.stock.width_mm", 112.0, 111.999)),
    ("a pocket", "tool_fits", one("design.pocket.width_mm", 3.175, 3.174)),
    ("a pocket", "tool_fits", one("design.pocket.length_mm", 3.175, 3.174)),
    ("a pocket", "stepover", one("context.cut.radial_width_mm", 3.175, 3.176)),
    ("a pocket", "ridges", one("context.cut.radial_width_mm", 3.01625, 3.01725)),
    ("a pocket", "part_outline", one("design.part.rectangle.width_mm", 60.0, 59.999)),
    ("a pocket", "stock_outline", one("context.stock.width_mm", 60.0, 59.999)),
    (
        "a pocket",
        "stock_outline",
        (
            {"context.stock.width_mm": 70.0, "context.stock.length_mm": 80.0},
            {"context.stock.width_mm": 70.0, "context.stock.length_mm": 79.999},
        ),
    ),
    ("a pocket", "corner_radius", one("design.pocket.corner_radius_mm", 1.5875, 1.587)),
    ("a pocket", "corners_fit", one("design.pocket.corner_radius_mm", 28.0, 28.001)),
    ("a pocket", "wall_thickness", one("design.pocket.wall_thickness_mm", 1.0, 0.999)),
    ("a pocket", "floor", one("context.stock.thickness_mm", 10.3, 10.299)),
    ("a pocket", "stock_thickness", one("context.stock.thickness_mm", 10.0, 9.999)),
    ("a profile", "pass_depth", one("context.cut.axial_depth_mm", 4.0, 4.001)),
    ("a profile", "pass_within_edges", one("context.tool.flute_length_mm", 0.65, 0.649)),
    ("a profile", "tab_thickness", one("design.profile.tab_thickness_mm", 3.999, 4.0)),
    ("a profile", "tabs_length", one("design.profile.tab_width_mm", 124.999, 125.0)),
    ("a profile", "corner_radius", one("design.profile.corner_radius_mm", 1.5875, 1.587)),
    ("a saw cut", "blade_reach", one("design.saw_cut.depth_mm", 126.999, 127.0)),
    ("a saw cut", "cut_length", one("design.saw_cut.length_mm", 570.0877, 570.09)),
    (
        "a saw cut",
        "cut_length",
        (
            {"context.stock.width_mm": 300.0, "context.stock.length_mm": 400.0, "design.saw_cut.length_mm": 500.0},
            {"context.stock.width_mm": 300.0, "context.stock.length_mm": 400.0, "design.saw_cut.length_mm": 500.001},
        ),
    ),
    (
        "a saw cut",
        "run_out",
        (
            {"design.saw_cut.depth_mm": 127.0, "design.saw_cut.end_clearance_mm": 127.0},
            {"design.saw_cut.depth_mm": 127.0, "design.saw_cut.end_clearance_mm": 126.999},
        ),
    ),
    ("a saw cut", "stock_thickness", one("context.stock.thickness_mm", 110.0, 109.999)),
    ("holes in two rows", "tool_fits", one("context.tool.diameter_mm", 15.0, 15.001)),  # it cuts the counterbore
    ("holes in two rows", "stock_thickness", one("context.stock.thickness_mm", 15.5, 15.499)),
    ("holes in two rows", "counterbore_diameter", one("design.drilling.counterbore_diameter_mm", 9.001, 9.0)),
    ("holes in two rows", "counterbore_depth", one("design.drilling.counterbore_depth_mm", 15.999, 16.0)),
    ("holes in two rows", "hole_count", one("design.drilling.hole_count", 6, 5)),
    ("holes in two rows", "hole_count", one("design.drilling.hole_count", 6, 7)),
    ("holes in two rows", "stock_outline", one("context.stock.width_mm", 52.0, 51.999)),
    (
        "holes in two rows",
        "stock_outline",
        (
            {"context.stock.width_mm": 60.0, "context.stock.length_mm": 72.0},
            {"context.stock.width_mm": 60.0, "context.stock.length_mm": 71.999},
        ),
    ),
    ("a face", "final_thickness", one("design.facing.final_thickness_mm", 1.9, 1.901)),
    ("a face", "clamp_height", one("context.workholding.clamp_height_mm", 1.799, 1.8)),
    ("a face", "stock_thickness", one("context.stock.thickness_mm", 0.7, 0.699)),
    ("a face", "stock_outline", one("context.stock.width_mm", 200.0, 199.999)),
    ("a face", "stock_outline", one("context.stock.length_mm", 500.0, 499.999)),
    ("a ledge with purfling", "ledge_width", one("design.binding_ledge.ledge_width_mm", 7.0, 7.001)),
    ("a ledge with purfling", "purfling_height", one("design.binding_ledge.ledge_height_mm", 2.0, 2.001)),
    ("a ledge with purfling", "stock_thickness", one("context.stock.thickness_mm", 1.5, 1.499)),
    ("a ledge with purfling", "stock_outline", one("context.stock.width_mm", 180.0, 179.999)),
    ("a ledge with purfling", "stock_outline", one("context.stock.length_mm", 500.0, 499.999)),
    ("a carved line", "narrowest_line", one("design.v_carve.narrowest_line_mm", 0.2, 0.199)),
    ("a carved line", "widest_line", one("context.tool.tip_diameter_mm", 1.999, 2.0)),
    ("a carved line", "cone", one("design.v_carve.widest_line_mm", 6.0, 6.002)),
    ("a carved line", "stock_thickness", one("context.stock.thickness_mm", 0.9, 0.899)),
    ("a radiused board", "nut_radius", one("design.radius_board.width_mm", 600.0, 600.001)),
    ("a radiused board", "far_end_radius", one("design.radius_board.far_width_mm", 800.0, 800.001)),
    (
        "a radiused board",
        "edge_thickness",  # a board as wide as twice its radius is half a circle
        (
            {
                "design.radius_board.board_radius_mm": 20.0,
                "design.radius_board.far_board_radius_mm": 20.0,
                "design.radius_board.width_mm": 40.0,
                "design.radius_board.far_width_mm": 40.0,
                "context.stock.thickness_mm": 22.0,
            },
            {
                "design.radius_board.board_radius_mm": 20.0,
                "design.radius_board.far_board_radius_mm": 20.0,
                "design.radius_board.width_mm": 40.0,
                "design.radius_board.far_width_mm": 40.0,
                "context.stock.thickness_mm": 21.999,
            },
        ),
    ),
    (
        "a radiused board",
        "stock_thickness",
        (
            {
                "design.radius_board.board_radius_mm": 20.0,
                "design.radius_board.width_mm": 40.0,
                "context.stock.thickness_mm": 20.0,
            },
            {
                "design.radius_board.board_radius_mm": 20.0,
                "design.radius_board.width_mm": 40.0,
                "context.stock.thickness_mm": 19.999,
            },
        ),
    ),
    ("a radiused board", "stock_outline", one("context.stock.width_mm", 57.0, 56.999)),
    ("a radiused board", "stock_outline", one("context.stock.length_mm", 500.0, 499.999)),
    ("a carved surface", "holder", one("context.tool.stickout_mm", 5.0, 4.999)),
    ("a carved surface", "stock_thickness", one("context.stock.thickness_mm", 2.0, 1.999)),
    ("a carved surface", "stock_outline", one("context.stock.width_mm", 50.0, 49.999)),
]
SLOTS: list[tuple[str, Changes, tuple[Changes, Changes]]] = [
    ("binding", {}, one("design.fret_slots.binding_width_mm", 21.499, 21.5)),
    ("last_fret", {}, one("design.fret_slots.board_length_mm", 485.775, 485.774)),
    ("stock_outline", {}, one("context.stock.width_mm", 57.0, 56.999)),
    ("stock_outline", {}, one("context.stock.length_mm", 500.0, 499.999)),
    ("stock_thickness", {}, one("context.stock.thickness_mm", 2.5, 2.499)),
    ("tang_depth", {}, one("design.fret_slots.slot_depth_mm", 2.1, 2.099)),
    ("seat", {}, one("design.fret_slots.slot_depth_mm", 2.4, 2.399)),
    ("seat", {}, one("design.fret_slots.slot_depth_mm", 2.6, 2.601)),
    ("board_radius", {}, one("design.fret_slots.fretboard_radius_mm", 28.5, 28.499)),
    (  # a taper of 45 degrees is not allowed; of 30 it takes 2 x 2.5 x tan 30 degrees = 2.886751 mm
        "floor_width",
        {"design.fret_slots.taper_deg": 30.0, "context.tool.diameter_mm": 0.1},
        one("design.fret_slots.slot_width_mm", 2.986751346, 2.9857),
    ),
]


def changed(base: Changes, changes: Changes, root: str) -> dict[str, Any]:
    own = {path.removeprefix(f"{root}."): item for path, item in changes.items() if path.startswith(f"{root}.")}
    return builders.overridden(base, own)


def context_of(base: Changes, changes: Changes) -> dict[str, Any]:
    return {**base, **{key.removeprefix("context."): item for key, item in changes.items() if "context." in key}}


@pytest.mark.parametrize(("operation", "name", "sides"), EDGES, ids=[f"{item[0]}: {item[1]}" for item in EDGES])
def test_a_check_turns_at_its_limit(
    catalogue: Catalogue, operation: str, name: str, sides: tuple[Changes, Changes]
) -> None:
    design, context, _ = OPERATIONS[operation]
    right, wrong = (
        score(found(catalogue, changed(design, side, "design"), context_of(context, side)), name) for side in sides
    )
    assert (right, wrong) == (100.0, 79.0 if name in ADVISED else 0.0)


@pytest.mark.parametrize(("name", "given", "sides"), SLOTS, ids=[item[0] for item in SLOTS])
def test_a_check_of_a_fretboard_turns_at_its_limit(
    catalogue: Catalogue, name: str, given: Changes, sides: tuple[Changes, Changes]
) -> None:
    right, wrong = (
        score(
            found(
                catalogue,
                changed(builders.FRET_SLOTS, {**given, **side}, "design"),
                context_of({}, {**given, **side}),
                builders.FRET_CONTEXT,
            ),
            name,
        )
        for side in sides
    )
    assert (right, wrong) == (100.0, 79.0 if name in ADVISED else 0.0)


@pytest.mark.parametrize(
    ("inner", "fit"),
    [((3.0, 5.0), True), ((5.0, 3.0), True), ((3.001, 5.0), False), ((3.0, 5.001), False), ((4.0, 4.0), False)],
)
def test_a_rectangle_fits_in_either_orientation(inner: tuple[float, float], fit: bool) -> None:
    assert fits(*inner, (3.0, 5.0)) is fit
    assert fits(*inner, (5.0, 3.0)) is fit
