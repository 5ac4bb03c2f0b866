"""Programs against what was approved."""

from typing import Any

import pytest

from feasibility_svc.domain.gcode.envelope import Envelope
from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.report import Outcome, to_json
from foundation import canonical_json
from tests.feasibility_svc.domain.gcode.audits import GOOD, audited, found, one, program, tooled

E, W, N, I = Level.ERROR, Level.WARNING, Level.NOT_VERIFIABLE, Level.INFORMATION  # noqa: E741


def test_a_program_that_keeps_its_envelope_is_inside_and_nothing_is_said() -> None:
    report = audited(program(*GOOD))
    assert (report.outcome, report.findings) == (Outcome.INSIDE, ())
    assert report.unchecked == ("min_spindle_speed_rpm", "max_spindle_speed_rpm", "safe_z_mm", "stock")


def test_the_program_that_does_not_do_what_was_approved() -> None:
    report = audited(program("G1 Z-3 F1200", "X50") + "G0 X0 Y0\n")
    assert report.outcome is Outcome.DEVIATES
    plunge, step = one(report, "PLUNGE_OVER_LIMIT"), one(report, "STEPDOWN_OVER_LIMIT")
    assert (plunge.first.line, plunge.worst.value, plunge.limit, plunge.unit) == (5, 1200, 300, "mm/min")
    assert (step.first.line, step.worst.value, step.limit) == (6, 3, 1.5)
    assert step.sentence == "takes 3 mm in one pass, 1.5 approved"
    assert one(report, "TEXT_AFTER_END").first.line == 10
    assert len(report.findings) == 3


def test_a_crash_in_inches_is_found_for_what_it_is() -> None:
    report = audited("G20\nG0 X0 Y0 Z-20\nG1 X500 F99999\nG1 Z-300 F99999\n")
    assert set(found(report)) == {
        "RAPID_THROUGH_MATERIAL", "DEPTH_OVER_LIMIT", "FEED_OVER_LIMIT", "SPINDLE_NOT_RUNNING",
        "STEPDOWN_OVER_LIMIT", "PLUNGE_OVER_LIMIT",
    }  # fmt: skip
    assert one(report, "RAPID_THROUGH_MATERIAL").worst.value == pytest.approx(508)


@pytest.mark.parametrize(
    ("lines", "changes", "code", "level"),
    [
        (("G1 Z-1 F300", "X50 F1300"), {}, "FEED_OVER_LIMIT", E),
        (("G1 Z-1 F300", "X50 F1100"), {"machine": {"max_feed_rate_mm_per_min": 1000}}, "FEED_OVER_LIMIT", E),
        (("G1 Z-1 F400", "X50 F1200"), {}, "PLUNGE_OVER_LIMIT", E),
        (("M5", "G1 Z-1 F300", "X50 F1200"), {}, "SPINDLE_NOT_RUNNING", E),
        (("M3 S0", "G1 Z-1 F300", "X50 F1200"), {}, "SPINDLE_NOT_RUNNING", E),
        (GOOD, {"max_spindle_speed_rpm": 16000}, "SPEED_OUT_OF_RANGE", E),
        (GOOD, {"min_spindle_speed_rpm": 20000}, "SPEED_OUT_OF_RANGE", E),
        (GOOD, {"tools": [{"diameter_mm": 4, "max_spindle_speed_rpm": 10000}]}, "SPEED_OUT_OF_RANGE", E),
        (GOOD, {"machine": {"max_spindle_speed_rpm": 10000}}, "SPEED_OUT_OF_RANGE", E),
        (GOOD, {"max_depth_mm": 2}, "DEPTH_OVER_LIMIT", E),
        (GOOD, {"stock": {"z": {"min_mm": -2.5, "max_mm": 0}}, "max_depth_mm": 2.5}, "THROUGH_STOCK", E),
        (GOOD, {"stock": {"x": {"min_mm": -1, "max_mm": 90}}}, "OUTSIDE_STOCK", E),
        (GOOD, {"stock": {"y": {"min_mm": -9, "max_mm": 1.5}}}, "OUTSIDE_STOCK", E),
        (GOOD, {"machine": {"travel": {"z": {"min_mm": -9, "max_mm": 4}}}}, "OUTSIDE_MACHINE", E),
        (GOOD, {"clamps": [{"x": {"min_mm": 20, "max_mm": 30}, "y": {"min_mm": 1, "max_mm": 9}}]}, "CLAMP_HIT", E),
        (("G0 Z-1", "G1 X10 F1200"), {}, "RAPID_THROUGH_MATERIAL", E),
        (("G1 Z-1 F300", "X50 F1200", "G0 X0"), {"safe_z_mm": 2}, "RAPID_BELOW_SAFE_Z", W),
        (("G1 Z-1 F300", "X50", "X0 F1200"), {}, "STALE_FEED", W),
        (("G28", "G1 X50 F1200"), {}, "POSITION_UNKNOWN", N),
        (GOOD, {"tools": []}, "ENVELOPE_INCOMPLETE", N),
        (GOOD, {"max_stepdown_mm": None}, "ENVELOPE_INCOMPLETE", N),
    ],
)
def test_a_deviation_has_its_rule(lines: tuple[str, ...], changes: dict[str, Any], code: str, level: Level) -> None:
    assert found(audited(program(*lines), **changes)).get(code) is level


