"""Canned cycles as the moves they are."""

from math import isnan

import pytest

from feasibility_svc.domain.gcode.controllers import CONTROLLERS
from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.moves import Kind
from feasibility_svc.domain.gcode.reader import read_program
from tests.feasibility_svc.domain.gcode.programs import codes, ends, level, read, text


def path(*lines: str) -> list[tuple[int, float, float, float]]:
    program = read(text(*lines))
    assert codes(program) == set()
    return [(kind, *place) for kind, place in zip(program.moves.kind.tolist(), ends(program), strict=True)][1:]


def test_g81_drills_and_comes_back_to_where_it_began() -> None:
    assert path("G98 G81 X3 Y4 Z-2 R1") == [
        (Kind.RAPID, 3, 4, 5),
        (Kind.RAPID, 3, 4, 1),
        (Kind.LINE, 3, 4, -2),
        (Kind.RAPID, 3, 4, 5),
    ]


def test_g99_comes_back_to_the_retract_plane_and_bare_words_drill_on() -> None:
    moves = path("G99 G81 X3 Y4 Z-2 R1", "X6", "G80")
    assert moves[3:7] == [(Kind.RAPID, 3, 4, 1), (Kind.RAPID, 6, 4, 1), (Kind.LINE, 6, 4, -2), (Kind.RAPID, 6, 4, 1)]


def test_g83_comes_out_of_the_hole_between_pecks() -> None:
    moves = path("G98 G83 X0 Y0 Z-2 R1 Q2")
    assert [(kind, z) for kind, _, _, z in moves] == [
        (Kind.RAPID, 1),
        (Kind.LINE, -1),
        (Kind.RAPID, 1),
        (Kind.RAPID, -0.746),
        (Kind.LINE, -2),
        (Kind.RAPID, 5),
    ]


def test_g73_backs_off_a_little_between_pecks() -> None:
    moves = path("G98 G73 X0 Y0 Z-2 R1 Q2")
    assert [z for _, _, _, z in moves] == [1, -1, -0.746, -2, 5]


def test_g85_feeds_out_again() -> None:
    assert [kind for kind, *_ in path("G85 X3 Y4 Z-2 R1")] == [Kind.RAPID, Kind.RAPID, Kind.LINE, Kind.LINE, Kind.RAPID]


def test_g82_waits_at_the_bottom() -> None:
    assert read(text("G82 X3 Y4 Z-2 R1 P1.5")).dwell_s == 1.5


def test_incremental_cycles_repeat_and_count_from_the_start() -> None:
    moves = path("G91 G81 X10 Y0 Z-3 R-4 L3", "G90 G80")
    assert [(x, z) for kind, x, _, z in moves if kind == Kind.LINE] == [(10, -2), (20, -2), (30, -2)]


def test_a_cycle_below_its_retract_plane_rises_first() -> None:
    assert path("G0 Z-1", "G81 X3 Y4 Z-2 R1")[1:3] == [(Kind.RAPID, 0, 0, 1), (Kind.RAPID, 3, 4, 1)]


@pytest.mark.parametrize(
    "line", ["G81 X3 Y4 Z-2", "G81 X3 Y4 R1", "G83 X3 Y4 Z-2 R1", "G81 X3 Y4 Z2 R1", "G81 X3 Y4 Z-2 R1 L0"]
)
def test_a_cycle_that_lacks_a_word_or_contradicts_itself_is_an_error(line: str) -> None:
    assert level(read(text(line, "G80 G17")), "CYCLE_INCOMPLETE") is Level.ERROR


def test_a_cycle_at_an_unknown_place_is_not_verifiable() -> None:
    program = read("G21 F100\nG0 X1\nG98 G81 Z-2 R1\nG80\nM2\n")
    assert level(program, "CYCLE_FROM_NOWHERE") is Level.NOT_VERIFIABLE
    assert isnan(ends(program)[-1][2])


def test_a_cycle_along_another_axis_is_accepted_and_not_followed() -> None:
    program = read(text("G18 G81 X3 Y-2 Z4 R1", "G80 G17"))
    assert level(program, "CODE_NOT_UNDERSTOOD") is Level.NOT_VERIFIABLE
    assert codes(program) == {"CODE_NOT_UNDERSTOOD"}


@pytest.mark.parametrize(("controller", "height"), [("linuxcnc", 1), ("fanuc", 5)])
def test_where_cycles_end_until_the_program_says_so_is_up_to_the_controller(controller: str, height: float) -> None:
    assert ends(read(text("G81 X3 Y4 Z-2 R1", "G80 X9"), controller))[4] == (3, 4, height)


def test_a_short_program_of_endless_cycles_ends_with_a_finding() -> None:
    data = text("G91 G83 X1 Y1 Z-9000 R0 Q0.001 L9", "G90 G80").encode()
    program = read_program([data], CONTROLLERS["linuxcnc"], most_moves=2_000)
    assert level(program, "TOO_MANY_MOVES") is Level.NOT_VERIFIABLE


def test_grbl_has_no_canned_cycles() -> None:
    assert level(read(text("G81 X3 Y4 Z-2 R1"), "grbl"), "CODE_NOT_ACCEPTED") is Level.ERROR


def test_a_cycle_in_inches_is_as_deep_as_one_in_millimetres() -> None:
    inches = read("G20 G90 G17 G94\nM3 S18000\nG0 X0 Y0 Z1\nF20\nG99 G82 X1 Y2 Z-0.5 R0.1 P1.5\nG80\nG0 Z1\nM5\nM30\n")
    assert codes(inches) == set()
    assert ends(inches)[1:5] == [(25.4, 50.8, 25.4), (25.4, 50.8, 2.54), (25.4, 50.8, -12.7), (25.4, 50.8, 2.54)]
    assert inches.dwell_s == 1.5


def test_a_pause_of_less_than_a_second_counts() -> None:
    assert read(text("G82 X3 Y4 Z-2 R1 P0.25")).dwell_s == 0.25


@pytest.mark.parametrize(
    ("line", "controller"),
    [
        ("G1 X5", "linuxcnc"),
        ("G2 X5 I1", "linuxcnc"),
        ("G2 X5 I1 (an arc beside a comment)", "linuxcnc"),
        ("G53 G0 Z0", "linuxcnc"),
        ("G80 G92 X3", "linuxcnc"),
        ("G0 G28 Z5", "fanuc"),
        ("G0 X[1 + 2]", "linuxcnc"),
    ],
)
def test_every_other_motion_cancels_a_cycle_and_its_levels(line: str, controller: str) -> None:
    drilled = "G81 X3 Y4 Z-2 R1"
    assert "CYCLE_INCOMPLETE" not in codes(read(text(drilled, line, drilled), controller))
    program = read(text(drilled, line, "G81 X6 Y4"), controller)
    assert "CYCLE_INCOMPLETE" in codes(program)


def test_a_cycle_after_a_helix_comes_back_to_where_the_helix_ended() -> None:
    moves = path("G98 G81 X3 Y4 Z-2 R1", "G2 X3 Y4 Z9 I1", "G81 X6 Y4 Z-2 R1")
    assert moves[-3:-1] == [(Kind.LINE, 6, 4, -2), (Kind.RAPID, 6, 4, 9)]
