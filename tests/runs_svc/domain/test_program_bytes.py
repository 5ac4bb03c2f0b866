"""Whether bytes are a program, whatever they are called."""

import time

import pytest

from runs_svc.domain.runs.program_bytes import ProgramSniffer, looks_like_program


@pytest.mark.parametrize(
    "data",
    [
        b"G21\nG1 X1\n",
        b"g 1 x 1 0\r\ng0z5\r\n",
        b"%\nO100\nN10 G21\nN20 G0 X1 Y2\nM30\n%\n",
        b"\xef\xbb\xbfG21\nG0X1\n",
        b"#1=5\nG1 X[#1+2] F300\n",
        b"/G1 X5\n/M5\n",
        b"X1Y2\nX3\n",
        b"M104 S200\nG28\nG1 X1 E2\n",
        b"a heading\n" * 5_000 + b"G1 X1\n" * 600,
        b"G1 X1 Y1 " * 200_000,
    ],
)
def test_blocks_of_words_are_a_program(data: bytes) -> None:
    assert looks_like_program(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x7fELF\x02\x01\x00G1 X1\x00",
        b'{"toolpaths": [{"x": 1, "y": 2}]}\n',
        b"<svg>\n<g/>\n</svg>\n",
        b"a note on the ring\nuse G1 X5 there\n",
        b"# title\n# G1\n",
        b"1,2,3\n4,5,6\n",
        b"PU100,200;PD300,400;\n",
        b"(only a heading)\n; and a comment\n",
        b"T1 S5\nF3\n",
    ],
)
def test_everything_else_is_none(data: bytes) -> None:
    assert not looks_like_program(data)


def test_a_program_is_not_hidden_behind_a_long_heading() -> None:
    assert looks_like_program(b"(heading)\n" * 20_000 + b"G1 X1\n")


def test_what_says_nothing_of_itself_for_long_may_be_a_program() -> None:
    assert looks_like_program(b"; comment only\n" * 300_000)


def test_lines_cut_in_pieces_are_put_together() -> None:
    sniffer = ProgramSniffer()
    assert all(sniffer.take(piece) for piece in (b"G", b"1 X", b"1\nG0", b" Z5"))
    assert sniffer.is_program


def test_enough_lines_end_the_search() -> None:
    assert not ProgramSniffer().take(b"G1 X1\n" * 300)


@pytest.mark.parametrize("unit", [b"(", b"[#", b"X#", b"X[", b"G ", b"G1X", b"N1", b"#<", b"O<"])
def test_hostile_bytes_are_looked_at_in_linear_time(unit: bytes) -> None:
    started = time.process_time()
    looks_like_program(unit * (2_000_000 // len(unit)) + b"!")
    assert time.process_time() - started < 5.0
