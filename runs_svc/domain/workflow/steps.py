"""The steps of a session: each gives the session as it is afterwards and the event; nothing is changed in place."""

from dataclasses import replace

from foundation.canonical_json import JsonObject
from runs_svc.domain.workflow.policy import SessionPolicy, check
from runs_svc.domain.workflow.session import SYSTEM, Actor, Approval, Event, Session, Step, Toolpaths, Verdict
from runs_svc.domain.workflow.states import TRANSITIONS, Action, SessionState


def begin(session: Session) -> Step:
    """The first step of a session."""
    event = Event(session.creator, Action.CREATE, None, session.state, f"{session.workflow_type} session started")
    return Step(session, event)


def set_design(session: Session, actor: Actor, design: JsonObject) -> Step:
    """The session with a design; everything downstream is cleared."""
    cleared = replace(session, design=design, verdict=None, approval=None, toolpaths=None)
    name = str(design.get("name", "")) or "without a name"
    return _step(session, cleared, actor, Action.SET_DESIGN, f"design set: {name}")


def set_context(session: Session, actor: Actor, context: JsonObject) -> Step:
    """The session with a context; everything downstream is cleared."""
    cleared = replace(session, context=context, verdict=None, approval=None, toolpaths=None)
    return _step(session, cleared, actor, Action.SET_CONTEXT, "context set")


def request_feasibility(session: Session, actor: Actor, policy: SessionPolicy) -> Step:
    """The session while the feasibility service evaluates it."""
    check(session, Action.REQUEST_FEASIBILITY, policy)
    asked = replace(session, attempt_count=session.attempt_count + 1)
    return _step(session, asked, actor, Action.REQUEST_FEASIBILITY, f"attempt {asked.attempt_count}")


def store_feasibility(session: Session, verdict: Verdict, policy: SessionPolicy) -> Step:
    """The session with the verdict; rejected when the verdict leaves nothing to decide."""
    updated = replace(session, verdict=verdict, last_run_id=verdict.run_id)
    open_to_decision = policy.may_be_approved(verdict.risk_level)
    return _step(
        session,
        updated,
        SYSTEM,
        Action.STORE_FEASIBILITY,
        f"{verdict.risk_level}: {verdict.block_reason or 'the gate is open'}",
        to=SessionState.FEASIBILITY_READY if open_to_decision else SessionState.REJECTED,
        details={"run_id": verdict.run_id, "risk_level": verdict.risk_level.value, "score": verdict.score},
    )


def fail_feasibility(session: Session, reason: str, *, run_id: str = "") -> Step:
    """The session after the feasibility service could not say anything."""
    updated = replace(session, last_run_id=run_id or session.last_run_id)
    return _step(session, updated, SYSTEM, Action.FAIL_FEASIBILITY, reason, details={"run_id": run_id})


def require_revision(session: Session, actor: Actor, reason: str) -> Step:
    """The session sent back to its design."""
    return _step(session, session, actor, Action.REQUIRE_REVISION, reason)


def approve(session: Session, approval: Approval) -> Step:
    """The approved session; `check_approval` comes before."""
    approved = replace(session, approval=approval, last_run_id=approval.run_id)
    details: JsonObject = {"run_id": approval.run_id, "risk_acknowledged": approval.risk_acknowledged}
    summary = approval.reason or "approved"
    return _step(session, approved, approval.actor, Action.APPROVE, summary, details=details)


def reject(session: Session, actor: Actor, reason: str, *, run_id: str) -> Step:
    """The rejected session."""
    rejected = replace(session, last_run_id=run_id)
    return _step(session, rejected, actor, Action.REJECT, reason, details={"run_id": run_id})


def request_toolpaths(session: Session, actor: Actor) -> Step:
    """The session while its toolpaths are made."""
    return _step(session, session, actor, Action.REQUEST_TOOLPATHS, "toolpaths requested")


def store_toolpaths(session: Session, actor: Actor, toolpaths: Toolpaths) -> Step:
    """The session with its toolpaths."""
    made = replace(session, toolpaths=toolpaths, last_run_id=toolpaths.run_id)
    details: JsonObject = {"run_id": toolpaths.run_id, "sha256": dict(toolpaths.sha256)}
    return _step(session, made, actor, Action.STORE_TOOLPATHS, "toolpaths stored", details=details)


def archive(session: Session, actor: Actor) -> Step:
    """The closed session."""
    return _step(session, session, actor, Action.ARCHIVE, "archived")


def _step(
    before: Session,
    after: Session,
    actor: Actor,
    action: Action,
    summary: str,
    *,
    to: SessionState | None = None,
    details: JsonObject | None = None,
) -> Step:
    check(before, action)
    allowed = TRANSITIONS[before.state, action]
    state = allowed[0] if to is None else to
    assert state in allowed
    return Step(replace(after, state=state), Event(actor, action, before.state, state, summary, details or {}))
