"""A report is believed only when it is complete, in range, and agrees with itself."""

from collections.abc import Sequence
from typing import Any

import pytest

from runs_svc.domain.runs.report_check import compute_time_violations, unfounded, violations_of
from tests import builders


def assessment(**overrides: Any) -> dict[str, Any]:
    return {**builders.REPORT["assessments"][0], **overrides}


HEAT = assessment(category="HEAT", score=60.0, risk="YELLOW")
UNKNOWN = assessment(category="HEAT", score=None, risk="UNKNOWN")
YELLOW = {"overall_risk": "YELLOW", "overall_score": 78.5, "needs_review": True, "binding_category": "HEAT"}


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {**YELLOW, "assessments": [assessment(), HEAT]},
        {**YELLOW, "assessments": [assessment(), UNKNOWN], "engine_id": "baseline_v1"},
        {
            "overall_risk": "UNKNOWN",
            "overall_score": None,
            "is_feasible": False,
            "binding_category": "HEAT",
            "assessments": [UNKNOWN],
        },
        {
            "overall_risk": "RED",
            "overall_score": 49,
            "is_feasible": False,
            "assessments": [assessment(score=0, risk="RED")],
        },
        {
            "overall_risk": "ERROR",
            "overall_score": None,
            "is_feasible": False,
            "assessments": [assessment(score=None, risk="ERROR")],
        },
    ],
)
def test_a_sound_report_is_believed(overrides: dict[str, Any]) -> None:
    assert violations_of(builders.report(**overrides)) == []


@pytest.mark.parametrize(
    ("overrides", "violation"),
    [
        ({"engine_id": ""}, "it names no engine"),
        ({"engine_version": 3}, "it names no version of its engine"),
        ({"is_feasible": None}, "is_feasible is missing"),
        ({"needs_review": "no"}, "needs_review is missing"),
        ({"overall_risk": None}, "its level is missing, none of GREEN, YELLOW, UNKNOWN, RED, ERROR"),
        ({"overall_risk": ["GREEN"] * 30}, f"its level is {repr(['GREEN'] * 30)[:60]}…, none of"),
        ({"overall_score": None}, "it is GREEN without a score"),
        ({"overall_score": -0.1}, "its score is -0.1, not a number from 0 to 100"),
        ({"overall_score": True}, "its score is True, not a number"),
        ({"overall_score": 79.0}, "it is GREEN with a score of 79"),
        ({**YELLOW, "overall_score": 80.5, "assessments": [assessment(), HEAT]}, "it is YELLOW with a score of 80.5"),
        ({"pass_threshold": 101}, "its pass threshold is 101"),
        ({"assessments": None}, "it assesses nothing"),
        ({"assessments": []}, "it assesses nothing"),
        ({"assessments": [7]}, "an assessment is no object"),
        ({"assessments": [assessment(category="")]}, "an assessment names no category"),
        ({"assessments": [assessment(), assessment()]}, "CHIPLOAD is assessed twice"),
        ({"assessments": [assessment(risk="PURPLE")]}, "CHIPLOAD has the level 'PURPLE'"),
        ({"assessments": [assessment(finding="")]}, "CHIPLOAD says nothing of what it found"),
        ({"assessments": [assessment(score=None)]}, "CHIPLOAD is GREEN without a score"),
        ({"assessments": [assessment(score=100.5)]}, "CHIPLOAD has the score 100.5"),
        ({"assessments": [assessment(score=12)]}, "CHIPLOAD is GREEN with a score of 12"),
        ({"binding_category": "HEAT"}, "the dimension that decides it, 'HEAT', is not assessed"),
        ({"is_feasible": False}, "it is GREEN, and says of itself that it is not feasible"),
        ({**YELLOW, "needs_review": False}, "it is YELLOW, and says that it needs no review"),
        ({"assessments": [assessment(), HEAT]}, "it is GREEN, and the worst it assesses, HEAT, is YELLOW"),
        ({"assessments": [assessment(), UNKNOWN]}, "it is GREEN, and the worst it assesses, HEAT, is UNKNOWN"),
        ({**YELLOW, "binding_category": "CHIPLOAD"}, "it is YELLOW, and the worst it assesses, CHIPLOAD, is GREEN"),
    ],
)
def test_what_is_wrong_with_a_report_is_said(overrides: dict[str, Any], violation: str) -> None:
    assert any(found.startswith(violation) for found in violations_of(builders.report(**overrides)))


def test_everything_that_is_missing_is_listed() -> None:
    assert len(violations_of({})) == 8


def test_a_long_list_ends_with_how_many_more_there_are() -> None:
    found = violations_of(builders.report(assessments=[7] * 100))
    assert (len(found), found[-1]) == (26, "and 76 more")


@pytest.mark.parametrize(("compute_ms", "wrong"), [(0.0, 0), (1.5, 0), (-1.0, 1), (float("nan"), 1), (float("inf"), 1)])
def test_the_time_taken_is_a_time(compute_ms: float, wrong: int) -> None:
    assert len(compute_time_violations(compute_ms)) == wrong


@pytest.mark.parametrize(
    ("kind", "design", "tool", "categories"),
    [
        ("MILLING", builders.rosette(), "END_MILL", builders.OF_MILLING),
        ("DRILLING", {"drilling": {}}, "DRILL", builders.OF_DRILLING),
        ("SAWING", {"saw_cut": {}}, "SAW_BLADE", builders.OF_SAWING),
    ],
)
def test_a_report_that_leaves_a_dimension_out_opens_nothing(
    kind: str, design: dict[str, Any], tool: str, categories: Sequence[str]
) -> None:
    context = {"tool": {"kind": tool}}
    complete = builders.complete_report(categories, cut_kind=kind)
    assert unfounded(complete, design, context) == []
    for left_out in categories:
        kept = [item for item in complete["assessments"] if item["category"] != left_out]
        assert unfounded({**complete, "assessments": kept}, design, context) == [f"{left_out} is not assessed"]


