"""From a run to a v1 record, for tools that still read v1."""

from collections.abc import Mapping
from typing import Any

from foundation.canonical_json import JsonObject
from runs_svc.domain.runs.amendments import Amendments

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


def to_v1(document: Mapping[str, Any], later: Amendments) -> JsonObject:
    """The v1 record of a run that was recorded here. Fields v1 does not know are left out."""
    linkage, decision, hashes = document["linkage"], document["decision"], document["hashes"]
    record: JsonObject = {
        "run_id": document["run_id"],
        "created_at_utc": document["created_at_utc"],
        "status": document["status"],
        "mode": document["mode"],
        "tool_id": document["tool_id"],
        "request_summary": document["request_summary"],
        "feasibility": document["feasibility"],
        "decision": {
            key: decision[key] for key in ("risk_level", "score", "block_reason", "warnings") if key in decision
        },
        "gate_policy_id": decision["gate_policy_id"],
        "gate_decision": later.gate(document).value,
        "attachments": list(document["attachments"]),
        "meta": later.meta(document["meta"]),
        "errors": document["errors"],
        "advisory_inputs": [dict(item) for item in later.advisories],
        "explanation_status": later.explanation.get("status", "NONE"),
        "explanation_summary": later.explanation.get("summary", ""),
        "engine_version": (document["feasibility"] or {}).get("engine_version"),
    }
    if later.override is not None:
        record["override_note"] = later.override["reason"]
    if "geometry_sha256" in linkage:
        record["geometry_hash"] = linkage["geometry_sha256"]
    record.update({name: linkage[name] for name in _LINKAGE if name in linkage})
    record.update({old: hashes[name] for name, old in _HASHES.items() if name in hashes})
    return {name: value for name, value in record.items() if value is not None}
