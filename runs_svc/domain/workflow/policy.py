"""What a step needs besides the right state."""

from collections.abc import Iterable
from dataclasses import dataclass

from foundation.errors import Precondition
from runs_svc.domain.errors import TransitionBlockedError
from runs_svc.domain.runs.gate import RiskLevel
from runs_svc.domain.workflow.errors import ApprovalRefusedError, PersonRequiredError, ReasonRequiredError
from runs_svc.domain.workflow.session import Actor, Session
from runs_svc.domain.workflow.states import PEOPLE, TRANSITIONS, Action


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """What every session is held to."""

    allow_red_override: bool = False
    treat_unknown_as_red: bool = True
    require_explicit_approval: bool = True
    min_score_to_approve: float = 70.0
    max_candidate_attempts: int = 50
    four_eyes: bool = False
    """Whether nobody approves what they asked for."""

    def may_be_approved(self, level: RiskLevel) -> bool:
        """Whether a verdict of this level leaves anything to decide."""
        if level is RiskLevel.UNKNOWN and not self.treat_unknown_as_red:
            return True
        return level in {RiskLevel.GREEN, RiskLevel.YELLOW} or (
            self.allow_red_override and level is not RiskLevel.ERROR
        )


DEFAULT_POLICY = SessionPolicy()


def check(session: Session, action: Action, policy: SessionPolicy = DEFAULT_POLICY) -> None:
    """Refuse a step that the state, the inputs or the policy do not allow.

    Raises:
        TransitionBlockedError: Says what is in the way, and what is possible.
    """
    if (session.state, action) not in TRANSITIONS:
        possible = ", ".join(step for state, step in TRANSITIONS if state is session.state) or "nothing"
        raise _blocked(session, f"{action} is not possible in state {session.state}; possible: {possible}")
    if action is not Action.REQUEST_FEASIBILITY:
        return
    missing = [name for name, value in (("design", session.design), ("context", session.context)) if value is None]
    if missing:
        raise _blocked(session, f"the session has no {' and no '.join(missing)} yet")
    if session.attempt_count >= policy.max_candidate_attempts:
        raise _blocked(session, f"all {policy.max_candidate_attempts} attempts are used up; start another session")


def check_approval(
    session: Session, actor: Actor, policy: SessionPolicy, *, reason: str, risk_acknowledged: bool
) -> None:
    """Refuse an approval that no person gives, or that the policy does not allow.

    1. only people approve
    2. the state must wait for a decision
    3. the score must reach the policy's least one
    4. whatever is not GREEN needs a reason; what the policy calls RED, the risk acknowledged too

    Raises:
        PersonRequiredError, TransitionBlockedError, ApprovalRefusedError, ReasonRequiredError: The step that refuses.
    """
    if actor.role not in PEOPLE:
        raise PersonRequiredError(session.session_id, actor.role)
    check(session, Action.APPROVE)
    verdict = session.verdict
    assert verdict is not None
    check_verdict(session, verdict.risk_level, verdict.score, policy)
    if verdict.risk_level is RiskLevel.GREEN:
        return
    if not reason:
        raise ReasonRequiredError(session.session_id, f"approving {verdict.risk_level} needs a reason")
    if verdict.risk_level is not RiskLevel.YELLOW and not risk_acknowledged:
        raise ReasonRequiredError(session.session_id, f"approving {verdict.risk_level} needs risk_acknowledged")


ASKING = frozenset({Action.CREATE, Action.SET_DESIGN, Action.SET_CONTEXT, Action.REQUEST_FEASIBILITY})
"""Steps that lead to a verdict: who takes them asks for it."""


def askers(steps: Iterable[tuple[str, str]]) -> set[str]:
    """Who asked for the verdict that a session waits with: of each step that led to it, whoever took it last.

    Args:
        steps: Action and actor's name of each, oldest first.

    >>> sorted(askers([("create", "Ann"), ("set_design", "Bob"), ("set_design", "Eve"), ("archive", "Joe")]))
    ['Ann', 'Eve']
    """
    return set({action: name for action, name in steps if action in ASKING}.values())


def check_verdict(session: Session, level: RiskLevel, score: float | None, policy: SessionPolicy) -> None:
    """Refuse a verdict that may not be approved.

    Raises:
        ApprovalRefusedError: Its level or its score.
    """
    if not policy.may_be_approved(level):
        raise ApprovalRefusedError(session.session_id, f"the policy does not allow {level} to be approved")
    if level in {RiskLevel.GREEN, RiskLevel.YELLOW} and (score is None or score < policy.min_score_to_approve):
        text = f"the score {score} is below {policy.min_score_to_approve}, the least that can be approved"
        raise ApprovalRefusedError(session.session_id, text)


def check_unchanged(session: Session, level: RiskLevel, score: float | None, policy: SessionPolicy) -> None:
    """Refuse to go on when the verdict, computed once more, is another one than was decided on.

    Raises:
        ApprovalRefusedError: Says what it was and what it is now.
    """
    verdict = session.verdict
    assert verdict is not None
    if level is not verdict.risk_level:
        text = f"the verdict was {verdict.risk_level} and is {level} now; ask for feasibility again"
        raise ApprovalRefusedError(session.session_id, text)
    check_verdict(session, level, score, policy)


def _blocked(session: Session, text: str) -> TransitionBlockedError:
    return TransitionBlockedError(f"sessions/{session.session_id}", [Precondition("STATE", session.session_id, text)])
