"""What single words and codes mean, to the last number: as GRBL 1.1h and LinuxCNC 2.9 read them."""

from math import hypot, pi

import numpy as np
import pytest

from feasibility_svc.domain.gcode.controllers import CONTROLLERS
from feasibility_svc.domain.gcode.moves import Kind
from feasibility_svc.domain.gcode.words import words_of
from tests.feasibility_svc.domain.gcode.programs import codes, ends, finding, read, text


def last(*lines: str, controller: str = "linuxcnc") -> tuple[float, float, float]:
    """Where the lines lead from X0 Y0 Z5."""
    return ends(read("G21 G90 G17 G94\nM3 S18000\nG0 X0 Y0 Z5\nF600\n" + "\n".join(lines), controller))[-1]


def kinds(*lines: str) -> list[int]:
    moves: list[int] = read(text(*lines)).moves.kind.tolist()
    return moves


@pytest.mark.parametrize(("line", "turned"), [("G3 X0 Y0 I10 P3", 6 * pi), ("G2 X0 Y0 I10 P3", -6 * pi)])
def test_turns_of_an_arc_are_whole_circles(line: str, turned: float) -> None:
    assert read(text(line)).moves.arcs.sweep_rad[0] == pytest.approx(turned)


def test_a_thousand_turns_are_read_and_one_more_is_a_bad_number() -> None:
    assert codes(read(text("G2 X0 Y0 I1 P1000"))) == set()
    assert codes(read(text("G2 X0 Y0 I1 P1001"))) == {"BAD_NUMBER"}


def test_an_arc_by_its_radius_fits_its_ends() -> None:
    assert codes(read(text("G2 X10 Y10 R10"))) == set()
    assert codes(read(text("G3 X10 Y10 R-10"))) == set()


@pytest.mark.parametrize("line", ["G2 I10", "G2 I10 (by the long way)", "G3 I10 (by the long way)", "G3 X0 Y0 I10"])
def test_a_circle_needs_no_axes(line: str) -> None:
    program = read(text(line))
    assert codes(program) == set()
    assert abs(program.moves.arcs.sweep_rad[0]) == pytest.approx(2 * pi)


def test_inverse_time_counts_the_whole_way_of_a_helix() -> None:
    program = read(text("G93 G3 X0 Y0 Z-3 I2 F2", "G94 G1 X1 F600"))
    assert codes(program) == set()
    assert program.moves.feed_mm_per_min[1] == pytest.approx(2 * hypot(4 * pi, 8))


@pytest.mark.parametrize(
    ("line", "controller", "is_refused"),
    [
        ("G10 L20 P1 X0", "grbl", False),
        ("G10 L2 P6 X0", "grbl", False),
        ("G10 L2 P7 X0", "grbl", True),
        ("G10 L2 P9 X0", "linuxcnc", False),
        ("G10 L2 P10 X0", "linuxcnc", True),
        ("G53 G0", "linuxcnc", False),
        ("G53", "linuxcnc", True),
    ],
)
def test_what_a_code_needs(line: str, controller: str, is_refused: bool) -> None:
    assert ("WORD_MISSING" in codes(read(text(line), controller))) is is_refused


def test_a_rotary_axis_is_no_extruder_and_an_extruder_is_one_wherever_e_is_a_letter() -> None:
    assert codes(read(text(*["G1 X1 A10", "G1 X2 B10", "G1 X3 C10"] * 2))) == {"ROTARY_AXIS"}
    assert codes(read(text(*["G1 X1 A10", "G1 X2 B10", "G1 X3 C10"] * 2), "grbl")) == {"CODE_NOT_ACCEPTED"}
    for controller in ("linuxcnc", "grbl"):
        printed = read(text(*["G1 X1 E1", "G1 X2 E2", "G1 X3 E3"]), controller)
        assert codes(printed) == {"NOT_A_MILLING_PROGRAM"}


