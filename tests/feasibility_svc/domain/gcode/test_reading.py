"""What lines mean: words, modes, units, distances, offsets."""

from math import isnan

import pytest

from feasibility_svc.domain.gcode.controllers import CONTROLLERS
from feasibility_svc.domain.gcode.findings import MOST_PLACES, Level
from feasibility_svc.domain.gcode.moves import Kind
from feasibility_svc.domain.gcode.reader import read_program
from tests.feasibility_svc.domain.gcode.programs import HEAD, TAIL, codes, ends, finding, level, read, text


def test_a_usual_program_has_nothing_to_say_about_it() -> None:
    for controller in ("grbl", "linuxcnc"):
        assert codes(read(text("G1 Z-1 F300", "X10 F600"), controller)) == set()


@pytest.mark.parametrize(
    "line", ["G1X10Y-.5", "g01 x10 y-0.5", "N7 G1 X 1 0 Y - . 5", "y-.5g1x+10.", "G1 (a) X10 (b) Y-.5 ; c"]
)
def test_a_line_may_be_written_in_many_ways(line: str) -> None:
    assert ends(read(text(line)))[1] == (10, -0.5, 5)


def test_a_bare_coordinate_continues_the_last_motion() -> None:
    program = read(text("G1 X1", "X2", "G0 X3", "X4"))
    assert program.moves.kind.tolist()[1:5] == [Kind.LINE, Kind.LINE, Kind.RAPID, Kind.RAPID]


def test_incremental_moves_add_up_in_inches() -> None:
    program = read("G20 G91\nF10\nG0 X1\nG1 X1 Y-0.5\nG90\nM2\n")
    assert isnan(program.moves.x_mm[0])
    program = read("G20 G90\nF10\nG0 X0 Y0 Z0\nG91\nG1 X1 Y-.5\nX.5\nG90\nM2\n")
    assert ends(program)[1:] == [(25.4, -12.7, 0), (38.1, -12.7, 0)]
    assert program.moves.feed_mm_per_min[1] == pytest.approx(254.0)
    assert program.units == "inch"


def test_axes_become_known_one_by_one() -> None:
    program = read("G21 F100\nG0 Z5\nX1\nG1 Y2\nM2\n")
    first = program.moves
    assert [isnan(first.x_mm[0]), isnan(first.y_mm[0]), first.z_mm[0]] == [True, True, 5]
    assert ends(program)[2] == (1, 2, 5)


@pytest.mark.parametrize("away", ["G28", "G53 G0 Z0 X0 Y0", "G28 X0 Y0 Z0", "G30"])
def test_after_going_home_nothing_is_known(away: str) -> None:
    program = read(text(away, "G0 X7"))
    assert Kind.AWAY in program.moves.kind
    last = ends(program)[-2]
    assert last[0] == 7
    assert isnan(last[1])


def test_going_home_in_z_alone_keeps_x_and_y() -> None:
    program = read(text("G91 G28 Z0", "G90", "G0 X7"))
    assert ends(program)[-2][:2] == (7, 0)
    assert isnan(ends(program)[-2][2])


def test_g92_renames_a_known_place_and_moves_nothing() -> None:
    program = read(text("G0 X10", "G92 X0", "G1 X5", "G92.1", "X0"))
    assert [place[0] for place in ends(program)[:4]] == [0, 10, 15, 0]


def test_g92_at_an_unknown_place_says_where_the_work_is() -> None:
    program = read("G21 F100\nG92 X0 Y0 Z0\nG1 X5\nM2\n")
    assert ends(program)[-1] == (5, 0, 0)
    assert codes(program) == set()


def test_g92_can_be_suspended_and_brought_back() -> None:
    program = read(text("G92 X100", "G92.2", "G1 X1", "G92.3", "X102", "G92.1"))
    assert [place[0] for place in ends(program)] == [0, 1, 2]


def test_g52_shifts_the_numbers() -> None:
    program = read(text("G52 X10", "G1 X1", "G52 X0"))
    assert ends(program)[1] == (11, 0, 5)


def test_an_offset_left_on_is_a_warning() -> None:
    assert level(read(text("G0 X10", "G92 X0")), "OFFSET_LEFT_ON") is Level.WARNING


def test_incremental_mode_left_on_is_a_warning() -> None:
    assert level(read(text("G91")), "INCREMENTAL_LEFT_ON") is Level.WARNING


