"""Who may open a closed gate: a named person, for a level they name, with a reason; RED only by policy."""

from dataclasses import dataclass

from runs_svc.domain.runs.decision_errors import (
    AcknowledgementRequiredError,
    AlreadyOverriddenError,
    NotBlockedError,
    RedOverrideDisabledError,
    RefusedByV1Error,
    RiskMismatchError,
)
from runs_svc.domain.runs.gate import GateDecision, RiskLevel
from runs_svc.domain.runs.imported import refused_by_v1
from runs_svc.domain.runs.run_document import RunDocument

SHORTEST_REASON, LONGEST_REASON = 10, 2_000


@dataclass(frozen=True, slots=True)
class OverridePolicy:
    """What may be overridden."""

    allow_red: bool = False
    four_eyes: bool = False
    """Whether nobody opens the gate of a run that they have recorded."""


@dataclass(frozen=True, slots=True)
class OverrideRequest:
    """What a person asks for."""

    person: str
    reason: str
    risk_level: RiskLevel
    risk_acknowledged: bool


def check_override(
    request: OverrideRequest, *, policy: OverridePolicy, run_id: str, risk_level: RiskLevel, gate: GateDecision
) -> None:
    """Refuse what the policy does not allow.

    1. an open gate needs no override, and an override happens once
    2. the person must mean the level the run has
    3. ERROR is never overridden; RED and UNKNOWN only where the policy allows it, and with the risk acknowledged

    Raises:
        NotBlockedError, AlreadyOverriddenError, RiskMismatchError, RedOverrideDisabledError,
        AcknowledgementRequiredError: The step that refuses.
    """
    if gate is GateDecision.OVERRIDDEN:
        raise AlreadyOverriddenError(run_id)
    if gate is GateDecision.ALLOWED:
        raise NotBlockedError(run_id)
    if request.risk_level is not risk_level:
        raise RiskMismatchError(run_id, recorded=risk_level, meant=request.risk_level)
    if risk_level in {RiskLevel.GREEN, RiskLevel.YELLOW}:
        return
    if risk_level is RiskLevel.ERROR or not policy.allow_red:
        raise RedOverrideDisabledError(run_id, risk_level)
    if not request.risk_acknowledged:
        raise AcknowledgementRequiredError(run_id, risk_level)


def refuse_refused_by_v1(run: RunDocument) -> None:
    """Refuse to open what the store it was imported from refused: nothing here can judge it.

    Raises:
        RefusedByV1Error: It did.
    """
    said = refused_by_v1(run)
    if said:
        raise RefusedByV1Error(run.run_id, said)