@pytest.mark.parametrize(
    ("line", "dwell_s", "feeds_out"),
    [
        ("G81 X3 Y4 Z-2 R1", 0, False),
        ("G82 X3 Y4 Z-2 R1 P1.5", 1.5, False),
        ("G85 X3 Y4 Z-2 R1", 0, True),
        ("G86 X3 Y4 Z-2 R1 P1.5", 1.5, False),
        ("G89 X3 Y4 Z-2 R1 P1.5", 1.5, True),
    ],
)
def test_canned_cycles_wait_and_come_out_as_they_should(line: str, dwell_s: float, feeds_out: bool) -> None:
    program = read(text(line))
    assert program.dwell_s == dwell_s
    assert (program.moves.kind == Kind.LINE).sum() == (2 if feeds_out else 1)


@pytest.mark.parametrize("code", ["G74", "G84"])
def test_tapping_feeds_out(code: str) -> None:
    program = read(text(f"{code} X3 Y4 Z-2 R1"), "fanuc" if code == "G74" else "mach3")
    assert (program.moves.kind == Kind.LINE).sum() == 2


@pytest.mark.parametrize("words", ["X3", "Y3"])
def test_a_hole_needs_both_coordinates(words: str) -> None:
    program = read(f"G21 G90\nM3 S18000\nF100\nG0 Z5\nG81 {words} Z-2 R1\nG80\nM5\nM30\n")
    assert "CYCLE_FROM_NOWHERE" in codes(program)


@pytest.mark.parametrize("line", ["G4 P500 X9", "G28.1 X9", "G30.1 X9"])
def test_axis_words_of_codes_that_take_them_elsewhere_move_nothing(line: str) -> None:
    assert last("G0 X1", line, "G0 Z6", controller="fanuc" if line.startswith("G4") else "mach3") == (1, 0, 6)


def test_a_way_home_leaves_the_motion_mode_and_a_code_beside_it_sets_it() -> None:
    assert kinds("G1 X1", "G28 Z9", "G0 X0 Y0 Z5", "G1 X1", "G53 Z0", "Y2")[-2] == Kind.LINE
    assert kinds("G1 X1", "G53 G0 Z0", "Y2")[-2] == Kind.RAPID
    assert kinds("G0 X1", "G53 G1 Z0", "Y2")[-2] == Kind.LINE
    assert "NO_MOTION_MODE" not in codes(read(text("G1 X1", "G28 Z9", "Y2")))


def test_a_cycle_that_is_not_followed_leads_nowhere() -> None:
    program = read(text("G87 X1 Y1 Z-2 R1 I1 J1 K-1"))
    assert "CODE_NOT_UNDERSTOOD" in codes(program)
    assert "NO_MOTION_MODE" not in codes(program)
    assert np.isnan(program.moves.x_mm[-1])


def test_numbers_of_a_broken_line_are_no_codes() -> None:
    assert kinds("G0 X1", "X1 Y[3]", "Z9")[-2] == Kind.RAPID
    assert kinds("G0 X1", "G1 Y[3]", "Z9")[-2] == Kind.LINE


def test_rapids_belong_to_their_tool_and_state_no_feed() -> None:
    moves = read(text("M5", "T2 M6", "M3 S1000", "G0 X1 (by the long way)")).moves
    assert (moves.kind[-1], moves.tool[-1], moves.flags[-1]) == (Kind.RAPID, 1, 0)


def test_offsets_hold_along_y_as_along_x() -> None:
    assert last("G92 X1 Y2 Z3", "G0 X5 Y5 Z5") == (4, 3, 7)


def test_the_length_of_a_tool_moves_its_tip() -> None:
    assert last("G43.1 Z1") == (0, 0, 4)
    assert last("G43.1 Z1", "G49") == (0, 0, 5)
    moves = read(text("G43.1 Z1", "G43.1 Z1")).moves
    assert (moves.kind == Kind.AWAY).sum() == 1  # the second changes nothing


def test_after_one_move_already_an_unknown_axis_gets_no_number_for_nothing() -> None:
    head, tail = "G21 G90\nM3 S18000\nF600\n", "\nG1 X1 Y1 Z1\nM5\nM30\n"
    assert "WORK_COORDINATES_CHANGED" in codes(read(head + "G0 Z5\nG92 X0 Y0" + tail))
    assert "WORK_COORDINATES_CHANGED" not in codes(read(head + "G92 X0 Y0" + tail))


