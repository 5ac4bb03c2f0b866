"""Every geometric check with its number, its limit and what is advised, computed by hand, at and beyond its edge."""

from collections.abc import Iterable
from math import atan2, degrees, radians, sqrt, tan
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.geometry import _operation_checks
from feasibility_svc.domain.geometry import fan, fret_slots
from feasibility_svc.domain.geometry.board import last_slot_mm
from feasibility_svc.domain.geometry.check import Check, Found, Note, Question
from feasibility_svc.domain.geometry.fan import Fan
from feasibility_svc.domain.inputs.design import FretSlots
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, situation

BOARD: dict[str, Any] = {
    "stock.width_mm": 210.0,
    "stock.length_mm": 530.0,
    "stock.thickness_mm": 25.0,
    "stock.thickness_tolerance_mm": 0.1,
    "tool.tool_id": REMOVED,
    "tool.kind": "END_MILL",
    "tool.diameter_mm": 4.0,
    "tool.flute_length_mm": 20.0,
    "tool.stickout_mm": 30.0,
    "cut.axial_depth_mm": 1.0,
    "cut.radial_width_mm": 2.0,
}


BLADE = {**SAW, "tool.kind": "SAW_BLADE", "tool.diameter_mm": 254.0}


def looked_at(catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any] | None = None) -> Situation:
    return situation(catalogue, {**BOARD, **(context or {})}, design=design)


def all_found(catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any] | None = None) -> list[Found]:
    return list(_operation_checks(looked_at(catalogue, design, context)))


def of(found: Iterable[Found], name: str) -> Check:
    return next(item for item in found if isinstance(item, Check) and item.name == name)


def asked(found: Iterable[Found]) -> list[str]:
    return [item.path for item in found if isinstance(item, Question)]


def fix(check: Check) -> Any:
    """Field to change and the value that passes."""
    return check.recommendation


def judged(check: Check) -> tuple[float, float, float]:
    return check.score, check.value, check.limit


SLOTS: dict[str, Any] = {
    "fret_count": 12,
    "straight": {"scale_length_mm": 650.0},
    "slot_width_mm": 2.0,
    "slot_depth_mm": 2.5,
    "nut_width_mm": 43.0,
    "heel_width_mm": 57.0,
    "board_length_mm": 500.0,
}


def slots(catalogue: Catalogue, context: dict[str, Any] | None = None, **changes: Any) -> list[Found]:
    given = {key: value for key, value in {**SLOTS, **changes}.items() if value is not REMOVED}
    return all_found(catalogue, {"fret_slots": given}, {"tool.diameter_mm": 2.0, **(context or {})})


@pytest.mark.parametrize(("board_mm", "score"), [(325.0, 100.0), (324.9, 0.0)])
def test_the_twelfth_fret_halves_the_scale_and_lies_on_the_board(
    catalogue: Catalogue, board_mm: float, score: float
) -> None:
    last = of(slots(catalogue, board_length_mm=board_mm), "last_fret")
    assert judged(last) == pytest.approx((score, 325.0, board_mm))
    assert fix(last) == ("design.fret_slots.board_length_mm", pytest.approx(325.0))


def test_the_last_two_slots_stay_apart(catalogue: Catalogue) -> None:
    gap_mm = 650.0 * (2 ** (-11 / 12) - 0.5)
    told = of(slots(catalogue), "slot_spacing")
    assert judged(told) == pytest.approx((100.0, 2.0, gap_mm))
    assert told.text == f"slots 2 mm wide, {gap_mm:.2f} mm from one to the next"


@pytest.mark.parametrize(("binding_mm", "score"), [(10.0, 100.0), (21.0, 100.0), (21.5, 0.0)])
def test_bindings_leave_some_slot_between_them(catalogue: Catalogue, binding_mm: float, score: float) -> None:
    assert judged(of(slots(catalogue, binding_width_mm=binding_mm), "binding")) == (score, 2 * binding_mm, 43.0)


