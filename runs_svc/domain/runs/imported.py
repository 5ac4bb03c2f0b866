"""How an imported run is read, whichever rules it was imported by: v1's words, and a gate only a named person opens."""

from collections.abc import Mapping
from dataclasses import replace

from foundation.canonical_json import JsonObject
from foundation.json_members import child
from runs_svc.domain.runs.gate import Decision, RiskLevel, RunStatus
from runs_svc.domain.runs.imported_verdict import NO_STATUS, find_block_reason, find_warnings
from runs_svc.domain.runs.run_document import RunDocument, write_decision

_REFUSED_LEVELS = frozenset({RiskLevel.RED, RiskLevel.ERROR})


def decision_of(run: RunDocument) -> Decision:
    """The decision on a run as it counts here: what was recorded, or v1's words with the gate closed."""
    if run.origin is None:
        return run.decision
    decided: JsonObject = {"decision": write_decision(run.decision), "feasibility": run.origin.feasibility}
    return replace(
        run.decision,
        gate_decision=run.recorded_gate,
        block_reason=find_block_reason(decided) or _why_closed(run),
        warnings=find_warnings(decided),
    )


def refused_by_v1(run: RunDocument) -> str:
    """What v1 said of a run that it refused itself, which nobody opens here; "" for every other run."""
    if run.origin is None:
        return ""
    said: list[str] = [run.status] if run.status is not RunStatus.OK and NO_STATUS not in run.origin.markers else []
    level = run.decision.risk_level
    return " and ".join([*said, level] if level in _REFUSED_LEVELS else said)


def origin_of(run: RunDocument) -> JsonObject:
    """Where an imported run comes from, with what v1 kept beside its verdict: notes, explanations, advisories."""
    assert run.origin is not None
    origin, legacy = dict(run.origin.members), child(run.meta, "legacy")
    origin.setdefault("gate_decision", run.decision.gate_decision.value)
    for name in ("override_note", "explanation_status", "explanation_summary"):
        origin[name] = str(legacy.get(name) or "")
    links = legacy.get("advisory_inputs")
    origin["advisories"] = [
        link if isinstance(link, Mapping) else {"text": str(link)}
        for link in (links if isinstance(links, list) else [])
    ]
    return origin


def _why_closed(run: RunDocument) -> str:
    refused = refused_by_v1(run)
    if refused:
        return f"v1 said {refused}; it stays closed, record the attempt anew to have it judged"
    return "imported from v1, whose verdict opens nothing here; a named person has to open it"