@pytest.mark.parametrize(
    ("lines", "is_lost"),
    [
        (["G10 L2 P0 X5"], True),  # 0: those in force
        (["G10 L2 P1 X5"], True),
        (["G10 L2 P2 X5"], False),
        (["G55 X0 Y0 Z5", "G10 L2 P2 X5"], True),
        (["G55 X0 Y0 Z5", "G10 L2 P1 X5"], False),
    ],
)
def test_work_coordinates_are_moved_by_their_number(lines: list[str], is_lost: bool) -> None:
    x = last("G0 X1 Y1", *lines, "G0 Z6")[0]
    assert np.isnan(x) is np.bool_(is_lost)


@pytest.mark.parametrize("code", ["M0", "M1", "M3", "M4", "M5", "T1 M6", "M7", "M8", "M9", "M60"])
def test_the_machine_stands_still_for_codes_of_its_parts(code: str) -> None:
    moves = read(text("G1 X1", code, "G1 X2")).moves
    assert 2 in moves.stops.tolist()


def test_pauses_are_counted_and_leave_the_spindle_on() -> None:
    program = read(text("M0", "G1 X1", "M1", "G1 X2", "M60", "G1 X3"))
    assert program.pause_count == 3
    assert program.moves.speed_rpm[1:4].tolist() == [18000, 18000, 18000]


def test_a_feed_that_was_forgotten_is_none() -> None:
    program = read(text("G94", "G1 X1"))
    assert codes(program) == {"NO_FEED"}
    assert program.moves.feed_mm_per_min[1] == 0


def test_grbl_stands_still_for_a_new_speed_only_while_the_spindle_turns() -> None:
    assert 2 in read(text("G1 X1", "S9000", "G1 X2"), "grbl").moves.stops.tolist()
    assert 2 not in read(text("G1 X1", "S18000", "G1 X2"), "grbl").moves.stops.tolist()
    standing = read("G21 G90\nG0 X0 Y0 Z5\nG0 X1\nS9000\nG0 X2\n", "grbl")
    assert standing.moves.stops.tolist() == []


def test_the_largest_tool_number() -> None:
    assert codes(read(text("M5", "T99999999 M6", "M3", "G1 X1"))) == set()
    assert "BAD_NUMBER" in codes(read(text("M5", "T100000000 M6", "M3", "G1 X1")))


@pytest.mark.parametrize(("stated", "seconds"), [(99, 99), (100, 0.1), (1_500, 1.5)])
def test_long_dwells_are_milliseconds_where_they_may_be(stated: int, seconds: float) -> None:
    assert read(text(f"G4 P{stated}"), "mach3").dwell_s == pytest.approx(seconds)
    assert read(text(f"G4 P{stated}"), "linuxcnc").dwell_s == stated


def test_slashes_after_slashes_are_dropped_where_slashes_are() -> None:
    features = CONTROLLERS["grbl"].features
    assert words_of("//G1 X1/Y2", features).words == (("G", 1.0), ("X", 1.0), ("Y", 2.0))


def test_what_was_wrong_is_shown_whole() -> None:
    assert finding(read(text("G1 X99999999")), "BAD_NUMBER").first.text == "X99999999"
    assert words_of("G1 X1)(slow)Y2").problem_text == ")Y2"


@pytest.mark.parametrize(
    ("line", "controller", "code"),
    [
        ("N0 G0 X1", "linuxcnc", None),
        ("N-1 G0 X1", "linuxcnc", "LABEL_MISPLACED"),
        ("G0 N10 X1", "linuxcnc", "LABEL_MISPLACED"),
        ("G1.004 X1", "grbl", None),
        ("G1.004 X1", "linuxcnc", "CODE_NOT_ACCEPTED"),
    ],
)
def test_labels_and_codes_as_exact_as_each_controller_wants_them(line: str, controller: str, code: str | None) -> None:
    found = codes(read(text(line), controller))
    assert found == (set() if code is None else {code})
