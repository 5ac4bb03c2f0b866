"""What v1 decided on a record, in its own words; the gate is closed."""

from collections.abc import Mapping

from foundation.canonical_json import JsonMapping, JsonObject
from runs_svc.domain.legacy.conversion import Conversion
from runs_svc.domain.legacy.values import find_level, find_score, open_fields
from runs_svc.domain.runs.gate import GateDecision, RunStatus
from runs_svc.domain.runs.imported_verdict import find_block_reason, find_warnings


def decision_of_v1(conversion: Conversion) -> JsonObject:
    """What v1 decided, in its own words where it has any; the gate is closed."""
    given = conversion.value.get("decision")
    own: JsonMapping = given if isinstance(given, Mapping) else {}
    gate = conversion.text("gate_decision")
    if gate.upper() not in {"", GateDecision.BLOCKED}:
        conversion.lines.append(f"gate_decision: {gate!r} opens nothing here; BLOCKED until a named person opens it")
    decision: JsonObject = {
        "risk_level": find_level(conversion.value, conversion.lines).value,
        "block_reason": find_block_reason(conversion.value),
        "warnings": find_warnings(conversion.value),
        "details": _details(conversion, own),
        "gate_policy_id": conversion.text("gate_policy_id") or "v1",
        "gate_decision": GateDecision.BLOCKED.value,
    }
    score = find_score(conversion.value)
    if score is not None:
        decision["score"] = score
    return decision


def mode_of_v1(conversion: Conversion) -> str:
    mode, workflow_mode = conversion.text("mode"), conversion.text("workflow_mode")
    if workflow_mode and not mode:
        conversion.lines.append(f"mode: absent; {workflow_mode!r}, taken from workflow_mode")
    return mode or workflow_mode


def status_of_v1(conversion: Conversion) -> str:
    status = conversion.choice("status", list(RunStatus))
    if not status:
        conversion.lines.append("status: absent or unknown; BLOCKED, because what is not known is not released")
        return RunStatus.BLOCKED.value
    return status


def _details(conversion: Conversion, own: JsonMapping) -> JsonObject:
    known = {"risk_level", "risk_bucket", "score", "block_reason", "warnings", "details"}
    details = own.get("details")
    rest = {name: item for name, item in own.items() if name not in known}
    found = {**rest, **(details if isinstance(details, Mapping) else {})}
    return open_fields(found, "decision", conversion.lines)
