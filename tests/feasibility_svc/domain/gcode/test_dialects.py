"""Text that controllers read differently: slashes, comments, characters, numbers, codes on one line.

GRBL 1.1h and LinuxCNC 2.9 gave the answers expected of them here.
"""

import pytest

from feasibility_svc.domain.gcode.findings import Level
from tests.feasibility_svc.domain.gcode.programs import codes, ends, finding, level, read, text

E, W, N = Level.ERROR, Level.WARNING, Level.NOT_VERIFIABLE


@pytest.mark.parametrize(
    ("controller", "line"),
    [
        ("grbl", "/G1 X1 Y2"),
        ("grbl", "G1 X1 /Y2"),
        ("grbl", "G1 X/1 Y2/"),
        ("grbl", "G1 // X1 Y2"),
        ("grbl", "// G1 X1 Y2"),
        ("grbl", "g/1x1y2 ; /"),
        ("linuxcnc", "/ G1 X1 Y2"),
        ("linuxcnc", "/N10 G1 X1 Y2"),
        ("fanuc", "/2 G1 X1 Y2"),
        ("mach4", "G1 X1 /3 Y2"),
        ("unknown", "N5 / G1 X1 Y2"),
    ],
)
def test_what_a_slash_may_delete_is_read_with_a_warning(controller: str, line: str) -> None:
    program = read(text(line), controller)
    assert (codes(program), ends(program)[1]) == ({"BLOCK_DELETE"}, (1, 2, 5))
    assert level(program, "BLOCK_DELETE") is W


@pytest.mark.parametrize("line", ["G1 X1 /Y2", "/2 G1 X1", "N5 /G1 X1", "G1 X1 Y2 /"])
def test_linuxcnc_takes_a_slash_at_the_beginning_only(line: str) -> None:
    assert level(read(text(line)), "UNEXPECTED_CHARACTER") is E


def test_grbl_sees_no_comment_behind_slashes() -> None:
    assert level(read(text("// a remark"), "grbl"), "DOUBLE_SLASH") is E
    assert codes(read(text("//", "// (a remark)"), "grbl")) == set()


@pytest.mark.parametrize("line", ["G1 X(a)2", "G1 X2(a)3", "G(a)1 X2", "G1 X-(a)2", "(a) N5 G1 X2", "N+5 G1 X2"])
def test_linuxcnc_ends_a_word_at_a_comment_and_wants_plain_labels_first(line: str) -> None:
    assert any(item.level is E for item in read(text(line)).findings)


@pytest.mark.parametrize(
    "line", ["G1 X(a)2", "G(a)1 X2", "(a) N5 G1 X2", "G1(a)X2(b)", "G1 X2 ;(a) X3", "(a;b) G1 X2", "G1 X2 (a) ; b"]
)
def test_grbl_drops_comments_wherever_they_stand(line: str) -> None:
    program = read(text(line), "grbl")
    assert (codes(program), ends(program)[1]) == (set(), (2, 0, 5))


def test_linuxcnc_reads_words_on_after_a_comment() -> None:
    program = read(text("G1 (a) X2 (b) Y3 (c)"))
    assert (codes(program), ends(program)[1]) == (set(), (2, 3, 5))


@pytest.mark.parametrize("line", ["G1 \x07X2", "G1 X\x012", "G1 X2\x1a", "G1 ~X2", "G1! X2?"])
def test_grbl_drops_control_characters_and_its_own_orders(line: str) -> None:
    program = read(text(line), "grbl")
    assert (codes(program), ends(program)[1]) == ({"CONTROL_CHARACTER"}, (2, 0, 5))


def test_grbl_takes_bytes_over_127_for_orders_not_for_text() -> None:
    program = read(text("G1 X\xa22"), "grbl")
    assert (codes(program), ends(program)[1]) == ({"NON_ASCII"}, (2, 0, 5))
    assert "LETTER_WITHOUT_NUMBER" in codes(read(text("G1 X\xa22")))


def test_blanks_of_any_kind_may_end_a_line() -> None:
    assert codes(read(text("G1 X2 \t\t"))) == set()
    assert codes(read("G21 F9\nG0 X1 \x0b\nG0 X2\nM2\n")) <= {"CONTROL_CHARACTER"}


