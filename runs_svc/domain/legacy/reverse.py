"""From a run to a v1 record, for tools that still read v1."""

from foundation.canonical_json import JsonObject
from foundation.json_members import text
from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.attachment import write_attachment
from runs_svc.domain.runs.run_document import RunDocument, write_decision

_LINKAGE = (
    "workflow_session_id",
    "material_id",
    "machine_id",
    "workflow_mode",
    "toolchain_id",
    "toolchain_version",
    "post_processor_id",
    "geometry_ref",
    "event_type",
    "parent_run_id",
    "config_fingerprint",
    "notes",
)
_DECISION = ("risk_level", "score", "block_reason", "warnings")
_HASHES = {"request_sha256": "request_hash", "toolpaths_sha256": "toolpaths_hash", "gcode_sha256": "gcode_hash"}


def to_v1(document: RunDocument, later: Amendments) -> JsonObject:
    """The v1 record of a run that was recorded here. Fields v1 does not know are left out."""
    linkage, decision, hashes = document.linkage, write_decision(document.decision), document.hashes
    record: JsonObject = {
        "run_id": document.run_id,
        "created_at_utc": document.created_at_utc,
        "status": document.status.value,
        "mode": document.mode,
        "tool_id": document.tool_id,
        "request_summary": document.request_summary,
        "feasibility": document.feasibility,
        "decision": {key: decision[key] for key in _DECISION if key in decision},
        "gate_policy_id": document.decision.policy_id,
        "gate_decision": later.gate(document).value,
        "attachments": [write_attachment(item) for item in document.attachments],
        "meta": later.meta(document.meta),
        "errors": list(document.errors),
        "advisory_inputs": [dict(item) for item in later.advisories],
        "explanation_status": later.explanation.get("status", "NONE"),
        "explanation_summary": later.explanation.get("summary", ""),
        "engine_version": (document.feasibility or {}).get("engine_version"),
    }
    if later.override is not None:
        record["override_note"] = text(later.override, "reason")
    if "geometry_sha256" in linkage:
        record["geometry_hash"] = linkage["geometry_sha256"]
    record.update({name: linkage[name] for name in _LINKAGE if name in linkage})
    record.update({old: hashes[name] for name, old in _HASHES.items() if name in hashes})
    return {name: value for name, value in record.items() if value is not None}
