"""A report is believed only when it is complete, in range, and agrees with itself."""

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
        {**YELLOW, "assessments": [assessment(), UNKNOWN]},
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


@pytest.mark.parametrize("left_out", builders.CATEGORIES)
def test_a_report_that_leaves_a_dimension_out_opens_nothing(left_out: str) -> None:
    kept = [item for item in builders.complete_report()["assessments"] if item["category"] != left_out]
    assert unfounded(builders.complete_report()) == []
    assert unfounded({**builders.complete_report(), "assessments": kept}) == [f"{left_out} is not assessed"]


def test_an_engine_nobody_knows_assesses_what_every_cut_has() -> None:
    found = unfounded(builders.report(engine_id="baseline_v9"))
    assert found == [f"{name} is not assessed" for name in ("GEOMETRY", "RIMSPEED", "SPINDLE_POWER")]


@pytest.mark.parametrize("severity", ["ERROR", "FATAL"])
def test_a_report_whose_guard_objects_opens_nothing(severity: str) -> None:
    finding = {"code": "FANFRET_DIRECTION_INVERTED", "severity": severity}
    assert unfounded(builders.complete_report(guard_findings=[finding])) == [
        "it is GREEN, and its guard finds FANFRET_DIRECTION_INVERTED"
    ]
    assert unfounded(builders.complete_report(guard_findings=[{**finding, "severity": "WARNING"}])) == []


def test_what_opens_nothing_need_not_be_complete() -> None:
    assert not unfounded(builders.report(overall_risk="RED"))
