"""Where one meaning ends and another begins: words, codes, lines. As the manuals of the controllers have it."""

from math import isnan, pi

import pytest

from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.moves import Kind
from tests.feasibility_svc.domain.gcode.programs import HEAD, codes, ends, finding, level, read, text

E, W, N = Level.ERROR, Level.WARNING, Level.NOT_VERIFIABLE


def errors(line: str, controller: str) -> set[str]:
    return {item.code for item in read(text(line), controller).findings if item.level is E}


@pytest.mark.parametrize("line", ["G10 L0", "G10 L1 P1 Z5", "G10 L2 P1 X1", "G10 L10 P1 Z5", "G10 L11 P1 Z5"])
def test_linuxcnc_has_these_tables(line: str) -> None:
    assert errors(line, "linuxcnc") == set()


@pytest.mark.parametrize("table", ["L3", "L9", "L12", "L21"])
def test_linuxcnc_has_no_other_tables(table: str) -> None:
    assert errors(f"G10 {table} P1 X5", "linuxcnc") == {"WORD_MISSING"}


def test_a_label_may_be_zero_and_not_below() -> None:
    for line in ("N0 G1 X1", "N0 G1 X1 (remark)"):
        assert errors(line, "grbl") == errors(line, "linuxcnc") == set()
    assert errors("N-1 G1 X1", "grbl") == {"LABEL_MISPLACED"}


def test_the_words_of_a_line_belong_to_the_motion_it_names() -> None:
    assert level(read(text("G2 X10 Y10 I10", "G1 X11 I5")), "WORD_UNUSED") is E
    assert codes(read(text("G2 X10 Y10 I10", "G0 X0 Y0", "G2 X10 Y10 I10"))) == set()


@pytest.mark.parametrize(
    ("line", "controller"),
    [
        ("G10 L2 P1 X1 G49", "grbl"),
        ("G92 X1 G49", "grbl"),
        ("G92 X1 G81 Z-2 R1", "linuxcnc"),
        ("G28 X1 G0", "linuxcnc"),
    ],
)
def test_two_codes_of_a_line_cannot_both_have_its_axes(line: str, controller: str) -> None:
    assert "CODES_CONFLICT" in errors(line, controller)


def test_of_two_motions_that_are_only_warned_of_the_later_is_read() -> None:
    program = read(text("G0 G81 X3 Y4 Z-2 R1", "G80"), "mach3")
    assert level(program, "CODES_CONFLICT") is W
    assert Kind.LINE in program.moves.kind.tolist()


@pytest.mark.parametrize("line", ["G3", "G2", "G52", "G92"])
def test_codes_that_go_nowhere_lack_a_word(line: str) -> None:
    assert "WORD_MISSING" in errors(line, "linuxcnc")


@pytest.mark.parametrize("line", ["G53 G0", "G53 G1"])
def test_machine_coordinates_without_axes_go_nowhere(line: str) -> None:
    assert codes(read(text(line))) == set()


def test_a_code_of_a_shop_is_not_understood_whatever_its_words() -> None:
    assert codes(read(text("M100 P1 Q2 D3"))) == {"CODE_NOT_UNDERSTOOD"}
    assert codes(read(text("M100 P1"), "grbl")) == {"CODE_NOT_ACCEPTED", "WORD_UNUSED"}


def test_half_a_turn_by_its_radius_is_one_anywhere() -> None:
    assert codes(read(text("G0 X5 Y3", "G2 X25 Y3 R10"), "grbl")) == {"HALF_TURN_BY_RADIUS"}
    assert codes(read(text("G0 X5 Y3", "G2 X5 Y23 R10"), "grbl")) == {"HALF_TURN_BY_RADIUS"}
    assert codes(read(text("G0 X5 Y3", "G2 X15 Y13 R10"), "grbl")) == set()


