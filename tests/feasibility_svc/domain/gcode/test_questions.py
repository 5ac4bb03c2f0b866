"""Comparing, timing and drawing programs."""

import re
from typing import Any

import pytest

from feasibility_svc.domain.gcode.drawing import DEPTHS, MARK, MOST_STROKES, RAPID, View, draw, to_svg
from feasibility_svc.domain.gcode.envelope import Envelope, MachineLimits
from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.jobs import (
    GivenUp,
    audit_programs,
    compare_programs,
    estimate_programs,
    read_all,
    unfinished_report,
)
from feasibility_svc.domain.gcode.report import Outcome
from tests.feasibility_svc.domain.gcode.audits import APPROVED, GOOD, program, tooled

ENVELOPE = Envelope.model_validate(APPROVED)


def never() -> None:
    """A checkpoint that lets everything go on."""


def differences(before: str, after: str, envelope: Envelope = ENVELOPE) -> dict[str, str]:
    comparison = compare_programs(before.encode(), after.encode(), envelope, checkpoint=never)
    return {item.name: item.sentence for item in comparison.differences}


def test_programs_that_cut_alike_do_not_differ() -> None:
    assert differences(program(*GOOD), program("(again)", *GOOD)) == {}


def test_differences_are_told_in_words() -> None:
    on_progress = differences(program(*GOOD), program("G1 Z-3 F1200", "X60"))
    assert on_progress["max_plunge_rate_mm_per_min"] == "highest plunge feed 300 becomes 1200 mm/min (+300%)"
    assert on_progress["stepdown_mm"] == "stepdown 1.5 becomes 3 mm (+100%)"
    assert on_progress["cut_reach.x_to_mm"] == "X cuts to 50 becomes 60 mm (+20%)"
    assert "depth_mm" not in on_progress
    assert "time_s" in on_progress


def test_a_program_that_cuts_nothing_has_nothing_to_compare_with() -> None:
    on_progress = differences(program(*GOOD), program("G1 Z1 F300"))
    assert on_progress["depth_mm"] == "depth 3 becomes nothing mm"
    assert "depth_mm" not in differences(program("G1 Z1 F300"), program("G1 Z2 F300"))
    assert differences(program("G1 Z1 F300"), program(*GOOD))["depth_mm"] == "depth nothing becomes 3 mm"


def test_other_tools_are_told() -> None:
    envelope = Envelope.model_validate(APPROVED | {"controller": "linuxcnc"})
    assert differences(tooled(1), tooled(1, 2), envelope)["tool_numbers"] == "tools T1 become T1, T2"
    assert differences(tooled(1), program(*GOOD), envelope)["tool_numbers"] == "tools T1 become ?"


def test_what_was_not_understood_is_told_with_the_differences() -> None:
    comparison = compare_programs(b"words, no program\n", program("G1 X#1").encode(), ENVELOPE, checkpoint=never)
    assert comparison.differences == ()
    assert {(item.code, item.program) for item in comparison.findings} >= {
        ("NOT_A_MILLING_PROGRAM", 0),
        ("EXPRESSION", 1),
    }


def test_times_are_estimated_for_each_program_and_doubts_told() -> None:
    machine = MachineLimits(acceleration_mm_per_s2=400, max_feed_rate_mm_per_min=5000, tool_change_s=20)
    programs = [program("G4 P2", *GOOD).encode(), tooled(1, 2).encode(), b"prose, nothing else"]
    estimate = estimate_programs(programs, "linuxcnc", machine, checkpoint=never)
    assert [time.dwell_s for time in estimate.times] == [2, 0, 0]
    assert [time.tool_change_s for time in estimate.times] == [0, 40, 0]
    assert estimate.times[2].longest_s == 0
    assert [(item.code, item.program) for item in estimate.findings] == [("NOT_A_MILLING_PROGRAM", 2)]


def test_z_may_be_slower_than_x_and_y() -> None:
    def seconds(**limits: Any) -> float:
        machine = MachineLimits(acceleration_mm_per_s2=400, max_feed_rate_mm_per_min=5000, **limits)
        return estimate_programs([program(*GOOD).encode()], "grbl", machine, checkpoint=never).times[0].rapid_s

    assert seconds(z_acceleration_mm_per_s2=100, max_z_feed_rate_mm_per_min=500) > seconds()


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        (GivenUp.TOOK_TOO_LONG, "reading was given up after 60 s"),
        (GivenUp.TOO_MUCH_MEMORY, "reading was given up: it needs more memory than it may have"),
        (GivenUp.READER_DIED, "reading was given up: the process that reads ended twice, before its end"),
    ],
)
def test_what_was_not_read_to_its_end_is_not_verifiable(why: GivenUp, sentence: str) -> None:
    report = unfinished_report(ENVELOPE, why, 60.0)
    assert (report.outcome, report.findings[0].code) == (Outcome.NOT_VERIFIABLE, why.name)
    assert report.findings[0].sentence == sentence


def picture(*lines: str, view: View = View.TOP) -> str:
    data = program(*lines).encode()
    findings = audit_programs([data], ENVELOPE, 0, checkpoint=never).findings
    return to_svg(draw(read_all([data], "grbl", checkpoint=never), findings, view), 500)


def test_a_picture_shows_rapids_grey_and_the_deepest_cut_darkest() -> None:
    svg = picture(*GOOD)
    assert f'stroke="{RAPID}"' in svg
    assert f'stroke="{DEPTHS[-1]}" d="M0.000 -0.000L50.000 -0.000' in svg or f'stroke="{DEPTHS[-1]}"' in svg
    assert "<circle" not in svg


def test_a_picture_from_the_side_shows_depths_and_marks_findings() -> None:
    svg = picture("G1 Z-3 F1200", "X50", view=View.SIDE)
    assert re.search(r'cx="50.000" cy="3.000".*stroke="' + MARK[Level.ERROR], svg)
    assert "line 6: takes 3 mm in one pass, 1.5 approved" in svg


def test_a_large_picture_has_a_bounded_number_of_strokes() -> None:
    lines = [f"G1 X{number % 100} Y{number // 100} F600" for number in range(MOST_STROKES + 1000)]
    drawing = draw(read_all([program(*lines).encode()], "grbl", checkpoint=never), (), View.TOP)
    assert len(drawing.strokes.colour) <= MOST_STROKES
    assert drawing.width == pytest.approx(99, rel=0.9)


def test_nothing_can_be_drawn_of_nothing() -> None:
    data = b"prose and nothing else\n"
    report = audit_programs([data], ENVELOPE, 0, checkpoint=never)
    svg = to_svg(draw(read_all([data], "grbl", checkpoint=never), report.findings, View.TOP), 100)
    assert svg.startswith("<svg")
    assert to_svg(draw([], report.findings, View.TOP), 100).endswith("</svg>\n")
