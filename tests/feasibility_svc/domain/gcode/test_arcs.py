"""Arcs: centres, radii, planes, helices, full circles, and what is refused."""

from math import pi

import pytest

from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.moves import Kind
from feasibility_svc.domain.gcode.program import Program
from tests.feasibility_svc.domain.gcode.programs import codes, ends, finding, level, read, text


def arc(program: Program) -> tuple[float, float, float]:
    """Centre and sweep in turns of the only arc."""
    arcs = program.moves.arcs
    assert len(arcs.move) == 1
    return (
        round(float(arcs.first[0]), 6),
        round(float(arcs.second[0]), 6),
        round(float(arcs.sweep_rad[0]) / pi / 2, 6),
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("G2 X10 Y10 I10 J0", (10, 0, -0.25)),
        ("G3 X10 Y10 I10 J0", (10, 0, 0.75)),
        ("G2 X10 Y10 R10", (10, 0, -0.25)),
        ("G3 X10 Y10 R10", (0, 10, 0.25)),
        ("G2 X10 Y10 R-10", (0, 10, -0.75)),
        ("G3 X10 Y10 R-10", (10, 0, 0.75)),
        ("G2 X20 Y0 R10", (10, 0, -0.5)),
        ("G2 X0 Y0 I10", (10, 0, -1)),
        ("G3 X0 Y0 J-10", (0, -10, 1)),
        ("G2 X10 Y10 Z-1 I10 J0", (10, 0, -0.25)),
        ("G90.1 G2 X10 Y10 I10 J0", (10, 0, -0.25)),
        ("G2 X0 Y0 I10 P3", (10, 0, -3)),
        ("G18 G2 X10 Z15 I10 K0", (5, 10, -0.75)),
        ("G19 G3 Y10 Z15 R10", (0, 15, 0.25)),
    ],
)
def test_the_words_of_an_arc_make_its_centre_and_sweep(line: str, expected: tuple[float, float, float]) -> None:
    assert arc(read(text(line))) == expected


def test_a_full_circle_needs_no_end_except_for_grbl() -> None:
    assert arc(read(text("G2 I10"))) == (10, 0, -1)
    assert level(read(text("G2 I10"), "grbl"), "ARC_INCOMPLETE") is Level.ERROR


@pytest.mark.parametrize(
    "line",
    [
        "G2 X10 Y10",
        "G2 X0 Y0 R10",
        "G2 X30 Y0 R10",
        "G2 X10 Y10 R0",
        "G2 X10 Y0 I5 R5",
        "G90.1 G2 X9 Y9 I3",
        "G2 X5 Y0 I0 J0",
    ],
)
def test_an_arc_that_is_not_one_is_refused_and_its_end_kept(line: str) -> None:
    program = read(text(line))
    assert level(program, "ARC_INCOMPLETE") is Level.ERROR
    assert program.moves.kind.tolist()[-2] in {Kind.LINE, Kind.RAPID}


@pytest.mark.parametrize(
    ("end", "expected"),
    [("20.0", None), ("20.001", None), ("20.004", Level.WARNING), ("20.009", Level.WARNING), ("20.02", Level.ERROR)],
)
def test_a_radius_mismatch_is_refused_above_the_tolerance(end: str, expected: Level | None) -> None:
    program = read(text(f"G2 X{end} Y0 I10 J0"))
    found = {item.code: item.level for item in program.findings}
    assert found.get("ARC_RADIUS_MISMATCH") is expected


def test_k_on_an_arc_in_xy_is_refused_by_linuxcnc_and_ignored_by_grbl() -> None:
    line = "G2 X10 Y10 I10 J0 K3"
    assert level(read(text(line)), "ARC_OFFSET_OUTSIDE_PLANE") is Level.ERROR
    assert codes(read(text(line), "grbl")) == set()


