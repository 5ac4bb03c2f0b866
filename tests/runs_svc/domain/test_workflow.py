"""The state machine of workflow sessions."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runs_svc.domain.errors import TransitionBlockedError
from runs_svc.domain.runs.gate import RiskLevel
from runs_svc.domain.workflow import policy as rules
from runs_svc.domain.workflow import steps
from runs_svc.domain.workflow.errors import ApprovalRefusedError, PersonRequiredError, ReasonRequiredError
from runs_svc.domain.workflow.policy import SessionPolicy
from runs_svc.domain.workflow.session import (
    SYSTEM,
    Actor,
    Approval,
    Session,
    Toolpaths,
    Verdict,
    index_fields,
    read_session,
    write_event,
    write_session,
)
from runs_svc.domain.workflow.states import TRANSITIONS, Action, Role, SessionMode, SessionState

USER, AI = Actor(Role.USER, "M. Sato"), Actor(Role.AI, "assistant")
POLICY = SessionPolicy()
NEW = Session(
    session_id="ws_0123456789ab",
    state=SessionState.DRAFT,
    mode=SessionMode.DESIGN_FIRST,
    workflow_type="rosette",
    title="",
    creator=USER,
    created_at_utc="2026-03-01T12:00:00.000000Z",
)
S = SessionState
REACHABLE_WITHOUT_APPROVAL = set(S) - {S.APPROVED, S.TOOLPATHS_REQUESTED, S.TOOLPATHS_READY}


def verdict(level: RiskLevel = RiskLevel.GREEN, score: float | None = 90.0) -> Verdict:
    return Verdict("run_0123456789ab", level, score, "" if level is RiskLevel.GREEN else "why", "a" * 64)


def approval(actor: Actor = USER) -> Approval:
    return Approval("run_0123456789ac", actor, "looked at it", False, "2026-03-01T12:00:00.000000Z")


def ready(level: RiskLevel = RiskLevel.GREEN, score: float | None = 90.0, policy: SessionPolicy = POLICY) -> Session:
    session = steps.set_context(steps.set_design(NEW, USER, {"name": "r"}).session, USER, {}).session
    return steps.store_feasibility(
        steps.request_feasibility(session, USER, policy).session, verdict(level, score), policy
    ).session


@st.composite
def walks(draw: st.DrawFn) -> list[tuple[Action, Actor, RiskLevel, float]]:
    step = st.tuples(
        st.sampled_from([action for action in Action if action is not Action.CREATE]),
        st.sampled_from([USER, AI, Actor(Role.OPERATOR, "O"), SYSTEM]),
        st.sampled_from(RiskLevel),
        st.floats(0, 100),
    )
    return draw(st.lists(step, max_size=40))


def take(session: Session, action: Action, actor: Actor, level: RiskLevel, score: float) -> Session:
    match action:
        case Action.SET_DESIGN:
            return steps.set_design(session, actor, {"name": "r"}).session
        case Action.SET_CONTEXT:
            return steps.set_context(session, actor, {}).session
        case Action.REQUEST_FEASIBILITY:
            return steps.request_feasibility(session, actor, POLICY).session
        case Action.STORE_FEASIBILITY:
            return steps.store_feasibility(session, verdict(level, score), POLICY).session
        case Action.FAIL_FEASIBILITY:
            return steps.fail_feasibility(session, "away").session
        case Action.REQUIRE_REVISION:
            return steps.require_revision(session, actor, "thinner").session
        case Action.APPROVE:
            rules.check_approval(session, actor, POLICY, reason="looked at it", risk_acknowledged=True)
            return steps.approve(session, approval(actor)).session
        case Action.REJECT:
            return steps.reject(session, actor, "no", run_id="run_0123456789ab").session
        case Action.REQUEST_TOOLPATHS:
            return steps.request_toolpaths(session, actor).session
        case Action.STORE_TOOLPATHS:
            return steps.store_toolpaths(session, actor, Toolpaths("run_0123456789ad", {"gcode": "b" * 64})).session
        case Action.ARCHIVE:
            return steps.archive(session, actor).session
    raise AssertionError(action)


@given(walks())
@settings(max_examples=400, deadline=None)
def test_no_walk_reaches_toolpaths_without_a_verdict_and_a_persons_approval(
    walk: list[tuple[Action, Actor, RiskLevel, float]],
) -> None:
    session = NEW
    for action, actor, level, score in walk:
        before = session
        try:
            session = take(session, action, actor, level, score)
        except (TransitionBlockedError, PersonRequiredError, ApprovalRefusedError):
            assert session == before
            continue
        assert session.state in TRANSITIONS[before.state, action]
        assert session == read_session(write_session(session))
        if session.state in {S.APPROVED, S.TOOLPATHS_REQUESTED, S.TOOLPATHS_READY}:
            assert session.approval is not None
            assert session.approval.actor.role in {Role.USER, Role.OPERATOR}
            assert session.verdict is not None
            assert session.verdict.risk_level in {RiskLevel.GREEN, RiskLevel.YELLOW}
            assert (session.verdict.score or 0) >= 70
        if session.toolpaths is not None:
            assert session.state in {S.TOOLPATHS_READY, S.ARCHIVED}
        if action in {Action.SET_DESIGN, Action.SET_CONTEXT}:
            assert (session.verdict, session.approval, session.toolpaths) == (None, None, None)


def test_design_and_context_come_in_either_order() -> None:
    context_first = steps.set_design(steps.set_context(NEW, USER, {}).session, USER, {"name": "r"}).session
    design_first = steps.set_context(steps.set_design(NEW, USER, {"name": "r"}).session, USER, {}).session
    assert context_first == design_first
    assert context_first.state is S.CONTEXT_READY


def test_feasibility_needs_a_design() -> None:
    session = steps.set_context(NEW, USER, {}).session
    with pytest.raises(TransitionBlockedError, match="no design yet"):
        steps.request_feasibility(session, USER, POLICY)


def test_attempts_are_limited() -> None:
    session = replace(steps.set_context(NEW, USER, {}).session, design={}, attempt_count=50)
    with pytest.raises(TransitionBlockedError, match="all 50 attempts"):
        steps.request_feasibility(session, USER, POLICY)


@pytest.mark.parametrize("level", [RiskLevel.RED, RiskLevel.UNKNOWN, RiskLevel.ERROR])
def test_a_verdict_that_leaves_nothing_to_decide_rejects(level: RiskLevel) -> None:
    assert ready(level, None).state is S.REJECTED


def test_policies_may_leave_more_to_people() -> None:
    lenient = SessionPolicy(allow_red_override=True)
    session = ready(RiskLevel.RED, 20.0, lenient)
    assert session.state is S.FEASIBILITY_READY
    with pytest.raises(ReasonRequiredError, match="risk_acknowledged"):
        rules.check_approval(session, USER, lenient, reason="tried on scrap", risk_acknowledged=False)
    rules.check_approval(session, USER, lenient, reason="tried on scrap", risk_acknowledged=True)
    assert ready(RiskLevel.ERROR, None, lenient).state is S.REJECTED
    assert ready(RiskLevel.UNKNOWN, None, SessionPolicy(treat_unknown_as_red=False)).state is S.FEASIBILITY_READY


@pytest.mark.parametrize("role", [Role.AI, Role.SYSTEM])
def test_only_people_approve(role: Role) -> None:
    with pytest.raises(PersonRequiredError):
        rules.check_approval(ready(), Actor(role, "x"), POLICY, reason="because", risk_acknowledged=False)


def test_yellow_needs_a_reason_and_the_least_score() -> None:
    with pytest.raises(ReasonRequiredError):
        rules.check_approval(ready(RiskLevel.YELLOW, 80.0), USER, POLICY, reason="", risk_acknowledged=False)
    with pytest.raises(ApprovalRefusedError, match="below 70"):
        rules.check_approval(ready(RiskLevel.YELLOW, 69.9), USER, POLICY, reason="it is", risk_acknowledged=False)
    rules.check_approval(ready(RiskLevel.YELLOW, 70.0), USER, POLICY, reason="it is", risk_acknowledged=False)
    rules.check_approval(ready(), USER, POLICY, reason="", risk_acknowledged=False)


def test_a_red_verdict_is_not_approved_even_where_it_waits() -> None:
    waiting = replace(ready(), verdict=verdict(RiskLevel.RED, 20.0))
    with pytest.raises(ApprovalRefusedError, match="does not allow RED"):
        rules.check_approval(waiting, USER, POLICY, reason="tried on scrap", risk_acknowledged=True)


def test_another_verdict_than_was_decided_on_stops() -> None:
    session = ready()
    rules.check_unchanged(session, RiskLevel.GREEN, 71.0, POLICY)
    with pytest.raises(ApprovalRefusedError, match="was GREEN and is YELLOW"):
        rules.check_unchanged(session, RiskLevel.YELLOW, 80.0, POLICY)


def test_a_step_out_of_turn_says_what_is_possible() -> None:
    with pytest.raises(TransitionBlockedError, match=r"possible: .*set_design.*set_context"):
        steps.archive(NEW, USER)


def test_the_index_fields_of_a_session_are_its_presets_and_level() -> None:
    session = replace(ready(), context={"machine": {"machine_id": "shapeoko_3"}})
    row = index_fields(session, updated_at_utc="t")
    assert (row["machine_id"], row["tool_id"], row["risk_level"], row["status"]) == (
        "shapeoko_3",
        "",
        "GREEN",
        "feasibility_ready",
    )
    assert index_fields(NEW, updated_at_utc="t")["risk_level"] == ""


def test_every_state_but_archived_leads_on() -> None:
    assert {state for state, _ in TRANSITIONS} == set(S) - {S.ARCHIVED}


def test_a_persons_approval_is_the_run_that_counts_from_then_on() -> None:
    step = steps.approve(ready(), approval())
    assert (step.session.state, step.session.last_run_id) == (S.APPROVED, "run_0123456789ac")
    assert step.event.summary == "looked at it"


def test_a_session_is_sent_back_or_rejected_in_words() -> None:
    session = ready()
    back = steps.require_revision(session, USER, "the rings are too thin")
    assert (back.event.summary, back.session.state) == ("the rings are too thin", S.DESIGN_REVISION_REQUIRED)
    refused = steps.reject(session, USER, "not this wood", run_id="run_0123456789ac")
    assert refused.session.last_run_id == "run_0123456789ac"
    assert refused.event.details == {"run_id": "run_0123456789ac"}


def test_the_first_step_says_what_was_started() -> None:
    step = steps.begin(NEW)
    assert step.session == NEW
    assert write_event(step.event)["summary"] == "rosette session started"