@pytest.mark.parametrize(
    ("changes", "stock", "asks"),
    [
        ({}, True, []),
        ({"nut_width_mm": REMOVED, "heel_width_mm": REMOVED}, True, ["design.fret_slots.heel_width_mm"]),
        ({"nut_width_mm": 0.5, "heel_width_mm": REMOVED}, True, []),
    ],
)
def test_a_board_is_held_against_the_stock_by_what_is_known_of_it(
    catalogue: Catalogue, changes: dict[str, Any], stock: bool, asks: list[str]
) -> None:
    found = slots(catalogue, **changes)
    assert any(isinstance(item, Check) and item.name == "stock_outline" for item in found) is stock
    assert asked(found) == asks


@pytest.mark.parametrize(("radius_mm", "score"), [(28.5, 100.0), (28.4, 0.0)])
def test_a_board_is_no_wider_than_its_circle(catalogue: Catalogue, radius_mm: float, score: float) -> None:
    found = slots(catalogue, fretboard_radius_mm=radius_mm, depth_follows_radius=True)
    assert judged(of(found, "board_radius")) == (score, 57.0, 2 * radius_mm)


def test_a_board_of_no_known_width_has_any_radius(catalogue: Catalogue) -> None:
    bare: dict[str, Any] = {"nut_width_mm": REMOVED, "heel_width_mm": REMOVED, "fretboard_radius_mm": 300.0}
    assert of(slots(catalogue, **bare, depth_follows_radius=True), "board_radius").value == 0.0


@pytest.mark.parametrize(("radius_mm", "crown_mm"), [(300.0, 300.0 - sqrt(300.0**2 - 28.5**2)), (20.0, 28.5)])
def test_flat_slots_are_deeper_at_the_crown_of_the_board(
    catalogue: Catalogue, radius_mm: float, crown_mm: float
) -> None:
    remaining_mm = 25.0 - 2.5 - crown_mm - 0.1
    check = of(slots(catalogue, fretboard_radius_mm=radius_mm), "remaining_board")
    assert check.text == f"{max(remaining_mm, 0):.2f} mm of board remain under the slot, 2 mm must"
    deepest_mm = max(25.0 - 0.1 - 2.0 / 0.8 - crown_mm, 0.0)
    assert fix(check) == ("design.fret_slots.slot_depth_mm", pytest.approx(deepest_mm))


@pytest.mark.parametrize(
    ("tang_mm", "seats", "room"),
    [
        (2.5, 100.0, 79.0),
        (2.51, 0.0, 79.0),
        (2.2, 100.0, 100.0),
        (2.0, 100.0, 100.0),
        (1.99, 100.0, 79.0),
        (2.21, 100.0, 79.0),
    ],
)
def test_a_tang_has_three_to_five_tenths_below_it(
    catalogue: Catalogue, tang_mm: float, seats: float, room: float
) -> None:
    found = slots(catalogue, tang_depth_mm=tang_mm)
    assert judged(of(found, "tang_depth")) == (seats, 2.5, tang_mm)
    assert fix(of(found, "tang_depth")) == ("design.fret_slots.slot_depth_mm", pytest.approx(tang_mm + 0.3))
    seat = of(found, "seat")
    assert judged(seat) == pytest.approx((room, 2.5 - tang_mm, 0.5))
    assert seat.text == f"{2.5 - tang_mm:.2f} mm of room under the tang, 0.3 to 0.5 mm is usual"


@pytest.mark.parametrize(("cutter_mm", "score"), [(2.0 - 2 * 2.5 * tan(radians(5.0)), 100.0), (1.6, 0.0)])
def test_a_cutter_fits_to_the_floor_of_a_tapered_slot(catalogue: Catalogue, cutter_mm: float, score: float) -> None:
    floor_mm = 2.0 - 2 * 2.5 * tan(radians(5.0))
    check = of(slots(catalogue, {"tool.diameter_mm": cutter_mm}, taper_deg=5.0), "floor_width")
    assert judged(check) == pytest.approx((score, floor_mm, cutter_mm))
    assert check.text.startswith(f"the slot narrows to {floor_mm:.3f} mm at its floor")