def test_other_work_coordinates_cannot_be_laid_beside() -> None:
    program = read(text("G1 X1", "G55", "G1 X5"))
    assert level(program, "WORK_COORDINATES_CHANGED") is Level.NOT_VERIFIABLE
    assert "WORK_COORDINATES_CHANGED" not in codes(read("G21 G55\nF100\nG0 X0 Y0 Z0\nG1 X5\nM2\n"))


def test_moving_the_work_coordinates_is_not_followed() -> None:
    assert "WORK_COORDINATES_CHANGED" in codes(read(text("G10 L2 P1 X5")))
    assert "WORK_COORDINATES_CHANGED" not in codes(read(text("G10 L2 P3 X5", "G10 L1 P3 Z5")))
    program = read("G21 F100\nG10 L20 P1 X3 Y0 Z0\nG91 G1 X1\nG90\nM2\n")
    assert ends(program)[-1] == (4, 0, 0)


def test_the_spindle_speed_of_a_move_is_zero_while_it_stands() -> None:
    program = read("G21 F100 S5000\nG0 X0 Y0 Z0\nM3\nG1 X1\nM5\nX2\nM2\n")
    assert program.moves.speed_rpm.tolist() == [0, 5000, 0]


def test_tools_are_counted_and_the_feed_of_the_last_one_is_marked() -> None:
    program = read(text("M5 T2 M6", "M3", "G1 X1", "F500 X2"))
    assert [change.number for change in program.tools] == [2]
    assert program.moves.tool.tolist()[:3] == [0, 1, 1]
    assert program.moves.flags.tolist()[1:3] == [2, 1]


def test_changing_a_tool_while_the_spindle_runs_is_a_warning() -> None:
    assert level(read(text("T2 M6")), "CHANGE_WITH_SPINDLE_ON") is Level.WARNING


def test_a_change_to_no_tool_lacks_a_word() -> None:
    assert codes(read(text("M5", "M6", "M3"))) == {"TOOL_NOT_NAMED"}


def test_dwell_is_seconds_for_linuxcnc_and_told_as_doubtful_for_mach() -> None:
    assert read(text("G4 P2.5")).dwell_s == 2.5
    program = read(text("G4 P500", "G4 P2", "G4 X3"), "mach3")
    assert program.dwell_s == 5.5
    assert level(program, "DWELL_AMBIGUOUS") is Level.WARNING
    assert "WORD_MISSING" in codes(read(text("G4")))


def test_inverse_time_makes_the_feed_of_the_length() -> None:
    program = read(text("G93 G1 X30 F2", "G94 F600"))
    assert program.moves.feed_mm_per_min[1] == 60
    assert "NO_FEED" in codes(read(text("G93 G1 X30", "G94 F600")))


def test_feed_per_turn_needs_the_spindle_speed() -> None:
    program = read(text("G95 G1 X30 F0.1", "G94 F600"))
    assert program.moves.feed_mm_per_min[1] == pytest.approx(1800)


@pytest.mark.parametrize(("controller", "feed"), [("grbl", 152.4), ("linuxcnc", 6.0)])
def test_a_feed_beside_g20_has_the_units_of_the_controller(controller: str, feed: float) -> None:
    program = read("G90 G20 F6\nG0 X0 Y0 Z0\nG1 X1\nM2\n", controller)
    assert program.moves.feed_mm_per_min[1] == pytest.approx(feed)


def test_a_feed_beside_changed_units_is_doubtful_where_the_controller_is_not_known() -> None:
    assert "FEED_UNITS_AMBIGUOUS" in codes(read("G21\nG0 X0 Y0 Z0\nG20 F6\nG1 X1\nM30\n", "unknown"))


@pytest.mark.parametrize("feed", ["F0", "F-5", ""])
def test_cutting_needs_a_feed(feed: str) -> None:
    assert level(read(f"G21 {feed}\nG0 X0 Y0 Z0\nG1 X1\nX2\nM2\n"), "NO_FEED") is Level.ERROR


def test_units_must_be_stated_before_the_first_move() -> None:
    program = read("F100\nG0 X0 Y0 Z0\nG1 X1\nM2\n")
    assert (level(program, "UNITS_NOT_STATED"), finding(program, "UNITS_NOT_STATED").first.line) == (Level.ERROR, 2)
    assert program.units == ""