def test_a_depth_reached_in_pecks_too_small_to_count_as_cuts_is_over_its_limit() -> None:
    pecks = [f"G1 Z{-number / 200:.3f} F300" for number in range(620)]
    report = audited(program(*pecks))
    assert one(report, "DEPTH_OVER_LIMIT").worst.value == pytest.approx(3.095)


@pytest.mark.parametrize(
    ("lines", "changes"),
    [
        (("G1 Z1 F1200", "Z-1 F300", "X50 F1200"), {}),  # fast in the air, slow into the material
        (GOOD, {"stock": {"z": {"min_mm": -2.5, "max_mm": 0}}}),  # 3 mm deep were approved
        (GOOD, {"stock": {"x": {"min_mm": -2, "max_mm": 52}, "y": {"min_mm": -2, "max_mm": 2}}}),
        (GOOD, {"stock": {"x": {"min_mm": 0, "max_mm": 50}}, "max_overrun_mm": 2}),
        (GOOD, {"clamps": [{"x": {"min_mm": 20, "max_mm": 30}, "y": {"min_mm": 2.5, "max_mm": 9}}]}),
        (GOOD, {"clamps": [{"x": {"min_mm": 20, "max_mm": 30}, "z": {"min_mm": -20, "max_mm": -3}}]}),
        (("G1 Z-1 F300", "X50 F1200", "G0 X10", "G0 Z0", "G0 X40 Z-1"), {}),  # rapids in its own slot
        (GOOD, {"safe_z_mm": 5}),
        (("G1 Z-1 F300", "X50"), {}),  # one feed for all is not stale
    ],
)
def test_what_is_in_order_is_not_mentioned(lines: tuple[str, ...], changes: dict[str, Any]) -> None:
    assert audited(program(*lines), **changes).findings == ()


def test_a_deep_entry_alone_is_a_warning_and_a_light_side_cut_information() -> None:
    slot = ["G1 Z-1.5 F300", "X50 F1200"] + [f"X{50 * (turn % 2)} Y{4 * turn} F1200" for turn in range(20)]
    deep = [*slot, "G0 Z5", "G0 X0 Y-20", "G1 Z-2.5 F300", "X4 F1200"]
    assert found(audited(program(*deep))) == {"STEPDOWN_OVER_LIMIT": W}
    slot = ["G0 X-10", "G1 Z-1.5 F300", "X50 F1200", "G1 Z-3 F300", "X-10 F1200"]
    side = [*slot, "G0 Z5", "G0 Y0.55", "G1 Z-3 F300", "X50 F1200"]
    report = audited(program(*side), stock={"x": {"min_mm": 0, "max_mm": 60}}, max_overrun_mm=20)
    assert (found(report), report.outcome) == ({"STEPDOWN_OVER_LIMIT": I}, Outcome.INSIDE)


def test_cleared_material_carries_over_and_is_not_assumed_when_the_first_program_is_missing() -> None:
    first = program("G1 Z-1.5 F300", "X50 F1200")
    second = program("G0 Z-1.5", "G1 Z-3 F300", "X50 F1200")
    assert audited(first, second).findings == ()
    alone = audited(second, before=1)
    assert (alone.outcome, found(alone)) == (Outcome.NOT_VERIFIABLE, {"NOT_VERIFIABLE_ALONE": N})
    assert found(audited(second)) == {"RAPID_THROUGH_MATERIAL": E, "STEPDOWN_OVER_LIMIT": E}


@pytest.mark.parametrize("plane", ["G18 G2 X16 Z0 R8 F400", "G19 G2 Y-16 Z0 R8 F400"])
def test_an_arc_that_dips_between_its_ends_is_as_deep_as_it_goes(plane: str) -> None:
    report = audited(program("G1 Z0 F300", plane, "G17"))
    assert one(report, "DEPTH_OVER_LIMIT").worst.value == pytest.approx(8)
    assert "STEPDOWN_OVER_LIMIT" in found(report)


