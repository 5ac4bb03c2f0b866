"""ImportsService on the wire."""

from rmos.shop.v1 import imports_service_pb2 as pb
from rmos.shop.v1 import imports_service_pb2_grpc as pb_grpc
from rpckit import proto_json
from rpckit.authentication.identity_messages import identity_member
from rpckit.server_context import ServicerContext
from runs_svc.domain.entities.revision import to_json
from runs_svc.domain.shop.imports import ImportAttempt
from runs_svc.service.entity_pages import list_entities
from runs_svc.usecases.entities.entity import Revision
from runs_svc.usecases.shop.imports import ImportLog


class ImportsServicer(pb_grpc.ImportsServiceServicer):
    def __init__(self, imports: ImportLog) -> None:
        self._imports = imports

    async def ListImports(self, request: pb.ListImportsRequest, context: ServicerContext) -> pb.ListImportsResponse:
        page = await list_entities(self._imports.page, _write, request)
        return pb.ListImportsResponse(
            imports=page.messages,
            next_page_token=page.next_token,
            unreachable=page.unreachable,
        )


def _write(version: Revision[ImportAttempt]) -> pb.ImportAttempt:
    attempt = version.entity
    value = {
        **to_json(attempt),
        "outcome": attempt.outcome.upper(),
        "import_id": version.subject_id,
        "create_time": version.created_at_utc,
        "request_id": version.request_id,
        **identity_member(version.identity),
    }
    return proto_json.write(pb.ImportAttempt, value)
