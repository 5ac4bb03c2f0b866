"""Requests of every method that are taken, as far as names and people go."""

from typing import Any

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message

from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.shop.v1 import jobs_service_pb2 as jobs_pb
from rmos.shop.v1.jobs_service_pb2_grpc import JobsServiceStub
from rmos.workflow.v1 import workflow_service_pb2 as workflow_pb
from rmos.workflow.v1.workflow_service_pb2_grpc import WorkflowServiceStub
from tests import builders

_TIMEOUT_S = 60.0
_OWN_RUN = ("Annotate", "Attach", "Set", "Override", "Record", "Suggest")
"""Methods that add to a run get one of their own: a run with many amendments costs more."""
_ACTOR = workflow_pb.Actor(role=workflow_pb.ACTOR_ROLE_USER, name="M. Sato")
_NAMES = frozenset({"name", "parent", "left", "right"})
_TEXTS = {
    "mode": "rosette",
    "person": "M. Sato",
    "reviewer": "M. Sato",
    "requester": "M. Sato",
    "reason": "looked at it twice",
    "title": "a title",
    "pattern_type": "mosaic",
    "advisory_id": "a",
    "model_id": "dreadnought",
    "note": "a note",
}


class Requests:
    """Requests about runs and entities that are there."""

    def __init__(self, channel: grpc.Channel) -> None:
        """Record what they are about, at a runs server."""
        self._runs = RunsServiceStub(channel)
        asked = workflow_pb.CreateSessionRequest(actor=_ACTOR)
        session = WorkflowServiceStub(channel).CreateSession(asked, timeout=_TIMEOUT_S).session
        job = jobs_pb.CreateJobRequest(job_type=jobs_pb.JOB_TYPE_ROSETTE_PREVIEW, title="x")
        self._names = {
            "WorkflowService": session.name,
            "JobsService": JobsServiceStub(channel).CreateJob(job, timeout=_TIMEOUT_S).job.name,
            "CatalogService": "materials/spruce_sitka",
            "PatternsService": "patterns/none",
            "AdvisoryService": "assets/adv_000000000000",
        }
        self._run = self._fresh_run()

    def base(self, method: MethodDescriptor) -> Message:
        """A request of a method."""
        request = message_factory.GetMessageClass(method.input_type)()
        run = self._fresh_run() if method.name.startswith(_OWN_RUN) else self._run
        make_valid(request, self._names.get(method.containing_service.name, run))
        return request

    def _fresh_run(self) -> str:
        name: str = self._runs.CreateRun(builders.create_request(), timeout=_TIMEOUT_S).run.name
        return name


def make_valid(message: Message, name: str) -> None:
    """Fill what a message needs to be taken."""
    for field in message.DESCRIPTOR.fields:
        if field.is_repeated:
            continue
        if field.message_type is not None:
            _make_valid_child(message, field)
        elif field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
            text = name if field.name in _NAMES else _TEXTS.get(field.name)
            if text is not None:
                setattr(message, field.name, text)
    if message.DESCRIPTOR.full_name == "rmos.shop.v1.CreateJobRequest":
        message.job_type = jobs_pb.JOB_TYPE_ROSETTE_PREVIEW  # type: ignore[attr-defined]


def _make_valid_child(message: Message, field: Any) -> None:
    child = getattr(message, field.name)
    match field.message_type.full_name:
        case "rmos.type.v1.Design":
            child.CopyFrom(builders.design_message())
        case "rmos.type.v1.Context":
            child.CopyFrom(builders.context_message())
        case "rmos.workflow.v1.Actor":
            child.CopyFrom(_ACTOR)