def test_a_first_move_up_from_where_nobody_knows_is_no_cut() -> None:
    easel = "G21\nG90\nM3 S18000\n{first}\nG0 X10 Y10\nG1 Z-1.5 F300\nG1 X60 F1200\nG0 Z5\nM5\n"
    assert found(audited(easel.format(first="G1 Z3.8 F300"))) == {}
    assert found(audited(easel.format(first="G1 Z0 F300"))) == {}
    for first in ("G1 Z-0.5 F300", "G1 X10 Z3.8 F300", "G1 X1 Y1 Z3.8 F300", "G1 X1 F300"):
        assert found(audited(easel.format(first=first)))["POSITION_UNKNOWN"] is N


def test_findings_name_the_program_of_the_setup() -> None:
    report = audited(program(*GOOD), program("G0 Y20", "G1 Z-1 F300", "X50 F1300"), "just words, no program at all")
    assert [(item.code, item.program) for item in report.findings] == [
        ("FEED_OVER_LIMIT", 1),
        ("NOT_A_MILLING_PROGRAM", 2),
    ]
    assert [measures.program for measures in report.programs] == [0, 1]


def test_a_warning_can_be_switched_off_and_an_error_cannot() -> None:
    lines = ("G1 Z-1 F300", "X50 F1300", "G0 X0")
    codes = ("RAPID_BELOW_SAFE_Z", "FEED_OVER_LIMIT")
    assert found(audited(program(*lines), safe_z_mm=2, switched_off=codes)) == {"FEED_OVER_LIMIT": E}


TWO_TOOLS = [{"number": 1, "diameter_mm": 4}, {"number": 2, "diameter_mm": 2}]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((1, 2), {}),
        ((2, 1), {"TOOL_ORDER": E}),
        ((1,), {"TOOL_ORDER": E}),
        ((1, 2, 1), {"TOOL_ORDER": E}),
        ((11, 12), {"TOOL_NUMBERING": W}),
        ((1, 12), {"TOOL_NUMBERING": W}),
        ((1, 2, 3), {"TOOL_ORDER": E, "TOOL_UNKNOWN": N}),
    ],
)
def test_tools_come_in_the_order_of_the_plan(numbers: tuple[int, ...], expected: dict[str, Level]) -> None:
    assert found(audited(tooled(*numbers), controller="linuxcnc", tools=TWO_TOOLS)) == expected


def test_tools_without_numbers_take_the_plan_in_order() -> None:
    assert found(audited(program(*GOOD), program("G1 Z-1 F300", "X9"), tools=TWO_TOOLS)) == {}
    assert found(audited(program(*GOOD), tools=TWO_TOOLS)) == {"TOOL_UNKNOWN": N}
    assert found(audited(program("T2", *GOOD), tools=TWO_TOOLS[1:])) == {}


def test_a_tool_that_goes_on_in_the_next_program_is_the_same() -> None:
    assert found(audited(tooled(1), tooled(1, 2), controller="linuxcnc", tools=TWO_TOOLS)) == {}


def test_the_feed_of_another_tool_is_stale() -> None:
    text = tooled(1, 2).replace("G0 X0 Y9\nG1 Z-1 F300\nX9 F1200", "G0 X0 Y9\nG1 Z-1\nX9 F1200")
    report = audited(text, controller="linuxcnc", tools=TWO_TOOLS)
    assert one(report, "STALE_FEED").first.line == 15


def test_a_tool_of_unknown_diameter_is_judged_by_height_alone() -> None:
    report = audited(program("G1 Z-1 F300", "X50 F1300"), tools=[{"number": None}])
    assert found(report) == {"FEED_OVER_LIMIT": E, "ENVELOPE_INCOMPLETE": N}
    assert report.programs[0].stepdown_mm is None


def test_a_program_in_the_air_cuts_nothing() -> None:
    report = audited(program("G1 Z1 F300", "X50 F5000"))
    assert (report.findings, report.programs[0].depth_mm, report.programs[0].max_feed_rate_mm_per_min) == (
        (),
        None,
        None,
    )


