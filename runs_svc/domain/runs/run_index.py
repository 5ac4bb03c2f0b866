"""The index fields of a run: what lists show and are filtered by. They follow from its records alone."""

from collections.abc import Iterable
from typing import NamedTuple

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, children, text
from foundation.names import canonical_label
from runs_svc.domain.runs.gate import GateDecision, RunStatus
from runs_svc.domain.runs.programs import programs_of
from runs_svc.domain.runs.rings import can_be_drawn
from runs_svc.domain.runs.run_document import RunDocument

NO_PROGRAM, NOT_READ = "NONE", "NOT_VERIFIABLE"
"""Without a program, and with one that nobody has read."""
_WAITS = frozenset({"NEEDS_ACCEPTANCE", "NOT_VERIFIABLE"})
_LONGEST_REASON = 200


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
    """In the form in which labels are compared, as the operator is."""
    operator: str
    design_name: str
    meta_keys: str
    """Top-level keys of meta, a line each."""
    legal_hold: str = "no"
    withdrawn: str = "no"
    attachment_digests: str = ""
    """Digests of everything attached and of the program, a line each."""
    execution: str = ""
    """The last step at the machine, and when it was."""
    executed_at_utc: str = ""
    shown_serial: str = ""
    """Serial number and operator as they were written."""
    shown_operator: str = ""
    gate_reason: str = ""
    """Why the gate was closed when the run was recorded, shortened."""
    audit: str = NO_PROGRAM
    """Whether its programs may go to a machine: a ProgramRelease."""
    open_warning_count: int = 0
    """Warnings of the last audit that nobody accepted."""
    findings_sha256: str = ""
    """What the last audit found: what an acceptance must name."""
    override_request: str = "none"
    """none, waiting or answered."""
    has_picture: str = "no"
    waits_for_person: str = "no"
    """Whether a person has to decide before the run can be started; follows from the others."""

    def decided(self) -> "RunIndex":
        """With what follows from the other fields."""
        return self._replace(waits_for_person="yes" if self._waits else "no")

    def after_audit(self, body: JsonMapping) -> "RunIndex":
        """With what an audit found, until somebody accepts it."""
        outcome = text(body, "outcome")
        warnings = sum(text(item, "level") == "WARNING" for item in children(child(body, "report"), "findings"))
        if outcome == "INSIDE":
            outcome = "NEEDS_ACCEPTANCE" if warnings else "RELEASED"
        elif outcome != "DEVIATES":
            outcome = NOT_READ
        return self._replace(audit=outcome, open_warning_count=warnings, findings_sha256=text(body, "findings_sha256"))

    @property
    def _waits(self) -> bool:
        if self.withdrawn == "yes":
            return False
        if self.gate_decision == GateDecision.BLOCKED:
            return self.status == RunStatus.OK or self.override_request == "waiting"
        return self.audit in _WAITS


def index_of(document: RunDocument) -> RunIndex:
    """The index fields of a run, from its document alone: the index can always be rebuilt."""
    decision, linkage = document.decision, document.linkage
    return RunIndex(
        created_at_utc=document.created_at_utc,
        status=document.status.value,
        mode=document.mode,
        tool_id=document.tool_id,
        material_id=linkage.get("material_id", ""),
        machine_id=linkage.get("machine_id", ""),
        risk_level=decision.risk_level.value,
        gate_decision=decision.gate_decision.value,
        score=None if decision.score is None else float(decision.score),  # canonical JSON writes 97.0 as 97
        event_type=linkage.get("event_type", ""),
        workflow_session_id=linkage.get("workflow_session_id", ""),
        request_id=document.request_id,
        parent_run_id=linkage.get("parent_run_id", ""),
        instrument_serial=canonical_label(linkage.get("instrument_serial", "")),
        operator=canonical_label(linkage.get("operator", "")),
        design_name=document.design_name,
        meta_keys="\n".join(sorted(document.meta)),
        attachment_digests=join_digests(
            [document.hashes.get("gcode_sha256", ""), *(item.digest.sha256 for item in document.attachments)]
        ),
        shown_serial=linkage.get("instrument_serial", ""),
        shown_operator=linkage.get("operator", ""),
        gate_reason=_shortened(decision.block_reason),
        audit=NOT_READ if programs_of(document, document.attachments) else NO_PROGRAM,
        has_picture="yes" if _has_picture(document) else "no",
    ).decided()


def join_digests(digests: Iterable[str]) -> str:
    """Digests in order, each once, a line each."""
    return "\n".join(sorted({digest for digest in digests if digest}))


def _shortened(reason: str) -> str:
    return reason if len(reason) <= _LONGEST_REASON else f"{reason[: _LONGEST_REASON - 1]}…"


def _has_picture(document: RunDocument) -> bool:
    """Whether the rosette of a design can be drawn; what an older store holds need not have that form."""
    try:
        return can_be_drawn(document.inputs.design)
    except (AttributeError, TypeError):
        return False
