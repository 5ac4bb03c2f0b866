"""Amendments: merging, order at the machine, who may override."""

import pytest

from foundation.canonical_json import JsonObject
from runs_svc.domain import errors
from runs_svc.domain.runs.amendments import Amendments, ExecutionStep, may_follow, merge
from runs_svc.domain.runs.gate import GateDecision, RiskLevel
from runs_svc.domain.runs.override import OverridePolicy, OverrideRequest, check_override
from tests import builders

S = ExecutionStep


@pytest.mark.parametrize(
    ("step", "last", "allowed"),
    [
        (S.STARTED, None, True),
        (S.STARTED, S.STARTED, False),
        (S.STARTED, S.FINISHED, True),
        (S.FINISHED, None, False),
        (S.FINISHED, S.STARTED, True),
        (S.FINISHED, S.FINISHED, False),
        (S.ABORTED, S.FINISHED, False),
        (S.SCRAPPED, S.FINISHED, True),
        (S.SCRAPPED, S.SCRAPPED, False),
    ],
)
def test_steps_follow_each_other(step: S, last: S | None, allowed: bool) -> None:
    assert may_follow(step, last) is allowed


def test_meta_is_merged_in_order_and_the_recorded_one_stays() -> None:
    recorded = {"a": 1, "b": 2}
    later = Amendments(annotations=[{"meta": {"b": 3, "c": 4}}, {"meta": {"a": None, "x": None}}])
    assert later.meta(recorded) == {"b": 3, "c": 4}
    assert recorded == {"a": 1, "b": 2}


def test_the_last_explanation_and_the_first_override_hold() -> None:
    documents: list[JsonObject] = [
        {"kind": kind, "created_at_utc": "t", "request_id": "r", "body": {"n": number}}
        for number, kind in enumerate(["explanation", "override", "explanation", "override", "execution"])
    ]
    later = merge([{"attachment": {}}, *documents])
    assert later.explanation["n"] == 2
    assert later.override is not None
    assert later.override["n"] == 1
    blocked = builders.run_document()
    assert later.gate(blocked) is GateDecision.OVERRIDDEN
    assert merge([]).gate(blocked) is GateDecision.BLOCKED
    assert merge([]).gate(builders.record(report_value=builders.complete_report()).content) is GateDecision.ALLOWED
    assert merge([]).last_step is None


def ask(level: RiskLevel, *, acknowledged: bool = False) -> OverrideRequest:
    return OverrideRequest("A. Lead", "the scrap cut was clean", level, acknowledged)


@pytest.mark.parametrize(
    ("recorded", "meant", "gate", "red", "refusal"),
    [
        ("YELLOW", "YELLOW", "BLOCKED", (False, False), None),
        ("GREEN", "GREEN", "BLOCKED", (False, False), None),
        ("GREEN", "GREEN", "ALLOWED", (False, False), errors.NotBlockedError),
        ("YELLOW", "YELLOW", "OVERRIDDEN", (False, False), errors.AlreadyOverriddenError),
        ("RED", "YELLOW", "BLOCKED", (True, True), errors.RiskMismatchError),
        ("RED", "RED", "BLOCKED", (False, True), errors.RedOverrideDisabledError),
        ("UNKNOWN", "UNKNOWN", "BLOCKED", (False, True), errors.RedOverrideDisabledError),
        ("RED", "RED", "BLOCKED", (True, False), errors.AcknowledgementRequiredError),
        ("RED", "RED", "BLOCKED", (True, True), None),
        ("UNKNOWN", "UNKNOWN", "BLOCKED", (True, True), None),
        ("ERROR", "ERROR", "BLOCKED", (True, True), errors.RedOverrideDisabledError),
    ],
)
def test_an_override_keeps_to_the_policy(
    recorded: str, meant: str, gate: str, red: tuple[bool, bool], refusal: type[Exception] | None
) -> None:
    """`red`: the policy allows it, and the request acknowledges it."""
    allow_red, acknowledged = red

    def check() -> None:
        check_override(
            ask(RiskLevel(meant), acknowledged=acknowledged),
            policy=OverridePolicy(allow_red),
            run_id="run_000000000001",
            risk_level=RiskLevel(recorded),
            gate=GateDecision(gate),
        )

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal, match="run_000000000001"):
            check()


def test_a_closed_replay_gate_names_what_drifted() -> None:
    error = errors.ReplayBlockedError("run_000000000001", ["level: GREEN then, RED now"])
    assert [(item.type, item.subject, item.description) for item in error.preconditions] == [
        ("DRIFT", "runs/run_000000000001", "level: GREEN then, RED now")
    ]