@pytest.mark.parametrize("line", ["g1 x 1 . 5 y-.5", "G 0 1 X1.5Y-0.5", "N 1 0 G1.0X+1.50 Y-.50", "\tG1\tX1.5\tY-.5"])
def test_case_blanks_and_missing_decimals_change_no_number(line: str) -> None:
    for controller in ("grbl", "linuxcnc", "mach3", "unknown"):
        program = read(text(line), controller)
        assert (codes(program), ends(program)[1]) == (set(), (1.5, -0.5, 5))


BOTH, GRBL, LINUXCNC = {"grbl", "linuxcnc"}, {"grbl"}, {"linuxcnc"}


@pytest.mark.parametrize(
    ("line", "refusing"),
    [
        ("G1.01 X1", BOTH),
        ("M3.01", BOTH),
        ("M8 M9", BOTH),
        ("M7 M8", BOTH),
        ("M48 M49", BOTH),
        ("G10 L2 P10 X1", BOTH),
        ("G10 L20 P7 X1", GRBL),
        ("G10 L2 X1", LINUXCNC),
        ("G10 L2 P1", GRBL),
        ("G10 L2 P1 X1 R45", GRBL),
        ("G10 L2 P1 X1", set()),
        ("G43.1 Z1 X1", GRBL),
        ("G43.1 Z1 G1 X1", GRBL),
        ("G49 G1 X1", GRBL),
        ("G92 X1 G43.1 Z1", GRBL),
        ("G49 G17 G40", set()),
        ("G2 X2 Y0 I1 P2", GRBL),
        ("T255", set()),
        ("T256", GRBL),
        ("N10000000 G1 X1", set()),
        ("N10000001 G1 X1", GRBL),
        ("G50", BOTH),
        ("% G1 X1", BOTH),
        ("M50 P1", GRBL),
        ("M53 P0", GRBL),
    ],
)
def test_lines_that_controllers_refuse_are_errors(line: str, refusing: set[str]) -> None:
    found = {
        controller for controller in BOTH if any(item.level is E for item in read(text(line), controller).findings)
    }
    assert found == refusing


def test_coolants_on_one_line_are_fine_elsewhere() -> None:
    assert codes(read(text("M7 M8"), "mach3")) == set()


@pytest.mark.parametrize("controller", ["grbl", "linuxcnc"])
@pytest.mark.parametrize("code", ["G4 P0.5", "G28.1", "G30.1"])
def test_axis_words_beside_a_code_that_takes_none_move(controller: str, code: str) -> None:
    assert ends(read(text(f"{code} X7"), controller))[1] == (7, 0, 5)


@pytest.mark.parametrize("controller", ["grbl", "linuxcnc"])
def test_a_tool_length_given_moves_nothing_and_lowers_the_tip(controller: str) -> None:
    program = read(text("G43.1 Z2", "G1 X1", "G49", "X2"), controller)
    assert codes(program) == set()
    assert next(place for place in ends(program) if place[0] == 1) == (1, 0, 3)
    assert (2, 0, 5) in ends(program)


def test_linuxcnc_moves_beside_a_tool_length_where_the_line_says_how() -> None:
    assert (1, 0, 2) in ends(read(text("G43.1 Z2 G1 X1 Z2")))


def test_g49_takes_the_axis_words_of_grbl_only() -> None:
    assert (9, 0, 5) not in ends(read(text("G49 X9"), "grbl"))
    assert (9, 0, 5) in ends(read(text("G49 X9")))


def test_axis_words_before_any_motion_are_refused_by_linuxcnc_and_rapids_elsewhere() -> None:
    program = "G21 F9\nZ10\nG0 X1\nM2\n"
    assert finding(read(program), "NO_MOTION_MODE").first.line == 2
    assert codes(read(program, "grbl")) == set()


@pytest.mark.parametrize("lines", [("G5 X1 Y1 I1 J1 P0 Q1", "X2 Y2 P1 Q1"), ("G92 A0",), ("G71.1 Q1 X1",)])
def test_what_linuxcnc_takes_and_nobody_follows_here_is_not_refused(lines: tuple[str, ...]) -> None:
    assert {item.level for item in read(text(*lines)).findings} == {N}


def test_a_percent_closes_for_linuxcnc_only_what_one_opened() -> None:
    assert finding(read("G21 F9\nG0 X1\n%\nM2\n"), "UNEXPECTED_CHARACTER").first.line == 3
    assert codes(read("G21 F9\nG0 X1\nM2\n%\n")) == set()
    assert codes(read("%\nG21 F9\nG0 X1\n%\n")) == set()