def test_a_slot_that_closes_before_its_floor_is_told_as_closed(catalogue: Catalogue) -> None:
    closed = of(slots(catalogue, slot_width_mm=0.3, taper_deg=5.0), "floor_width")
    assert closed.value < 0.0
    assert closed.text.startswith("the slot narrows to 0.000 mm at its floor")


@pytest.mark.parametrize(("saw", "field"), [(False, "context.tool.diameter_mm"), (True, "context.tool.kerf_mm")])
def test_the_width_of_a_slot_is_that_of_the_cutter_or_of_the_kerf(catalogue: Catalogue, saw: bool, field: str) -> None:
    blade = {**BLADE, "tool.kerf_mm": 2.0} if saw else {}
    assert fix(of(slots(catalogue, blade, tang_width_mm=1.98), "slot_width")) == (field, 1.98)


def test_a_blade_runs_out_beyond_a_blind_slot(catalogue: Catalogue) -> None:
    run_out_mm = sqrt(2.5 * (254.0 - 2.5))
    for binding_mm, score in ((run_out_mm, 100.0), (run_out_mm - 0.1, 0.0)):
        wide = {"nut_width_mm": 143.0, "heel_width_mm": 157.0, "binding_width_mm": binding_mm}
        assert judged(of(slots(catalogue, BLADE, **wide), "blind_slot")) == (score, run_out_mm, binding_mm)


def test_a_blade_runs_out_by_its_radius_at_most(catalogue: Catalogue) -> None:
    deep = {"slot_depth_mm": 200.0, "binding_width_mm": 10.0}
    assert of(slots(catalogue, {**BLADE, "stock.thickness_mm": 300.0}, **deep), "blind_slot").value == 127.0


@pytest.mark.parametrize(("cents", "score"), [(0.0, 100.0), (0.5, 90.0), (1.0, 80.0), (2.0, 65.0), (6.0, 0.0)])
def test_a_position_off_by_a_cent_is_still_green(cents: float, score: float) -> None:
    assert fret_slots.cents_score(cents) == score


def test_a_position_is_told_beside_one_cent(catalogue: Catalogue) -> None:
    positions = [650.0 * (1 - 2 ** (-fret / 12)) for fret in range(1, 13)]
    check = of(slots(catalogue, programmed_positions_mm=positions), "position")
    assert judged(check) == pytest.approx((100.0, 0.0, 1.0), abs=1e-9)


FANNED = Fan(bass_mm=686.0, treble_mm=648.0, square=7.0, nut_span_mm=36.0, bridge_span_mm=52.0, fret_count=24)


def test_strings_run_apart_towards_the_bridge() -> None:
    assert [FANNED.span_mm(fret) for fret in (0, 12, 24)] == pytest.approx([36.0, 44.0, 48.0])


def test_a_slot_meets_the_edges_of_a_board_wider_than_the_strings() -> None:
    treble_mm, bass_mm = (FANNED.ends_mm(0, 0.0), FANNED.ends_mm(0, 0.25))[0]
    assert bass_mm == 0.0
    assert treble_mm == pytest.approx(FANNED.shift_mm)
    wide = FANNED.ends_mm(0, 0.25)
    assert wide == pytest.approx((treble_mm + 0.25 * treble_mm, -0.25 * treble_mm))


def test_the_last_slot_is_measured_from_the_foremost_end_of_the_nut() -> None:
    for fanned in (FANNED, FANNED._replace(bass_mm=600.0)):
        ends = (648.0 * 0.75 + fanned.shift_mm, fanned.bass_mm * 0.75)
        assert last_slot_mm(FretSlots(), fanned) == pytest.approx(max(ends) - min(fanned.shift_mm, 0.0))


def fan_of(**changes: Any) -> dict[str, Check]:
    found = fan.checks(FretSlots(nut_width_mm=43.0, heel_width_mm=57.0), FANNED._replace(**changes))
    return {item.name: item for item in found if isinstance(item, Check)}


