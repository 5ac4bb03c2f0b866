"""The gate policy: from a report to a decision. Computed here, accepted from nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from foundation.canonical_json import JsonMapping
from foundation.json_members import children, number, text, texts

POLICY_ID = "rmos.gate/1"


class RiskLevel(StrEnum):
    """The one risk scale."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    UNKNOWN = "UNKNOWN"
    ERROR = "ERROR"


class RunStatus(StrEnum):
    """What became of an attempt."""

    OK = "OK"
    BLOCKED = "BLOCKED"
    ERROR = "ERROR"


class GateDecision(StrEnum):
    """Whether anything may leave."""

    ALLOWED = "ALLOWED"
    BLOCKED = "BLOCKED"
    OVERRIDDEN = "OVERRIDDEN"


_STATUS_OF = {
    RiskLevel.GREEN: RunStatus.OK,
    RiskLevel.YELLOW: RunStatus.OK,
    RiskLevel.RED: RunStatus.BLOCKED,
    RiskLevel.UNKNOWN: RunStatus.BLOCKED,
    RiskLevel.ERROR: RunStatus.ERROR,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict of the policy."""

    status: RunStatus
    risk_level: RiskLevel
    score: float | None
    gate_decision: GateDecision
    block_reason: str = ""
    warnings: Sequence[str] = ()
    details: JsonMapping = field(default_factory=dict)
    policy_id: str = POLICY_ID
    """The policy that decided."""


def decide(report: JsonMapping) -> Decision:
    """The decision on a report.

    1. only GREEN without need for review opens the gate
    2. YELLOW is recorded as OK and waits for a named person
    3. RED, UNKNOWN, ERROR and anything unreadable stay closed

    Args:
        report: JSON object of a feasibility report.
    """
    level = _level_of(report)
    warnings = [warning for item in children(report, "assessments") for warning in texts(item, "warnings")]
    details = {key: report[key] for key in ("binding_category", "needs_review", "pass_threshold") if key in report}
    needs_review = bool(report.get("needs_review", True))
    open_gate = level is RiskLevel.GREEN and not needs_review
    return Decision(
        status=_STATUS_OF[level],
        risk_level=level,
        score=number(report, "overall_score"),
        gate_decision=GateDecision.ALLOWED if open_gate else GateDecision.BLOCKED,
        block_reason="" if open_gate else _reason(level, report),
        warnings=warnings,
        details=details,
    )


def decide_without_report(reason: str) -> Decision:
    """The decision on an attempt that could not be evaluated."""
    return Decision(
        status=RunStatus.ERROR,
        risk_level=RiskLevel.ERROR,
        score=None,
        gate_decision=GateDecision.BLOCKED,
        block_reason=reason,
    )


def _level_of(report: JsonMapping) -> RiskLevel:
    try:
        return RiskLevel(text(report, "overall_risk"))
    except ValueError:
        return RiskLevel.ERROR


def _reason(level: RiskLevel, report: JsonMapping) -> str:
    binding = text(report, "binding_category")
    found = (text(item, "finding") for item in children(report, "assessments") if item.get("category") == binding)
    finding = next(found, "")
    why = ": ".join(part for part in (binding, finding) if part) or "the report does not say why"
    return f"REVIEW_REQUIRED: {why}" if level in {RiskLevel.YELLOW, RiskLevel.GREEN} else f"{level}: {why}"
