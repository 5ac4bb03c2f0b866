"""A run's document as a typed value. The members are described in `run`.

Nothing is lost between `read` and `write`: what has no place here, or stands in another form than is written here, as
in some runs that came from v1, is kept as it stands under `extra`. The field itself then has the value that opens
nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from foundation.canonical_json import JsonMapping, JsonObject, JsonValue
from foundation.identity import RecordedIdentity
from foundation.json_members import child, children, number, text, texts
from runs_svc.domain.runs.attachment import Attachment, read_attachment, write_attachment
from runs_svc.domain.runs.gate import Decision, GateDecision, RiskLevel, RunStatus
from runs_svc.domain.runs.inputs import Inputs

SCHEMA = "rmos.run/1"
_EACH = (
    *("schema", "run_id", "created_at_utc", "request_id", "status", "mode", "tool_id", "inputs", "request_summary"),
    *("feasibility", "evaluation", "decision", "hashes", "attachments", "meta", "linkage", "errors"),
)
"""What every run has."""
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an imported run comes from."""

    members: JsonMapping

    @property
    def source_sha256(self) -> str:
        """Digest of the v1 record it was made of."""
        return text(self.members, "source_sha256")

    @property
    def rules(self) -> int:
        """Version of the rules by which it was made."""
        return int(number(self.members, "rules") or 1)

    @property
    def aliases(self) -> JsonMapping:
        """Digest of each attachment by the name it had in v1, where that is another."""
        return child(self.members, "aliases")

    @property
    def markers(self) -> Sequence[str]:
        """What v1 did not say."""
        return texts(self.members, "markers")

    @property
    def feasibility(self) -> JsonValue:
        """v1's own verdict, as it stood there; None where there was none."""
        return self.members.get("feasibility")


@dataclass(frozen=True, slots=True)
class RunDocument:
    """What was recorded of an attempt."""

    run_id: str
    created_at_utc: str
    """RFC 3339, microseconds."""
    request_id: str
    mode: str
    tool_id: str
    inputs: Inputs
    request_summary: JsonMapping
    feasibility: JsonObject | None
    """The report without its volatile members."""
    evaluation: JsonMapping
    """The volatile members of the report."""
    decision: Decision
    hashes: Mapping[str, str]
    attachments: Sequence[Attachment]
    """Those named when it was recorded."""
    meta: JsonMapping
    linkage: Mapping[str, str]
    errors: Sequence[str]
    gcode_text: str = ""
    idempotency_key: str = ""
    payload_sha256: str = ""
    """What the key is bound to."""
    envelope: JsonObject = field(default_factory=dict)
    """What programs must keep; empty where nothing was evaluated."""
    identity: RecordedIdentity | None = None
    """Who recorded it; None for one that is older than this, or was imported."""
    origin: Origin | None = None
    """None for a run that was recorded here."""
    extra: JsonMapping = field(default_factory=dict)
    """Members as they stand in the document, by name."""

    @property
    def status(self) -> RunStatus:
        return self.decision.status

    @property
    def recorded_gate(self) -> GateDecision:
        """The gate as the record itself leaves it. What another store decided opens nothing here."""
        return GateDecision.BLOCKED if self.origin is not None else self.decision.gate_decision

    @property
    def design_name(self) -> str:
        return text(self.inputs.design, "name")


def read(value: JsonMapping) -> RunDocument:
    """A run from its parsed document.

    Raises:
        ValueError: It lacks a member that every run has, or names an attachment without digest.
    """
    for name in _EACH:
        if name not in value:
            raise ValueError(f"a run's document has no {name}")
    origin = value.get("origin")
    document = RunDocument(
        run_id=text(value, "run_id"),
        created_at_utc=text(value, "created_at_utc"),
        request_id=text(value, "request_id"),
        mode=text(value, "mode"),
        tool_id=text(value, "tool_id"),
        inputs=_read_inputs(child(value, "inputs")),
        request_summary=child(value, "request_summary"),
        feasibility=_object_or_none(value["feasibility"]),
        evaluation=child(value, "evaluation"),
        decision=_read_decision(child(value, "decision"), text(value, "status")),
        hashes=_texts_by_name(child(value, "hashes")),
        attachments=[read_attachment(item) for item in children(value, "attachments")],
        meta=child(value, "meta"),
        linkage=_texts_by_name(child(value, "linkage")),
        errors=texts(value, "errors"),
        gcode_text=text(child(value, "outputs"), "gcode_text"),
        idempotency_key=text(value, "idempotency_key"),
        payload_sha256=text(value, "payload_sha256"),
        envelope=_object_or_none(value.get("envelope")) or {},
        identity=RecordedIdentity.read(value.get("identity")),
        origin=Origin(origin) if isinstance(origin, Mapping) else None,
    )
    written = write(document)
    extra = {name: item for name, item in value.items() if name not in written or written[name] != item}
    return replace(document, extra=extra) if extra else document


def write(document: RunDocument) -> JsonObject:
    """The document as JSON."""
    value: JsonObject = {
        "schema": SCHEMA,
        "run_id": document.run_id,
        "created_at_utc": document.created_at_utc,
        "request_id": document.request_id,
        "status": document.status.value,
        "mode": document.mode,
        "tool_id": document.tool_id,
        "inputs": document.inputs.value,
        "request_summary": document.request_summary,
        "feasibility": document.feasibility,
        "evaluation": document.evaluation,
        "decision": write_decision(document.decision),
        "hashes": document.hashes,
        "attachments": [write_attachment(item) for item in document.attachments],
        "meta": document.meta,
        "linkage": document.linkage,
        "errors": list(document.errors),
    }
    if document.gcode_text:
        value["outputs"] = {"gcode_text": document.gcode_text}
    if document.envelope:
        value["envelope"] = document.envelope
    if document.idempotency_key:
        value |= {"idempotency_key": document.idempotency_key, "payload_sha256": document.payload_sha256}
    if document.identity is not None:
        value["identity"] = document.identity.to_json()
    if document.origin is not None:
        value["origin"] = document.origin.members
    value.update(document.extra)
    return value


def write_decision(decision: Decision) -> JsonObject:
    value: JsonObject = {
        "risk_level": decision.risk_level.value,
        "block_reason": decision.block_reason,
        "warnings": list(decision.warnings),
        "details": decision.details,
        "gate_policy_id": decision.policy_id,
        "gate_decision": decision.gate_decision.value,
    }
    if decision.score is not None:
        value["score"] = decision.score
    return value


def _read_decision(value: JsonMapping, status: str) -> Decision:
    return Decision(
        status=_member(RunStatus, status, RunStatus.ERROR),
        risk_level=_member(RiskLevel, text(value, "risk_level"), RiskLevel.ERROR),
        score=number(value, "score"),
        gate_decision=_member(GateDecision, text(value, "gate_decision"), GateDecision.BLOCKED),
        block_reason=text(value, "block_reason"),
        warnings=texts(value, "warnings"),
        details=child(value, "details"),
        policy_id=text(value, "gate_policy_id"),
    )


def _read_inputs(value: JsonMapping) -> Inputs:
    return Inputs(
        design=_object_or_none(value.get("design")) or {},
        context=_object_or_none(value.get("context")) or {},
        engine_id=text(value, "engine_id"),
    )


def _object_or_none(value: JsonValue) -> JsonObject | None:
    return value if isinstance(value, dict) else None


def _texts_by_name(value: JsonMapping) -> dict[str, str]:
    return {name: item for name, item in value.items() if isinstance(item, str)}


def _member(kind: type[E], name: str, otherwise: E) -> E:
    return kind(name) if name in list(kind) else otherwise
