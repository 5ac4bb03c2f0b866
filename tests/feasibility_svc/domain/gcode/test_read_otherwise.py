"""Lines that a machine takes for more, or for something else, than they look like.

GRBL 1.1h and LinuxCNC 2.9 gave the answers expected of them here.
"""

from math import isnan, pi

import pytest

from feasibility_svc.domain.gcode.findings import Level
from tests.feasibility_svc.domain.gcode.programs import HEAD, codes, ends, finding, level, read, text

E, N = Level.ERROR, Level.NOT_VERIFIABLE


def test_a_bare_centre_goes_round_again_for_all_but_grbl() -> None:
    lines = ("G2 X10 Y10 I10", "I6")
    for controller in ("linuxcnc", "mach3", "unknown"):
        arcs = read(text(*lines), controller).moves.arcs
        assert arcs.sweep_rad.tolist() == pytest.approx([-pi / 2, -2 * pi])
        assert (arcs.first[1], arcs.second[1]) == (16, 10)
    assert level(read(text(*lines), "grbl"), "ARC_INCOMPLETE") is E
    assert level(read(text("G2 X10 Y10 I10", "(again) I6"), "grbl"), "ARC_INCOMPLETE") is E
    assert read(text("G2 X10 Y10 I10", "(again) I6")).moves.arcs.sweep_rad[1] == pytest.approx(-2 * pi)
    assert codes(read(text("G2 X10 Y10 I10", "X20 Y0 J-10"), "grbl")) == set()


def test_a_centre_after_a_straight_move_is_used_by_nobody() -> None:
    for controller in ("grbl", "linuxcnc"):
        assert level(read(text("G1 X1", "I6"), controller), "WORD_UNUSED") is E


def test_a_carriage_return_alone_ends_no_line_of_linuxcnc() -> None:
    program = read(HEAD + "G0 X5\r G1 Y7\r\nM5\nM30\n")
    assert level(program, "CODES_CONFLICT") is E
    merged = read(HEAD + "G1 X5\r Y7\nM5\r\nM30\n")
    assert (codes(merged), ends(merged)[1:]) == ({"CONTROL_CHARACTER"}, [(5, 7, 5)])


def test_a_carriage_return_alone_ends_a_line_of_grbl() -> None:
    program = read(text("G0 X5\r G1 Y7").replace("\n", "\r"), "grbl")
    assert codes(program) == set()
    assert ends(program)[1:3] == [(5, 0, 5), (5, 7, 5)]


@pytest.mark.parametrize("controller", ["mach3", "fanuc", "unknown"])
def test_elsewhere_nobody_knows_what_a_carriage_return_does(controller: str) -> None:
    program = read(text("G0 X5\r G1 Y7"), controller)
    assert level(program, "LINE_END_AMBIGUOUS") is N
    assert ends(program)[1:3] == [(5, 0, 5), (5, 7, 5)]
    assert codes(read(text("G0 X5").replace("\n", "\r\n"), controller)) == set()


def test_g921_takes_hold_after_the_move_beside_it_for_grbl_and_before_it_for_linuxcnc() -> None:
    lines = ("G1 X2", "G92 X10", "G92.1 X11", "X4")
    assert ends(read(text(*lines), "grbl"))[2:4] == [(3, 0, 5), (4, 0, 5)]
    assert ends(read(text(*lines), "linuxcnc"))[2:4] == [(11, 0, 5), (4, 0, 5)]


@pytest.mark.parametrize("line", ["G92 X1", "G10 L2 P2 X1", "G28 X1", "G80 G92 X1"])
def test_after_g80_grbl_takes_no_axis_words_of_any_code(line: str) -> None:
    assert level(read(text("G80", line, "G0 Z6"), "grbl"), "NO_MOTION_MODE") is E
    assert "NO_MOTION_MODE" not in codes(read(text("G80", line, "G0 Z6"), "linuxcnc"))
    assert "NO_MOTION_MODE" not in codes(read(text("G80", "G0 X2", line.removeprefix("G80 ")), "grbl"))


