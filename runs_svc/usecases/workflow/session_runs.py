"""The runs that steps of a session leave: recorded anew, linked to the session, and opened where a person approved."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from foundation.call import Call
from foundation.canonical_json import JsonObject
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.gate import GateDecision, RiskLevel
from runs_svc.domain.runs.inputs import Inputs
from runs_svc.domain.runs.override import OverrideRequest
from runs_svc.domain.runs.run import Attempt
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.workflow import policy as rules
from runs_svc.domain.workflow.policy import SessionPolicy
from runs_svc.domain.workflow.session import Approval, Session, Verdict
from runs_svc.usecases.runs.attach import Attach
from runs_svc.usecases.runs.override import Override
from runs_svc.usecases.runs.record import Judge, RecordRun, RunEvaluation

_OPEN = frozenset({RiskLevel.GREEN, RiskLevel.YELLOW})
"""Levels whose runs hold the text of a program themselves."""


@dataclass(frozen=True, slots=True)
class SubmittedToolpaths:
    """What is handed in as the toolpaths of a session."""

    attachments: Sequence[Attachment]
    gcode_text: str
    toolchain_id: str
    post_processor_id: str
    envelope: JsonObject = field(default_factory=dict)
    """What the programs must keep, besides what was evaluated."""


class SessionRuns:
    def __init__(self, record_run: RecordRun, override: Override, attach: Attach, *, policy: SessionPolicy) -> None:
        self._record_run = record_run
        self._override = override
        self._attach = attach
        self._policy = policy

    async def record(
        self,
        session: Session,
        event_type: str,
        call: Call,
        *,
        judge: Judge | None = None,
        submitted: SubmittedToolpaths | None = None,
        notes: str = "",
    ) -> RunView:
        """The run a step leaves, linked to the session and to the run before.

        Args:
            session: As it is before the step.
            event_type: What the run is for: `feasibility`, `approval`, `rejection` or `toolpaths`.
            call: Who calls, and until when they wait.
            judge: Refuses the verdict, for example one that has changed since it was decided on.
            submitted: What is handed in with the step.
            notes: What is written beside it.

        Raises:
            ServiceError: As `RecordRun.record`, and what `judge` refuses.
        """
        attempt = Attempt(
            inputs=Inputs(session.design or {}, session.context or {}),
            mode=session.workflow_type,
            request_summary={},
            attachments=tuple(submitted.attachments) if submitted else (),
            gcode_text=submitted.gcode_text if submitted else "",
            envelope=submitted.envelope if submitted else {},
            linkage=_linkage(session, event_type, submitted=submitted, notes=notes),
        )
        recorded = await self._record_run.record(attempt, idempotency_key=None, call=call, judge=judge)
        return recorded.run

    def unchanged(self, session: Session) -> Judge:
        """Refuses a run whose verdict is not the one that was decided on."""

        def judge(attempt: Attempt, evaluation: RunEvaluation) -> Attempt:
            decision = evaluation.decision
            rules.check_unchanged(session, decision.risk_level, decision.score, self._policy)
            return attempt

        return judge

    async def beside_record(self, session: Session, submitted: SubmittedToolpaths, call: Call) -> SubmittedToolpaths:
        """What was handed in, the text of a program as an attachment where the record itself will not hold it."""
        if not submitted.gcode_text or (session.verdict is not None and session.verdict.risk_level in _OPEN):
            return submitted
        kept = await self._attach.content(
            submitted.gcode_text.encode(),
            kind="gcode",
            mime="text/x-gcode",
            filename="program.nc",
            run_id=None,
            call=call,
        )
        others = [item for item in submitted.attachments if item.digest != kept.digest]
        return replace(submitted, attachments=(kept, *others), gcode_text="")

    async def open_gate(self, run: RunView, approval: Approval, call: Call) -> None:
        """Open the gate of a run that a named person has approved."""
        if run.gate is not GateDecision.BLOCKED:
            return
        asked = OverrideRequest(
            person=approval.actor.name,
            reason=approval.reason,
            risk_level=run.document.decision.risk_level,
            risk_acknowledged=approval.risk_acknowledged,
        )
        await self._override.override(run.run_id, asked, idempotency_key=None, call=call)


def verdict_of(run: RunView) -> Verdict:
    """What a session keeps of the run that holds its verdict."""
    decision = run.document.decision
    return Verdict(
        run_id=str(run.run_id),
        risk_level=decision.risk_level,
        score=decision.score,
        block_reason=decision.block_reason,
        feasibility_sha256=run.document.hashes.get("feasibility_sha256", ""),
    )


def _linkage(session: Session, event_type: str, *, submitted: SubmittedToolpaths | None, notes: str) -> dict[str, str]:
    return {
        "workflow_session_id": session.session_id,
        "workflow_mode": session.mode.value,
        "event_type": event_type,
        "parent_run_id": session.last_run_id,
        "toolchain_id": submitted.toolchain_id if submitted else "",
        "post_processor_id": submitted.post_processor_id if submitted else "",
        "notes": notes,
    }
