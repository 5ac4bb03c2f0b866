"""The run record: an explicit, versioned JSON projection whose canonical bytes are its identity.

    schema            "rmos.run/1"
    run_id            run_ and 12 hex digits
    created_at_utc    RFC 3339, microseconds
    request_id        correlation id of the call
    status, mode, tool_id
    inputs            {design, context, engine_id}: what was evaluated, enough to evaluate it again
    request_summary   what is kept of the caller's own request
    feasibility       the report as computed, without its volatile members; null when there is none
    evaluation        {request_id, compute_ms}: the volatile members
    decision          the gate policy's verdict
    hashes            {feasibility_sha256, request_sha256, gcode_sha256 …}
    outputs           absent on BLOCKED and ERROR runs
    attachments, meta, linkage, errors
    envelope          what programs must keep, where something was evaluated
    idempotency_key, payload_sha256   the key it was recorded under, where there was one

Amendments are documents of their own ("rmos.attachment/1" …); each carries the digest of the document before it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import orjson

from foundation import canonical_json
from foundation.canonical_json import JsonObject, JsonValue
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.envelope import approved_envelope
from runs_svc.domain.runs.gate import POLICY_ID, Decision, RunStatus
from runs_svc.domain.runs.redaction import redact, sums_up
from runs_svc.domain.runs.report import Report

SCHEMA = "rmos.run/1"
ATTACHMENT_SCHEMA = "rmos.attachment/1"
LONGEST_INLINE_PROGRAM = 200_000
_NO_REPORT = canonical_json.dumps(None)


@dataclass(frozen=True)
class Inputs:
    """What is evaluated. Attempts at the same thing may share them: nobody changes them."""

    design: JsonObject
    context: JsonObject
    engine_id: str = ""

    @cached_property
    def value(self) -> JsonObject:
        """The inputs as a record holds them."""
        return {"design": self.design, "context": self.context, "engine_id": self.engine_id}

    @cached_property
    def canonical(self) -> bytes:
        """Their canonical bytes."""
        return canonical_json.dumps(self.value)

    @cached_property
    def sha256(self) -> str:
        """Digest of the canonical bytes."""
        return canonical_json.sha256_hex(self.canonical)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a caller asks to have recorded, parsed."""

    inputs: Inputs
    mode: str
    request_summary: JsonObject
    attachments: Sequence[Attachment] = ()
    gcode_text: str = ""
    meta: JsonObject = field(default_factory=dict)
    linkage: Mapping[str, str] = field(default_factory=dict)
    source: JsonValue = None
    """The caller's own request, of which the record holds the summary alone."""
    envelope: JsonObject = field(default_factory=dict)
    """What the caller gave of the limits of its programs."""
    asked: JsonObject | None = None
    """What a key is bound to where the caller asked for less than stands here: the server has found out the rest."""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A caller's key and the digest of the payload it is bound to."""

    key: str
    payload_sha256: str
    attempt: Attempt | None = field(default=None, compare=False, repr=False)
    """What the digest was taken of, where that is known."""

    def is_bound(self, recorded_sha256: str, document: Callable[[], bytes]) -> bool:
        """Whether a key is bound to this payload.

        Args:
            recorded_sha256: The payload it is bound to.
            document: The run that was recorded under it, looked at where the digests differ: stores hold digests that
                covered the summary of the request and not the request.
        """
        if recorded_sha256 == self.payload_sha256:
            return True
        return self.attempt is not None and _was_bound(self.attempt, recorded_sha256, orjson.loads(document()))


