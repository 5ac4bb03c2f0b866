"""The same for rosettes, rings, faces, carved surfaces, walls and floors, and for how far a tool reaches."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.geometry import toolpaths
from feasibility_svc.domain.geometry.check import Check, Found, Note
from feasibility_svc.domain.geometry.rosette import _ledge_in_words
from feasibility_svc.domain.scoring.assessment import NotAssessedError
from tests.builders import REMOVED
from tests.feasibility_svc.domain.checks_by_hand import all_found, fix, judged, looked_at, of

PROFILE = {"profile": {"length_mm": 100.0, "depth_mm": 10.0}}
OPERATIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "facing": ({"removal_mm": 25.3}, {}),
    "binding_ledge": ({"ledge_width_mm": 2.0, "ledge_height_mm": 25.3, "length_mm": 100.0}, {}),
    "contour_3d": ({"depth_mm": 25.3}, {}),
    "radius_board": ({"board_radius_mm": 25.3, "width_mm": 50.6}, {}),
    "v_carve": ({"widest_line_mm": 50.6, "length_mm": 100.0}, {"tool.kind": "V_BIT", "tool.tip_angle_deg": 90.0}),
    "rosette_channel": (
        {"soundhole_radius_mm": 40.0, "inner_radius_mm": 46.0, "outer_radius_mm": 58.0, "depth_mm": 25.3},
        {},
    ),
    "fret_slots": ({"slot_width_mm": 2.0, "slot_depth_mm": 25.3, "fret_count": 12}, {}),
}


@pytest.mark.parametrize("operation", list(OPERATIONS))
def test_what_does_not_go_through_ends_within_the_stock(catalogue: Catalogue, operation: str) -> None:
    design, context = OPERATIONS[operation]
    if operation == "fret_slots":
        design = {**design, "straight": {"scale_length_mm": 650.0}}
    check = of(all_found(catalogue, {operation: design}, {"tool.tip_diameter_mm": 0.0, **context}), "stock_thickness")
    assert judged(check) == pytest.approx((0.0, 25.3, 25.0))


@pytest.mark.parametrize(
    ("stickout_mm", "score", "notes"),
    [
        (11.0, 100.0, ["the collet nut passes 1.0 mm over the work, 3 mm are usual"]),
        (12.0, 100.0, ["the collet nut passes 2.0 mm over the work, 3 mm are usual"]),
        (13.0, 100.0, []),
        (10.9, 0.0, []),
    ],
)
def test_the_collet_nut_clears_the_work(
    catalogue: Catalogue, stickout_mm: float, score: float, notes: list[str]
) -> None:
    found = all_found(catalogue, PROFILE, {"tool.stickout_mm": stickout_mm, "tool.flute_length_mm": 11.0})
    check = of(found, "collet_clearance")
    assert judged(check) == (score, 10.0, stickout_mm - 1.0)
    assert fix(check) == ("context.tool.stickout_mm", 13.0)
    assert [item.text for item in found if isinstance(item, Note)] == notes


def edges(catalogue: Catalogue, tool: dict[str, Any]) -> Check:
    context = {f"tool.{name}": value for name, value in tool.items()}
    return of(all_found(catalogue, PROFILE, {"cut.axial_depth_mm": 1.0, **context}), "pass_within_edges")


def test_a_pass_is_no_deeper_than_flutes_or_cone(catalogue: Catalogue) -> None:
    assert edges(catalogue, {"flute_length_mm": 0.8}).text.endswith("with a tool whose flutes cut 0.8 mm")
    bit = {"kind": "V_BIT", "tip_angle_deg": 60.0, "tip_diameter_mm": 0.0, "flute_length_mm": REMOVED}
    cone = edges(catalogue, bit)
    assert cone.limit == pytest.approx(2.0 * 3**0.5)
    assert cone.text.endswith("with a tool whose cone cuts 3.46 mm")
    tiny = edges(catalogue, {**bit, "diameter_mm": 1.0, "tip_diameter_mm": 0.2, "tip_angle_deg": 90.0})
    assert judged(tiny) == pytest.approx((0.0, 1.0, 0.4))
    assert edges(catalogue, {**bit, "flute_length_mm": 9.0}).limit == 9.0


@pytest.mark.parametrize(("kind", "limit"), [("SOFTWOOD", 6.0), ("HARDWOOD", 8.0)])
def test_a_wall_of_softwood_may_be_six_times_as_high_as_thick(catalogue: Catalogue, kind: str, limit: float) -> None:
    walled = {"profile": {**PROFILE["profile"], "wall_thickness_mm": 1.0}}
    material = {"material": {"kind": kind, "density_kg_per_m3": 500.0}}
    found = all_found(catalogue, walled, material)
    assert judged(of(found, "wall_thickness")) == (100.0, 1.0, 1.0)
    assert (of(found, "wall_slenderness").value, of(found, "wall_slenderness").limit) == (10.0, limit)


@pytest.mark.parametrize(
    ("depth_mm", "tolerance", "worst_mm", "scores"),
    [
        (24.7, 0.1, 0.2, (100.0, 50.0)),
        (24.75, 0.1, 0.15, (0.0, 50.0)),
        (22.9, 0.1, 2.0, (100.0, 80.0)),
        (24.95, 0.1, -0.05, (0.0, 50.0)),
        (20.0, REMOVED, 4.85, (100.0, 100.0)),
    ],
)
def test_a_floor_is_looked_at_with_the_tolerance_of_the_stock(
    catalogue: Catalogue, depth_mm: float, tolerance: Any, worst_mm: float, scores: tuple[float, float]
) -> None:
    pocket = {"pocket": {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": depth_mm}}
    found = all_found(catalogue, pocket, {"stock.thickness_tolerance_mm": tolerance})
    assert judged(of(found, "floor")) == pytest.approx((scores[0], 25.0 - depth_mm, 0.3))
    worst = of(found, "remaining_floor")
    assert judged(worst) == pytest.approx((scores[1], worst_mm, 2.0), abs=1e-6)
    assert worst.text.startswith(f"{max(worst_mm, 0):.2f} mm of floor remain in the worst case")


ROSETTE: dict[str, Any] = {
    "soundhole_radius_mm": 44.0,
    "inner_radius_mm": 46.0,
    "outer_radius_mm": 50.0,
    "depth_mm": 2.0,
    "upper_bout_width_mm": 120.0,
}
SECOND = {"inner_radius_mm": 55.0, "outer_radius_mm": 60.0, "depth_mm": 3.0}


def rosette(catalogue: Catalogue, context: dict[str, Any] | None = None, **changes: Any) -> list[Found]:
    return all_found(catalogue, {"rosette_channel": {**ROSETTE, **changes}}, context)


@pytest.mark.parametrize(("hole_mm", "score"), [(44.0, 100.0), (44.1, 0.0)])
def test_two_millimetres_of_wood_stand_around_the_sound_hole(
    catalogue: Catalogue, hole_mm: float, score: float
) -> None:
    ledge = of(rosette(catalogue, soundhole_radius_mm=hole_mm), "ledge")
    assert judged(ledge) == pytest.approx((score, 46.0 - hole_mm, 2.0))
    assert fix(ledge) == ("design.rosette_channel.inner_radius_mm", hole_mm + 2.0)


@pytest.mark.parametrize(
    ("ledge_mm", "said"),
    [
        (0.5, "0.5 mm of wood between"),
        (0.0, "0 mm of wood between"),
        (-0.5, "the channel reaches 0.5 mm into the sound hole"),
    ],
)
def test_a_ledge_is_told_as_wood_or_as_none(ledge_mm: float, said: str) -> None:
    assert _ledge_in_words(ledge_mm).startswith(said)


def test_two_channels_are_looked_at_each_by_its_own_numbers(catalogue: Catalogue) -> None:
    found = rosette(catalogue, further_channels=[SECOND])
    assert judged(of(found, "upper_bout")) == (100.0, 120.0, 120.0)
    assert of(found, "stock_thickness").value == 3.0
    assert [item.limit for item in found if isinstance(item, Check) and item.name == "pass_depth"] == [3.0, 2.0]
    assert judged(of(found, "tool_fits")) == (100.0, 4.0, 4.0)
    assert judged(of(found, "channel_2_tool_fits")) == (100.0, 4.0, 5.0)
    assert judged(of(found, "channels_1_apart")) == (100.0, 50.0, 55.0)
    assert of(found, "channels_1_wall_thickness").value == 5.0
    assert of(found, "channels_1_wall_slenderness").value == pytest.approx(3.0 / 5.0)


def test_the_order_in_which_channels_are_given_does_not_matter(catalogue: Catalogue) -> None:
    outer: dict[str, Any] = {"inner_radius_mm": 55.0, "outer_radius_mm": 60.0, "depth_mm": 1.0}
    swapped = rosette(
        catalogue, **outer, further_channels=[{**SECOND, "inner_radius_mm": 46.0, "outer_radius_mm": 50.0}]
    )
    assert judged(of(swapped, "channels_1_apart")) == (100.0, 50.0, 55.0)
    assert of(swapped, "channels_1_wall_slenderness").value == pytest.approx(3.0 / 5.0)
    assert of(swapped, "ledge").value == pytest.approx(2.0)


def test_channels_as_deep_as_each_other_have_one_deepest_pass(catalogue: Catalogue) -> None:
    found = rosette(catalogue, further_channels=[{**SECOND, "depth_mm": 2.0}])
    assert [item.limit for item in found if isinstance(item, Check) and item.name == "pass_depth"] == [2.0]


@pytest.mark.parametrize(
    ("ring", "gap"), [({"width_mm": 2.0}, "inner_radius_mm"), ({"inner_radius_mm": 46.5}, "width_mm")]
)
def test_a_ring_of_which_a_number_is_missing_is_named(catalogue: Catalogue, ring: dict[str, Any], gap: str) -> None:
    for channel, path in (
        ({"rings": [ring]}, ""),
        ({"further_channels": [{**SECOND, "rings": [ring]}]}, ".further_channels[0]"),
    ):
        with pytest.raises(NotAssessedError) as unknown:
            rosette(catalogue, **channel)
        assert unknown.value.reasons[0].subject == f"design.rosette_channel{path}.rings[0].{gap}"


@pytest.mark.parametrize(
    ("thickness_mm", "score", "remaining_mm", "deepest_mm"),
    [
        (2.9, 100.0, 0.8, 0.8 * 0.65 * 2.9),
        (2.8, 0.0, 0.7, 0.8 * 0.65 * 2.8),
        (2.0, 0.0, -0.1, 0.8 * 0.65 * 2.0),
        (0.8, 0.0, -1.3, 0.0),
    ],
)
def test_eight_tenths_of_the_top_stay_under_a_channel(
    catalogue: Catalogue, thickness_mm: float, score: float, remaining_mm: float, deepest_mm: float
) -> None:
    found = rosette(catalogue, {"stock.thickness_mm": thickness_mm})
    left = of(found, "remaining_floor")
    assert judged(left) == pytest.approx((score, remaining_mm, 0.8))
    assert left.text.startswith(f"{max(remaining_mm, 0):.2f} mm of top remain")
    deepest = min(deepest_mm, max(thickness_mm - 0.1 - 0.8, 0.0))
    assert fix(left) == ("design.rosette_channel.depth_mm", pytest.approx(deepest))


RINGS = [{"inner_radius_mm": 47.0, "width_mm": 1.0}, {"inner_radius_mm": 48.5, "width_mm": 0.5}]


def test_rings_are_held_against_both_walls_of_their_channel(catalogue: Catalogue) -> None:
    found = rosette(catalogue, rings=RINGS)
    assert judged(of(found, "rings_inside")) == (100.0, 47.0, 46.0)
    assert judged(of(found, "rings_fit")) == (100.0, 49.0, 50.0)
    assert [item.text for item in found if isinstance(item, Note)] == [
        "1.0 mm between the inner wall and ring 1 stay empty",
        "0.5 mm between ring 1 and 2 stay empty",
        "1.0 mm between ring 2 and the outer wall stay empty",
    ]


def test_rings_wider_than_their_channel_leave_no_room_for_glue(catalogue: Catalogue) -> None:
    wide = [{"inner_radius_mm": 46.0, "width_mm": 4.5}]
    assert of(rosette(catalogue, rings=wide), "glue_clearance").text.startswith("the rings leave 0.00 mm for glue")


def test_rings_are_as_large_as_the_outermost(catalogue: Catalogue) -> None:
    found = all_found(catalogue, {"rosette_rings": {"rings": RINGS, "depth_mm": 2.0}})
    assert of(found, "stock_outline").value == 98.0


def face(catalogue: Catalogue, context: dict[str, Any] | None = None, **changes: Any) -> list[Found]:
    return all_found(catalogue, {"facing": {"removal_mm": 1.0, **changes}}, context)


def test_a_face_leaves_something(catalogue: Catalogue) -> None:
    assert judged(of(face(catalogue), "final_thickness")) == (100.0, 24.0, 0.0)
    assert judged(of(face(catalogue, removal_mm=25.0), "final_thickness")) == (0.0, 0.0, 0.0)
    assert judged(of(face(catalogue, final_thickness_mm=24.0), "final_thickness")) == (100.0, 24.0, 24.0)


BOARD = {"board_radius_mm": 30.0, "width_mm": 60.0, "far_board_radius_mm": 40.0}


@pytest.mark.parametrize(("thickness_mm", "score"), [(32.0, 100.0), (31.9, 0.0)])
def test_a_half_round_board_keeps_two_millimetres_at_its_edge(
    catalogue: Catalogue, thickness_mm: float, score: float
) -> None:
    found = all_found(catalogue, {"radius_board": BOARD}, {"stock.thickness_mm": thickness_mm})
    assert judged(of(found, "nut_radius")) == (100.0, 60.0, 60.0)
    assert judged(of(found, "far_end_radius")) == (100.0, 60.0, 80.0)
    assert judged(of(found, "edge_thickness")) == pytest.approx((score, thickness_mm - 30.0, 2.0))


def test_a_board_wider_than_its_circle_is_not_looked_at_further(catalogue: Catalogue) -> None:
    found = all_found(catalogue, {"radius_board": {**BOARD, "board_radius_mm": 29.9}})
    assert [item.name for item in found if isinstance(item, Check)] == ["nut_radius", "far_end_radius"]
    assert of(found, "nut_radius").score == 0.0


@pytest.mark.parametrize(("slope_deg", "held"), [(80.0, False), (80.5, True)])
def test_a_steep_wall_needs_room_for_the_holder(catalogue: Catalogue, slope_deg: float, held: bool) -> None:
    found = all_found(catalogue, {"contour_3d": {"depth_mm": 10.0, "max_slope_deg": slope_deg}})
    holders = [item for item in found if isinstance(item, Check) and item.name == "holder"]
    assert [judged(item) for item in holders] == ([(100.0, 13.0, 30.0)] if held else [])
    assert [item.recommendation for item in holders] == ([("context.tool.stickout_mm", 13.0)] if held else [])


def test_rapid_moves_run_above_the_work(catalogue: Catalogue) -> None:
    moved = looked_at(catalogue, PROFILE, {"toolpaths.safe_height_mm": -1.0})
    assert judged(of(toolpaths.checks(moved), "safe_height")) == (0.0, -1.0, 0.0)
