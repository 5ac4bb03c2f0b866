"""Amendments about a run: notes, overrides and requests for them, audits of its programs, ticks and signatures of its
sheets, what happened at the machine, advisories, holds.

Each is a document of its own after the run, chained to the one before it. Nothing is changed: reading merges.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from foundation import canonical_json
from foundation.canonical_json import JsonMapping, JsonObject
from foundation.json_members import child, text
from foundation.names import canonical_label
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.attachment import read_attachment
from runs_svc.domain.runs.gate import GateDecision
from runs_svc.domain.runs.programs import is_program
from runs_svc.domain.runs.run_document import RunDocument
from runs_svc.domain.runs.run_index import NOT_READ, RunIndex, join_digests


class AmendmentKind(StrEnum):
    """Kind of an amendment; attachments have a form of their own in `run`."""

    ANNOTATION = "annotation"
    OVERRIDE = "override"
    EXECUTION = "execution"
    ADVISORY = "advisory"
    EXPLANATION = "explanation"
    AUDIT = "audit"
    ACCEPTANCE = "acceptance"
    REQUEST = "request"
    DECLINE = "decline"
    CHECK = "check"
    SIGNATURE = "signature"
    HOLD = "hold"
    TOMBSTONE = "tombstone"


class ExecutionStep(StrEnum):
    """A step of a run at the machine."""

    STARTED = "STARTED"
    FINISHED = "FINISHED"
    ABORTED = "ABORTED"
    SCRAPPED = "SCRAPPED"


EXECUTED_BY = ("instrument_serial", "operator", "machine_id")
"""What a step says beside itself: for which instrument, by whom, on what. These become index fields of the run."""

_FOLLOWS: Mapping[ExecutionStep, frozenset[ExecutionStep | None]] = {
    ExecutionStep.STARTED: frozenset({None, ExecutionStep.FINISHED, ExecutionStep.ABORTED, ExecutionStep.SCRAPPED}),
    ExecutionStep.FINISHED: frozenset({ExecutionStep.STARTED}),
    ExecutionStep.ABORTED: frozenset({ExecutionStep.STARTED}),
    ExecutionStep.SCRAPPED: frozenset({ExecutionStep.STARTED, ExecutionStep.FINISHED, ExecutionStep.ABORTED}),
}
"""After which step each may come; None stands for no step at all."""


def may_follow(step: ExecutionStep, last: ExecutionStep | None) -> bool:
    """Whether a step may come after another.

    >>> may_follow(ExecutionStep.FINISHED, None), may_follow(ExecutionStep.SCRAPPED, ExecutionStep.FINISHED)
    (False, True)
    """
    return last in _FOLLOWS[step]


@dataclass(frozen=True, slots=True)
class Amendments:
    """What was added to a run, each as recorded, oldest first."""

    annotations: Sequence[JsonMapping] = ()
    override: JsonMapping | None = None
    executions: Sequence[JsonMapping] = ()
    advisories: Sequence[JsonMapping] = ()
    explanation: JsonMapping = field(default_factory=dict)
    hold: JsonMapping | None = None
    """The last decision about a legal hold."""
    tombstone: JsonMapping | None = None
    audits: Sequence[JsonMapping] = ()
    """What was found in programs; each names those it is about."""
    acceptances: Sequence[JsonMapping] = ()
    """Who accepted what was found."""
    requests: Sequence[JsonMapping] = ()
    """Who asked that the gate be opened."""
    declines: Sequence[JsonMapping] = ()
    """Who said no; each names the number of its request."""
    checks: Sequence[JsonMapping] = ()
    """Ticks on setup sheets, and ticks taken back."""
    signatures: Sequence[JsonMapping] = ()
    """Who signed a setup sheet."""

    @property
    def last_step(self) -> ExecutionStep | None:
        return ExecutionStep(text(self.executions[-1], "step")) if self.executions else None

    def has_finished_part(self, serial: str) -> bool:
        """Whether a part for an instrument was finished, and not scrapped right after."""
        parts, before, label = 0, "", canonical_label(serial)
        for event in self.executions:
            if canonical_label(text(event, "instrument_serial")) == label:
                parts += event["step"] == ExecutionStep.FINISHED
                parts -= (before, event["step"]) == (ExecutionStep.FINISHED, ExecutionStep.SCRAPPED)
            before = text(event, "step")
        return parts > 0

    def meta(self, recorded: JsonMapping) -> JsonObject:
        """The run's meta with every later change: the last one holds, null removes."""
        merged = dict(recorded)
        for annotation in self.annotations:
            for key, value in child(annotation, "meta").items():
                if value is None:
                    merged.pop(key, None)
                else:
                    merged[key] = value
        return merged

    def gate(self, run: RunDocument) -> GateDecision:
        """Whether anything of a run may leave now."""
        return GateDecision.OVERRIDDEN if self.override is not None else run.recorded_gate


