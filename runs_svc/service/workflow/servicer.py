"""WorkflowService on the wire."""

from collections.abc import Callable
from typing import Protocol

from foundation.call import current_call
from foundation.errors import InvalidFieldsError
from rmos.workflow.v1 import workflow_service_pb2 as pb
from rmos.workflow.v1 import workflow_service_pb2_grpc as pb_grpc
from rpckit import proto_json
from rpckit.page_tokens import page_of
from rpckit.server_context import ServicerContext
from runs_svc.domain.workflow import steps
from runs_svc.domain.workflow.session import Session, Step
from runs_svc.service.entity_pages import list_entities
from runs_svc.service.workflow import messages
from runs_svc.service.workflow.actor_messages import read_actor
from runs_svc.usecases.entities.entity import Revision
from runs_svc.usecases.workflow.sessions import Sessions


class StepRequest(messages.Versioned, Protocol):
    """What a request of a step has."""

    @property
    def name(self) -> str: ...


class WorkflowServicer(pb_grpc.WorkflowServiceServicer):
    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def CreateSession(
        self, request: pb.CreateSessionRequest, context: ServicerContext
    ) -> pb.CreateSessionResponse:
        session = await self._sessions.create(
            read_actor(request.actor),
            mode=messages.read_mode(request.mode),
            workflow_type=messages.read_type(request.workflow_type),
            title=messages.read_title(request.title),
            call=current_call.get(),
        )
        return pb.CreateSessionResponse(session=self._write(session))

    async def GetSession(self, request: pb.GetSessionRequest, context: ServicerContext) -> pb.GetSessionResponse:
        session = await self._sessions.get(messages.read_session_name(request.name))
        return pb.GetSessionResponse(session=self._write(session))

    async def ListSessions(self, request: pb.ListSessionsRequest, context: ServicerContext) -> pb.ListSessionsResponse:
        page = await list_entities(self._sessions.page, self._write, request)
        return pb.ListSessionsResponse(
            sessions=page.messages,
            next_page_token=page.next_token,
            unreachable=[f"sessions/{session_id}" for session_id in page.unreachable],
        )

    async def SetDesign(self, request: pb.SetDesignRequest, context: ServicerContext) -> pb.SetDesignResponse:
        if not request.HasField("design"):
            raise InvalidFieldsError.one("design", "is required")
        actor, design = read_actor(request.actor), proto_json.read(request.design, "design")
        session = await self._take(request, lambda before: steps.set_design(before, actor, design))
        return pb.SetDesignResponse(session=session)

    async def SetContext(self, request: pb.SetContextRequest, context: ServicerContext) -> pb.SetContextResponse:
        if not request.HasField("context"):
            raise InvalidFieldsError.one("context", "is required")
        actor, value = read_actor(request.actor), proto_json.read(request.context, "context")
        session = await self._take(request, lambda before: steps.set_context(before, actor, value))
        return pb.SetContextResponse(session=session)

    async def RequestFeasibility(
        self, request: pb.RequestFeasibilityRequest, context: ServicerContext
    ) -> pb.RequestFeasibilityResponse:
        taken = await self._sessions.request_feasibility(
            messages.read_session_name(request.name),
            read_actor(request.actor),
            messages.read_expected(request),
            call=current_call.get(),
        )
        return pb.RequestFeasibilityResponse(session=self._write(taken.session), run=f"runs/{taken.run_id}")

    async def ApproveSession(
        self, request: pb.ApproveSessionRequest, context: ServicerContext
    ) -> pb.ApproveSessionResponse:
        taken = await self._sessions.approve(
            messages.read_session_name(request.name),
            read_actor(request.actor),
            messages.read_expected(request),
            reason=messages.read_approval_reason(request.reason),
            risk_acknowledged=request.risk_acknowledged,
            call=current_call.get(),
        )
        return pb.ApproveSessionResponse(session=self._write(taken.session), run=f"runs/{taken.run_id}")

    async def RejectSession(
        self, request: pb.RejectSessionRequest, context: ServicerContext
    ) -> pb.RejectSessionResponse:
        taken = await self._sessions.reject(
            messages.read_session_name(request.name),
            read_actor(request.actor),
            messages.read_expected(request),
            reason=messages.read_reason(request.reason),
            call=current_call.get(),
        )
        return pb.RejectSessionResponse(session=self._write(taken.session), run=f"runs/{taken.run_id}")

    async def RequireRevision(
        self, request: pb.RequireRevisionRequest, context: ServicerContext
    ) -> pb.RequireRevisionResponse:
        actor, reason = read_actor(request.actor), messages.read_reason(request.reason)
        session = await self._take(request, lambda before: steps.require_revision(before, actor, reason))
        return pb.RequireRevisionResponse(session=session)

    async def RequestToolpaths(
        self, request: pb.RequestToolpathsRequest, context: ServicerContext
    ) -> pb.RequestToolpathsResponse:
        actor = read_actor(request.actor)
        session = await self._take(request, lambda before: steps.request_toolpaths(before, actor))
        return pb.RequestToolpathsResponse(session=session)

    async def StoreToolpaths(
        self, request: pb.StoreToolpathsRequest, context: ServicerContext
    ) -> pb.StoreToolpathsResponse:
        taken = await self._sessions.store_toolpaths(
            messages.read_session_name(request.name),
            read_actor(request.actor),
            messages.read_expected(request),
            submitted=messages.read_toolpaths(request),
            call=current_call.get(),
        )
        return pb.StoreToolpathsResponse(session=self._write(taken.session), run=f"runs/{taken.run_id}")

    async def ArchiveSession(
        self, request: pb.ArchiveSessionRequest, context: ServicerContext
    ) -> pb.ArchiveSessionResponse:
        actor = read_actor(request.actor)
        session = await self._take(request, lambda before: steps.archive(before, actor))
        return pb.ArchiveSessionResponse(session=session)

    async def ListSessionEvents(
        self, request: pb.ListSessionEventsRequest, context: ServicerContext
    ) -> pb.ListSessionEventsResponse:
        events = await self._sessions.history(messages.read_session_name(request.parent, "parent"))
        page = page_of(
            events,
            messages.write_event,
            key=lambda event: str(event.number),
            query=f"events of {request.parent}",
            request=request,
        )
        return pb.ListSessionEventsResponse(events=page.items, next_page_token=page.next_token)

    async def _take(self, request: StepRequest, step: Callable[[Session], Step]) -> pb.Session:
        """The session of a request after a step that leaves no run."""
        name, expected = messages.read_session_name(request.name), messages.read_expected(request)
        return self._write(await self._sessions.take(name, expected, step, call=current_call.get()))

    def _write(self, session: Revision[Session]) -> pb.Session:
        return messages.write_session(session, self._sessions.policy)
