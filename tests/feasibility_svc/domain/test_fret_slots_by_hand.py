"""Every check of fret slots and fanned boards with its number, its limit and its advice, computed by hand."""

from math import atan2, degrees, radians, sqrt, tan
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.geometry import fan, fret_slots
from feasibility_svc.domain.geometry.board import last_slot_mm
from feasibility_svc.domain.geometry.check import Check, Found
from feasibility_svc.domain.geometry.fan import Fan
from feasibility_svc.domain.inputs.design import FretSlots
from tests.builders import REMOVED
from tests.feasibility_svc.domain.checks_by_hand import BLADE, all_found, asked, fix, judged, of

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


def test_the_last_slot_ends_where_its_farther_end_lies() -> None:
    assert last_slot_mm(FretSlots(), FANNED) == pytest.approx(max(648.0 * 0.75 + FANNED.shift_mm, 686.0 * 0.75))


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
