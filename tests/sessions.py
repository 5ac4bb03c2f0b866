"""Sessions as tests take them: from a design to its toolpaths, with a person's approval in between."""

from collections.abc import Iterator
from typing import TypeVar

from google.protobuf import json_format
from google.protobuf.message import Message

from rmos.type.v1 import context_pb2, design_pb2
from rmos.workflow.v1 import workflow_service_pb2 as pb
from rmos.workflow.v1 import workflow_service_pb2_grpc
from rmos_client.calls import call, pages
from rmos_client.channel import open_channel

Given = TypeVar("Given", bound=Message)
_ROLES = {"user": pb.ACTOR_ROLE_USER, "operator": pb.ACTOR_ROLE_OPERATOR, "ai": pb.ACTOR_ROLE_AI}


class SessionActor:
    """Sessions, as one actor. Use as a context manager, or call `close`."""

    def __init__(self, address: str, *, name: str, role: str = "user") -> None:
        """
        Args:
            address: Address of the runs server.
            name: Who acts.
            role: user, operator or ai.
        """
        self._channel = open_channel(address)
        self._stub = workflow_service_pb2_grpc.WorkflowServiceStub(self._channel)
        self._actor = pb.Actor(role=_ROLES[role], name=name)

    def __enter__(self) -> "SessionActor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()

    def create(self, *, title: str = "", workflow_type: str = "") -> pb.Session:
        """A new session."""
        request = pb.CreateSessionRequest(actor=self._actor, title=title, workflow_type=workflow_type)
        return call(self._stub.CreateSession, request, request_id=None, timeout_s=None).session

    def get(self, name: str) -> pb.Session:
        """A session as it is.

        Raises:
            RmosError: SESSION_NOT_FOUND.
        """
        return call(self._stub.GetSession, pb.GetSessionRequest(name=name), request_id=None, timeout_s=None).session

    def set_design(self, session: pb.Session, design: dict[str, object] | design_pb2.Design) -> pb.Session:
        """The session with a design. Raises RmosError TRANSITION_BLOCKED, CONCURRENT_CHANGE."""
        request = pb.SetDesignRequest(name=session.name, actor=self._actor, expected_version=session.version)
        request.design.CopyFrom(_message(design, design_pb2.Design()))
        return call(self._stub.SetDesign, request, request_id=None, timeout_s=None).session

    def set_context(self, session: pb.Session, context: dict[str, object] | context_pb2.Context) -> pb.Session:
        """The session with a context. Raises RmosError TRANSITION_BLOCKED, CONCURRENT_CHANGE."""
        request = pb.SetContextRequest(name=session.name, actor=self._actor, expected_version=session.version)
        request.context.CopyFrom(_message(context, context_pb2.Context()))
        return call(self._stub.SetContext, request, request_id=None, timeout_s=None).session

    def request_feasibility(self, session: pb.Session) -> pb.Session:
        """The session with its verdict. Raises RmosError TRANSITION_BLOCKED, CONCURRENT_CHANGE."""
        request = pb.RequestFeasibilityRequest(name=session.name, actor=self._actor, expected_version=session.version)
        return call(self._stub.RequestFeasibility, request, request_id=None, timeout_s=None).session

    def approve(self, session: pb.Session, *, reason: str = "", risk_acknowledged: bool = False) -> pb.Session:
        """The approved session. Raises RmosError ROLE_REQUIRED, REVIEW_REQUIRED, SAFETY_BLOCKED."""
        request = pb.ApproveSessionRequest(
            name=session.name,
            actor=self._actor,
            expected_version=session.version,
            reason=reason,
            risk_acknowledged=risk_acknowledged,
        )
        return call(self._stub.ApproveSession, request, request_id=None, timeout_s=None).session

    def store_toolpaths(self, session: pb.Session, gcode_text: str) -> pb.Session:
        """The session with its toolpaths. Raises RmosError TRANSITION_BLOCKED, SAFETY_BLOCKED."""
        asked = pb.RequestToolpathsRequest(name=session.name, actor=self._actor, expected_version=session.version)
        call(self._stub.RequestToolpaths, asked, request_id=None, timeout_s=None)
        request = pb.StoreToolpathsRequest(name=session.name, actor=self._actor, gcode_text=gcode_text)
        return call(self._stub.StoreToolpaths, request, request_id=None, timeout_s=None).session

    def events(self, session: pb.Session) -> Iterator[pb.SessionEvent]:
        """Every event of a session, oldest first."""
        request = pb.ListSessionEventsRequest(parent=session.name)
        yield from pages(self._stub.ListSessionEvents, request, "events")


def _message(given: "dict[str, object] | Given", empty: Given) -> Given:
    """A message, from itself or from a dictionary."""
    return json_format.ParseDict(given, empty) if isinstance(given, dict) else given
