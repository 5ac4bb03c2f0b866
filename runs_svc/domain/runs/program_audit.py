"""An audit of a run's programs as it is recorded: which programs, what was found, or why nothing could be."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from foundation.canonical_json import JsonMapping, JsonObject, JsonValue
from foundation.json_members import child, children, number, text
from runs_svc.domain.runs.programs import RunProgram
from runs_svc.domain.runs.run import hash_json

MOST_FINDINGS, MOST_PLACES = 100, 5
"""As much of a report is recorded; of more it is said how much there was."""


class AuditOutcome(StrEnum):
    """What an audit comes to. What is not understood never reads as passed."""

    INSIDE = "INSIDE"
    DEVIATES = "DEVIATES"
    NOT_VERIFIABLE = "NOT_VERIFIABLE"


@dataclass(frozen=True, slots=True)
class RecordedFinding:
    """What one rule says about one program."""

    code: str
    level: str
    program: int
    """Place among the programs, from 0."""
    count: int
    first_line: int
    """0: the program as a whole."""
    worst_line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class RecordedAudit:
    """An audit as it stands behind its run."""

    body: JsonMapping
    """As it was recorded, with its time and call."""

    @property
    def digests(self) -> Sequence[str]:
        """Of the programs it is about, in their order."""
        return [text(item, "sha256") for item in children(self.body, "programs")]

    @property
    def outcome(self) -> AuditOutcome:
        """What it came to; what cannot be read came to nothing."""
        said = text(self.body, "outcome")
        return AuditOutcome(said) if said in list(AuditOutcome) else AuditOutcome.NOT_VERIFIABLE

    @property
    def report(self) -> JsonMapping:
        """The report; empty where there is none."""
        return child(self.body, "report")

    @property
    def not_audited(self) -> str:
        """Why there is no report; "" where there is one."""
        return text(self.body, "not_audited")

    @property
    def findings_sha256(self) -> str:
        """What an acceptance is bound to."""
        return text(self.body, "findings_sha256")

    @property
    def findings(self) -> Sequence[RecordedFinding]:
        """What was found, worst first."""
        return [_finding(item) for item in children(self.report, "findings")]


def compose_audit(programs: Sequence[RunProgram], report: JsonMapping) -> JsonObject:
    """The body of an audit, from a report in the JSON form of `rmos.type.v1.ProgramAuditReport`."""
    findings = children(report, "findings")
    kept: list[JsonValue] = [
        {**item, "places": list(children(item, "places")[:MOST_PLACES])} for item in findings[:MOST_FINDINGS]
    ]
    outcome = outcome_of(report)
    digests: list[JsonValue] = [program.sha256 for program in programs]
    seen: JsonObject = {"programs": digests, "outcome": outcome.value, "findings": list(findings)}
    return {
        "programs": _named(programs),
        "outcome": outcome.value,
        "report": {**report, "findings": kept},
        "left_out_count": len(findings) - len(kept),
        "not_audited": "",
        "findings_sha256": hash_json(seen),
    }


def compose_missing_audit(programs: Sequence[RunProgram], reason: str) -> JsonObject:
    """The body of an audit that could not be made: not verifiable."""
    return {
        "programs": _named(programs),
        "outcome": AuditOutcome.NOT_VERIFIABLE.value,
        "report": {},
        "left_out_count": 0,
        "not_audited": reason,
        "findings_sha256": not_audited_digest([program.sha256 for program in programs]),
    }


def not_audited_digest(digests: Sequence[str]) -> str:
    """What an acceptance of programs is bound to that nobody has read."""
    return hash_json({"programs": list(digests), "outcome": AuditOutcome.NOT_VERIFIABLE.value})


def outcome_of(report: JsonMapping) -> AuditOutcome:
    """The outcome of a report: what it says, unless its own findings say worse.

    >>> outcome_of({"outcome": "INSIDE", "findings": [{"level": "ERROR"}]}).value, outcome_of({}).value
    ('DEVIATES', 'NOT_VERIFIABLE')
    """
    levels = {text(item, "level") for item in children(report, "findings")}
    if "ERROR" in levels or report.get("outcome") == AuditOutcome.DEVIATES:
        return AuditOutcome.DEVIATES
    if "NOT_VERIFIABLE" in levels or report.get("outcome") != AuditOutcome.INSIDE:
        return AuditOutcome.NOT_VERIFIABLE
    return AuditOutcome.INSIDE


def _named(programs: Sequence[RunProgram]) -> list[JsonValue]:
    return [{"name": item.name, "sha256": item.sha256, "size_bytes": item.size_bytes} for item in programs]


def _finding(value: JsonMapping) -> RecordedFinding:
    return RecordedFinding(
        code=text(value, "code"),
        level=text(value, "level"),
        program=int(number(value, "program_index") or 0),
        count=int(number(value, "count") or 0),
        first_line=int(number(child(value, "first"), "line") or 0),
        worst_line=int(number(child(value, "worst"), "line") or 0),
        sentence=text(value, "sentence"),
    )