def test_g80_beside_a_code_that_takes_axes_leaves_no_motion() -> None:
    assert level(read(text("G80 G92 X1", "X5")), "NO_MOTION_MODE") is E


@pytest.mark.parametrize("controller", ["grbl", "linuxcnc"])
def test_g53_cuts_with_a_feed_or_not_at_all(controller: str) -> None:
    unfed = "G21 G90\nM3 S9\nG0 X0 Y0 Z5\nG53 G1 Z-1\nG0 X0 Y0 Z0\nM5\nM30\n"
    assert level(read(unfed, controller), "NO_FEED") is E
    assert level(read(text("G93", "G53 G1 Z-1", "G94"), controller), "NO_FEED") is E
    assert codes(read(text("G53 G1 Z-1"), controller)) == set()
    assert codes(read("G21 G90\nM3 S9\nG0 X0 Y0 Z5\nG53 G0 Z-1\nM5\nM30\n", controller)) == set()


def test_g1_alone_wants_a_feed_of_the_tested_controllers() -> None:
    program = "G21 G90 G1\nM3 S9\nG0 X0 Y0 Z5\nM5\nM30\n"
    for controller in ("grbl", "linuxcnc"):
        assert finding(read(program, controller), "NO_FEED").first.line == 1
    assert codes(read(program, "mach3")) == set()
    assert codes(read(text("G1"), "grbl")) == set()
    plain = "G21 G90\nM3 S9\nG0 X0 Y0 Z5\nG1\nG0 X2\nM5\nM30\n"
    assert finding(read(plain, "grbl"), "NO_FEED").first.line == 4


def test_linuxcnc_refuses_machine_coordinates_in_incremental_mode() -> None:
    assert level(read(text("G91 G53 G0 X1", "G90")), "CODES_CONFLICT") is E
    assert codes(read(text("G91 G53 G0 X1", "G90"), "grbl")) == set()


@pytest.mark.parametrize("code", ["G43 H1", "G43"])
def test_a_length_from_the_table_leaves_the_tip_where_nobody_knows(code: str) -> None:
    program = read(text(code, "G0 X3", "G1 X4", "G0 Z6"))
    assert codes(program) == set()
    assert [isnan(z) for z in program.moves.z_mm.tolist()] == [False, True, True, True, False, False]
    assert ends(program)[4] == (4, 0, 6)
    assert ends(read(text(f"G0 {code} Z8")))[-2:] == [(0, 0, 8), (0, 0, 5)]


def test_a_length_from_the_table_says_nothing_where_no_height_was_known() -> None:
    assert len(read("G21 G90\nG43 H1\nG0 X0 Y0 Z5\nM2\n").moves) == 1
    assert len(read("G21 G90\nG0 X0 Y0\nG43 H1\nG0 Z5\nM2\n").moves) == 2


def test_a_length_of_the_table_replaces_the_one_given_on_every_axis() -> None:
    assert ends(read(text("G43.1 X1 Z2", "G43 H1", "G0 X7 Z6", "G43.1 Z1", "G0 Z8")))[-2:] == [(7, 0, 8), (7, 0, 5)]
    assert ends(read(text("G43.1 X1 Z2", "G43 H1", "G0 Z6")))[-2:] == [(0, 0, 6), (0, 0, 5)]
    places = ends(read(text("G43 H1", "G0 Z4", "G43.1 Z1", "G0 Z6", "G43.1 Z3", "G0 X4")))
    assert next(place for place in places if place[0] == 4) == (4, 0, 4)


@pytest.mark.parametrize("code", ["G49", "G43.1 Z2"])
def test_where_the_tip_is_after_a_length_from_the_table_nobody_knows_either(code: str) -> None:
    program = read(text("G43 H1", "G0 Z4", code, "G0 X3", "G0 Z5"))
    assert isnan(program.moves.z_mm[4])
    assert ends(program)[-1] == (3, 0, 5)
    again = read(text("G43 H1", "G0 Z4", code, "G0 Z5", "G49", "G0 X4"))
    assert next(place for place in ends(again) if place[0] == 4) == (4, 0, 5 if code == "G49" else 7)


