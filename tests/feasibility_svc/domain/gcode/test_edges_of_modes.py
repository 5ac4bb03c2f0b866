"""Where one mode ends and another begins: units, feeds, speeds, distances, offsets, the end of a program."""

from math import isnan, pi

import pytest

from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.moves import FEED_OF_OTHER_TOOL, FEED_STATED, Kind
from feasibility_svc.domain.gcode.program import Program
from tests.feasibility_svc.domain.gcode.programs import codes, ends, finding, level, read, text

INCHES = "G20 G90 G17 G94\nM3 S18000\nG0 X0 Y0 Z5\nF60\n"


def inches(*lines: str, controller: str = "linuxcnc") -> Program:
    return read(INCHES + "\n".join(lines) + "\nG0 Z5\nM5\nM30\n", controller)


def feeds(program: Program) -> list[float]:
    return [round(feed, 6) for feed in program.moves.feed_mm_per_min.tolist()]


@pytest.mark.parametrize("remark", ["", " (remark)"])
def test_feeds_and_places_in_inches(remark: str) -> None:
    straight = inches(
        f"G1 X1 F10{remark}", f"G91 G1 X1{remark}", f"X1 Y2 Z3{remark}", f"Y1 F20{remark}", f"Z-1{remark}"
    )
    assert ends(straight)[1:6] == [
        (25.4, 0, 127), (50.8, 0, 127), (76.2, 50.8, 203.2), (76.2, 76.2, 203.2), (76.2, 76.2, 177.8),
    ]  # fmt: skip
    assert feeds(straight)[1:6] == [254, 254, 254, 508, 508]
    curved = inches(f"G2 X1 Y0 I0.5 J0 F10{remark}", f"G2 X2 Y1 R1{remark}")
    assert feeds(curved)[1:3] == [254, 254]
    assert curved.moves.arcs.first.tolist() == pytest.approx([12.7, 50.8])


def test_lengths_pecks_and_frames_in_inches() -> None:
    assert ends(inches("G43.1 Z1", "G0 X1"))[2][2] == pytest.approx(127 - 25.4)
    pecks = [z for _, _, z in ends(inches("G98 G83 X0 Y0 Z-0.2 R0 Q0.1", "G80"))]
    assert pecks[2] == pytest.approx(-2.54)
    assert ends(inches("G10 L20 P1 X1", "G0 Y1"))[-1][0] == pytest.approx(25.4)


@pytest.mark.parametrize("remark", ["", " (remark)"])
def test_rapids_have_no_feed_and_no_marks(remark: str) -> None:
    moves = read(text(f"G0 X1 F500{remark}", "G28 Z9 F100", "G43.1 Z1", "G92 Z0")).moves
    for kind in (Kind.RAPID, Kind.AWAY):
        assert (moves.kind == kind).any()
        assert not moves.feed_mm_per_min[moves.kind == kind].any()
        assert not moves.flags[moves.kind == kind].any()


@pytest.mark.parametrize("remark", ["", " (remark)"])
def test_the_marks_of_a_feed(remark: str) -> None:
    moves = read(text(f"G1 X1{remark}", f"X2 F500{remark}", "M5 T2 M6", "M3", f"G1 X3{remark}", f"X4 F9{remark}")).moves
    assert moves.flags.tolist()[1:5] == [0, FEED_STATED, FEED_OF_OTHER_TOOL, FEED_STATED]


@pytest.mark.parametrize("remark", ["", " (remark)"])
def test_the_slowest_feed_is_one(remark: str) -> None:
    assert codes(read(text(f"G1 X1 F0.5{remark}"))) == set()
    assert codes(read(text("G93", f"G1 X1 F0.5{remark}", "G94"))) == set()
    assert "NO_FEED" in codes(read(text(f"G1 X1 F0{remark}")))


@pytest.mark.parametrize(
    ("word", "is_bad"), [("F0", False), ("F-0.5", True), ("S0", False), ("S0.5", False), ("S-5", True)]
)
def test_feeds_and_speeds_are_not_negative(word: str, is_bad: bool) -> None:
    program = read(text(f"{word} (remark)", "F600", "G1 X1"))
    assert ("BAD_NUMBER" in codes(program)) is is_bad
    if word == "S-5":
        assert program.moves.speed_rpm[1] == 0


def test_feed_per_turn_counts_with_the_speed() -> None:
    assert feeds(read(text("G95 F0.1", "G1 X5", "G94")))[1] == 1800


