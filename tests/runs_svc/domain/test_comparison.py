"""Two runs compared as a whole."""

import json

import orjson

from runs_svc.domain.runs import comparison
from runs_svc.domain.runs.comparison import Side, compare
from runs_svc.domain.runs.run_diff import Severity
from tests import builders

DOCUMENT = builders.record().document


def side(*programs: bytes, document: bytes = DOCUMENT) -> Side:
    return Side("run_000000000001", document, [(f"{number}.nc", data) for number, data in enumerate(programs)])


def test_equal_runs_do_not_differ() -> None:
    found = compare(side(b"G0 X1\n"), side(b"G0 X1\r\n"), keep_full=True)
    assert (found.total_count, found.severity, list(found.program_lines)) == (0, None, [])
    assert (found.truncated, found.full) == (False, None)


def test_several_programs_are_compared_under_their_names() -> None:
    found = compare(side(b"", b"G0 X1", b"G0 X2"), side(b"", b"G0 X1", b"G0 X3"), keep_full=False)
    assert list(found.program_lines)[3:] == [" G0 X1", " (2.nc)", "-G0 X2", "+G0 X3"]


def test_bytes_that_are_no_utf_8_are_compared_and_shown_as_such() -> None:
    found = compare(
        side("G0 X1 (Säge)\n".encode("cp1252")), side("G0 X1 (Söge)\nM2 (Säge)".encode("cp1252")), keep_full=True
    )
    assert list(found.program_lines)[3:] == ["-G0 X1 (S\\xe4ge)", "+G0 X1 (S\\xf6ge)", "+M2 (S\\xe4ge)"]
    same = compare(side("(Säge)".encode()), side("(Säge)\nM2".encode()), keep_full=False)
    assert " (Säge)" in same.program_lines


def test_of_longer_programs_it_is_said_how_far_they_were_compared() -> None:
    most = comparison.MOST_PROGRAM_LINES
    found = compare(side(b"\n" * (16 * 1024**2)), side(b"\n" * (most - 1) + b"M2\nM30\n"), keep_full=False)
    assert found.program_lines[0] == "\\ compared to line 500000 of each program"
    assert list(found.program_lines)[-2:] == ["-", "+M2"]
    assert found.truncated


def test_a_program_of_exactly_so_many_lines_is_compared_whole() -> None:
    data = b"\n" * comparison.MOST_PROGRAM_LINES
    assert not compare(side(data), side(data), keep_full=False).truncated


def test_what_is_reported_fits_into_an_answer_and_all_of_it_can_be_kept() -> None:
    long = [b"%d" % number * 20_000 for number in range(10, 99)]
    found = compare(side(b"\n".join(long)), side(b"M2"), keep_full=True)
    assert sum(map(len, found.program_lines)) <= 1024**2
    assert len(found.program_lines) < 92
    assert found.truncated
    assert found.full is not None
    assert len(json.loads(found.full)["program_diff"]) == 93


def test_every_difference_is_counted_and_the_gravest_reported() -> None:
    document = orjson.loads(DOCUMENT)
    document["status"] = "BLOCKED"
    document["meta"] = {f"k{number:05}": number for number in range(3_000)}
    found = compare(side(), side(document=orjson.dumps(document)), keep_full=False)
    assert (found.total_count, len(found.differences), found.severity) == (3_001, 2_000, Severity.CRITICAL)
    assert (found.truncated, found.full) == (True, None)