def test_an_arc_from_an_unknown_place_is_not_verifiable() -> None:
    program = read("G21 F100\nG0 Z5\nG2 X10 Y10 I10 J0\nM2\n")
    assert level(program, "ARC_FROM_NOWHERE") is Level.NOT_VERIFIABLE
    assert ends(program)[-1] == (10, 10, 5)


@pytest.mark.parametrize("turns", ["0", "1.5", "5000"])
def test_turns_must_be_a_sensible_whole_number(turns: str) -> None:
    assert "BAD_NUMBER" in codes(read(text(f"G2 X0 Y0 I10 P{turns}")))


def test_an_arc_written_plainly_or_otherwise_is_the_same() -> None:
    lines = ["G1 Z-1 F300", "G2 X10 Y10 Z-2 I10 J0 F450", "X20 Y0 I0 J-10", "G3 I5", "F200"]
    plain, other = read(text(*lines)), read(text(*(f"{line} (remark)" for line in lines)))
    assert ends(plain) == ends(other)
    assert plain.moves.feed_mm_per_min.tolist() == other.moves.feed_mm_per_min.tolist()
    assert plain.moves.flags.tolist() == other.moves.flags.tolist()
    assert plain.moves.arcs.first.tolist() == other.moves.arcs.first.tolist()
    assert plain.moves.arcs.sweep_rad.tolist() == other.moves.arcs.sweep_rad.tolist()


def test_a_centre_without_an_arc_is_a_word_nobody_uses() -> None:
    assert "WORD_UNUSED" in codes(read(text("G1 X1", "X5 I3")))


def test_the_worst_of_many_mismatches_is_named_though_it_comes_late() -> None:
    steep = read(text(*[f"G2 X{20.2 + number / 100} Y0 I10 J0\nG1 X0 Y0" for number in range(30)]))
    found = finding(steep, "ARC_RADIUS_MISMATCH")
    assert (found.count, len(found.places), found.worst.line) == (30, 20, 63)


@pytest.mark.parametrize(
    ("half_over_mm", "grbl", "linuxcnc"),
    [
        (-5e-5, set(), set()),
        (0.0, {"HALF_TURN_BY_RADIUS"}, set()),
        (5e-5, {"ARC_INCOMPLETE"}, set()),
        (1.5e-4, {"ARC_INCOMPLETE"}, {"ARC_INCOMPLETE"}),
    ],
)
def test_half_a_turn_by_its_radius_is_refused_by_rounding(
    half_over_mm: float, grbl: set[str], linuxcnc: set[str]
) -> None:
    half_circle = text(f"G2 X{20 + 2 * half_over_mm:.4f} R10")
    assert codes(read(half_circle, "grbl")) == grbl
    assert codes(read(half_circle, "linuxcnc")) == linuxcnc


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("G2 X15 Y13 R10", (15, 3, -0.25)),
        ("G3 X15 Y13 R10", (5, 13, 0.25)),
        ("G2 X5.5 Y3.5 R0.5", (5.5, 3, -0.25)),
        ("G2 X5.5 Y3.5 R-0.5", (5, 3.5, -0.75)),
    ],
)
def test_a_radius_makes_the_same_arc_anywhere(line: str, expected: tuple[float, float, float]) -> None:
    assert arc(read(text("G0 X5 Y3", line))) == expected


@pytest.mark.parametrize(
    ("radius_mm", "mismatch_mm", "found"),
    [
        (1, 0.0015, None),
        (1, 0.004, Level.WARNING),
        (1, 0.006, Level.ERROR),
        (10, 0.008, Level.WARNING),
        (10, 0.012, Level.ERROR),
    ],
)
def test_ends_may_lie_so_far_off_their_circle(radius_mm: float, mismatch_mm: float, found: Level | None) -> None:
    """Five thousandths or a thousandth of the radius, whichever is more, as GRBL has it; two are rounding."""
    program = read(text(f"G2 X{2 * radius_mm + mismatch_mm:.4f} Y0 I{radius_mm} J0"))
    assert [item.level for item in program.findings if item.code == "ARC_RADIUS_MISMATCH"] == ([found] if found else [])