def test_the_longest_lines_that_fit() -> None:
    fits = "G1X1." + "0" * 74
    assert codes(read(text(fits, f"{fits} (so)"), "grbl")) == set()
    for longer in (f"{fits}0", f"{fits}0 (so)"):
        assert level(read(text(longer), "grbl"), "LONG_LINE") is E
    longest = "G1X1." + "0" * 250
    assert codes(read(text(longest))) == set()
    assert level(read(text(f"{longest} (so)")), "LONG_LINE") is W
    assert level(read(text(f"{longest}0")), "LONG_LINE") is E
    assert codes(read(text(f"({'x' * 253})"), "grbl")) == set()
    assert level(read(text(f"({'x' * 254})"), "grbl"), "LONG_LINE") is W
    assert "LINE_UNREADABLY_LONG" not in codes(read(text(f"({'x' * 16_382})")))
    assert "LINE_UNREADABLY_LONG" in codes(read(text(f"({'x' * 16_383})")))


def test_the_largest_number_that_is_one() -> None:
    assert codes(read(text("G1 X1000000 (far)"))) == set()
    assert level(read(text("G1 X1000000.5 (far)")), "BAD_NUMBER") is E


@pytest.mark.parametrize("character", ["\x80", "\xff"])
def test_grbl_takes_the_first_and_the_last_byte_over_127_for_orders(character: str) -> None:
    assert codes(read(text(f"G1 X{character}1"), "grbl")) == {"NON_ASCII"}


@pytest.mark.parametrize("order", ["\x18", "\x84", "\x90", "\x91", "\x9c", "\x9e", "\xa0", "\xa1"])
def test_grbl_obeys_some_bytes_at_once_even_in_a_comment(order: str) -> None:
    for line in (f"G1 X1 (so {order})", f"; {order}", f"G1{order} X1"):
        assert level(read(text(line), "grbl"), "REALTIME_ORDER") is N
    assert "REALTIME_ORDER" not in codes(read(text(f"({order})")))


@pytest.mark.parametrize("character", ["\x17", "\x19", "\x83", "\x85", "\x8f", "\x9f", "\xa2", "\xe9"])
def test_other_bytes_change_nothing_of_what_grbl_cuts(character: str) -> None:
    assert "REALTIME_ORDER" not in codes(read(text(f"({character})"), "grbl"))


def test_grbl_does_not_drop_the_delete_character() -> None:
    assert "LETTER_WITHOUT_NUMBER" in errors("G1 X\x7f1", "grbl")


@pytest.mark.parametrize(("line", "code"), [("OFF", "LETTER_WITHOUT_NUMBER"), ('G1 "X1', "UNEXPECTED_CHARACTER")])
def test_what_is_no_word_is_an_error(line: str, code: str) -> None:
    assert errors(line, "linuxcnc") == {code}


def test_what_stands_in_a_comment_within_a_comment_moves_nothing() -> None:
    program = read(text("(a (b) X9) G1 X1"), "mach3")
    assert codes(program) == {"NESTED_COMMENT"}
    assert ends(program)[1] == (1, 0, 5)


def test_the_number_of_a_program_stands_alone_and_first() -> None:
    assert level(read("O1234 G1 X5\n" + text("G1 X1"), "fanuc"), "SUBPROGRAM") is N
    assert level(read("G1 X[1]\nO1234\n" + text("G1 X1"), "fanuc"), "SUBPROGRAM") is N


def test_an_expression_is_not_verifiable_for_every_controller() -> None:
    for controller in ("grbl", "linuxcnc", "mach3"):
        assert level(read(text("G1 X[1]"), controller), "EXPRESSION") is N


def test_the_code_of_a_broken_line_goes_on() -> None:
    program = read(text("G0 X1", "G1 X[3]", "X9", "G1 X10"))
    assert program.moves.kind.tolist()[3] == Kind.LINE
    assert read(text("G1 X1", "G4 P[1]", "X9")).moves.kind.tolist()[-1] == Kind.LINE