def test_the_steepest_fret_of_a_fan_is_that_farthest_from_the_square_one() -> None:
    check = fan_of()["fan_angle"]
    nut_deg = degrees(atan2(FANNED.shift_mm, 36.0))
    bass, treble = 686.0 * 0.75, 648.0 * 0.75 + FANNED.shift_mm
    last_deg = degrees(atan2(bass - treble, 48.0))
    assert (check.value, check.limit) == pytest.approx((max(nut_deg, last_deg), 12.0))
    assert check.score == 79.0
    square_last = fan_of(square=24.0)["fan_angle"]
    assert square_last.text.startswith("fret 0 stands ")
    square_nut = fan_of(square=0.0)["fan_angle"]
    assert square_nut.text.startswith("fret 24 stands ")


@pytest.mark.parametrize(("bass_mm", "crossed"), [(1.43 * 600.0, list(range(2, 25))), (1.42 * 600.0, [])])
def test_slots_cross_where_the_board_is_much_wider_than_the_strings(bass_mm: float, crossed: list[int]) -> None:
    """57 mm over strings 10 mm apart reach 2.35 of them further: where the scales are as 1 + 1/2.35 to 1 or more."""
    steep = FANNED._replace(bass_mm=bass_mm, treble_mm=600.0, square=0.0, nut_span_mm=10.0)
    assert fan.crossings(FretSlots(heel_width_mm=57.0), steep) == crossed
    assert fan.crossings(FretSlots(nut_width_mm=57.0), steep) == crossed
    found = [item for item in fan.checks(FretSlots(heel_width_mm=57.0), steep) if isinstance(item, Check)]
    assert [judged(item) for item in found if item.name == "crossing"] == [(0.0, 2.0, 0.0)] * bool(crossed)


PLACED = {"hole_diameter_mm": 4.0, "depth_mm": 10.0}


def drilled(catalogue: Catalogue, context: dict[str, Any] | None = None, **changes: Any) -> list[Found]:
    return all_found(catalogue, {"drilling": {**PLACED, **changes}}, {"tool.kind": "DRILL", **(context or {})})


def points(*places: tuple[float, float]) -> list[dict[str, float]]:
    return [{"x_mm": x, "y_mm": y} for x, y in places]


def test_wood_stays_between_holes_and_to_the_edge(catalogue: Catalogue) -> None:
    found = drilled(catalogue, rows=3, columns=1, pitch_y_mm=10.0, edge_distance_mm=6.0)
    assert of(found, "web").text == "6.00 mm of wood stay between holes, 2 mm is the limit"
    assert of(found, "edge_web").text.startswith("4.00 mm of wood stay")
    outline = of(found, "stock_outline")
    assert (outline.value, outline.limit) == (32.0, 530.0)
    assert outline.text == "the holes in stock of 210 x 530 mm: 12 x 32 mm do not fit"


def test_fine_holes_leave_the_wood_that_they_leave(catalogue: Catalogue) -> None:
    fine = drilled(catalogue, {"tool.diameter_mm": 0.5}, hole_diameter_mm=0.5, edge_distance_mm=3.0)
    assert of(fine, "edge_web").text.startswith("2.75 mm of wood stay")


def test_a_pitch_without_a_count_is_that_of_one_row(catalogue: Catalogue) -> None:
    rows = drilled(catalogue, rows=3, pitch_y_mm=10.0, pitch_x_mm=7.0)
    assert of(rows, "stock_outline").text.endswith("4 x 24 mm do not fit")
    columns = drilled(catalogue, columns=3, pitch_x_mm=10.0, pitch_y_mm=7.0)
    assert of(columns, "stock_outline").text.endswith("24 x 4 mm do not fit")


def test_a_pattern_in_both_directions_is_as_large_as_its_pitches_make_it(catalogue: Catalogue) -> None:
    found = drilled(catalogue, rows=2, columns=4, pitch_x_mm=30.0, pitch_y_mm=20.0)
    assert of(found, "stock_outline").text.endswith("94 x 24 mm do not fit")
    assert of(found, "web").value == pytest.approx(2.0 / 16.0)
    asks = drilled(catalogue, rows=2, columns=4)
    assert asked(asks) == ["design.drilling.pitch_x_mm", "design.drilling.pitch_y_mm"]
    assert of(asks, "stock_outline").text.endswith("4 x 4 mm do not fit")


