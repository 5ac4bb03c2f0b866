"""Differences of programs."""

import difflib
import re

from hypothesis import given
from hypothesis import strategies as st

from runs_svc.domain.runs import program_diff
from runs_svc.domain.runs.program_diff import diff_programs

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
PROGRAMS = st.lists(st.sampled_from(["G0 Z5", "G1 X1", "G1 X2", "G1 X3 F900", ""]), max_size=40)


def patched(left: list[str], lines: list[str]) -> list[str]:
    """The left program with the difference applied, as `patch` would."""
    result, place = [], 0
    for line in lines[2:]:
        if hunk := _HUNK.fullmatch(line):
            start, count = int(hunk[1]), int(hunk[2] or 1)
            begin = start - 1 if count else start
            result += left[place:begin]
            place = begin
            assert len(result) == int(hunk[3]) - (hunk[4] != "0")
        elif line[0] == "+":
            result.append(line[1:])
        else:
            assert left[place] == line[1:]
            result += [line[1:]] if line[0] == " " else []
            place += 1
    return result + left[place:]


@given(left=PROGRAMS, right=PROGRAMS)
def test_applied_to_the_first_it_gives_the_second(left: list[str], right: list[str]) -> None:
    lines = diff_programs(left, right)
    assert patched(left, lines) == right
    assert (lines == []) == (left == right)


def test_it_reads_as_usual() -> None:
    left = [f"G1 X{number}" for number in range(40)]
    right = [*left[:7], "G1 X7 F900", *left[8:30], "M5", *left[30:]]
    assert diff_programs(left, right) == list(difflib.unified_diff(left, right, "left", "right", lineterm="", n=2))


def test_a_program_in_which_every_feed_was_changed_is_compared() -> None:
    left = [f"G{number % 97} F1000" for number in range(30_000)]
    right = [line.replace("F1000", "F1200") if number % 7 == 0 else line for number, line in enumerate(left)]
    lines = diff_programs(left, right)
    assert sum(line.startswith("+G") for line in lines) == len(range(0, 30_000, 7))


def test_of_very_long_ones_it_is_reported_that_they_differ() -> None:
    count = program_diff.MOST_COMPARED + 1
    left, right = ["G21", *["G1 X1"] * count, "M2"], ["G21", *["G1 X2"] * count, "M2"]
    lines = diff_programs(left, right)
    assert lines[2] == f"@@ -1,{count + 2} +1,{count + 2} @@"
    assert len(lines) == 2 * count + 5