def test_inverse_time_counts_with_the_length_along_known_axes() -> None:
    head = "G21 G90 G17\nM3 S9\nG0 X0 Y0\nG93\n"
    assert feeds(read(head + "G1 X10 Z5 F2\nG94\nM5\nM2\n"))[1] == 20
    assert feeds(read(head + "G2 X10 Y10 I10 F1\nG94\nM5\nM2\n"))[1] == pytest.approx(5 * pi, abs=1e-6)


def test_a_feed_mode_holds_until_the_other_is_named() -> None:
    assert level(read(text("G93", "G1 X1", "G94"), "grbl"), "NO_FEED") is Level.ERROR
    there_and_back = read(text("G93", "G1 X1 F2", "G94", "F600", "G1 X3"), "grbl")
    assert (codes(there_and_back), feeds(there_and_back)[1:3]) == (set(), [2, 600])
    assert "NO_FEED" in codes(read(text("G93", "G1 X1 F2", "G94", "G1 X3"), "grbl"))


def test_a_cycle_in_inverse_time_is_not_followed() -> None:
    assert level(read(text("G93", "G81 X1 Z-2 R1 F2", "G80", "G94")), "CODE_NOT_UNDERSTOOD") is Level.NOT_VERIFIABLE


@pytest.mark.parametrize(("first", "then", "feed"), [("G21", "G20", 254), ("G20", "G21", 10)])
def test_a_feed_beside_other_units_may_mean_either(first: str, then: str, feed: float) -> None:
    lines = f"{first} G90 F99\nM3 S9\nG0 X0 Y0 Z5\n{then} F10\nG1 X1\nM5\nM30\n"
    assert finding(read(lines, "mach3"), "FEED_UNITS_AMBIGUOUS").count == 1
    assert feeds(read(lines, "mach3"))[1] == feed
    assert "FEED_UNITS_AMBIGUOUS" not in codes(read(lines))
    assert finding(read(lines), "UNITS_CHANGED").count == 1


def test_a_feed_beside_the_same_units_means_one_thing() -> None:
    for line in ("G21 F100 (remark)", "F100 (remark)"):
        assert "FEED_UNITS_AMBIGUOUS" not in codes(read(text(line), "mach3"))
    assert "FEED_UNITS_AMBIGUOUS" not in codes(inches("G1 X1 F10 (remark)", controller="mach3"))
    assert feeds(inches("G1 X1 F10 (remark)", controller="mach3"))[1] == 254
    assert "FEED_UNITS_AMBIGUOUS" not in codes(read("G20 F10\nG0 X1\nM30\n", "mach3"))


def test_units_that_come_late_are_told_once() -> None:
    program = read("F9\nG0 X1 (a)\nG0 X2 (b)\nG21\nG0 X3\nM2\n")
    assert finding(program, "UNITS_NOT_STATED").count == 1
    assert "UNITS_CHANGED" not in codes(program)
    assert "UNITS_CHANGED" in codes(read("F9\nG0 X1\nG20\nG0 X3\nM2\n"))


def test_grbl_stands_for_every_other_speed() -> None:
    steady = len(read(text("G1 X1 S18000", "G1 X2 S18000", "G1 X3"), "grbl").moves.stops)
    for other in ("S20000", "S9000"):
        assert len(read(text("G1 X1 S18000", f"G1 X2 {other}", "G1 X3"), "grbl").moves.stops) == steady + 1


def test_a_cycle_stands_only_where_it_waits() -> None:
    drilled, waited = read(text("G81 X3 Z-2 R1", "G80")), read(text("G82 X3 Z-2 R1 P1", "G80"))
    assert len(waited.moves.stops) == len(drilled.moves.stops) + 1


def test_m4_turns_the_spindle_and_a_change_of_tool_stops_that_of_linuxcnc() -> None:
    assert read(text("M5", "M4 S900", "G1 X1")).moves.speed_rpm[1] == 900
    assert read(text("T2 M6", "G1 X1")).moves.speed_rpm[1] == 0
    assert read(text("T2 M6", "G1 X1"), "mach3").moves.speed_rpm[1] == 18000


def test_too_many_changes_are_told_once() -> None:
    program = read("G21 F100\nG0 X0 Y0 Z0\n" + "T1 M6\n" * 1_003 + "M2\n")
    assert finding(program, "TOO_MANY_TOOL_CHANGES").count == 1


