"""Amendments: merging, order at the machine, who may override."""

import pytest

from foundation.canonical_json import JsonObject
from runs_svc.domain import errors
from runs_svc.domain.runs import decision_errors
from runs_svc.domain.runs.amendments import Amendments, ExecutionStep, changes_index, index_after, may_follow, merge
from runs_svc.domain.runs.gate import GateDecision, RiskLevel
from runs_svc.domain.runs.override import OverridePolicy, OverrideRequest, check_override
from runs_svc.domain.runs.run_index import RunIndex
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
        ("GREEN", "GREEN", "ALLOWED", (False, False), decision_errors.NotBlockedError),
        ("YELLOW", "YELLOW", "OVERRIDDEN", (False, False), decision_errors.AlreadyOverriddenError),
        ("RED", "YELLOW", "BLOCKED", (True, True), decision_errors.RiskMismatchError),
        ("RED", "RED", "BLOCKED", (False, True), decision_errors.RedOverrideDisabledError),
        ("UNKNOWN", "UNKNOWN", "BLOCKED", (False, True), decision_errors.RedOverrideDisabledError),
        ("RED", "RED", "BLOCKED", (True, False), decision_errors.AcknowledgementRequiredError),
        ("RED", "RED", "BLOCKED", (True, True), None),
        ("UNKNOWN", "UNKNOWN", "BLOCKED", (True, True), None),
        ("ERROR", "ERROR", "BLOCKED", (True, True), decision_errors.RedOverrideDisabledError),
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


def test_a_part_counts_as_finished_until_it_is_scrapped_right_after() -> None:
    def events(*steps: S, serial: str = "G-1") -> Amendments:
        return Amendments(executions=[{"step": step.value, "instrument_serial": serial} for step in steps])

    assert events(S.STARTED, S.FINISHED).has_finished_part("G-1")
    assert not events(S.STARTED, S.FINISHED).has_finished_part("G-2")
    assert not events(S.STARTED, S.FINISHED, S.SCRAPPED).has_finished_part("G-1")
    assert events(S.STARTED, S.FINISHED, S.STARTED, S.FINISHED, S.SCRAPPED).has_finished_part("G-1")


@pytest.mark.parametrize(
    ("amendment", "changes"),
    [
        ({"kind": "override"}, True),
        ({"kind": "hold"}, True),
        ({"kind": "annotation", "body": {"note": "dry"}}, False),
        ({"kind": "annotation", "body": {"meta": {"a": 1}}}, True),
        ({"kind": "audit", "body": {}}, True),
        ({"kind": "request", "body": {}}, True),
        ({"kind": "check", "body": {}}, False),
        ({"kind": "advisory", "body": {}}, False),
        ({"attachment": {"sha256": "a"}}, True),
    ],
)
def test_only_some_amendments_change_what_a_run_is_found_by(amendment: JsonObject, changes: bool) -> None:
    assert changes_index(amendment) is changes


def test_an_override_and_a_step_change_what_a_run_is_found_by() -> None:
    index = builders.record().index
    assert index_after(index, {"kind": "override"}).gate_decision == "OVERRIDDEN"
    step: JsonObject = {"kind": "execution", "body": {"instrument_serial": "G-1", "operator": "Ann"}}
    stepped = index_after(index, step)
    assert (stepped.instrument_serial, stepped.operator, stepped.machine_id) == ("g-1", "ann", index.machine_id)


def changed(*amendments: JsonObject, gate: str = "ALLOWED", status: str = "OK") -> RunIndex:
    index = builders.record().index._replace(gate_decision=gate, status=status)
    for amendment in amendments:
        index = index_after(index, {"created_at_utc": "2026-03-01T12:00:00Z", **amendment})
    return index


WARNED: JsonObject = {
    "kind": "audit",
    "body": {
        "outcome": "INSIDE",
        "findings_sha256": "f",
        "report": {"findings": [{"level": "WARNING"}, {"level": "INFORMATION"}]},
    },
}
ACCEPTED: JsonObject = {"kind": "acceptance", "body": {"findings_sha256": "f"}}
ATTACHED: JsonObject = {"attachment": {"sha256": "a" * 64, "kind": "gcode"}}


@pytest.mark.parametrize(
    ("amendments", "audit", "warnings", "waits"),
    [
        ([], "NONE", 0, "no"),
        ([ATTACHED], "NOT_VERIFIABLE", 0, "yes"),
        ([{"attachment": {"sha256": "a" * 64, "kind": "note"}}], "NONE", 0, "no"),
        ([ATTACHED, WARNED], "NEEDS_ACCEPTANCE", 1, "yes"),
        ([ATTACHED, WARNED, ACCEPTED], "RELEASED", 0, "no"),
        ([WARNED, {"kind": "acceptance", "body": {"findings_sha256": "g"}}], "NEEDS_ACCEPTANCE", 1, "yes"),
        ([WARNED, ACCEPTED, ATTACHED], "NOT_VERIFIABLE", 0, "yes"),
        ([{"kind": "audit", "body": {"outcome": "INSIDE"}}], "RELEASED", 0, "no"),
        ([{"kind": "audit", "body": {"outcome": "DEVIATES", "findings_sha256": "f"}}, ACCEPTED], "DEVIATES", 0, "no"),
        ([{"kind": "audit", "body": {"outcome": "NEW_WORD"}}], "NOT_VERIFIABLE", 0, "yes"),
        ([ATTACHED, {"kind": "tombstone"}], "NOT_VERIFIABLE", 0, "no"),
    ],
)
def test_lists_know_what_holds_programs_back(
    amendments: list[JsonObject], audit: str, warnings: int, waits: str
) -> None:
    index = changed(*amendments)
    assert (index.audit, index.open_warning_count, index.waits_for_person) == (audit, warnings, waits)


ASKED: JsonObject = {"kind": "request"}


@pytest.mark.parametrize(
    ("amendments", "status", "request_state", "waits"),
    [
        ([], "OK", "none", "yes"),
        ([], "BLOCKED", "none", "no"),
        ([ASKED], "BLOCKED", "waiting", "yes"),
        ([ASKED, {"kind": "decline"}], "BLOCKED", "answered", "no"),
        ([ASKED, {"kind": "override"}], "BLOCKED", "answered", "no"),
        ([{"kind": "override"}], "OK", "none", "no"),
    ],
)
def test_lists_know_whose_gate_waits_for_a_person(
    amendments: list[JsonObject], status: str, request_state: str, waits: str
) -> None:
    index = changed(*amendments, gate="BLOCKED", status=status).decided()
    assert (index.override_request, index.waits_for_person) == (request_state, waits)


def test_lists_know_the_last_step_as_it_was_written() -> None:
    index = changed({"kind": "execution", "body": {"step": "STARTED", "instrument_serial": "OM-1", "operator": "Ann"}})
    assert (index.execution, index.executed_at_utc) == ("STARTED", "2026-03-01T12:00:00Z")
    assert (index.shown_serial, index.shown_operator, index.instrument_serial) == ("OM-1", "Ann", "om-1")
