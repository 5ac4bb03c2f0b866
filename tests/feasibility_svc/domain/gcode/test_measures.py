"""Extents, chords, times and what a sweep meets, against numbers found by hand."""

from itertools import pairwise
from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feasibility_svc.domain.gcode.arcs import MOST_CHORDS
from feasibility_svc.domain.gcode.cutters import Cutter
from feasibility_svc.domain.gcode.extents import Box, extents
from feasibility_svc.domain.gcode.geometry import shape_of
from feasibility_svc.domain.gcode.height_map import HeightMap
from feasibility_svc.domain.gcode.moves import Flags, Kind, Moves
from feasibility_svc.domain.gcode.path import pieces_of
from feasibility_svc.domain.gcode.planner import Dynamics, drive
from feasibility_svc.domain.gcode.sweep import Cuts, sweep
from tests.feasibility_svc.domain.gcode.programs import read, text

START = "G21 G90\nM3 S1000\nF600\nG0 X0 Y0 Z5\n"


def moves_of(*lines: str) -> Moves:
    return read(START + "\n".join(lines) + "\nM5\nM30\n").moves


def everything(moves: Moves) -> Flags:
    return np.ones(len(moves), dtype=bool)


def rounded(box: Box) -> tuple[object, object, object]:
    sides = (box.x_mm, box.y_mm, box.z_mm)
    return tuple(None if side is None else (round(side[0], 6), round(side[1], 6)) for side in sides)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("line", "x", "y"),
    [
        ("G1 X10 Y-5", (0, 10), (-5, 0)),
        ("G2 X10 Y10 I10 J0", (0, 10), (0, 10)),
        ("G3 X10 Y10 I10 J0", (0, 20), (-10, 10)),
        ("G2 X0 Y0 I10", (0, 20), (-10, 10)),
        ("G3 X0 Y0 J3", (-3, 3), (0, 6)),
        ("G2 X20 Y0 R10", (0, 20), (0, 10)),
    ],
)
def test_extents_reach_to_the_true_extremes_of_arcs(line: str, x: tuple[int, int], y: tuple[int, int]) -> None:
    moves = moves_of(line)
    assert rounded(extents(moves, everything(moves))) == (x, y, (5, 5))


def test_extents_in_other_planes_reach_as_far() -> None:
    moves = moves_of("G18 G2 X0 Z5 I0 K-3", "G19 G2 Y0 Z5 J2 K0", "G17")
    assert rounded(extents(moves, everything(moves))) == ((-3, 3), (0, 4), (-1, 7))


def test_what_is_not_known_does_not_count() -> None:
    moves = read("G21 F100\nG0 Z5\nG1 Z-1\nM2\n").moves
    assert rounded(extents(moves, everything(moves))) == (None, None, (-1, 5))


def test_boxes_grow_sideways_and_join() -> None:
    assert Box((0, 1), (2, 3), (4, 5)).grown(1) == Box((-1, 2), (1, 4), (4, 5))
    assert Box((0, 1), None, (4, 5)).joined(Box((3, 4), (1, 2), None)).grown(0) == Box((0, 4), (1, 2), (4, 5))


@pytest.mark.parametrize(("radius", "turns"), [(10.0, 1), (0.001, 1), (500.0, 2)])
def test_chords_stay_within_the_tolerance_and_end_where_the_arc_does(radius: float, turns: int) -> None:
    moves = moves_of(f"G2 X0 Y0 Z1 I{radius} P{turns}")
    pieces = pieces_of(moves, 0, len(moves))
    chosen = pieces.row == 1
    middle = (pieces.start_mm[chosen] + pieces.end_mm[chosen]) / 2
    gap = radius - np.hypot(middle[:, 0] - radius, middle[:, 1])
    assert gap.max() <= 0.002 + 1e-9
    assert pieces.end_mm[-1].tolist() == [0, 0, 1]
    length = np.sqrt(((pieces.end_mm - pieces.start_mm)[chosen] ** 2).sum())
    assert length <= 2 * pi * radius * turns + 5


@pytest.mark.parametrize(
    ("lines", "lowest"),
    [
        (("G18 G3 X10 Z5 I5 K0",), 5),  # over the top
        (("G18 G2 X10 Z5 I5 K0",), 0),
        (("G18 G2 X5 Z0 I5 K0",), 0),  # a quarter, to the very bottom
        (("G18 G2 X1 Z2 I5 K0",), 2),  # not so far: its end is its lowest point
        (("G19 G3 Y10 Z5 J5 K0",), 0),
        (("G19 G2 Y10 Z5 J5 K0",), 5),
        (("G19 G3 X3 Y0 Z5 J5 K0",), 0),  # all round, sideways as well
        (("G17 G3 X10 Y0 Z4 I5 J0",), 4),
    ],
)
def test_an_arc_is_as_low_as_its_lowest_point(lines: tuple[str, ...], lowest: float) -> None:
    moves = moves_of(*lines)
    assert shape_of(moves).lowest_mm[-1] == pytest.approx(lowest)
    reach = extents(moves, moves.kind > Kind.LINE).z_mm
    assert reach is not None
    assert reach[0] == pytest.approx(lowest)


