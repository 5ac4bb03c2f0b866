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
    identity          who recorded it, and how that was proven; absent in older runs
    idempotency_key, payload_sha256   the key it was recorded under, where there was one

Amendments are documents of their own ("rmos.attachment/1" …); each carries the digest of the document before it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import orjson

from foundation import canonical_json
from foundation.canonical_json import JsonMapping, JsonObject, JsonValue
from foundation.identity import RecordedIdentity
from foundation.json_members import child, children, text
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.runs.attachment import Attachment, read_attachment, write_attachment
from runs_svc.domain.runs.envelope import approved_envelope
from runs_svc.domain.runs.gate import Decision, RunStatus
from runs_svc.domain.runs.inputs import Inputs
from runs_svc.domain.runs.redaction import redact, sums_up
from runs_svc.domain.runs.report import Report
from runs_svc.domain.runs.run_document import RunDocument, write
from runs_svc.domain.runs.run_index import RunIndex, index_of

ATTACHMENT_SCHEMA = "rmos.attachment/1"
LONGEST_INLINE_PROGRAM = 200_000
_NO_REPORT = canonical_json.dumps(None)


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


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run ready to be stored."""

    run_id: RunId
    content: RunDocument
    document: bytes
    """Its canonical bytes."""
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
    identity: RecordedIdentity | None = None,
) -> RunRecord:
    """The record of an attempt."""
    content = RunDocument(
        run_id=run_id.text,
        created_at_utc=created_at_utc,
        request_id=request_id,
        mode=attempt.mode,
        tool_id=attempt.inputs.preset_id("tool"),
        inputs=attempt.inputs,
        request_summary=attempt.request_summary,
        feasibility=report.content if report else None,
        evaluation=report.evaluation if report else {},
        decision=decision,
        hashes=_hashes(attempt, report),
        attachments=attempt.attachments,
        meta=attempt.meta,
        linkage=_linkage(attempt),
        errors=errors,
        gcode_text=attempt.gcode_text if decision.status is RunStatus.OK else "",
        idempotency_key=idempotency.key if idempotency else "",
        payload_sha256=idempotency.payload_sha256 if idempotency else "",
        envelope=approved_envelope(report.envelope if report else {}, attempt.envelope),
        identity=identity,
    )
    written = {"inputs": attempt.inputs.canonical, "feasibility": report.canonical if report else _NO_REPORT}
    rest = {name: value for name, value in write(content).items() if name not in written}
    data = canonical_json.assemble(rest, written)
    return RunRecord(
        run_id=run_id,
        content=content,
        document=data,
        digest=Digest(canonical_json.sha256_hex(data)),
        index=index_of(content),
        attachments=attempt.attachments,
        idempotency=idempotency,
    )


def idempotency_of(document: JsonMapping) -> Idempotency | None:
    """The key a run was recorded under, from its parsed document alone."""
    key = text(document, "idempotency_key")
    return Idempotency(key, text(document, "payload_sha256")) if key else None


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


def _was_bound(attempt: Attempt, recorded_sha256: str, document: JsonMapping) -> bool:
    """Whether a digest is the one that this attempt had when digests covered the summary, as it was made then."""
    summary = child(document, "request_summary")
    if attempt.asked is None and not sums_up(summary, attempt.source):
        return False
    if attempt.asked is not None:
        attempt = replace(
            attempt, attachments=tuple(read_attachment(item) for item in children(document, "attachments"))
        )
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


RecordComposer = Callable[[int, str], bytes]
"""Makes an amendment's document from its ordinal and the digest of the document before it."""


def compose_attachment(
    attachment: Attachment, *, run_id: RunId, request_id: str, identity: RecordedIdentity | None = None
) -> RecordComposer:
    """The document of an attachment added after the run was recorded."""
    who = {} if identity is None else {"identity": identity.to_json()}

    def document(ordinal: int, previous_sha256: str) -> bytes:
        return canonical_json.dumps(
            {
                "schema": ATTACHMENT_SCHEMA,
                "run_id": str(run_id),
                "ordinal": ordinal,
                "previous_sha256": previous_sha256,
                "request_id": request_id,
                "attachment": write_attachment(attachment),
                **who,
            }
        )

    return document


def _linkage(attempt: Attempt) -> Mapping[str, str]:
    linkage = {key: value for key, value in attempt.linkage.items() if value}
    for field_name, group in (("material_id", "material"), ("machine_id", "machine")):
        preset = attempt.inputs.preset_id(group)
        if preset:
            linkage.setdefault(field_name, preset)
    return linkage


def _hashes(attempt: Attempt, report: Report | None) -> Mapping[str, str]:
    hashes = {"feasibility_sha256": report.sha256} if report else {}
    hashes["request_sha256"] = attempt.inputs.sha256
    for item in attempt.attachments:
        if item.kind in {"gcode", "toolpaths", "opplan"}:
            hashes.setdefault(f"{item.kind}_sha256", item.digest.sha256)
    if attempt.gcode_text:
        hashes["gcode_sha256"] = canonical_json.sha256_hex(attempt.gcode_text.encode())
    return hashes


def hash_json(value: JsonValue) -> str:
    """SHA-256 of its canonical bytes."""
    return canonical_json.sha256_hex(canonical_json.dumps(value))
