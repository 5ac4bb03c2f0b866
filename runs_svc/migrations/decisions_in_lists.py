"""What one migration of each database fills in, from the records of each run. It stays as it is."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeAlias

Document: TypeAlias = Mapping[str, Any]
"""A record, or a part of one, as JSON of any version."""
Row: TypeAlias = dict[str, Any]
"""Columns of a run by their names."""

TEXTS: Mapping[str, str] = {
    "execution": "",
    "executed_at_utc": "",
    "shown_serial": "",
    "shown_operator": "",
    "gate_reason": "",
    "audit": "NONE",
    "findings_sha256": "",
    "override_request": "none",
    "has_picture": "no",
    "waits_for_person": "no",
}
ORDER = (
    *("execution", "executed_at_utc", "shown_serial", "shown_operator", "gate_reason", "audit", "open_warning_count"),
    *("findings_sha256", "override_request", "has_picture", "waits_for_person"),
)
"""The new columns as the checksum takes them."""
INDEXED = ("execution", "audit", "override_request", "waits_for_person")
UPDATE = (
    f"UPDATE runs SET {', '.join(f'{name} = :{name}' for name in ORDER)}, checksum = :checksum WHERE run_id = :run_id"
)
_BEFORE = (
    *("run_id", "created_at_utc", "status", "mode", "tool_id", "material_id", "machine_id", "risk_level"),
    *("gate_decision", "score", "event_type", "workflow_session_id", "request_id", "parent_run_id"),
    *("instrument_serial", "operator", "design_name", "meta_keys", "legal_hold", "withdrawn", "attachment_digests"),
)
"""The columns of before as the checksum took them."""
_LARGEST_RADIUS_MM, _LONGEST_REASON = 300.0, 200


class Found:
    """What the records say of their runs."""

    def __init__(self) -> None:
        self._runs: dict[str, Row] = {}

    def of(self, run_id: str) -> Mapping[str, object]:
        return self._runs.get(run_id, {})

    def take(self, run_id: str, kind: str, document: bytes) -> None:
        """The next record of a run. Of an altered one lists say what they said before."""
        if not run_id.startswith("run_"):
            return
        try:
            self._take(run_id, kind, json.loads(document))
        except (ValueError, TypeError, AttributeError, KeyError):
            return

    def _take(self, run_id: str, kind: str, document: Document) -> None:
        body = document.get("body", {})
        if kind == "run":
            self._runs[run_id] = _of_run(document)
            return
        after = self._runs.get(run_id)
        if after is None:
            return
        if kind == "execution":
            after |= {
                "execution": body["step"],
                "executed_at_utc": document["created_at_utc"],
                "shown_serial": body.get("instrument_serial") or after["shown_serial"],
                "shown_operator": body.get("operator") or after["shown_operator"],
            }
        elif kind == "audit":
            after |= _of_audit(body)
        elif kind == "acceptance":
            if body["findings_sha256"] == after["findings_sha256"] and after["audit"] != "DEVIATES":
                after |= {"audit": "RELEASED", "open_warning_count": 0}
        elif kind == "attachment" and _is_program(document["attachment"]):
            after |= {"audit": "NOT_VERIFIABLE", "open_warning_count": 0}


def _of_run(document: Document) -> Row:
    reason = str(document["decision"].get("block_reason") or "")
    inline = bool((document.get("outputs") or {}).get("gcode_text"))
    programs = inline or any(_is_program(item) for item in document["attachments"])
    linkage = document.get("linkage") or {}
    return {
        **TEXTS,
        "open_warning_count": 0,
        "shown_serial": linkage.get("instrument_serial") or "",
        "shown_operator": linkage.get("operator") or "",
        "gate_reason": reason if len(reason) <= _LONGEST_REASON else f"{reason[: _LONGEST_REASON - 1]}…",
        "audit": "NOT_VERIFIABLE" if programs else "NONE",
        "has_picture": "yes" if _has_picture((document.get("inputs") or {}).get("design") or {}) else "no",
    }


def _of_audit(body: Document) -> Row:
    findings = (body.get("report") or {}).get("findings") or []
    warnings = sum(item.get("level") == "WARNING" for item in findings)
    release = {"INSIDE": "NEEDS_ACCEPTANCE" if warnings else "RELEASED", "DEVIATES": "DEVIATES"}
    return {
        "audit": release.get(body["outcome"], "NOT_VERIFIABLE"),
        "open_warning_count": warnings,
        "findings_sha256": body["findings_sha256"],
    }


def _is_program(attachment: Document) -> bool:
    return attachment.get("is_program") is True or attachment.get("kind") == "gcode"


def _has_picture(design: Document) -> bool:
    operation = design.get("rosette_channel", design.get("rosette_rings")) or {}
    try:
        return any(
            ring["inner_radius_mm"] > 0
            and ring["width_mm"] > 0
            and ring["inner_radius_mm"] + ring["width_mm"] <= _LARGEST_RADIUS_MM
            for ring in operation.get("rings", [])
            if ring.get("inner_radius_mm") is not None and ring.get("width_mm") is not None
        )
    except TypeError:
        return False


def filled_row(row: Mapping[str, object], found: Found) -> Row:
    """The new columns of a run and the checksum over all; one that was wrong before stays wrong."""
    values = {**TEXTS, "open_warning_count": 0, **found.of(str(row["run_id"]))}
    values["waits_for_person"] = "yes" if _waits(row, values) else "no"
    before = [row[name] for name in _BEFORE]
    sound = row["checksum"] == _checksum(before)
    checksum = _checksum([*before, *(values[name] for name in ORDER)]) if sound else row["checksum"]
    return {"run_id": row["run_id"], "checksum": checksum, **values}


def _waits(row: Mapping[str, object], values: Row) -> bool:
    if row["withdrawn"] == "yes":
        return False
    if row["gate_decision"] == "BLOCKED":
        return bool(row["status"] == "OK")
    return values["audit"] in {"NEEDS_ACCEPTANCE", "NOT_VERIFIABLE"}


def _checksum(values: list[Any]) -> str:
    return hashlib.sha256("\x1f".join(map(str, values)).encode()).hexdigest()[:16]