def test_measures_are_those_of_the_path() -> None:
    report = audited(program(*GOOD), machine={"acceleration_mm_per_s2": 400, "max_feed_rate_mm_per_min": 5000})
    measures = report.programs[0]
    assert (measures.max_feed_rate_mm_per_min, measures.max_plunge_rate_mm_per_min, measures.depth_mm) == (1200, 300, 3)
    assert measures.stepdown_mm == pytest.approx(1.5)
    assert measures.cut_reach.x_mm == (0, 50)
    assert measures.reach.z_mm == (-3, 5)
    assert measures.cut_length_mm == pytest.approx(6.5 + 50 + 8 + 50)
    assert measures.time.shortest_s == measures.time.longest_s > measures.time.feed_only_s == pytest.approx(7.9)


def test_without_acceleration_the_time_is_a_range() -> None:
    time = audited(program(*GOOD)).programs[0].time
    assert time.feed_only_s < time.shortest_s < time.longest_s


def test_a_whole_report_can_be_written_canonically() -> None:
    report = audited(program("G1 Z-3 F1200", "X50"), program(*GOOD), stock={"x": {"min_mm": -5, "max_mm": 60}})
    text = canonical_json.dumps(to_json(report)).decode()
    assert '"outcome":"DEVIATES"' in text
    assert '"schema":"rmos.program_audit/1"' in text


@pytest.mark.parametrize(
    "envelope",
    [{"stock": {"x": {"min_mm": 5, "max_mm": 5}}}, {"max_depth_mm": -1}, {"controller": "siemens"}, {"feed": 1}],
)
def test_an_envelope_that_makes_no_sense_is_refused(envelope: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Envelope.model_validate(envelope)


def test_a_path_too_large_for_its_tool_is_not_verifiable() -> None:
    lines = ("G1 Z-1 F300", "X90000 F1200", "Y90000", "X0")
    assert found(audited(program(*lines), tools=[{"diameter_mm": 1}]))["SWEEP_INCOMPLETE"] is N


def test_stock_beside_the_path_is_not_cut() -> None:
    stock = {"x": {"min_mm": 200, "max_mm": 300}, "y": {"min_mm": 200, "max_mm": 300}}
    assert set(found(audited(program(*GOOD), stock=stock))) == {"OUTSIDE_STOCK"}


def test_stock_limits_without_a_z_and_tools_without_a_diameter_are_left_out() -> None:
    assert audited(program(*GOOD), max_plunge_rate_mm_per_min=None, max_feed_rate_mm_per_min=None).programs
    short = audited(tooled(1, 2), controller="linuxcnc", tools=[{"number": 1, "diameter_mm": 4}, {"number": 2}])
    assert found(short) == {"ENVELOPE_INCOMPLETE": N}
    board = {"x": {"min_mm": -10, "max_mm": 60}, "y": {"min_mm": -10, "max_mm": 60}}
    beside = audited(program("G1 Z-1 F300", "X50 F1200"), tools=[{"number": None}], stock=board)
    assert found(beside) == {"ENVELOPE_INCOMPLETE": N}
    thin = audited(
        program("G1 Z-3 F300", "X50 F1200"),
        max_depth_mm=None,
        max_stepdown_mm=None,
        stock={"z": {"min_mm": -2, "max_mm": 0}},
    )
    assert found(thin) == {"THROUGH_STOCK": E, "ENVELOPE_INCOMPLETE": N}


def test_only_light_cuts_have_no_stepdown_of_their_own() -> None:
    report = audited(
        program("G0 X-10 Y2.2", "G1 Z-1 F300", "X50 F1200"),
        stock={"x": {"min_mm": 0, "max_mm": 60}, "y": {"min_mm": -5, "max_mm": 0.4}},
        max_overrun_mm=20,
    )
    assert (report.programs[0].stepdown_mm, report.findings) == (None, ())


def test_a_plan_with_an_unnumbered_tool_fits_any_number() -> None:
    plan = [{"diameter_mm": 4}, {"number": 2, "diameter_mm": 2}]
    assert found(audited(tooled(7, 2), controller="linuxcnc", tools=plan)) == {}


def test_a_spindle_and_tools_that_may_be_where_nothing_was_read_are_not_verifiable() -> None:
    started = "G21 G90\nM3 S#1\nG0 X0 Y0 Z5\nG1 Z-1 F300\nX50 F1200\nG0 Z5\nM30\n"
    report = audited(started, controller="linuxcnc")
    assert (report.outcome, found(report)) == (Outcome.NOT_VERIFIABLE, {"EXPRESSION": N, "SPINDLE_NOT_RUNNING": N})
    changed = tooled(2).replace("G21 G90", "G21 G90\nO100 call")
    assert found(audited(changed, controller="linuxcnc", tools=TWO_TOOLS))["TOOL_ORDER"] is N