def merge(documents: Sequence[JsonMapping]) -> Amendments:
    """The amendments in parsed documents, in their order."""
    by_kind: dict[str, list[JsonMapping]] = {}
    for document in documents:
        if "kind" in document:
            by_kind.setdefault(text(document, "kind"), []).append(amendment_body(document))
    overrides, explanations = by_kind.get("override", []), by_kind.get("explanation", [])
    holds, tombstones = by_kind.get("hold", []), by_kind.get("tombstone", [])
    return Amendments(
        annotations=by_kind.get("annotation", []),
        override=overrides[0] if overrides else None,
        executions=by_kind.get("execution", []),
        advisories=by_kind.get("advisory", []),
        explanation=explanations[-1] if explanations else {},
        hold=holds[-1] if holds else None,
        tombstone=tombstones[0] if tombstones else None,
        audits=by_kind.get("audit", []),
        acceptances=by_kind.get("acceptance", []),
        requests=by_kind.get("request", []),
        declines=by_kind.get("decline", []),
        checks=by_kind.get("check", []),
        signatures=by_kind.get("signature", []),
    )


def changes_index(amendment: JsonMapping) -> bool:
    """Whether an amendment may change the index fields of its run."""
    match amendment.get("kind"):
        case "override" | "execution" | "hold" | "tombstone" | "audit" | "acceptance" | "request" | "decline":
            return True
        case "annotation":
            return bool(child(child(amendment, "body"), "meta"))
        case _:
            return "attachment" in amendment


def index_after(index: RunIndex, amendment: JsonMapping) -> RunIndex:
    """The index fields of a run once an amendment is there. Applied in order, it rebuilds the index."""
    after = _changed(index, amendment)
    return after if after is index else after.decided()


def _changed(index: RunIndex, amendment: JsonMapping) -> RunIndex:
    body = child(amendment, "body")
    match amendment.get("kind"):
        case "override":
            answered = "answered" if index.override_request == "waiting" else index.override_request
            return index._replace(gate_decision=GateDecision.OVERRIDDEN.value, override_request=answered)
        case "request":
            return index._replace(override_request="waiting")
        case "decline":
            return index._replace(override_request="answered")
        case "execution":
            return index._replace(
                instrument_serial=canonical_label(text(body, "instrument_serial")) or index.instrument_serial,
                operator=canonical_label(text(body, "operator")) or index.operator,
                machine_id=text(body, "machine_id") or index.machine_id,
                shown_serial=text(body, "instrument_serial") or index.shown_serial,
                shown_operator=text(body, "operator") or index.shown_operator,
                execution=text(body, "step"),
                executed_at_utc=text(amendment, "created_at_utc"),
            )
        case "audit":
            return index.after_audit(body)
        case "acceptance" if text(body, "findings_sha256") == index.findings_sha256 and index.audit != "DEVIATES":
            return index._replace(audit="RELEASED", open_warning_count=0)
        case "hold":
            return index._replace(legal_hold="yes" if body["held"] else "no")
        case "tombstone":
            return index._replace(withdrawn="yes")
        case "annotation":
            return index._replace(meta_keys=_meta_keys_after(index.meta_keys, child(body, "meta")))
        case _ if "attachment" in amendment:
            attached = read_attachment(child(amendment, "attachment"))
            digests = join_digests([*index.attachment_digests.split("\n"), attached.digest.sha256])
            changed = index._replace(attachment_digests=digests)
            return changed._replace(audit=NOT_READ, open_warning_count=0) if is_program(attached) else changed
        case _:
            return index


def _meta_keys_after(before: str, changed: JsonMapping) -> str:
    keys = {key for key in before.split("\n") if key} | changed.keys()
    return "\n".join(sorted(key for key in keys if changed.get(key, "kept") is not None))


def amendment_body(document: JsonMapping) -> JsonMapping:
    """What an amendment says, when, in which call and by whom."""
    return {
        **child(document, "body"),
        **({"identity": document["identity"]} if "identity" in document else {}),
        "created_at_utc": document["created_at_utc"],
        "request_id": document["request_id"],
    }


def payload_sha256(kind: AmendmentKind, body: JsonObject) -> str:
    """Digest of what a caller asks to have added: what an idempotency key is bound to."""
    return canonical_json.sha256_hex(canonical_json.dumps({"kind": kind.value, "body": body}))


def compose_amendment(
    kind: AmendmentKind,
    body: JsonObject,
    *,
    run_id: RunId,
    request_id: str,
    created_at_utc: str,
    idempotency_key: str | None,
    payload: str,
    identity: JsonObject | None = None,
) -> "AmendmentDraft":
    """An amendment. `payload` is the digest of the request, which says nothing of who calls: a retry may come later."""
    return AmendmentDraft(
        {
            "schema": f"rmos.{kind.value}/1",
            "kind": kind.value,
            "run_id": run_id.text,
            "request_id": request_id,
            "created_at_utc": created_at_utc,
            "idempotency_key": idempotency_key or "",
            "payload_sha256": payload,
            "body": body,
            **({} if identity is None else {"identity": identity}),
        }
    )


class AmendmentDraft:
    """An amendment whose place is not decided yet; a RecordComposer."""

    __slots__ = ("_without_place", "document", "value")

    def __init__(self, without_place: JsonObject) -> None:
        self._without_place = without_place
        self.value: JsonObject = {}
        """The amendment in the place it was given last."""
        self.document = b""
        """Its canonical bytes."""

    def __call__(self, ordinal: int, previous_sha256: str) -> bytes:
        self.value = {**self._without_place, "ordinal": ordinal, "previous_sha256": previous_sha256}
        self.document = canonical_json.dumps(self.value)
        return self.document
