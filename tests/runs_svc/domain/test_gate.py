from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_svc.domain.runs.gate import GateDecision, RiskLevel, RunStatus, decide, decide_without_report
from tests.builders import report


@pytest.mark.parametrize(
    ("level", "status", "gate"),
    [
        ("GREEN", RunStatus.OK, GateDecision.ALLOWED),
        ("YELLOW", RunStatus.OK, GateDecision.BLOCKED),
        ("RED", RunStatus.BLOCKED, GateDecision.BLOCKED),
        ("UNKNOWN", RunStatus.BLOCKED, GateDecision.BLOCKED),
        ("ERROR", RunStatus.ERROR, GateDecision.BLOCKED),
        ("", RunStatus.ERROR, GateDecision.BLOCKED),
        ("green", RunStatus.ERROR, GateDecision.BLOCKED),
    ],
)
def test_each_level_has_its_decision(level: str, status: RunStatus, gate: GateDecision) -> None:
    decision = decide(report(overall_risk=level, needs_review=level != "GREEN"))
    assert (decision.status, decision.gate_decision) == (status, gate)
    assert bool(decision.block_reason) == (gate is GateDecision.BLOCKED)


def test_green_that_needs_review_stays_closed() -> None:
    decision = decide(report(needs_review=True))
    assert decision.gate_decision is GateDecision.BLOCKED
    assert decision.block_reason.startswith("REVIEW_REQUIRED")


def test_a_report_that_says_nothing_about_review_needs_it() -> None:
    value = report()
    del value["needs_review"]
    assert decide(value).gate_decision is GateDecision.BLOCKED


def test_the_reason_names_the_binding_dimension() -> None:
    value = report(overall_risk="RED", needs_review=False)
    assert decide(value).block_reason == "RED: CHIPLOAD: fine"


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers()))
def test_a_report_without_a_level_never_opens_the_gate(value: dict[str, Any]) -> None:
    value.pop("overall_risk", None)
    value.pop("assessments", None)
    assert decide(value).gate_decision is GateDecision.BLOCKED


def test_without_a_report_the_attempt_is_an_error() -> None:
    decision = decide_without_report("away")
    assert (decision.status, decision.risk_level) == (RunStatus.ERROR, RiskLevel.ERROR)


@pytest.mark.parametrize(
    "value", [{}, report(overall_risk="RED", assessments=[], binding_category=""), {"overall_risk": "YELLOW"}]
)
def test_a_closed_gate_never_lacks_a_reason(value: dict[str, Any]) -> None:
    assert decide(value).block_reason.endswith(": the report does not say why")
