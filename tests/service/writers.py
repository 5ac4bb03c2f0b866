"""What callers of methods that write have, and where each method's call is kept."""

import hashlib
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf.message import Message

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1 import advisory_service_pb2_grpc as advisory_grpc
from rmos.feasibility.v1 import catalog_service_pb2 as catalog_pb
from rmos.feasibility.v1 import catalog_service_pb2_grpc as catalog_grpc
from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import attachments_service_pb2_grpc as attachments_grpc
from rmos.runs.v1 import run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.shop.v1 import imports_service_pb2_grpc as imports_grpc
from rmos.shop.v1 import jobs_service_pb2_grpc as jobs_grpc
from rmos.shop.v1 import patterns_service_pb2_grpc as patterns_grpc
from rmos.teaching.v1 import teaching_service_pb2_grpc as teaching_grpc
from rmos.workflow.v1 import workflow_service_pb2 as workflow_pb
from rmos.workflow.v1 import workflow_service_pb2_grpc as workflow_grpc
from tests import builders
from tests.passing_programs import GRBL, RING
from tests.service import advisory_requests

LEAD = "A. Lead"
ACTOR = workflow_pb.Actor(role=workflow_pb.ACTOR_ROLE_USER, name=LEAD)
WARNED = RING + "(text after the end)\nG0 X1\n"
Maker = Callable[["Writers"], Message]
"""Makes a call, and returns the newest message of the record it made."""
CALLS: dict[str, Maker] = {}


def writes(method: str) -> Callable[[Maker], Maker]:
    def keep(make: Maker) -> Maker:
        CALLS[method] = make
        return make

    return keep


class Writers:
    """Stubs of one caller; `other` is somebody else's, for what nobody may decide of their own."""

    def __init__(self, runs: grpc.Channel, feasibility: grpc.Channel, other: grpc.Channel) -> None:
        self.runs: Any = runs_service_pb2_grpc.RunsServiceStub(runs)
        self.attachments: Any = attachments_grpc.AttachmentsServiceStub(runs)
        self.sessions: Any = workflow_grpc.WorkflowServiceStub(runs)
        self.jobs: Any = jobs_grpc.JobsServiceStub(runs)
        self.patterns: Any = patterns_grpc.PatternsServiceStub(runs)
        self.imports: Any = imports_grpc.ImportsServiceStub(runs)
        self.assets: Any = advisory_grpc.AdvisoryServiceStub(runs)
        self.teaching: Any = teaching_grpc.TeachingServiceStub(runs)
        self.catalog: Any = catalog_grpc.CatalogServiceStub(feasibility)
        self.others: Any = advisory_grpc.AdvisoryServiceStub(other)

    def run(self, overrides: dict[str, Any] | None = None, **fields: Any) -> run_pb2.Run:
        made: run_pb2.Run = self.runs.CreateRun(builders.create_request(overrides, **{"envelope": GRBL, **fields})).run
        return made

    def read(self, name: str) -> run_pb2.Run:
        read: run_pb2.Run = self.runs.GetRun(pb.GetRunRequest(name=name)).run
        return read

    def attach(self, run: run_pb2.Run, text: str) -> run_pb2.Run:
        data = text.encode()
        header = attachments_pb.UploadHeader(
            sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data), kind="gcode", parent=run.name
        )
        parts = (
            attachments_pb.UploadAttachmentRequest(header=header),
            attachments_pb.UploadAttachmentRequest(chunk=data),
        )
        self.attachments.UploadAttachment(iter(parts))
        return self.read(run.name)

    def asset(self, side_px: int = 64) -> advisory_pb.AdvisoryAsset:
        """A picture that somebody else has uploaded."""
        return advisory_requests.upload(self.others, advisory_requests.picture((9, 90, 90), side_px), requester="")

    def session(self, overrides: dict[str, Any] | None = None) -> workflow_pb.Session:
        """One that is to be judged."""
        request = builders.create_request(overrides)
        name = self.sessions.CreateSession(workflow_pb.CreateSessionRequest(actor=ACTOR)).session.name
        design = workflow_pb.SetDesignRequest(name=name, actor=ACTOR, design=request.design)
        self.sessions.SetDesign(design)
        context = workflow_pb.SetContextRequest(name=name, actor=ACTOR, context=request.context)
        made: workflow_pb.Session = self.sessions.SetContext(context).session
        return made

    def step(self, method: str, session: workflow_pb.Session, **fields: Any) -> workflow_pb.Session:
        request: Any = getattr(workflow_pb, f"{method}Request")(name=session.name, actor=ACTOR, **fields)
        after: workflow_pb.Session = getattr(self.sessions, method)(request).session
        return after

    def profile(self, max_rings: int) -> catalog_pb.ConstraintProfile:
        wanted = catalog_pb.ConstraintProfile(
            profile_id="mine", min_rings=1, max_rings=max_rings, min_ring_width_mm=1.0, max_ring_width_mm=4.0,
            min_total_width_mm=3.0, max_total_width_mm=9.0,
        )  # fmt: skip
        self.catalog.CreateProfile(catalog_pb.CreateProfileRequest(profile=wanted))
        made: catalog_pb.ConstraintProfile = self.catalog.GetProfile(
            catalog_pb.GetProfileRequest(name="profiles/mine")
        ).profile
        return made


RUNS, WORKFLOW, SHOP = "rmos.runs.v1.RunsService/", "rmos.workflow.v1.WorkflowService/", "rmos.shop.v1."
ADVISORY, CATALOG = "rmos.advisory.v1.AdvisoryService/", "rmos.feasibility.v1.CatalogService/"
