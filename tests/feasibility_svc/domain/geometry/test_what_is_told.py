"""What geometry tells beside its checks: notes, questions, words, and where a check is left out."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.geometry import toolpaths
from feasibility_svc.domain.geometry.fret_slots import cents_score
from tests import builders
from tests.builders import REMOVED
from tests.feasibility_svc.domain.geometry.checks import BALL, TOOL, found, notes, questions, rows, score, texts
from tests.feasibility_svc.domain.geometry.operations import BOARDS, OPERATIONS
from tests.feasibility_svc.domain.situations import situation


def board(catalogue: Catalogue, slots: dict[str, Any], context: dict[str, Any] | None = None) -> Any:
    design = builders.overridden(builders.FRET_SLOTS, {f"fret_slots.{key}": item for key, item in slots.items()})
    return found(catalogue, design, context, builders.FRET_CONTEXT)


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_nothing_is_asked_where_all_is_stated(catalogue: Catalogue, name: str) -> None:
    design, context, _ = OPERATIONS[name]
    assert questions(found(catalogue, design, context)) == []


def test_nothing_is_asked_of_a_board_of_which_all_is_stated(catalogue: Catalogue) -> None:
    assert questions(board(catalogue, dict(BOARDS["a fanned board"][0]))) == []


def test_a_board_of_which_no_size_is_stated_has_none(catalogue: Catalogue) -> None:
    bare = dict.fromkeys(("nut_width_mm", "heel_width_mm", "board_length_mm"), REMOVED)
    asked = board(catalogue, {**bare, "straight": {}})
    assert texts(asked, "stock_outline") == ["the fretboard in stock of 62 x 515 mm: 0 x 0 mm do not fit"]
    assert questions(asked) == ["design.fret_slots.heel_width_mm"]
    assert questions(board(catalogue, {"nut_width_mm": 0.5, "heel_width_mm": REMOVED})) == []


def test_a_board_of_no_known_width_has_any_radius(catalogue: Catalogue) -> None:
    bare = {"nut_width_mm": REMOVED, "heel_width_mm": REMOVED, "fretboard_radius_mm": 300.0}
    told = rows(board(catalogue, {**bare, "depth_follows_radius": True}))
    assert [row[1:4] for row in told if row[0] == "board_radius"] == [(100.0, 0.0, 600.0)]


@pytest.mark.parametrize(
    ("depth_mm", "told"),
    [(100.0, []), (101.0, ["the blade dips 101 mm into the work, 40% of its diameter"]), (125.0, []), (130.0, [])],
)
def test_a_blade_is_deep_beyond_four_tenths_of_its_diameter(
    catalogue: Catalogue, depth_mm: float, told: list[str]
) -> None:
    saw = {"tool.tool_id": "saw_254_60t", "tool.diameter_mm": 250.0, "stock.thickness_mm": 125.0}
    looked_at = found(catalogue, {"saw_cut": {"length_mm": 500.0, "depth_mm": depth_mm}}, saw)
    assert notes(looked_at) == told
    assert texts(looked_at, "blade_reach") == [f"{depth_mm:g} mm deep with a blade of 125 mm radius"]


def test_a_blade_sunk_to_its_whole_diameter_has_no_run_out(catalogue: Catalogue) -> None:
    saw = {"tool.tool_id": "saw_254_60t", "stock.thickness_mm": 300.0}
    cut = {"saw_cut": {"length_mm": 500.0, "depth_mm": 254.0, "end_clearance_mm": 1.0}}
    assert texts(found(catalogue, cut, saw), "run_out") == []


@pytest.mark.parametrize(("width_mm", "told"), [(56.0, []), (55.999, [0.0])])
def test_one_side_of_the_stock_bounds_what_is_wider(catalogue: Catalogue, width_mm: float, told: list[float]) -> None:
    pocket = {"pocket": {"width_mm": 56.0, "length_mm": 76.0, "depth_mm": 2.0}}
    stock = {"stock.width_mm": width_mm, "stock.length_mm": REMOVED}
    assert [row[1] for row in rows(found(catalogue, pocket, stock)) if row[0] == "stock_outline"] == told


@pytest.mark.parametrize(
    ("across", "along", "expected"),
    [((10.0, 70.0), (20.0, 110.0), 100.0), ((10.0, 69.999), (20.0, 110.0), 0.0), ((10.0, 70.0), (20.0, 99.999), 0.0)],
)
def test_a_part_is_as_large_as_the_rectangle_around_its_outline(
    catalogue: Catalogue, across: tuple[float, float], along: tuple[float, float], expected: float
) -> None:
    design, context, _ = OPERATIONS["a pocket"]
    points = [{"x_mm": x, "y_mm": y} for x in across for y in along]
    part = {**design, "part": {"outline": {"points": points}}}
    assert score(found(catalogue, part, context), "part_outline") == expected


def test_a_part_of_which_one_side_is_known_bounds_nothing(catalogue: Catalogue) -> None:
    design, context, _ = OPERATIONS["a pocket"]
    for side in ("width_mm", "length_mm"):
        part = {**design, "part": {"rectangle": {side: 10.0}}}
        assert texts(found(catalogue, part, context), "part_outline") == []


@pytest.mark.parametrize(
    ("depth_mm", "told"),
    [
        (17.0, []),
        (17.5, ["the collet nut passes 2.5 mm over the work, 3 mm are usual"]),
        (19.0, ["the collet nut passes 1.0 mm over the work, 3 mm are usual"]),
        (19.5, []),
    ],
)
def test_little_room_below_the_collet_is_told(catalogue: Catalogue, depth_mm: float, told: list[str]) -> None:
    deep = {"profile": {"length_mm": 500.0, "depth_mm": depth_mm}}
    assert notes(found(catalogue, deep, {"stock.thickness_mm": 30.0})) == told


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        (
            {
                "tool.tip_angle_deg": 60.0,
                "tool.diameter_mm": 6.0,
                "tool.tip_diameter_mm": 0.0,
                "tool.flute_length_mm": 1.0,
            },
            "cone cuts 5.2 mm",
        ),
        ({"tool.tip_angle_deg": 60.0, "tool.diameter_mm": 6.0, "tool.flute_length_mm": 8.0}, "cone cuts 8 mm"),
        ({"tool.tip_angle_deg": 90.0, "tool.diameter_mm": 1.6, "tool.flute_length_mm": REMOVED}, "cone cuts 0.7 mm"),
        (
            {
                "tool.tip_angle_deg": 60.0,
                "tool.diameter_mm": 6.0,
                "tool.tip_diameter_mm": 2.0,
                "tool.flute_length_mm": 1.0,
            },
            "cone cuts 3.46 mm",
        ),
        ({"tool.kind": "END_MILL", "tool.diameter_mm": 6.0}, "flutes cut 12 mm"),
    ],
)
def test_a_cone_cuts_up_to_its_full_diameter_at_least(catalogue: Catalogue, tool: dict[str, Any], said: str) -> None:
    given = {"tool.tool_id": REMOVED, "tool.kind": "V_BIT", **tool}
    looked_at = found(catalogue, {"profile": {"length_mm": 500.0, "depth_mm": 2.0}}, given)
    assert texts(looked_at, "pass_within_edges") == [f"passes of 0.65 mm with a tool whose {said}"]


@pytest.mark.parametrize(("kind", "times"), [("spruce_sitka", 6.0), ("maple_hard", 8.0)])
def test_a_wall_of_hardwood_may_be_more_slender(catalogue: Catalogue, kind: str, times: float) -> None:
    design, context, _ = OPERATIONS["a profile"]
    looked_at = found(catalogue, design, {**context, "material.material_id": kind})
    assert [row[3] for row in rows(looked_at) if row[0] == "wall_slenderness"] == [times]


@pytest.mark.parametrize(
    ("stock_mm", "said"), [(11.0, "0.85 mm of floor remain"), (10.1, "0.00 mm of floor remain in the worst case")]
)
def test_a_floor_is_thinner_by_a_tolerance_of_fifteen_hundredths_where_none_is_stated(
    catalogue: Catalogue, stock_mm: float, said: str
) -> None:
    design, _, _ = OPERATIONS["a pocket"]
    stock = {"stock.thickness_mm": stock_mm, "stock.thickness_tolerance_mm": REMOVED, "cut.radial_width_mm": 1.5}
    assert texts(found(catalogue, design, stock), "remaining_floor")[0].startswith(said)


@pytest.mark.parametrize(
    ("worst_mm", "expected"), [(2.0, 80.0), (1.6, 50.0), (8 / 3, 100.0), (8 / 3.5, 90.0), (-0.05, 50.0)]
)
def test_two_millimetres_of_floor_are_green(catalogue: Catalogue, worst_mm: float, expected: float) -> None:
    design, _, _ = OPERATIONS["a pocket"]
    stock = {"stock.thickness_mm": 10.1 + worst_mm, "cut.radial_width_mm": 1.5}
    worst = [row[1:4] for row in rows(found(catalogue, design, stock)) if row[0] == "remaining_floor"]
    assert worst == [pytest.approx((expected, worst_mm, 2.0), abs=1e-6)]


def test_a_line_as_wide_as_the_tip_has_no_depth(catalogue: Catalogue) -> None:
    _, bit, _ = OPERATIONS["a carved line"]
    looked_at = found(catalogue, {"v_carve": {"length_mm": 500.0, "widest_line_mm": 0.2}}, bit)
    assert [row[0] for row in rows(looked_at)] == ["widest_line"]


def test_cents_off_lose_points_from_the_first_one() -> None:
    assert [cents_score(cents) for cents in (0.0, 0.5, 1.0, 2.0, 6.0)] == [100.0, 90.0, 80.0, 65.0, 0.0]


def test_the_kerf_of_a_saw_is_what_makes_a_slot_wide(catalogue: Catalogue) -> None:
    sawn = board(catalogue, {"binding_width_mm": 20.0}, {"tool.tool_id": "fret_saw_762", "tool.kerf_mm": 0.6})
    assert rows(sawn)[0] == ("slot_width", 80.0, 0.04, 0.05, "mm", ("context.tool.kerf_mm", 0.56))


@pytest.mark.parametrize(
    ("depth_mm", "binding_mm", "said", "expected"),
    [
        (2.5, 13.6, "13.6 mm", 100.0),  # the root of 2.5 x 73.7
        (2.5, 13.5, "13.6 mm", 0.0),
        (60.0, 38.1, "38.1 mm", 100.0),  # beyond the centre as at it
        (60.0, 38.0, "38.1 mm", 0.0),
    ],
)
def test_a_blind_slot_is_longer_by_what_the_blade_runs_out(
    catalogue: Catalogue, depth_mm: float, binding_mm: float, said: str, expected: float
) -> None:
    blade = {"tool.tool_id": "fret_saw_762", "tool.diameter_mm": 76.2}
    sawn = board(catalogue, {"binding_width_mm": binding_mm, "slot_depth_mm": depth_mm}, blade)
    assert score(sawn, "blind_slot") == expected
    assert said in texts(sawn, "blind_slot")[0]


@pytest.mark.parametrize(
    ("taper_deg", "floor_mm", "said"), [(0.1, 0.575273, "0.575 mm"), (30.0, -2.302751, "0.000 mm")]
)
def test_a_slot_narrows_to_nothing_at_most(catalogue: Catalogue, taper_deg: float, floor_mm: float, said: str) -> None:
    tapered = board(catalogue, {"taper_deg": taper_deg})
    assert [row[2] for row in rows(tapered) if row[0] == "floor_width"] == [floor_mm]
    assert said in texts(tapered, "floor_width")[0]


def test_a_radius_below_half_the_width_counts_as_half_the_width(catalogue: Catalogue) -> None:
    round_board = rows(board(catalogue, {"fretboard_radius_mm": 20.0}))
    assert next(row[2] for row in round_board if row[0] == "stock_thickness") == 31.0  # 57 / 2 and 2.5 mm


def test_a_board_too_thin_for_any_slot_is_to_have_none(catalogue: Catalogue) -> None:
    thin = board(catalogue, {}, {"stock.thickness_mm": 2.5})
    assert next(row[5] for row in rows(thin) if row[0] == "remaining_board") == ("design.fret_slots.slot_depth_mm", 0.0)
    assert texts(thin, "remaining_board") == ["0.00 mm of board remain under the slot, 2 mm must"]
    assert texts(board(catalogue, {}), "remaining_board") == ["3.60 mm of board remain under the slot, 2 mm must"]
    assert texts(thin, "seat") == ["0.40 mm of room under the tang, 0.3 to 0.5 mm is usual"]


@pytest.mark.parametrize(("slope_deg", "told"), [(80.0, False), (80.1, True)])
def test_the_holder_runs_along_walls_steeper_than_80_degrees(
    catalogue: Catalogue, slope_deg: float, told: bool
) -> None:
    carved = {"contour_3d": {"length_mm": 100.0, "width_mm": 50.0, "depth_mm": 2.0, "max_slope_deg": slope_deg}}
    assert bool(texts(found(catalogue, carved, BALL), "holder")) is told


def test_a_face_without_a_final_thickness_leaves_something(catalogue: Catalogue) -> None:
    for removal_mm, expected in ((2.0, 100.0), (2.6, 0.0)):
        faced = found(catalogue, {"facing": {"removal_mm": removal_mm}}, {"cut.radial_width_mm": 2.0})
        told = [row[1:4] for row in rows(faced) if row[0] == "final_thickness"]
        assert told == [(expected, round(2.6 - removal_mm, 6), 0.0)]


def test_two_slots_that_meet_are_told_with_their_distance(catalogue: Catalogue) -> None:
    told = texts(board(catalogue, {}), "slot_spacing")
    assert told == ["slots 0.584 mm wide, 9.63 mm from one to the next"]


@pytest.mark.parametrize(("kind", "rubs"), [("BALL_NOSE", False), ("END_MILL", False), ("DRILL", True)])
def test_a_thin_shank_follows_every_cutter_but_a_drill(catalogue: Catalogue, kind: str, rubs: bool) -> None:
    thin = {"tool.tool_id": REMOVED, "tool.kind": kind, "tool.diameter_mm": 6.0, "tool.shank_diameter_mm": 5.0}
    deep = {"profile": {"length_mm": 500.0, "depth_mm": 15.0}}
    assert bool(texts(found(catalogue, deep, {**thin, "stock.thickness_mm": 20.0}), "flute_reach")) is rubs


@pytest.mark.parametrize(("side_mm", "expected"), [(3.0, 100.0), (2.9, 0.0)])
def test_a_millimetre_of_the_side_stays_behind_a_ledge(catalogue: Catalogue, side_mm: float, expected: float) -> None:
    ledge = {"length_mm": 500.0, "ledge_width_mm": 2.0, "ledge_height_mm": 1.5, "side_thickness_mm": side_mm}
    told = rows(found(catalogue, {"binding_ledge": ledge}))
    assert [row[1:4] for row in told if row[0] == "ledge_width"] == [(expected, 2.0, side_mm - 1.0)]


@pytest.mark.parametrize(("widest_mm", "expected"), [(4.0, 100.0), (4.1, 0.0)])
def test_a_line_is_no_wider_than_the_cone(catalogue: Catalogue, widest_mm: float, expected: float) -> None:
    bit = {
        "tool.tip_angle_deg": 60.0,
        "tool.diameter_mm": 4.0,
        "tool.tip_diameter_mm": 0.5,
        "tool.flute_length_mm": 3.0,
    }
    given = {"tool.tool_id": REMOVED, "tool.kind": "V_BIT", **bit, "stock.thickness_mm": 20.0}
    told = rows(found(catalogue, {"v_carve": {"length_mm": 500.0, "widest_line_mm": widest_mm}}, given))
    cone_mm, depth_mm = (width_mm * 3**0.5 / 2 for width_mm in (3.5, widest_mm - 0.5))
    assert [row[1:] for row in told if row[0] == "cone"] == [
        (expected, round(depth_mm, 6), round(cone_mm, 6), "mm", ("design.v_carve.max_depth_mm", round(cone_mm, 6)))
    ]


def test_a_board_wider_than_its_circle_is_not_looked_at_further(catalogue: Catalogue) -> None:
    half_round = {"board_radius_mm": 29.9, "width_mm": 60.0, "far_board_radius_mm": 40.0}
    told = rows(found(catalogue, {"radius_board": half_round}, {**BALL, "stock.thickness_mm": 40.0}))
    assert [row[:2] for row in told] == [("nut_radius", 0.0), ("far_end_radius", 100.0)]


def test_rapid_moves_run_above_the_work(catalogue: Catalogue) -> None:
    sunk = situation(catalogue, {**TOOL, "toolpaths.safe_height_mm": -1.0})
    told = rows(list(toolpaths.checks(sunk)))
    assert [row[1:4] for row in told if row[0] == "safe_height"] == [(0.0, -1.0, 0.0)]