class RunIndex(NamedTuple):
    """The index fields of a run. Everything here is in its document, or in an amendment."""

    created_at_utc: str
    status: str
    mode: str
    tool_id: str
    material_id: str
    machine_id: str
    risk_level: str
    gate_decision: str
    score: float | None
    event_type: str
    workflow_session_id: str
    request_id: str
    parent_run_id: str
    instrument_serial: str
    operator: str
    design_name: str
    meta_keys: str
    """Top-level keys of meta, a line each."""
    legal_hold: str = "no"
    withdrawn: str = "no"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run ready to be stored."""

    run_id: RunId
    value: Mapping[str, Any]
    """What the document says."""
    document: bytes
    digest: Digest
    index: RunIndex
    attachments: Sequence[Attachment]
    idempotency: Idempotency | None = None


def compose(
    attempt: Attempt,
    *,
    run_id: RunId,
    created_at_utc: str,
    request_id: str,
    decision: Decision,
    report: Report | None,
    errors: Sequence[str] = (),
    idempotency: Idempotency | None = None,
) -> RunRecord:
    """The record of an attempt."""
    inputs = attempt.inputs
    linkage = _linkage(attempt)
    rest: JsonObject = {
        "schema": SCHEMA,
        "run_id": str(run_id),
        "created_at_utc": created_at_utc,
        "request_id": request_id,
        "status": decision.status.value,
        "mode": attempt.mode,
        "tool_id": _preset_id(inputs.context, "tool"),
        "request_summary": attempt.request_summary,
        "evaluation": report.evaluation if report else {},
        "decision": _decision(decision),
        "hashes": _hashes(attempt, report),
        "attachments": [write_attachment(item) for item in attempt.attachments],
        "meta": attempt.meta,
        "linkage": linkage,
        "errors": list(errors),
    }
    if envelope := approved_envelope(report.envelope if report else {}, attempt.envelope):
        rest["envelope"] = envelope
    if decision.status is RunStatus.OK and attempt.gcode_text:
        rest["outputs"] = {"gcode_text": attempt.gcode_text}
    if idempotency is not None:
        rest |= {"idempotency_key": idempotency.key, "payload_sha256": idempotency.payload_sha256}
    written = {"inputs": inputs.canonical, "feasibility": report.canonical if report else _NO_REPORT}
    data = canonical_json.assemble(rest, written)
    value = {**rest, "inputs": inputs.value, "feasibility": report.content if report else None}
    return RunRecord(
        run_id=run_id,
        value=value,
        document=data,
        digest=Digest(canonical_json.sha256_hex(data)),
        index=index_of(value),
        attachments=attempt.attachments,
        idempotency=idempotency,
    )


def idempotency_of(document: Mapping[str, Any]) -> Idempotency | None:
    """The key a run was recorded under, from its document alone."""
    key = document.get("idempotency_key")
    return None if key is None else Idempotency(key, document["payload_sha256"])


def index_of(document: Mapping[str, Any]) -> RunIndex:
    """The index fields of a run, from its document alone: the index can always be rebuilt."""
    decision, linkage, score = document["decision"], document["linkage"], document["decision"].get("score")
    return RunIndex(
        created_at_utc=document["created_at_utc"],
        status=document["status"],
        mode=document["mode"],
        tool_id=document["tool_id"],
        material_id=linkage.get("material_id", ""),
        machine_id=linkage.get("machine_id", ""),
        risk_level=decision["risk_level"],
        gate_decision=decision["gate_decision"],
        score=None if score is None else float(score),  # canonical JSON writes 97.0 as 97
        event_type=linkage.get("event_type", ""),
        workflow_session_id=linkage.get("workflow_session_id", ""),
        request_id=document["request_id"],
        parent_run_id=linkage.get("parent_run_id", ""),
        instrument_serial=linkage.get("instrument_serial", ""),
        operator=linkage.get("operator", ""),
        design_name=document["inputs"]["design"].get("name", ""),
        meta_keys="\n".join(sorted(document["meta"])),
    )


def payload_sha256(attempt: Attempt) -> str:
    """Digest of everything a caller asks for: what an idempotency key is bound to.

    It covers the caller's own request and not its summary, whose rules may change. Secrets are left out: anybody who
    reads the digest could try them.
    """
    if attempt.asked is not None:
        return hash_json(attempt.asked)
    if attempt.source is None:
        return _digest_with(attempt, {"request_summary": attempt.request_summary})
    return _digest_with(attempt, {"source_request": redact(attempt.source)})


def _was_bound(attempt: Attempt, recorded_sha256: str, document: Mapping[str, Any]) -> bool:
    """Whether a digest is the one that this attempt had when digests covered the summary, as it was made then."""
    summary = document["request_summary"]
    if attempt.asked is None and not sums_up(summary, attempt.source):
        return False
    if attempt.asked is not None:
        attempt = replace(attempt, attachments=tuple(read_attachment(item) for item in document["attachments"]))
    return _digest_with(attempt, {"request_summary": summary}) == recorded_sha256


def _digest_with(attempt: Attempt, source: JsonObject) -> str:
    rest: JsonObject = {
        **source,
        "mode": attempt.mode,
        "attachments": [[item.digest.sha256, item.kind, item.mime, item.filename] for item in attempt.attachments],
        "gcode_text": attempt.gcode_text,
        "meta": attempt.meta,
        "linkage": dict(attempt.linkage),
        **({"envelope": attempt.envelope} if attempt.envelope else {}),
    }
    return canonical_json.sha256_hex(canonical_json.assemble(rest, {"inputs": attempt.inputs.canonical}))


def write_attachment(attachment: Attachment) -> JsonObject:
    return {
        "sha256": attachment.digest.sha256,
        "kind": attachment.kind,
        "mime": attachment.mime,
        "filename": attachment.filename,
        "size_bytes": attachment.size_bytes,
        "created_at_utc": attachment.created_at_utc,
    }


def read_attachment(value: Mapping[str, Any]) -> Attachment:
    return Attachment(
        digest=Digest(value["sha256"]),
        kind=value["kind"],
        mime=value["mime"],
        filename=value["filename"],
        size_bytes=value["size_bytes"],
        created_at_utc=value["created_at_utc"],
    )


RecordComposer = Callable[[int, str], bytes]
"""Makes an amendment's document from its ordinal and the digest of the document before it."""