def test_units_changed_midway_are_an_error() -> None:
    assert finding(read(text("G20")), "UNITS_CHANGED").first.line == 5
    assert "UNITS_CHANGED" in codes(read("G0 X0 Y0 Z0\nG20\nM2\n"))


def test_what_is_missing_after_something_unknown_is_not_certain() -> None:
    program = read("#1=21\nF100\nG0 X0 Y0 Z0\nG1 X1\nM2\n")
    assert level(program, "UNITS_NOT_STATED") is Level.NOT_VERIFIABLE


def test_the_spindle_should_not_run_at_the_end() -> None:
    assert level(read(HEAD + "G1 X1\nM30\n"), "SPINDLE_LEFT_ON") is Level.WARNING


def test_findings_name_at_most_twenty_places_and_count_all() -> None:
    program = read("G21\nG0 X0 Y0 Z0\n" + "".join(f"G1 X{number}\n" for number in range(1, 101)) + "M2\n")
    found = finding(program, "NO_FEED")
    assert (found.count, len(found.places), found.first.line) == (100, MOST_PLACES, 3)


def test_the_size_of_chunks_does_not_matter() -> None:
    data = text("G1 X1", "G2 X3 I1", "(note) Y2").replace("\n", "\r\n").encode()
    single = read_program([bytes([byte]) for byte in data], CONTROLLERS["linuxcnc"])
    whole = read_program([data], CONTROLLERS["linuxcnc"])
    assert (ends(single), single.line_count, single.findings) == (ends(whole), whole.line_count, whole.findings)


def test_a_checkpoint_can_end_the_reading() -> None:
    class EnoughError(Exception):
        pass

    def stop() -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        read_program([b"G21\n" * 5000], CONTROLLERS["grbl"], checkpoint=stop)


def test_nothing_is_lost_between_head_and_tail() -> None:
    assert (len(read(text()).moves), HEAD.count("\n") + TAIL.count("\n")) == (1, 8)


@pytest.mark.parametrize("line", ["G99 G81 X1 Y1 Z-1 R0 L200000", "G83 X1 Y1 Z-900000 R0 Q.001", "G1 X1\nX2\n" * 99])
def test_a_bound_on_moves_ends_the_reading(line: str) -> None:
    data = (text(line) + "\n" * 4096).encode()
    program = read_program([data], CONTROLLERS["linuxcnc"], most_moves=100)
    assert level(program, "TOO_MANY_MOVES") is Level.NOT_VERIFIABLE
    assert len(program.moves) < 210


def test_an_arc_in_inverse_time_and_one_that_climbs_from_nowhere() -> None:
    program = read("G21 F100\nG0 X0 Y0\nG2 X10 Y10 Z-1 I10 J0\nM2\n")
    assert program.moves.arcs.move.tolist() == [1]


def test_codes_after_a_way_that_takes_the_axes_only_set_the_mode() -> None:
    assert ends(read(text("G1 G4 P1", "X3")))[1] == (3, 0, 5)
    assert ends(read(text("G1 G53 X9", "X3")))[2] == (3, 0, 5)
    assert ends(read(text("G1", "X3")))[1] == (3, 0, 5)


def test_inverse_time_from_an_unknown_place_has_no_feed() -> None:
    assert read("G21 G93\nG1 X5 F2\nG94\nM2\n").moves.feed_mm_per_min[0] == 0


def test_moving_work_coordinates_before_the_first_move_changes_nothing_known() -> None:
    program = read("G21 F100\nG10 L2 P1 X5\nG10 L20 P1 Y0 Z1\nG92.3\nG0 X1\nG1 X2\nM2\n")
    assert ends(program)[-1] == (2, 0, 1)


def test_g92_after_a_place_was_lost_cannot_be_laid_beside() -> None:
    assert "WORK_COORDINATES_CHANGED" in codes(read(text("G28 X0", "G92 X0")))


def test_storing_a_place_moves_nothing() -> None:
    assert len(read(text("G28.1", "G53 G0", "G9")).moves) == 1


def test_g94_forgets_the_feed_of_linuxcnc_only() -> None:
    assert "NO_FEED" in codes(read(text("G94 G1 X1")))
    assert codes(read(text("G94 G1 X1"), "grbl")) == set()