def test_a_single_row_asks_for_one_pitch_and_a_single_hole_for_none(catalogue: Catalogue) -> None:
    assert asked(drilled(catalogue, rows=3)) == ["design.drilling.pitch_y_mm"]
    single = drilled(catalogue, hole_count=1, pitch_x_mm=3.0, pitch_y_mm=3.0)
    assert asked(single) == []
    assert not any(isinstance(item, Check) and item.name == "web" for item in single)


@pytest.mark.parametrize(
    ("places", "holes", "placed", "score"),
    [
        ({"rows": 3, "pitch_y_mm": 10.0}, 3, 3, 100.0),
        ({"columns": 3, "pitch_x_mm": 10.0}, 3, 3, 100.0),
        ({"columns": 3, "pitch_x_mm": 10.0}, 2, 3, 0.0),
        ({"positions": points((20, 20), (40, 40))}, 2, 2, 100.0),
        ({"positions": points((20, 20), (40, 40))}, 1, 2, 0.0),
    ],
)
def test_as_many_holes_are_placed_as_are_asked_for(
    catalogue: Catalogue, places: dict[str, Any], holes: int, placed: int, score: float
) -> None:
    assert judged(of(drilled(catalogue, hole_count=holes, **places), "hole_count")) == (score, placed, holes)


@pytest.mark.parametrize(
    ("place", "wide", "left"),
    [((20.0, 30.0), {}, 18.0), ((20.0, 30.0), {"counterbore_diameter_mm": 10.0, "counterbore_depth_mm": 1.0}, 15.0)],
)
def test_wood_stays_between_a_placed_hole_and_the_edge_of_the_stock(
    catalogue: Catalogue, place: tuple[float, float], wide: dict[str, Any], left: float
) -> None:
    found = drilled(catalogue, positions=points(place), **wide)
    assert of(found, "stock_edge_web").text.startswith(f"{left:.2f} mm of wood stay")
    assert not any(isinstance(item, Check) and item.name == "web" for item in found)


@pytest.mark.parametrize("known", ["stock.width_mm", "stock.length_mm"])
def test_of_a_stock_of_which_one_side_is_known_the_other_is_asked_for(catalogue: Catalogue, known: str) -> None:
    sides = {"stock.width_mm": REMOVED, "stock.length_mm": REMOVED, known: 200.0}
    assert asked(drilled(catalogue, sides, positions=points((20.0, 30.0)))) == ["context.stock"]


@pytest.mark.parametrize(
    ("distance", "said", "score"),
    [
        (4.5, "0.50 mm of wood stay between holes, 2 mm is the limit", 0.0),
        (4.0, "no wood stays between holes: they run -0.00 mm into each other", 0.0),
        (3.0, "no wood stays between holes: they run 1.00 mm into each other", 0.0),
    ],
)
def test_holes_that_touch_leave_no_wood(catalogue: Catalogue, distance: float, said: str, score: float) -> None:
    check = of(drilled(catalogue, positions=points((20.0, 30.0), (20.0, 30.0 + distance))), "web")
    assert (check.text, check.score) == (said, score)


def test_a_drill_as_wide_as_the_hole_says_nothing_of_its_width(catalogue: Catalogue) -> None:
    assert [item.text for item in drilled(catalogue) if isinstance(item, Note)] == []
    thin = drilled(catalogue, {"tool.diameter_mm": 3.9})
    assert [item.text for item in thin if isinstance(item, Note)] == ["the drill makes holes of 3.9 mm"]


@pytest.mark.parametrize(("centre", "score", "value"), [(True, 100.0, 1.0), (False, 0.0, 0.0)])
def test_an_end_mill_bores_if_it_cuts_over_its_centre(
    catalogue: Catalogue, centre: bool, score: float, value: float
) -> None:
    mill = {"tool.kind": "END_MILL", "tool.center_cutting": centre}
    assert judged(of(drilled(catalogue, mill), "center_cutting")) == (score, value, 1.0)


POCKET = {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 5.0}


def pocket(catalogue: Catalogue, context: dict[str, Any] | None = None, **changes: Any) -> list[Found]:
    return all_found(catalogue, {"pocket": {**POCKET, **changes}}, context)


