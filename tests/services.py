"""Every service of the contract."""

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from rmos.advisory.v1 import advisory_service_pb2
from rmos.auth.v1 import auth_service_pb2
from rmos.feasibility.v1 import (
    administration_service_pb2,
    catalog_service_pb2,
    feasibility_service_pb2,
    gcode_service_pb2,
)
from rmos.runs.v1 import attachments_service_pb2, runs_service_pb2
from rmos.shop.v1 import imports_service_pb2, jobs_service_pb2, patterns_service_pb2
from rmos.system.v1 import system_service_pb2
from rmos.teaching.v1 import teaching_service_pb2
from rmos.workflow.v1 import workflow_service_pb2

SERVICES: list[ServiceDescriptor] = [
    service
    for module in (
        feasibility_service_pb2,
        catalog_service_pb2,
        gcode_service_pb2,
        runs_service_pb2,
        attachments_service_pb2,
        workflow_service_pb2,
        patterns_service_pb2,
        jobs_service_pb2,
        imports_service_pb2,
        advisory_service_pb2,
        teaching_service_pb2,
        system_service_pb2,
        auth_service_pb2,
        administration_service_pb2,
    )
    for service in module.DESCRIPTOR.services_by_name.values()
]
METHODS: list[MethodDescriptor] = [method for service in SERVICES for method in service.methods]