def test_a_huge_arc_has_a_bounded_number_of_chords() -> None:
    moves = moves_of("G2 X0 Y0 I90000")
    assert len(pieces_of(moves, 0, len(moves)).row) == MOST_CHORDS + 1


def seconds(*lines: str, acceleration: float = 250.0, rate: float = 5000.0) -> float:
    dynamics = Dynamics.equal(acceleration_mm_per_s2=acceleration, max_rate_mm_per_min=rate)
    return drive(moves_of(*lines), dynamics).moving_s


def test_a_short_move_speeds_up_and_slows_down() -> None:
    # 10 mm at 250 mm/s2 never reach the feed: t = 2 sqrt(s / a)
    assert seconds("G1 X10 F5000") == pytest.approx(0.4)


def test_a_long_move_holds_its_feed() -> None:
    # 10 mm/s: 0.04 s and 0.2 mm at each end, the rest at the feed
    assert seconds("G1 X100 F600") == pytest.approx(2 * 0.04 + (100 - 0.4) / 10)


def test_going_on_straight_costs_nothing_and_turning_back_a_full_stop() -> None:
    straight = seconds("G1 X100 F600")
    assert seconds("G1 X40 F600", "X100") == pytest.approx(straight)
    assert seconds("G1 X50 F600", "X0") == pytest.approx(straight + 2 * 0.02)


def test_a_corner_has_the_speed_of_the_junction_deviation() -> None:
    # 90 degrees: sqrt(a d s / (1 - s)) with the axes' 250 / cos 45 along the bisector and s = sin 45
    s = sqrt(0.5)
    corner = sqrt(250 * sqrt(2) * 0.01 * s / (1 - s))
    one_side = (10 / 250) + (10 - corner) / 250 + (50 - 100 / 500 - (100 - corner**2) / 500) / 10
    assert seconds("G1 X50 F600", "Y50") == pytest.approx(2 * one_side)


def test_a_stop_between_moves_costs_braking() -> None:
    assert seconds("G1 X40 F600", "M8", "X100") == pytest.approx(seconds("G1 X100 F600") + 0.04)


def test_a_rapid_runs_at_the_rate_of_the_axes() -> None:
    # a diagonal of two equal axes is sqrt(2) faster and accelerates as much faster
    diagonal = seconds("G0 X100 Y100", rate=600)
    assert diagonal == pytest.approx(2 * 0.04 + (100 - 0.4) / 10)


def test_grbl_sees_fourteen_pieces_ahead_only() -> None:
    crawl = seconds(*(f"G1 X{number / 100} F9000" for number in range(1, 2001)))
    assert crawl > 20 / sqrt(2 * 250 * 14 * 0.01)


def test_the_length_of_a_program_does_not_change_its_speed() -> None:
    lines = ["G1 X10 F600", "X0"] * 10_000
    assert seconds(*lines) == pytest.approx(20_000 * (2 * 0.04 + (10 - 0.4) / 10), rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=1, max_size=12), st.integers(20, 2000))
def test_no_path_is_faster_than_its_feed(points: list[tuple[int, int]], acceleration: int) -> None:
    lines = [f"G1 X{x} Y{y} F1200" for x, y in points]
    ends = [(0, 0), *points]
    length = sum(sqrt((x - u) ** 2 + (y - v) ** 2) for (u, v), (x, y) in pairwise(ends))
    assert seconds(*lines, acceleration=acceleration) >= length / 20 - 1e-9


def cut(*lines: str, diameter: float = 4.0, material: HeightMap | None = None) -> tuple[Cuts, Moves]:
    moves = moves_of(*lines)
    block = material or HeightMap(Box((-20, 60), (-20, 60)), 0.0, diameter / 8)
    return sweep(moves, block, {0: block.stamp(Cutter.flat(diameter))}), moves


def swept(moves: Moves, block: HeightMap, tool: int) -> Cuts:
    return sweep(moves, block, {tool: block.stamp(Cutter.flat(4.0))})