@pytest.mark.parametrize(
    "line",
    [
        "G81 X1 Z-2 R1 Q2", "G84 X1 Z-2 R1 Q2", "G81 X1 Z-2 R1 P1", "G85 X1 Z-2 R1 P1", "G73 X1 Z-2 R1 Q2 P1",
        "G81 X1 Z-2 R1 I1", "G81 X1 Z-2 R1 J1", "G81 X1 Z-2 R1 K2",
    ],
)  # fmt: skip
def test_linuxcnc_refuses_words_a_canned_cycle_does_not_use(line: str) -> None:
    assert level(read(text(line, "G80")), "WORD_UNUSED") is E
    assert "WORD_UNUSED" not in codes(read(text(line, "G80"), "fanuc"))


@pytest.mark.parametrize(
    "lines",
    [
        ("G82 X1 Z-2 R1",), ("G86 X1 Z-2 R1",), ("G89 X1 Z-2 R1",), ("G82 X1 Z-2 R1 P1", "G89 X2"),
        ("G73 X1 Z-2 R1 Q1", "G83 X4"), ("G83 X1 Z-2 R1 Q1", "G81 X4"),
        ("G81 X1 Z-2 R1 L-1",), ("G81 X1 Z-2 R1 L2.5",), ("G81 X1 Z-2 R1 L0",),
    ],
)  # fmt: skip
def test_linuxcnc_wants_the_words_of_each_canned_cycle(lines: tuple[str, ...]) -> None:
    assert level(read(text(*lines, "G80")), "CYCLE_INCOMPLETE") is E


@pytest.mark.parametrize("lines", [("G82 X1 Z-2 R1",), ("G82 X1 Z-2 R1 P1", "G89 X2"), ("G81 X1 Z-2 R1 L0",)])
def test_elsewhere_levels_hold_from_cycle_to_cycle(lines: tuple[str, ...]) -> None:
    program = read(text(*lines, "G80"), "fanuc")
    assert (codes(program), program.dwell_s) == (set(), 2 if "P1" in lines[0] else 0)


def test_words_of_a_canned_cycle_hold_for_the_holes_that_follow() -> None:
    program = read(text("G82 X1 Z-2 R1 P1", "X2", "G82 X3", "G80"))
    assert (codes(program), program.dwell_s) == (set(), 3)


def test_a_cycle_changed_for_another_comes_back_to_where_the_first_began() -> None:
    program = read(text("G99 G81 X1 Z-2 R1", "G98 G82 X2 Z-3 R1 P1", "G80"))
    assert codes(program) == set()
    assert ends(program)[4:8] == [(1, 0, 1), (2, 0, 1), (2, 0, -3), (2, 0, 5)]


@pytest.mark.parametrize("line", ["G91 X5", "G92 Z9", "G52 Z1"])
def test_levels_of_a_cycle_that_goes_on_elsewhere_are_not_known(line: str) -> None:
    program = read(text("G81 X1 Z-2 R1", line, "X7", "G80", "G90"))
    assert level(program, "CYCLE_FROM_NOWHERE") is N


def test_a_cycle_that_is_cancelled_first_begins_anew() -> None:
    program = read(text("G81 X1 Z-2 R1", "G80", "G91", "G81 X1 Z-3 R1", "G90 G80"))
    assert codes(program) == set()
    assert min(z for _, _, z in ends(program)[4:]) == -1


@pytest.mark.parametrize("line", ["G10 L1 P0 Z1", "G10 L10 P0 Z1", "G10 L11 Z1", "G10 L2 P1.5 X1"])
def test_linuxcnc_wants_a_tool_or_a_frame_to_change(line: str) -> None:
    assert level(read(text(line)), "WORD_MISSING") is E
    assert codes(read(text("G10 L1 P1 Z1"))) == set()


def test_grbl_drops_the_decimals_of_a_frame() -> None:
    assert "WORK_COORDINATES_CHANGED" in codes(read(text("G10 L2 P1.5 X1"), "grbl"))
    assert codes(read(text("G10 L2 P2.5 X1"), "grbl")) == set()
