"""Workflow sessions: each step is checked, recorded as an event, and where it decides something, as a run.

A step that leaves a run:

1. the step is checked against the session as it is
2. the run is recorded: the feasibility service is asked again, so that nothing is decided on an old verdict
3. the event is appended; of two writers one is first, the other's run stays as what it was: an attempt
4. the run of an approved session whose level needs a person gets that person's override
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from foundation.call import Call
from foundation.errors import ServiceError
from foundation.json_members import child, text
from rpckit.page_tokens import NO_END, Room
from runs_svc.domain.listing import filters
from runs_svc.domain.listing.values import Words
from runs_svc.domain.runs.four_eyes import refuse_own
from runs_svc.domain.runs.gate import RunStatus
from runs_svc.domain.runs.program_gate import ProgramRelease, refuse_unreleased
from runs_svc.domain.workflow import policy as rules
from runs_svc.domain.workflow import steps
from runs_svc.domain.workflow.errors import SessionNotFoundError
from runs_svc.domain.workflow.policy import SessionPolicy
from runs_svc.domain.workflow.session import (
    Actor,
    Approval,
    Session,
    Step,
    Toolpaths,
    index_fields,
    read_session,
    write_event,
    write_session,
)
from runs_svc.domain.workflow.states import Action, SessionMode, SessionState
from runs_svc.ports import Clock, EntityStore, IdSource
from runs_svc.usecases.entities.drawn_ids import add_new
from runs_svc.usecases.entities.entity import Change, EntityKind, EntityPage, Revision
from runs_svc.usecases.entities.repository import EntityRepository
from runs_svc.usecases.runs.attach import Attach
from runs_svc.usecases.runs.override import Override
from runs_svc.usecases.runs.record import RecordRun
from runs_svc.usecases.workflow.session_runs import SessionRuns, SubmittedToolpaths, verdict_of

FIELDS = filters.Fields(
    texts=frozenset(
        {"status", "workflow_type", "mode", "user_id", "machine_id", "material_id", "tool_id", "risk_level"}
    ),
    words={
        "status": Words(tuple(SessionState), "SESSION_STATE_"),
        "mode": Words(tuple(SessionMode), "SESSION_MODE_"),
        "risk_level": Words((*filters.RISK_LEVELS.stored, ""), filters.RISK_LEVELS.contract_prefix),
    },
    times=frozenset({"create_time", "update_time"}),
    labels=frozenset({"user_id"}),
)
_RECORDED = frozenset({"toolpaths", "gcode", "opplan"})


@dataclass(frozen=True, slots=True)
class StepResult:
    """A session after a step, and the run the step left."""

    session: Revision[Session]
    run_id: str


SESSION: EntityKind[Session] = EntityKind(
    name="session",
    fields=FIELDS,
    read=read_session,
    write=write_session,
    index_fields=lambda session, now: index_fields(session, updated_at_utc=now),
)


class Sessions:
    def __init__(
        self,
        entities: EntityStore,
        record_run: RecordRun,
        override: Override,
        attach: Attach,
        *,
        clock: Clock,
        ids: IdSource,
        policy: SessionPolicy,
        weigh: Callable[[Revision[Session]], int] | None = None,
    ) -> None:
        self.policy = policy
        self._runs = SessionRuns(record_run, override, attach, policy=policy)
        self._ids = ids
        self._repository = EntityRepository(entities, SESSION, clock=clock, weigh=weigh)

    async def create(
        self, actor: Actor, *, mode: SessionMode, workflow_type: str, title: str, call: Call
    ) -> Revision[Session]:
        """A new session."""
        session = Session(
            session_id="",
            state=SessionState.DRAFT,
            mode=mode,
            workflow_type=workflow_type,
            title=title,
            creator=actor,
            created_at_utc=self._repository.now(),
        )
        return await add_new(
            self._repository,
            lambda: self._ids.fresh("ws"),
            lambda session_id: _change(steps.begin(replace(session, session_id=session_id))),
            call=call,
        )

    async def get(self, session_id: str, expected: int | None = None) -> Revision[Session]:
        """A session as it is.

        Raises:
            SessionNotFoundError, VersionTakenError, RunCorruptError: As `EntityRepository.expect`.
        """
        return await self._repository.expect(session_id, expected, SessionNotFoundError(session_id))

    async def history(self, session_id: str) -> Sequence[Revision[Session]]:
        """Every event of a session.

        Raises:
            SessionNotFoundError: There is no such session.
        """
        await self.get(session_id)
        return await self._repository.history(session_id)

    async def page(
        self, room: Room[Revision[Session]] = NO_END, *, filter_text: str, page_size: int, page_token: str
    ) -> EntityPage[Session]:
        """A page of sessions, newest first."""
        return await self._repository.page(room, filter_text=filter_text, page_size=page_size, page_token=page_token)

    async def take(
        self, session_id: str, expected: int | None, step: Callable[[Session], Step], *, call: Call
    ) -> Revision[Session]:
        """A session after a step that leaves no run.

        Raises:
            SessionNotFoundError, TransitionBlockedError, VersionTakenError: The step is not possible.
        """
        before = await self.get(session_id, expected)
        return await self._apply(before, step(before.entity), call)

    async def request_feasibility(
        self, session_id: str, actor: Actor, expected: int | None, *, call: Call
    ) -> StepResult:
        """A session with its verdict.

        Raises:
            As `take`; what the feasibility service refuses leads the session back and is raised.
        """
        before = await self.get(session_id, expected)
        asked = await self._apply(before, steps.request_feasibility(before.entity, actor, self.policy), call)
        try:
            run = await self._runs.record(asked.entity, "feasibility", call)
        except ServiceError as error:
            await self._apply(asked, steps.fail_feasibility(asked.entity, str(error)), call)
            raise
        run_id = str(run.run_id)
        if run.document.status is RunStatus.ERROR and run.document.feasibility is None:
            reason = run.document.decision.block_reason
            return StepResult(
                await self._apply(asked, steps.fail_feasibility(asked.entity, reason, run_id=run_id), call), run_id
            )
        step = steps.store_feasibility(asked.entity, verdict_of(run), self.policy)
        return StepResult(await self._apply(asked, step, call), run_id)

    async def approve(
        self,
        session_id: str,
        actor: Actor,
        expected: int | None,
        *,
        reason: str,
        risk_acknowledged: bool,
        call: Call,
    ) -> StepResult:
        """An approved session.

        Raises:
            PersonRequiredError, ApprovalRefusedError, FourEyesError: The approval is not allowed; as `take`.
        """
        before = await self.get(session_id, expected)
        session = before.entity
        rules.check_approval(session, actor, self.policy, reason=reason, risk_acknowledged=risk_acknowledged)
        if self.policy.four_eyes:
            await self._refuse_own(session_id, actor, proven=call.identity is not None)
        run = await self._runs.record(session, "approval", call, judge=self._runs.unchanged(session), notes=reason)
        approval = Approval(str(run.run_id), actor, reason, risk_acknowledged, self._repository.now())
        after = await self._apply(before, steps.approve(session, approval), call)
        await self._runs.open_gate(run, approval, call)
        return StepResult(after, str(run.run_id))

    async def reject(
        self, session_id: str, actor: Actor, expected: int | None, *, reason: str, call: Call
    ) -> StepResult:
        """A rejected session.

        Raises:
            As `take`.
        """
        before = await self.get(session_id, expected)
        rules.check(before.entity, Action.REJECT)
        run = await self._runs.record(before.entity, "rejection", call, notes=reason)
        step = steps.reject(before.entity, actor, reason, run_id=str(run.run_id))
        return StepResult(await self._apply(before, step, call), str(run.run_id))

    async def store_toolpaths(
        self, session_id: str, actor: Actor, expected: int | None, *, submitted: SubmittedToolpaths, call: Call
    ) -> StepResult:
        """A session with its toolpaths.

        Raises:
            ApprovalRefusedError: The verdict is not the approved one any more.
            ProgramDeviatesError: A program breaks what was approved; the attempt stays recorded.
            AttachmentNotFoundError: A digest was not uploaded; as `take`.
        """
        before = await self.get(session_id, expected)
        session = before.entity
        rules.check(session, Action.STORE_TOOLPATHS)
        submitted = await self._runs.beside_record(session, submitted, call)
        run = await self._runs.record(
            session, "toolpaths", call, judge=self._runs.unchanged(session), submitted=submitted
        )
        if run.programs.release is ProgramRelease.DEVIATES:
            refuse_unreleased(str(run.run_id), run.programs)
        hashes = run.document.hashes
        named = {kind: hashes[f"{kind}_sha256"] for kind in _RECORDED if f"{kind}_sha256" in hashes}
        step = steps.store_toolpaths(session, actor, Toolpaths(str(run.run_id), named))
        after = await self._apply(before, step, call)
        assert session.approval is not None
        await self._runs.open_gate(run, session.approval, call)
        return StepResult(after, str(run.run_id))

    async def _apply(self, before: Revision[Session], step: Step, call: Call) -> Revision[Session]:
        return await self._repository.change(before, before.entity.session_id, _change(step), call=call)

    async def _refuse_own(self, session_id: str, actor: Actor, *, proven: bool) -> None:
        """Refuse an approval of somebody who asked for the verdict.

        Raises:
            FourEyesError: They did.
        """
        events = [revision.event for revision in await self._repository.history(session_id)]
        asked_by = rules.askers((text(event, "action"), text(child(event, "actor"), "name")) for event in events)
        refuse_own(actor.name, asked_by, kind="session", name=f"sessions/{session_id}", proven=proven)


def _change(step: Step) -> Change[Session]:
    return Change(step.session, write_event(step.event))