@pytest.mark.parametrize(("line", "dwell_s"), [("G4", 0), ("G4 X-1", 0), ("G4 X0.5", 0.5), ("G4 U0.25", 0.25)])
def test_fanuc_waits_for_x_or_u(line: str, dwell_s: float) -> None:
    assert read(text(line), "fanuc").dwell_s == dwell_s


@pytest.mark.parametrize("seconds", [0, 0.5])
def test_a_short_wait_is_one(seconds: float) -> None:
    program = read(text(f"G4 P{seconds}"))
    assert (codes(program), program.dwell_s) == (set(), seconds)
    assert "WORD_MISSING" in codes(read(text("G4 P-0.5")))


def test_the_plane_comes_back() -> None:
    assert codes(read(text("G18", "G17", "G2 X10 Y10 I10"))) == set()


def test_after_its_end_grbl_begins_anew() -> None:
    lines = ("G18", "G91", "G93", "M30", "F600", "G94", "G2 X10 Y10 I10 (in XY)", "G1 X20", "G0 X1", "M30", "X5")
    program = read(text(*lines), "grbl")
    assert {item.code for item in program.findings if item.level is Level.ERROR} == set()
    assert ends(program)[1:5] == [(10, 10, 5), (20, 10, 5), (1, 10, 5), (5, 10, 5)]
    assert feeds(program)[1:5] == [600, 600, 0, 600]
    assert not program.moves.speed_rpm[1:].any()
    assert program.moves.arcs.plane.tolist() == [17]


@pytest.mark.parametrize("value", ["100", "-100"])
def test_an_offset_left_on_either_way(value: str) -> None:
    assert "OFFSET_LEFT_ON" in codes(read(text(f"G92 X{value}")))


def test_g92_along_one_axis_and_its_end_along_all() -> None:
    assert ends(read(text("G92 Y7", "G1 X1 Y7", "G92.1", "G1 Y3")))[1:3] == [(1, 0, 5), (1, 3, 5)]
    assert ends(read(text("G92 X100", "G92.1", "G92.3", "G1 X1")))[1] == (1, 0, 5)


def test_every_change_of_work_coordinates_is_told() -> None:
    program = read(text("G92 X100", "G55", "G1 X3", "G54", "G1 X4", "G92.1"))
    assert finding(program, "WORK_COORDINATES_CHANGED").count == 2
    assert [x for x, *_ in ends(program) if x in {3, 4}] == [3, 4, 4]


def test_moved_work_coordinates_lose_the_axes_named() -> None:
    x, y, z = ends(read(text("G10 L2 P1 X5", "G0 Z6")))[2]
    assert isnan(x)
    assert (y, z) == (0, 6)
    assert "WORK_COORDINATES_CHANGED" in codes(read("G21 G55\nG0 X0 Y0 Z5\nG10 L2 X5\nG0 X1\nM30\n", "grbl"))


def test_g49_takes_no_length() -> None:
    assert (1, 0, 4) in ends(read(text("G49 G1 Z4", "G49", "G0 X1")))


def test_levels_of_a_cycle_are_those_of_its_offset() -> None:
    drilled = ends(read(text("G92 Z10", "G81 X1 Z3 R6", "G80", "G92.1")))
    assert [place for place in drilled if place[0] == 1][:3] == [(1, 0, 5), (1, 0, 1), (1, 0, -2)]
    assert "CYCLE_INCOMPLETE" not in codes(read(text("G81 X1 Z1 R1", "G80")))


def test_a_cycle_from_an_unknown_height_rises_to_its_retract_plane_and_may_stay_there() -> None:
    moves = ends(read("G21 F100\nM3 S9\nG0 X0 Y0\nG99 G81 X3 Y4 Z-2 R1\nG80\nM5\nM2\n"))
    assert moves[1:] == [(0, 0, 1), (3, 4, 1), (3, 4, -2), (3, 4, 1)]


def test_a_cycle_left_for_a_rapid_begins_anew() -> None:
    program = read(text("G98 G81 X1 Z-2 R1", "G0 Z8", "G81 X2 Z-2 R1", "G80"))
    assert (2, 0, 8) in ends(program)[-3:]
    assert codes(read(text("G81 X1 Z-2 R1 L1", "G80", "G81 X2 Z-2 R1 L2", "G80"))) == set()
    assert Kind.LINE not in read(text("G81 X1 Z-2 R1 L0", "G80"), "fanuc").moves.kind.tolist()
