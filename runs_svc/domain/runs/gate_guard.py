"""What may leave towards a machine, and what may be added to a run for it: the one place that closes the door."""

from foundation.errors import Precondition
from foundation.json_members import text
from runs_svc.domain.errors import GateClosedError, RunWithdrawnError
from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.attachment import RELEASED_KINDS
from runs_svc.domain.runs.gate import GateDecision, RunStatus
from runs_svc.domain.runs.imported import decision_of
from runs_svc.domain.runs.report import assessments_of
from runs_svc.domain.runs.run_document import RunDocument

_DECIDING = frozenset({"RED", "UNKNOWN", "ERROR"})


def refuse_closed_gate(run: RunDocument, later: Amendments) -> None:
    """Refuse to start or to hand out anything while the gate is closed.

    Raises:
        RunWithdrawnError: The run was withdrawn.
        GateClosedError: Names the gate and why it is closed.
    """
    refuse_withdrawn(run, later)
    if later.gate(run) is GateDecision.BLOCKED:
        raise GateClosedError(run.run_id, decision_of(run).block_reason)


def refuse_withdrawn(run: RunDocument, later: Amendments) -> None:
    """Refuse to add to a run that was withdrawn, or to hand out anything of it.

    Raises:
        RunWithdrawnError: It was; says why.
    """
    if later.tombstone is not None:
        raise RunWithdrawnError(run.run_id, text(later.tombstone, "reason"))


def refuse_program(run: RunDocument, later: Amendments, kind: str) -> None:
    """Refuse to add what a machine could run to a run that was refused itself; one that waits for review takes it.

    Raises:
        GateClosedError: Names every dimension that decided so.
    """
    overridden = later.gate(run) is GateDecision.OVERRIDDEN
    if kind not in RELEASED_KINDS or run.status is RunStatus.OK or overridden:
        return
    deciding = [
        Precondition("FEASIBILITY", item.category, item.finding)
        for item in assessments_of(run.feasibility or {})
        if item.risk in _DECIDING
    ]
    raise GateClosedError(run.run_id, decision_of(run).block_reason, deciding)