def compose_attachment(attachment: Attachment, *, run_id: RunId, request_id: str) -> RecordComposer:
    """The document of an attachment added after the run was recorded."""

    def document(ordinal: int, previous_sha256: str) -> bytes:
        return canonical_json.dumps(
            {
                "schema": ATTACHMENT_SCHEMA,
                "run_id": str(run_id),
                "ordinal": ordinal,
                "previous_sha256": previous_sha256,
                "request_id": request_id,
                "attachment": write_attachment(attachment),
            }
        )

    return document


def _linkage(attempt: Attempt) -> JsonObject:
    linkage: JsonObject = {key: value for key, value in attempt.linkage.items() if value}
    for group in ("material", "machine"):
        if preset := _preset_id(attempt.inputs.context, group):
            linkage.setdefault(f"{group}_id", preset)
    return linkage


def _preset_id(context: Mapping[str, Any], group: str) -> str:
    return str(context.get(group, {}).get(f"{group}_id", ""))


def _decision(decision: Decision) -> JsonObject:
    value: JsonObject = {
        "risk_level": decision.risk_level.value,
        "block_reason": decision.block_reason,
        "warnings": list(decision.warnings),
        "details": dict(decision.details),
        "gate_policy_id": POLICY_ID,
        "gate_decision": decision.gate_decision.value,
    }
    if decision.score is not None:
        value["score"] = decision.score
    return value


def _hashes(attempt: Attempt, report: Report | None) -> JsonObject:
    hashes: JsonObject = {
        "feasibility_sha256": report.sha256 if report else canonical_json.sha256_hex(_NO_REPORT),
        "request_sha256": attempt.inputs.sha256,
    }
    for item in attempt.attachments:
        if item.kind in {"gcode", "toolpaths", "opplan"}:
            hashes.setdefault(f"{item.kind}_sha256", item.digest.sha256)
    if attempt.gcode_text:
        hashes["gcode_sha256"] = canonical_json.sha256_hex(attempt.gcode_text.encode())
    return hashes


def hash_json(value: Any) -> str:
    """SHA-256 of its canonical bytes."""
    return canonical_json.sha256_hex(canonical_json.dumps(value))
