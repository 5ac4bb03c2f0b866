"""How an imported run is read, whichever rules it was imported by: v1's words, and a gate only a named person opens."""

from collections.abc import Mapping
from typing import Any

from foundation.canonical_json import JsonObject
from runs_svc.domain.runs.gate import RiskLevel, RunStatus, recorded_gate
from runs_svc.domain.runs.imported_verdict import NO_STATUS, find_block_reason, find_warnings

_REFUSED_LEVELS = frozenset({RiskLevel.RED, RiskLevel.ERROR})


def decision_of(run: Mapping[str, Any]) -> Mapping[str, Any]:
    """The decision on a run as it counts here: what was recorded, or v1's words with the gate closed.

    Args:
        run: The run's document.
    """
    recorded: Mapping[str, Any] = run["decision"]
    if "origin" not in run:
        return recorded
    decided = {"decision": recorded, "feasibility": run["origin"].get("feasibility")}
    return {
        **recorded,
        "gate_decision": recorded_gate(run).value,
        "block_reason": find_block_reason(decided) or _why_closed(run),
        "warnings": find_warnings(decided),
    }


def refused_by_v1(run: Mapping[str, Any]) -> str:
    """What v1 said of a run that it refused itself, which nobody opens here; "" for every other run."""
    if "origin" not in run:
        return ""
    said = (
        [run["status"]] if run["status"] != RunStatus.OK and NO_STATUS not in run["origin"].get("markers", ()) else []
    )
    level = run["decision"]["risk_level"]
    return " and ".join([*said, level] if level in _REFUSED_LEVELS else said)


def origin_of(run: Mapping[str, Any]) -> JsonObject:
    """Where an imported run comes from, with what v1 kept beside its verdict: notes, explanations, advisories."""
    origin, legacy = dict(run["origin"]), run["meta"].get("legacy", {})
    origin.setdefault("gate_decision", run["decision"]["gate_decision"])
    for name in ("override_note", "explanation_status", "explanation_summary"):
        origin[name] = str(legacy.get(name) or "")
    links = legacy.get("advisory_inputs")
    origin["advisories"] = [
        link if isinstance(link, Mapping) else {"text": str(link)}
        for link in (links if isinstance(links, list) else [])
    ]
    return origin


def _why_closed(run: Mapping[str, Any]) -> str:
    refused = refused_by_v1(run)
    if refused:
        return f"v1 said {refused}; it stays closed, record the attempt anew to have it judged"
    return "imported from v1, whose verdict opens nothing here; a named person has to open it"
