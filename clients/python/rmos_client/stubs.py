"""The stubs of every service of both servers."""

import grpc

from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from rmos.feasibility.v1.administration_service_pb2_grpc import AdministrationServiceStub
from rmos.feasibility.v1.catalog_service_pb2_grpc import CatalogServiceStub
from rmos.feasibility.v1.feasibility_service_pb2_grpc import FeasibilityServiceStub
from rmos.feasibility.v1.gcode_service_pb2_grpc import GcodeServiceStub
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.shop.v1.imports_service_pb2_grpc import ImportsServiceStub
from rmos.shop.v1.jobs_service_pb2_grpc import JobsServiceStub
from rmos.shop.v1.patterns_service_pb2_grpc import PatternsServiceStub
from rmos.system.v1.system_service_pb2_grpc import SystemServiceStub
from rmos.teaching.v1.teaching_service_pb2_grpc import TeachingServiceStub
from rmos.workflow.v1.workflow_service_pb2_grpc import WorkflowServiceStub


class ServiceStubs:
    """One stub a service; what is asked of them is told by the contract."""

    def __init__(self, judging: grpc.Channel, recording: grpc.Channel) -> None:
        """
        Args:
            judging: To the feasibility server.
            recording: To the runs server.
        """
        self.feasibility = FeasibilityServiceStub(judging)
        self.catalogue = CatalogServiceStub(judging)
        self.gcode = GcodeServiceStub(judging)
        self.runs = RunsServiceStub(recording)
        self.attachments = AttachmentsServiceStub(recording)
        self.advisory = AdvisoryServiceStub(recording)
        self.workflow = WorkflowServiceStub(recording)
        self.patterns = PatternsServiceStub(recording)
        self.jobs = JobsServiceStub(recording)
        self.imports = ImportsServiceStub(recording)
        self.teaching = TeachingServiceStub(recording)
        self.auth = AuthServiceStub(recording)
        self.system = SystemServiceStub(recording)
        self.feasibility_system = SystemServiceStub(judging)
        self.feasibility_administration = AdministrationServiceStub(judging)