@pytest.mark.parametrize(("width_mm", "score"), [(3.8, 100.0), (3.9, 79.0)])
def test_lines_that_hardly_overlap_leave_ridges(catalogue: Catalogue, width_mm: float, score: float) -> None:
    check = of(pocket(catalogue, {"cut.radial_width_mm": width_mm}), "ridges")
    assert judged(check) == pytest.approx((score, width_mm, 3.8))
    assert fix(check) == ("context.cut.radial_width_mm", 2.0)


def test_a_pocket_lies_in_the_stock_with_its_walls(catalogue: Catalogue) -> None:
    found = [item for item in pocket(catalogue, wall_thickness_mm=5.0) if isinstance(item, Check)]
    told = [item.text.split(": ")[1] for item in found if item.name == "stock_outline"]
    assert told == ["40 x 80 mm do not fit", "50 x 90 mm do not fit"]


def test_one_side_of_the_stock_speaks_only_of_what_is_wider(catalogue: Catalogue) -> None:
    narrow = {"stock.width_mm": 40.0, "stock.length_mm": REMOVED}
    assert not [item for item in pocket(catalogue, narrow) if isinstance(item, Check) and item.name == "stock_outline"]
    wider = of(pocket(catalogue, narrow, width_mm=40.1), "stock_outline")
    assert wider.score == 0.0


@pytest.mark.parametrize(
    ("part", "fits"),
    [
        ({"outline": {"points": points((100, 100), (139, 100), (139, 300), (100, 300))}}, [0.0]),
        ({"outline": {"points": points((100, 100), (140, 100), (140, 180), (100, 180))}}, [100.0]),
        ({"rectangle": {"length_mm": 100.0}}, []),
        ({"rectangle": {"width_mm": 100.0}}, []),
        ({"rectangle": {"width_mm": 79.0, "length_mm": 100.0}}, [100.0]),
    ],
)
def test_a_pocket_lies_within_the_part_it_is_cut_into(
    catalogue: Catalogue, part: dict[str, Any], fits: list[float]
) -> None:
    found = all_found(catalogue, {"pocket": POCKET, "part": {**part, "count": 1, "spacing_mm": 0.0}})
    assert [item.score for item in found if isinstance(item, Check) and item.name == "part_outline"] == fits


@pytest.mark.parametrize(("radius_mm", "score"), [(20.0, 100.0), (20.1, 0.0)])
def test_two_corners_fit_side_by_side(catalogue: Catalogue, radius_mm: float, score: float) -> None:
    check = of(pocket(catalogue, corner_radius_mm=radius_mm), "corners_fit")
    assert judged(check) == (score, 2 * radius_mm, 40.0)
    assert fix(check) == ("design.pocket.corner_radius_mm", 20.0)


@pytest.mark.parametrize(("radius_mm", "score"), [(2.0, 100.0), (1.9, 0.0)])
def test_a_corner_is_no_sharper_than_its_cutter(catalogue: Catalogue, radius_mm: float, score: float) -> None:
    found = pocket(catalogue, corner_radius_mm=radius_mm)
    check = next(
        item for item in found if isinstance(item, Check) and "corner" in item.name and item.name != "corners_fit"
    )
    assert (check.score, check.value, check.limit) == (score, 2.0, radius_mm)
    assert fix(check) == ("context.tool.diameter_mm", 2 * radius_mm)


def sawn(catalogue: Catalogue, **changes: Any) -> list[Found]:
    cut = {"depth_mm": 20.0, "length_mm": 500.0, **changes}
    return all_found(catalogue, {"saw_cut": cut}, {**BLADE, "stock.thickness_mm": 300.0})


@pytest.mark.parametrize(
    ("depth_mm", "score", "notes"),
    [
        (101.6, 100.0, []),
        (110.0, 100.0, ["the blade dips 110 mm into the work, 43% of its diameter"]),
        (127.0, 0.0, []),
        (130.0, 0.0, []),
    ],
)
def test_a_blade_reaches_less_deep_than_its_radius(
    catalogue: Catalogue, depth_mm: float, score: float, notes: list[str]
) -> None:
    found = sawn(catalogue, depth_mm=depth_mm)
    reach = of(found, "blade_reach")
    assert judged(reach) == (score, depth_mm, 127.0)
    assert reach.text == f"{depth_mm:g} mm deep with a blade of 127 mm radius"
    assert [item.text for item in found if isinstance(item, Note)] == notes


