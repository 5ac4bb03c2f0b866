"""What is refused, what is only doubted, what is not a program at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feasibility_svc.domain.gcode.controllers import CONTROLLERS
from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.reader import read_program
from tests.feasibility_svc.domain.gcode.programs import HEAD, codes, finding, level, read, text

E, W, N = Level.ERROR, Level.WARNING, Level.NOT_VERIFIABLE


@pytest.mark.parametrize(
    ("line", "code", "expected"),
    [
        ("G1 X#1", "EXPRESSION", N),
        ("G1 X[1+2]", "EXPRESSION", N),
        ("#1=5", "EXPRESSION", N),
        ("#<depth> = 3", "EXPRESSION", N),
        ("IF [#1 GT 2] GOTO 10", "EXPRESSION", N),
        ("GOTO 10", "EXPRESSION", N),
        ("O<pocket> call", "SUBPROGRAM", N),
        ("O100 sub", "SUBPROGRAM", N),
        ("O100", "SUBPROGRAM", N),
        ("M98 P1000", "SUBPROGRAM", N),
        ("M99", "SUBPROGRAM", N),
        ("G41 D1", "CUTTER_COMPENSATION", N),
        ("G38.2 Z-10", "PROBING", N),
        ("G1 A90", "ROTARY_AXIS", N),
        ("G33 Z-1 K1", "LATHE_CODE", N),
        ("G76 P1", "LATHE_CODE", N),
        ("G5 X1 Y1 P0 Q0", "CODE_NOT_UNDERSTOOD", N),
        ("M52 P1", "CODE_NOT_UNDERSTOOD", N),
        ("M150", "CODE_NOT_UNDERSTOOD", N),
        ("$H", "CODE_NOT_UNDERSTOOD", N),
        ("G1 X", "LETTER_WITHOUT_NUMBER", E),
        ("G1 X-", "BAD_NUMBER", E),
        ("G1 X1e9", "WORD_UNUSED", E),
        ("G1 X99999999", "BAD_NUMBER", E),
        ("G1 X" + "9" * 400, "BAD_NUMBER", E),
        ("G1 X1 & Y", "UNEXPECTED_CHARACTER", E),
        ("G1 X1 X2", "WORD_REPEATED", E),
        ("G0 G1 X1", "CODES_CONFLICT", E),
        ("M3 M4", "CODES_CONFLICT", E),
        ("G1 X1 Q5", "WORD_UNUSED", E),
        ("G92 G1 X1", "CODES_CONFLICT", E),
        ("G80 X1", "NO_MOTION_MODE", E),
        ("G53 X1", None, E),
        ("G53 G2 X1", "WORD_MISSING", E),
        ("T-1", "BAD_NUMBER", E),
        ("T1.5", "BAD_NUMBER", E),
        ("G2", "WORD_MISSING", E),
        ("G81", "WORD_MISSING", E),
        ("G92", "WORD_MISSING", E),
        ("G10", "WORD_MISSING", E),
        ("G53", "WORD_MISSING", E),
        ("G1 X1 N5", "LABEL_MISPLACED", E),
        ("N-5 G1 X1", "LABEL_MISPLACED", E),
        ("G2 X5 R9 K1", "ARC_INCOMPLETE", E),
        ("S-1", "BAD_NUMBER", E),
        ("G1 (a (b) c) X1", "NESTED_COMMENT", E),
        ("G1 X1 (open", "UNCLOSED_COMMENT", E),
        ("G1 X1 ) Y2", "UNEXPECTED_CHARACTER", E),
        ("// a remark", "DOUBLE_SLASH", W),
        ("// G1 X5", "EXECUTABLE_AFTER_SLASHES", N),
        ("/ G1 X5", "BLOCK_DELETE", W),
        ("G1 X1 \x07", "CONTROL_CHARACTER", W),
        ("G1 X1 (\xe4)", "NON_ASCII", W),
        ("(" + "x" * 300 + ")", "LONG_LINE", W),
        ("G1 X0" + "0" * 300, "LONG_LINE", E),
        ("(" + "x" * 20_000 + ")", "LINE_UNREADABLY_LONG", N),
    ],
)
def test_a_line_is_answered_with_its_rule(line: str, code: str | None, expected: Level) -> None:
    program = read(text(line))
    if code is None:
        assert codes(program) == set()
    else:
        assert level(program, code) is expected
        assert finding(program, code).first.line == 5


@pytest.mark.parametrize(
    "line", ["M6", "G43 H1", "G64", "G90.1", "G41", "G95", "M98 P1", "M52", "G70", "G1 A5", "G59.1", "M1000"]
)
def test_grbl_refuses_what_it_does_not_know(line: str) -> None:
    assert level(read(text(line), "grbl"), "CODE_NOT_ACCEPTED") is E


@pytest.mark.parametrize("line", ["G43.1", "G10 L1 P1 X5", "G2", "G92"])
def test_grbl_refuses_codes_that_lack_a_word(line: str) -> None:
    assert level(read(text(line), "grbl"), "WORD_MISSING") is E


def test_grbl_takes_line_numbers_anywhere_and_tools_by_halves() -> None:
    assert codes(read(text("G1 X1 N5", "T1.5"), "grbl")) == set()


def test_grbl_takes_a_bare_tool_number() -> None:
    program = read(text("T3"), "grbl")
    assert (codes(program), program.tools, program.first_tool) == (set(), (), 3)


def test_what_an_untested_controller_refuses_is_a_warning() -> None:
    assert level(read(text("G38.2 Z-1"), "mach3"), "CODE_NOT_ACCEPTED") is W


def test_mach3_writes_inches_as_g70() -> None:
    assert read("G70 F10\nG0 X1 Y0 Z0\nG1 X2\nM30\n", "mach3").moves.x_mm[0] == pytest.approx(25.4)


def test_a_code_no_controller_knows_is_not_verifiable_where_the_controller_is_unknown() -> None:
    assert level(read(text("G200"), "unknown"), "CODE_NOT_UNDERSTOOD") is N
    assert level(read(text("M300"), "unknown"), "CODE_NOT_UNDERSTOOD") is N


def test_fanuc_names_its_programs_with_o() -> None:
    assert "SUBPROGRAM" not in codes(read("O1234\n" + text("G1 X1"), "fanuc"))


def test_text_after_the_end_is_told_and_executed_by_grbl_only() -> None:
    for controller, last in (("linuxcnc", 1), ("grbl", 50)):
        program = read(text("G1 X1") + "\n(remark)\nG0 X50\n", controller)
        assert finding(program, "TEXT_AFTER_END").count == 1
        assert program.moves.x_mm[-1] == last


def test_a_missing_end_is_refused_by_linuxcnc_and_nothing_to_grbl() -> None:
    body = HEAD + "G1 X1\nM5\n"
    assert level(read(body), "NO_END") is E
    assert codes(read(body, "grbl")) == set()
    assert level(read(body, "fanuc"), "NO_END") is W
    assert codes(read("%\n" + body + "%\n")) == set()


def test_an_end_that_may_be_in_a_subprogram_is_not_missed_for_certain() -> None:
    assert level(read(HEAD + "O100 call\nM5\n"), "NO_END") is N


def test_percent_inside_the_program_is_told() -> None:
    program = read("%\n" + HEAD + "G1 X1\n%\nG1 X2\nM5\n%\n")
    assert finding(program, "PERCENT_INSIDE").first.line == 7
    assert program.moves.x_mm[-1] == 1
    assert read(HEAD + "G1 X1\n%\nG1 X2\nM5\nM30\n").moves.x_mm[-1] == 2


def test_a_line_with_an_expression_makes_its_axes_unknown() -> None:
    program = read(text("G1 X[1+1] F#2", "Y5"))
    assert program.moves.x_mm[1] != program.moves.x_mm[1]
    assert level(program, "NO_FEED") is N


def test_what_follows_a_motion_that_cannot_be_followed_is_unknown() -> None:
    program = read(text("G38.2 Z-10", "X5"))
    assert program.moves.x_mm[2] != program.moves.x_mm[2]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\n \n\t\n", "empty"),
        (b"\x7fELF\x02\x01\x01" + bytes(200), "executable"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04", "zip"),
        (b"\x89PNG\r\n", "picture"),
        ("G21\nG0 X1\n".encode("utf-16"), "UTF-16"),
        (b"G21\n\x00\x01\x02", "binary"),
        (b"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n", "not G-code"),
        (b"Dear operator,\nplease cut three of these.\n", "not G-code"),
        (b"(only a remark)\n", "moves nothing"),
        (b"G21\nM3 S1000\nM5\nM30\n", "moves nothing"),
        (b"M140 S60\nM104 S200\nG28\nG1 Z0.2 F1200\nG1 X10 E1\nG1 X20 E2\n", "3D printer"),
        (b"M190 S60\nM109 S200\nM82\nG1 Z0.2 F1200\nG1 X10 E1\n", "3D printer"),
    ],
)
def test_what_is_not_a_milling_program_gets_one_finding(data: bytes, reason: str) -> None:
    program = read(data, "unknown")
    assert [item.code for item in program.findings] == ["NOT_A_MILLING_PROGRAM"]
    assert reason in program.findings[0].sentence
    assert not program.is_milling


def test_a_byte_order_mark_does_not_matter() -> None:
    assert codes(read(b"\xef\xbb\xbf" + text("G1 X1").encode())) == set()


def test_too_many_tool_changes_end_the_reading() -> None:
    program = read("G21 F100\nG0 X0 Y0 Z0\n" + "T1 M6\n" * 1500 + "M2\n")
    assert level(program, "TOO_MANY_TOOL_CHANGES") is N
    assert len(program.tools) == 1000


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(CONTROLLERS)))
def test_no_bytes_break_the_reader(data: bytes, controller: str) -> None:
    read_program([text("G1 X1").encode() + data], CONTROLLERS[controller])
    read_program([data], CONTROLLERS[controller])


_WORD = st.builds(
    "{}{}".format,
    st.sampled_from("GGGGMMXYZIJKRFSTPQLN#[(/%OEA"),
    st.sampled_from(
        [
            "0",
            "1",
            "2",
            "3",
            "-5",
            ".5",
            "28",
            "92",
            "81",
            "83",
            "17",
            "20",
            "91",
            "30",
            "6",
            "",
            "1e3",
            "99999999",
            "4",
            "43",
        ]
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(_WORD, max_size=6).map(" ".join), max_size=12), st.sampled_from(sorted(CONTROLLERS)))
def test_no_words_break_the_reader(lines: list[str], controller: str) -> None:
    program = read_program([(HEAD + "\n".join(lines)).encode()], CONTROLLERS[controller])
    assert len(program.moves.starts(0, len(program.moves))[0]) == len(program.moves)


def test_a_mode_that_was_switched_off_takes_no_coordinates() -> None:
    assert level(read(text("G80", "X1")), "NO_MOTION_MODE") is E


def test_a_line_over_the_bound_in_many_pieces_is_told_once() -> None:
    data = text("G1 X1").encode().replace(b"\nG0 Z5\nM5", b"\n(" + b"x" * 700_000 + b")\nG0 Z5\nM5")
    program = read(data)
    assert finding(program, "LINE_UNREADABLY_LONG").count == 1
    assert program.line_count == text("G1 X1").count("\n") + 1
    assert read(b"G21\nG1 F1 X1\n(" + b"x" * 700_000).line_count == 3
    assert read(b"G21\nG1 F1 X1\n" + b"x" * 70_000 + b"\r").line_count == 3


def test_many_sizes_of_comments_are_read() -> None:
    assert codes(read(text("(a) (b) ; (c)", "G1 X1 ; G1 X( ) "))) == set()
    assert "NESTED_COMMENT" in codes(read(text("(a (b)) ; c (")))


def test_g80_beside_another_motion_only_cancels_cycles_except_for_grbl() -> None:
    assert codes(read(text("G0 G80 X1", "G80 G1 X2"))) == set()
    assert level(read(text("G0 G80 X1"), "grbl"), "CODES_CONFLICT") is E