@pytest.mark.parametrize("left_out", builders.OF_BASELINE_V1)
def test_a_report_of_the_first_engine_has_every_dimension(left_out: str) -> None:
    complete = builders.complete_report(builders.OF_BASELINE_V1, engine_id="baseline_v1", cut_kind=None)
    assert unfounded(complete, builders.rosette(), {}) == []
    kept = [item for item in complete["assessments"] if item["category"] != left_out]
    assert unfounded({**complete, "assessments": kept}, builders.rosette(), {}) == [f"{left_out} is not assessed"]


@pytest.mark.parametrize(
    ("kind", "design", "context", "found"),
    [
        (None, {"pocket": {}}, {}, "its kind of cut is missing"),
        ("TURNING", {"pocket": {}}, {}, "its kind of cut is 'TURNING'"),
        ("DRILLING", {"pocket": {}}, {}, "it is of a drilled hole"),
        ("SAWING", {"pocket": {}}, {"tool": {"kind": "END_MILL"}}, "it is of sawing, and the tool is a END_MILL"),
        ("MILLING", {"saw_cut": {}}, {"tool": {"kind": "FRET_SAW_BLADE"}}, "it is of milling, and the tool is a FRET"),
    ],
)
def test_a_report_of_another_kind_of_cut_opens_nothing(
    kind: str | None, design: dict[str, Any], context: dict[str, Any], found: str
) -> None:
    report = builders.complete_report(cut_kind=kind)
    assert unfounded(report, design, context)[0].startswith(found)


def test_holes_wider_than_their_end_mill_are_milled() -> None:
    report = builders.complete_report(cut_kind="MILLING")
    assert unfounded(report, {"drilling": {}}, {"tool": {"kind": "END_MILL"}}) == []


def test_a_tool_named_by_its_id_alone_may_be_a_blade() -> None:
    sawn = builders.complete_report(builders.OF_SAWING, cut_kind="SAWING")
    assert unfounded(sawn, {"fret_slots": {}}, {"tool": {"tool_id": "fret_saw_762"}}) == []


@pytest.mark.parametrize(
    ("category", "reason", "level", "believed"),
    [
        ("CHATTER", "MISSING", "GREEN", True),
        ("CHATTER", "FAILED", "GREEN", False),
        ("WORKHOLDING", "MISSING", "GREEN", False),
        ("WORKHOLDING", "MISSING", "YELLOW", True),
        ("HEAT", "MISSING", "GREEN", False),
        ("HEAT", "MISSING", "YELLOW", False),
        ("HEAT", "MISSING", "UNKNOWN", True),
    ],
)
def test_an_unknown_counts_as_its_dimension_says(category: str, reason: str, level: str, believed: bool) -> None:
    report = builders.complete_report(builders.OF_MILLING, overall_risk=level, binding_category=category)
    report["is_feasible"] = level != "UNKNOWN"
    report["needs_review"] = level == "YELLOW"
    report["overall_score"] = {"GREEN": 90.0, "YELLOW": 79.0}.get(level)
    report["assessments"] = [
        {**item, "risk": "UNKNOWN", "score": None, "unknown_reasons": [{"kind": reason}]}
        if item["category"] == category
        else item
        for item in report["assessments"]
    ]
    assert (violations_of(report) == []) == believed


def test_an_unknown_report_has_no_score() -> None:
    unknown = {**builders.report()["assessments"][0], "risk": "UNKNOWN", "score": None}
    fields = {"overall_risk": "UNKNOWN", "is_feasible": False, "assessments": [unknown], "overall_score": 79.0}
    assert violations_of(builders.report(**fields)) == ["it is UNKNOWN with a score of 79"]
    assert violations_of(builders.report(**fields, engine_id="baseline_v1")) == []


@pytest.mark.parametrize(("category", "wrong"), [("CUT_TIME", 0), ("HEAT", 1)])
def test_only_what_informs_is_green_without_a_score(category: str, wrong: int) -> None:
    report = builders.complete_report(builders.OF_MILLING)
    report["assessments"] = [
        {**item, "score": None} if item["category"] == category else item for item in report["assessments"]
    ]
    assert len(violations_of(report)) == wrong


def test_an_engine_nobody_knows_assesses_what_every_cut_has() -> None:
    found = unfounded(builders.report(engine_id="baseline_v9"), builders.rosette(), {})
    assert found == [f"{name} is not assessed" for name in ("GEOMETRY", "RIMSPEED", "SPINDLE_POWER")]


@pytest.mark.parametrize("severity", ["ERROR", "FATAL"])
def test_a_report_whose_guard_objects_opens_nothing(severity: str) -> None:
    finding = {"code": "FANFRET_DIRECTION_INVERTED", "severity": severity}
    report = builders.complete_report(guard_findings=[finding])
    assert unfounded(report, builders.rosette(), {}) == ["it is GREEN, and its guard finds FANFRET_DIRECTION_INVERTED"]
    report = builders.complete_report(guard_findings=[{**finding, "severity": "WARNING"}])
    assert unfounded(report, builders.rosette(), {}) == []


def test_what_opens_nothing_need_not_be_complete() -> None:
    assert not unfounded(builders.report(overall_risk="RED"), builders.rosette(), {})