def test_a_straight_cut_is_no_longer_than_the_diagonal(catalogue: Catalogue) -> None:
    diagonal_mm = sqrt(210.0**2 + 530.0**2)
    for length_mm, score in ((diagonal_mm, 100.0), (diagonal_mm + 0.1, 0.0)):
        assert of(sawn(catalogue, length_mm=length_mm), "cut_length").score == score


def test_a_blade_may_run_out_to_where_it_is_free(catalogue: Catalogue) -> None:
    run_out_mm = sqrt(20.0 * 234.0)
    for free_mm, score in ((run_out_mm, 100.0), (run_out_mm - 0.1, 0.0)):
        assert judged(of(sawn(catalogue, end_clearance_mm=free_mm), "run_out")) == (score, run_out_mm, free_mm)


LEDGE = {"length_mm": 1500.0, "ledge_width_mm": 2.0, "ledge_height_mm": 2.0}


def ledge(catalogue: Catalogue, **changes: Any) -> list[Found]:
    return all_found(catalogue, {"binding_ledge": {**LEDGE, **changes}})


@pytest.mark.parametrize(("side_mm", "score"), [(3.0, 100.0), (2.9, 0.0)])
def test_a_millimetre_of_the_side_stays_behind_a_ledge(catalogue: Catalogue, side_mm: float, score: float) -> None:
    assert judged(of(ledge(catalogue, side_thickness_mm=side_mm), "ledge_width")) == (score, 2.0, side_mm - 1.0)


@pytest.mark.parametrize(("top_mm", "score"), [(2.8, 100.0), (2.7, 0.0)])
def test_eight_tenths_of_the_top_stay_under_a_purfling(catalogue: Catalogue, top_mm: float, score: float) -> None:
    check = of(ledge(catalogue, purfling=True, top_thickness_mm=top_mm), "purfling_height")
    assert judged(check) == pytest.approx((score, 2.0, top_mm - 0.8))


def test_an_outline_lies_in_the_stock_wherever_it_was_drawn(catalogue: Catalogue) -> None:
    corners = [{"x_mm": 100.0, "y_mm": 100.0}, {"x_mm": 300.0, "y_mm": 100.0}, {"x_mm": 300.0, "y_mm": 600.0}]
    outline = of(ledge(catalogue, outline=corners), "stock_outline")
    assert (outline.score, outline.value) == (100.0, 500.0)


V_BIT = {"tool.kind": "V_BIT", "tool.tip_angle_deg": 60.0, "tool.tip_diameter_mm": 0.5, "tool.flute_length_mm": 3.0}
"""4 mm in diameter: the cone is 3.5 mm / (2 tan 30 degrees) high."""
CONE_MM = 3.5 / (2 * tan(radians(30.0)))


def carved(catalogue: Catalogue, **changes: Any) -> list[Found]:
    return all_found(catalogue, {"v_carve": {"length_mm": 500.0, **changes}}, V_BIT)


@pytest.mark.parametrize(("widest_mm", "score"), [(4.0, 100.0), (4.1, 0.0)])
def test_a_line_is_no_wider_than_the_cone(catalogue: Catalogue, widest_mm: float, score: float) -> None:
    check = of(carved(catalogue, widest_line_mm=widest_mm), "cone")
    depth_mm = (widest_mm - 0.5) / (2 * tan(radians(30.0)))
    assert judged(check) == pytest.approx((score, depth_mm, CONE_MM))
    assert fix(check) == ("design.v_carve.max_depth_mm", pytest.approx(CONE_MM))


def test_a_line_as_narrow_as_the_tip_is_not_looked_at_further(catalogue: Catalogue) -> None:
    found = carved(catalogue, widest_line_mm=0.5)
    assert [item.name for item in found if isinstance(item, Check)] == ["widest_line"]