def test_a_slot_meets_its_depth_all_along() -> None:
    cuts, _ = cut("G1 Z-2", "X40")
    assert cuts.depth_mm.min() == pytest.approx(2)
    assert cuts.length_mm.sum() == pytest.approx(40)
    assert np.median(cuts.width_share) == pytest.approx(1, rel=0.1)


def test_the_second_pass_meets_what_the_first_one_left() -> None:
    cuts, moves = cut("G1 Z-2", "X40", "G1 Z-3", "X0")
    second = cuts.depth_mm[moves.line[cuts.row] == 8]
    assert (second.min(), second.max()) == (pytest.approx(1), pytest.approx(1))


def test_a_rapid_over_cleared_stock_meets_nothing_and_a_crash_its_depth() -> None:
    cuts, moves = cut("G1 Z-2", "X40", "G0 X10", "G0 Z5", "G0 Y10", "G0 Z-1", "G0 Z5")
    rapids = dict(zip(moves.line.tolist(), cuts.met_mm.tolist(), strict=True))
    assert (rapids[7], rapids[8], rapids[9]) == (0, 0, 0)
    assert rapids[10] == pytest.approx(1)


def test_a_rapid_does_not_clear_what_it_met() -> None:
    cuts, moves = cut("G0 Z-1", "G1 X10")
    assert cuts.met_mm[moves.line == 6][0] == pytest.approx(1)


def test_a_half_width_pass_removes_half_the_width() -> None:
    cuts, moves = cut("G1 Z-2", "X40", "Y2", "X0")
    wide = 4 * cuts.width_share[moves.line[cuts.row] == 8]
    assert np.median(wide) == pytest.approx(2, rel=0.3)


def test_material_carries_over_to_the_next_program() -> None:
    block = HeightMap(Box((-20, 60), (-20, 60)), 0.0, 0.5)
    cut("G1 Z-2", "X40", material=block)
    cuts, _ = cut("G1 Z-3", "X40", material=block)
    assert cuts.depth_mm.max() == pytest.approx(1)


def test_outside_the_region_there_is_no_material() -> None:
    cuts, _ = cut("G0 X200", "G1 Z-2", "X240")
    assert not len(cuts.depth_mm)
    assert cuts.met_mm.max() == 0


def test_tools_of_unknown_diameter_and_unknown_places_are_passed_over() -> None:
    moves = read("G21 F100\nG0 X0 Y0\nG1 Z-2\nX5\nM2\n").moves
    assert swept(moves, HeightMap(Box((-9, 9), (-9, 9)), 0.0, 0.5), 1).met_mm.max() == 0
    nowhere = read("G21 F100\nG0 X0\nG1 Z-2\nX5\nM2\n").moves
    assert swept(nowhere, HeightMap(Box((-9, 9), (-9, 9)), 0.0, 0.5), 0).met_mm.max() == 0


def test_a_place_that_is_known_is_met_even_if_the_way_to_it_is_not() -> None:
    moves = read("G21 F100\nG0 X0 Y0\nG1 Z-2\nX5\nM2\n").moves
    assert swept(moves, HeightMap(Box((-9, 9), (-9, 9)), 0.0, 0.5), 0).met_mm[1] == 2


def test_rapids_alone_are_met_without_removing() -> None:
    moves = moves_of("G0 Z-1", "G0 X9")
    cuts = swept(moves, HeightMap(Box((-9, 19), (-9, 9)), 0.0, 0.5), 0)
    assert cuts.met_mm.tolist() == [0, 1, 1]


def test_many_short_moves_are_as_deep_as_one_long_one() -> None:
    cuts, _ = cut("G1 Z-2", *(f"X{number / 50}" for number in range(1, 2000)))
    assert cuts.depth_mm.max() == pytest.approx(2)
    assert cuts.length_mm.sum() == pytest.approx(39.98, rel=0.02)


def test_a_region_too_large_for_its_tool_is_told() -> None:
    block = HeightMap(Box((0, 90_000), (0, 90_000)), 0.0, 0.1)
    moves = moves_of("G1 Z-1", "X90")
    assert not sweep(moves, block, {0: block.stamp(Cutter.flat(0.8))}).is_complete


def test_a_path_too_long_to_sweep_is_told() -> None:
    block = HeightMap(Box((0, 100), (0, 10)), 0.0, 0.5)
    moves = moves_of("G1 Z-1", *(f"X{100 * (number % 2)}" for number in range(1, 50)))
    assert not sweep(moves, block, {0: block.stamp(Cutter.flat(4.0))}, most_places=100).is_complete


def test_a_usual_program_can_be_measured_as_a_whole() -> None:
    moves = read(text("G1 Z-1 F300", "X10 F600")).moves
    assert rounded(extents(moves, everything(moves))) == ((0, 10), (0, 0), (-1, 5))