def test_text_after_a_percent_is_told_once_and_read_where_nothing_ends() -> None:
    for controller in ("grbl", "mach3"):
        program = read("%\n" + HEAD + "G1 X1\n%\nG1 X2\nG1 X3\nM5\nM30\n", controller)
        assert finding(program, "PERCENT_INSIDE").count == 1
        assert ends(program)[-1] == (3, 0, 5)


def test_a_turn_is_the_least_an_arc_may_have() -> None:
    assert codes(read(text("G2 X0 Y0 I10 P1"))) == set()
    assert read(text("G2 X0 Y0 I10 P1.5")).moves.arcs.sweep_rad[0] == pytest.approx(-2 * pi)


def test_one_end_in_the_plane_is_enough_for_an_arc_of_grbl() -> None:
    assert codes(read(text("G2 X20 I10 J0"), "grbl")) == set()
    assert codes(read(text("G2 Y20 I0 J10"), "grbl")) == set()


@pytest.mark.parametrize(
    ("line", "kind"), [("G2 X10 Y10 R10", Kind.CLOCKWISE), ("G3 X10 Y10 R10", Kind.COUNTER_CLOCKWISE)]
)
def test_an_arc_goes_the_way_its_code_says(line: str, kind: Kind) -> None:
    for controller in ("grbl", "linuxcnc"):
        assert read(text(line), controller).moves.kind[1] == kind


@pytest.mark.parametrize("line", ["T0", "T0 M6"])
def test_a_tool_may_be_called_zero(line: str) -> None:
    assert "BAD_NUMBER" not in codes(read(text("M5", line)))


def test_places_of_findings_quote_what_they_are_about() -> None:
    assert finding(read(text("G1 X1 A5")), "ROTARY_AXIS").first.text == "G1 X1 A5"
    assert finding(read(text("G1 X1 M100")), "CODE_NOT_UNDERSTOOD").first.text == "M100"


def test_going_home_by_way_of_a_place() -> None:
    moves = read(text("G28 X9", "G0 X1")).moves
    assert moves.kind.tolist()[1:3] == [Kind.RAPID, Kind.AWAY]
    assert moves.x_mm[1] == 9


@pytest.mark.parametrize("line", ["G30 X9", "G37 X9"])
def test_where_axes_end_that_go_to_a_switch_is_not_known(line: str) -> None:
    moves = read(text("G1 X1", line, "G0 Y2", "G0 X1")).moves
    assert moves.x_mm[-1] == 1
    assert isnan(moves.x_mm[-2])
    assert moves.kind.tolist().count(Kind.LINE) == 1


@pytest.mark.parametrize("line", ["X[1 + 2]", "X1 Y[2]", "Z#5"])
def test_an_expression_is_no_subprogram_whatever_letter_begins_its_line(line: str) -> None:
    assert codes(read(text(line))) == {"EXPRESSION"}


def test_a_feed_on_a_line_that_breaks_off_is_no_motion() -> None:
    moves = read(text("G0 X1", "F1 X[1 + 2]", "X4")).moves
    assert moves.kind[3] == Kind.RAPID


def test_a_letter_that_the_controller_does_not_know_makes_no_printer_of_it() -> None:
    assert codes(read(text(*["G1 X1 U5"] * 4), "grbl")) == {"CODE_NOT_ACCEPTED"}


def test_a_lone_word_at_the_beginning_counts_unless_it_is_the_number_of_a_program() -> None:
    rest = "G21 G17 G94\nM3\nF600\nG0 X2 Y0 Z5\nX5\nM30\n"
    assert isnan(ends(read(f"G91\n{rest}", "fanuc"))[-1][0])  # from where nobody knows
    assert read(f"S9000\n{rest}", "fanuc").moves.speed_rpm[-1] == 9000.0
    assert not {"CODE_NOT_ACCEPTED", "SUBPROGRAM"} & codes(read(f"O1234\n{rest}", "fanuc"))
